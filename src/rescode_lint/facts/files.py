"""Which functions and methods read, write, list, make or remove which kinds of files, and which argument names the file.

How a rule uses it::

    for call, scope in file.calls_of(*file_names()):   # an index made by the walk: free
        file.here = scope
        for touch in touches(call, file.qualname(call.func)):
            touch.node      # the expression that names the file: an argument, or `p` of `p.read_text()`
            touch.role      # "read", "write", "append", "list", "make", "remove" or "check"
            touch.kind      # "table", "array", "model", "figure", ...

The role of `open` and its like comes from the mode; a mode that is no literal counts as "read" with `sure=False`. So does
what is known by a method's name alone, where objects of other kinds have such a method too (`x.save("a.png")`).
"""

from __future__ import annotations

import ast
from collections.abc import KeysView
from functools import cache
from typing import Literal, NamedTuple

from rescode_lint.lazy import lazy

#: "append": is made if it is not there, and kept if it is. "check": only asked for, as in `exists`.
Role = Literal["read", "write", "append", "list", "make", "remove", "check"]
#: "data" is what a program writes for programs: JSON, YAML, pickles. "file": of any kind.
Kind = Literal["table", "array", "model", "figure", "image", "media", "text", "data", "archive", "folder", "file"]

#: In place of an argument's position: the file is what the method belongs to, as in `path.read_text()`.
RECEIVER = -1


class Use(NamedTuple):
    """What a function does to the file that one of its arguments names."""

    role: Role
    kind: Kind
    #: The position of the argument, or `RECEIVER`.
    position: int = 0
    #: Under which names it can be passed.
    keywords: tuple[str, ...] = ()
    #: Position and default of the mode that decides the role; position -1 if there is none.
    mode: int = -1
    default: str = "r"
    #: False where other things have a method of this name.
    sure: bool = True


class Touch(NamedTuple):
    """One file that a call touches."""

    node: ast.expr
    role: Role
    kind: Kind
    sure: bool = True


_PATH = tuple(
    """
    path filepath file_path filename fname file fp f name path_or_buf filepath_or_buffer io filename_or_obj uri file_name
    outfile infile store path_or_buffer filepattern mat_file save_directory pretrained_model_name_or_path checkpoint_path
    model_path url source dst target out output
    """.split()
)

#: (role, kind, position of the path, functions): `module: names`; a module may be several joined by `|`.
_FUNCTIONS: tuple[tuple[Role, Kind, int, str], ...] = (
    (
        "read",
        "table",
        0,
        """
        pandas|modin.pandas|geopandas|dask.dataframe|cudf: read_csv read_table read_excel read_parquet read_feather read_json
            read_pickle read_hdf read_stata read_sas read_spss read_orc read_xml read_fwf read_html read_file
        polars: read_csv scan_csv read_parquet scan_parquet read_json read_ndjson scan_ndjson read_excel read_ipc scan_ipc
        pyarrow.parquet: read_table read_pandas ParquetFile
        pyarrow.csv|pyarrow.feather: read_csv read_table read_feather
        pyreadr: read_r
        pyreadstat: read_sav read_dta read_sas7bdat
        openpyxl: load_workbook
        xlrd: open_workbook
        astropy.table.Table|astropy.io.ascii|Table: read
        astropy.io.fits|pyfits: open getdata getheader
        healpy: read_map read_cl read_alm
        networkx: read_gpickle read_graphml read_gml read_edgelist
        """,
    ),
    (
        "read",
        "array",
        0,
        """
        numpy: load loadtxt genfromtxt fromfile memmap
        xarray: open_dataset load_dataset open_dataarray load_dataarray open_mfdataset open_zarr
        scipy.io: loadmat readsav mmread netcdf_file
        scipy.sparse: load_npz
        hdf5storage|mat73: loadmat
        scanpy|anndata: read read_h5ad read_csv read_10x_h5 read_10x_mtx read_loom read_text read_mtx read_zarr
        mne.io: read_raw_fif read_raw_edf read_raw_bdf read_raw_brainvision read_raw_eeglab read_raw_gdf
        mne: read_epochs read_evokeds read_events read_source_estimate
        nibabel: load
        pydicom: dcmread read_file
        SimpleITK: ReadImage
        rasterio: open
        fiona: open
        obspy: read
        MDAnalysis: Universe
        mdtraj: load load_pdb
        ase.io: read
        uproot: open
        tables: open_file
        pyedflib: EdfReader
        trimesh: load
        open3d.io: read_point_cloud read_triangle_mesh
        """,
    ),
    (
        "read",
        "image",
        0,
        """
        cv2: imread
        PIL.Image|Image: open
        imageio|imageio.v2|imageio.v3: imread mimread volread get_reader
        skimage.io|matplotlib.pyplot|matplotlib.image|plt|mpimg|tifffile: imread
        scipy.misc|scipy.ndimage: imread
        torchvision.io: read_image
        keras.preprocessing.image|tensorflow.keras.preprocessing.image|keras.utils|tensorflow.keras.utils: load_img
        tensorflow.io: read_file
        """,
    ),
    (
        "read",
        "media",
        0,
        """
        librosa|librosa.core: load
        soundfile: read
        scipy.io.wavfile: read
        torchaudio: load info
        pydub.AudioSegment: from_file from_wav from_mp3
        cv2: VideoCapture
        torchvision.io: read_video
        """,
    ),
    (
        "read",
        "model",
        0,
        """
        torch|torch.jit: load
        joblib|sklearn.externals.joblib: load
        keras.models|tensorflow.keras.models|tensorflow.python.keras.models|keras.saving: load_model
        tensorflow.saved_model: load
        safetensors.torch|safetensors.numpy: load_file
        onnx: load
        onnxruntime: InferenceSession
        gensim.models.KeyedVectors|gensim.models.keyedvectors.KeyedVectors: load_word2vec_format load
        gensim.models.Word2Vec|gensim.models.Doc2Vec|gensim.models.FastText|gensim.models.LdaModel: load
        fasttext: load_model
        skops.io: load
        catboost: load_model
        """,
    ),
    ("read", "data", 0, "omegaconf.OmegaConf: load\ntoml: load"),
    ("read", "archive", 0, "shutil: unpack_archive"),
    (
        "list",
        "folder",
        0,
        """
        os: listdir walk scandir
        glob: glob iglob
        torchvision.datasets: ImageFolder DatasetFolder
        tensorflow.keras.preprocessing|keras.preprocessing|tensorflow.keras.utils|keras.utils: image_dataset_from_directory
            text_dataset_from_directory audio_dataset_from_directory
        sklearn.datasets: load_files
        """,
    ),
    (
        "write",
        "array",
        0,
        """
        numpy: save savez savez_compressed savetxt
        astropy.io.fits|pyfits: writeto
        healpy: write_map write_cl write_alm
        scipy.io: savemat mmwrite
        hdf5storage: savemat
        scipy.sparse: save_npz
        tifffile: imwrite imsave
        """,
    ),
    ("write", "array", 1, "nibabel: save\nSimpleITK: WriteImage\nxarray: save_mfdataset"),
    (
        "write",
        "image",
        0,
        """
        cv2: imwrite
        imageio|imageio.v2|imageio.v3: imwrite imsave mimsave mimwrite volwrite get_writer
        skimage.io|matplotlib.pyplot|matplotlib.image|plt: imsave
        scipy.misc: imsave
        keras.preprocessing.image|tensorflow.keras.preprocessing.image|keras.utils|tensorflow.keras.utils: save_img
        """,
    ),
    ("write", "image", 1, "torchvision.utils: save_image"),
    (
        "write",
        "figure",
        0,
        "matplotlib.pyplot|plt|pylab|matplotlib.pylab: savefig\nbokeh.plotting|bokeh.io: output_file\nase.io: write",
    ),
    ("write", "figure", 1, "plotly.io: write_image write_html write_json"),
    ("write", "media", 0, "soundfile: write\nscipy.io.wavfile: write\ncv2: VideoWriter\ntorchaudio: save"),
    (
        "write",
        "model",
        1,
        "torch|torch.jit: save\njoblib|sklearn.externals.joblib: dump\nsafetensors.torch|safetensors.numpy: save_file\nskops.io: dump",
    ),
    (
        "write",
        "model",
        1,
        """
        keras.models|tensorflow.keras.models|keras.saving|onnx: save_model save
        tensorflow.saved_model: save
        """,
    ),
    ("write", "model", 2, "torch.onnx: export"),
    ("write", "data", 1, "networkx: write_gpickle write_graphml write_gml write_edgelist"),
    ("write", "table", 2, "sklearn.datasets: dump_svmlight_file"),
    ("write", "table", 1, "pyarrow.parquet|pyarrow.feather|pyarrow.csv: write_table write_feather write_csv"),
    ("write", "table", 0, "pandas: ExcelWriter"),
    ("write", "table", 0, "pyreadr: write_rds write_rdata"),
    ("write", "table", 1, "pyreadstat: write_sav write_dta"),
    ("write", "file", 1, "urllib.request|urllib|six.moves.urllib.request: urlretrieve"),
    ("write", "file", 1, "gdown|wget: download"),
    ("write", "folder", 1, "gdown: download_folder"),
    ("make", "folder", 0, "os: makedirs mkdir"),
    ("remove", "file", 0, "os: remove unlink rmdir removedirs\nshutil: rmtree"),
    (
        "check",
        "file",
        0,
        "os.path: exists isfile isdir lexists getsize getmtime getctime islink\nos: access stat",
    ),
    ("read", "file", 0, "shutil: copy copy2 copyfile copytree move\nos: rename replace\nlinecache: getlines"),
    ("write", "file", 1, "shutil: copy copy2 copyfile copytree move\nos: rename replace"),
    ("write", "archive", 0, "shutil: make_archive"),
    ("append", "table", 0, "sqlite3: connect\nduckdb: connect"),
)

#: The role is the mode's: (kind, position of the path, of the mode, its default, functions).
_MODED: tuple[tuple[Kind, int, int, str, str], ...] = (
    ("file", 0, 1, "r", "builtins|io|codecs|gzip|bz2|lzma|smart_open|fsspec|aiofiles|six: open"),
    ("array", 0, 1, "r", "h5py: File"),
    ("array", 0, 1, "r", "netCDF4: Dataset"),
    ("table", 0, 1, "a", "pandas: HDFStore"),
    ("array", 0, 1, "a", "zarr: open open_group open_array"),
    ("archive", 0, 1, "r", "zipfile: ZipFile\ntarfile: open TarFile"),
    ("media", 0, 1, "r", "wave: open"),
    ("file", 0, 1, "r", "tensorflow.io.gfile|tensorflow.compat.v1.gfile|tensorflow.gfile: GFile Open"),
)

#: Methods, whatever they belong to: (role, kind, position, sure, names).
_METHODS: tuple[tuple[Role, Kind, int, bool, str], ...] = (
    (
        "write",
        "table",
        0,
        True,
        "to_csv to_excel to_parquet to_feather to_pickle to_stata to_orc to_json to_html to_latex",
    ),
    (
        "write",
        "table",
        0,
        True,
        "to_markdown to_file write_csv write_parquet write_ipc write_ndjson write_excel sink_parquet sink_csv",
    ),
    ("append", "table", 0, True, "to_hdf"),
    ("write", "array", 0, True, "to_netcdf to_zarr tofile write_h5ad write_loom write_zarr writeto to_filename"),
    ("write", "file", 0, False, "save_as dump write_videofile dump_model export"),
    ("write", "figure", 0, True, "savefig write_image write_html"),
    (
        "write",
        "model",
        0,
        True,
        "save_weights save_pretrained save_word2vec_format save_model save_checkpoint save_state_dict",
    ),
    ("read", "model", 0, True, "load_weights load_word2vec_format load_from_checkpoint load_checkpoint"),
    ("write", "file", 0, False, "save"),
    ("write", "file", RECEIVER, True, "write_text write_bytes"),
    ("append", "file", RECEIVER, True, "touch"),
    ("read", "file", RECEIVER, True, "read_text read_bytes"),
    ("list", "folder", RECEIVER, True, "iterdir rglob"),
    ("list", "folder", RECEIVER, False, "glob"),
    ("make", "folder", RECEIVER, True, "mkdir"),
    ("remove", "file", RECEIVER, True, "unlink rmdir"),
    ("check", "file", RECEIVER, False, "exists is_file is_dir"),
    ("list", "folder", 0, True, "flow_from_directory"),
    ("write", "folder", 0, False, "extractall"),
    ("write", "file", 0, False, "download_file download"),
)


@cache
def _table() -> dict[str, dict[str, tuple[Use, ...]]]:
    """Last name -> module -> what such a function does; module "." stands for a method of anything."""
    table: dict[str, dict[str, tuple[Use, ...]]] = {}

    def put(modules: str, names: list[str], use: Use) -> None:
        for module in modules.split("|"):
            for name in names:
                known = table.setdefault(name, {})
                known[module] = (*known.get(module, ()), use)

    def lines(text: str) -> list[tuple[str, list[str]]]:
        found: list[tuple[str, list[str]]] = []
        for line in text.split("\n"):
            head, colon, names = line.strip().partition(":")
            if colon:
                found.append((head, names.split()))
            elif head:
                found[-1][1].extend(head.split())
        return found

    for role, kind, position, text in _FUNCTIONS:
        for module, names in lines(text):
            put(module, names, Use(role, kind, position, _PATH if position == 0 or role == "write" else ("src",)))
    for kind, position, mode, default, text in _MODED:
        for module, names in lines(text):
            put(module, names, Use("read", kind, position, _PATH, mode, default))
    for role, kind, position, sure, text in _METHODS:
        put(".", text.split(), Use(role, kind, position, _PATH if position >= 0 else (), sure=sure))
    put(".", ["open"], Use("read", "file", RECEIVER, (), 0))
    return table


@cache
def file_names() -> KeysView[str]:
    """The last names of all functions and methods of the table, for `Module.calls_of`; always in the same order."""
    return _table().keys()


def role_of_mode(mode: str) -> Role:
    """What `open` does with a file by its mode: `"rb"` reads, `"w"` writes, `"a"` and `"r+"` add to it."""
    if "a" in mode or ("r" in mode and "+" in mode):
        return "append"
    return "write" if "w" in mode or "x" in mode else "read"


def uses(last: str, qualname: str | None, *, is_method: bool) -> tuple[Use, ...]:
    """What a function does to files; empty where the table knows nothing of it.

    Args:
        last: the last part of its name.
        qualname: its full name, if imports tell it (`Module.qualname`).
        is_method: whether it stands after a dot: `x.save` as against `open`.

    """
    known = _table().get(last)
    if known is None:
        return ()
    if qualname is not None:
        module = qualname.rpartition(".")[0]
        found = known.get(module)
        if found is None and module and not _is_of_module(module):
            found = known.get(".")  # `Image.open(p).save`, `Path.home().mkdir` …
        return found or ()
    if is_method:
        return known.get(".", ())
    if "builtins" in known:
        return known["builtins"]
    others = {use for module, some in known.items() if module != "." for use in some}
    return next(iter(known.values())) if len(others) == 1 else ()  # a bare `imread`, by a star import


def _is_of_module(module: str) -> bool:
    """Whether a qualified name's owner is a module rather than an object made by an imported class."""
    return not module.rpartition(".")[2][:1].isupper()


def touches(call: ast.Call, qualname: str | None) -> list[Touch]:
    """The files that a call touches: the expressions that name them, each with what is done to it.

    Args:
        call: any call; nothing comes out for one that the table does not know.
        qualname: the full name of what is called, if imports tell it (`Module.qualname(call.func)`).

    """
    func = call.func
    if isinstance(func, ast.Attribute):
        found = uses(func.attr, qualname, is_method=True)
    elif isinstance(func, ast.Name):
        found = uses(func.id, qualname, is_method=False)
    else:
        return []
    result = []
    for use in found:
        node = _argument(call, use)
        if node is None:
            continue
        role, sure = use.role, use.sure
        if role == "write" and _appends(call):
            role = "append"
        if use.mode >= 0:
            mode = _mode(call, use)
            role = role_of_mode(mode or "r")
            sure = sure and mode is not None
            if use.position == RECEIVER and mode == "":
                continue  # `x.open("a.zip")`: not a path's
        result.append(Touch(node, role, use.kind, sure))
    return result


def _appends(call: ast.Call) -> bool:
    """Whether a call says `mode="a"`, as `to_csv` and others take it."""
    return any(
        keyword.arg == "mode" and isinstance(keyword.value, ast.Constant) and str(keyword.value.value).startswith("a")
        for keyword in call.keywords
    )


def _argument(call: ast.Call, use: Use) -> ast.expr | None:
    if use.position == RECEIVER:
        return call.func.value if isinstance(call.func, ast.Attribute) else None
    if use.position < len(call.args):
        before = call.args[: use.position + 1]
        return None if any(isinstance(argument, ast.Starred) for argument in before) else before[-1]
    return next((keyword.value for keyword in call.keywords if keyword.arg in use.keywords), None)


def _mode(call: ast.Call, use: Use) -> str | None:
    """The mode; None if it is no literal, "" if what stands there is no mode."""
    node = next((keyword.value for keyword in call.keywords if keyword.arg == "mode"), None)
    if node is None and use.mode < len(call.args):
        node = call.args[use.mode]
    if node is None:
        return use.default
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    return node.value if node.value and not node.value.strip("rwxabtU+:gz2|-") else ""


#: Names that a file has by the convention of some tool, whatever the project.
_CONVENTIONS = frozenset(
    """
    readme readme.md readme.rst readme.txt requirements.txt setup.py setup.cfg pyproject.toml license license.txt license.md
    changelog changelog.md changes.md history.rst history.md authors.rst version version.txt version.py __init__.py conftest.py
    manifest.in environment.yml environment.yaml dockerfile makefile .env .gitignore .gitkeep package.json tox.ini index.html
    config.json config.yml config.yaml config.ini config.toml config.cfg settings.json settings.ini settings.py params.yaml
    tokenizer.json tokenizer_config.json special_tokens_map.json vocab.json vocab.txt merges.txt pytorch_model.bin
    adapter_config.json model.safetensors trainer_state.json credentials.json secrets.json token.json token.pickle
    .netrc kaggle.json manage.py __main__.py index.md conf.py
    """.split()
)


def named_by_convention(path: str) -> bool:
    """Whether a path ends in a name that says nothing of the project: `README.md`, `config.json`, `data/`, `.`."""
    name = path.rstrip("/").rpartition("/")[2].lower()
    return name in _CONVENTIONS or name in ("", ".", "..")


_PLACEHOLDER = lazy(
    r"(?i)path[-_/ ]?to|_here\b|your[_/ ]|/your|<\w+>|\bxxx+|\bfoo\b|\bexample|some[_/](?:path|file|dir)|my[_-]?(?:file|data|path)|(?:^|/)dummy"
)


def is_placeholder(path: str) -> bool:
    """Whether a path stands for one that the reader has to fill in: `path/to/data`, `INPUT_HERE`."""
    return _PLACEHOLDER.search(path) is not None
