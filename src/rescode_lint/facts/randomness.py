"""What draws random numbers, what seeds it, and with which keyword.

A *stream* is what one seed covers: `numpy` (NumPy's global generator, which scikit-learn, pandas, scipy and Hugging Face
datasets use where they get no seed), `random` (the standard library), `torch`, `tensorflow`; "" where only the call's own
keyword seeds.
"""

from __future__ import annotations

from typing import NamedTuple

#: A function that seeds everything, or nobody knows what: it covers all streams.
EVERYTHING = frozenset({"numpy", "random", "torch", "tensorflow"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Full name of a function that seeds -> the streams that it seeds. Any other function with "seed" in its name counts as
#: one that seeds everything.
SEEDING = {
    "numpy.random.seed": _words("numpy"),
    "numpy.random.set_state": _words("numpy"),
    "cupy.random.seed": _words(""),
    "random.seed": _words("random"),
    "random.setstate": _words("random"),
    "torch.manual_seed": _words("torch"),
    "torch.random.manual_seed": _words("torch"),
    "torch.seed": _words(""),
    "torch.initial_seed": _words(""),
    "torch.set_rng_state": _words("torch"),
    "torch.cuda.manual_seed": _words("torch"),
    "torch.cuda.manual_seed_all": _words("torch"),
    "tensorflow.set_random_seed": _words("tensorflow"),
    "tensorflow.random.set_seed": _words("tensorflow"),
    "tensorflow.random.set_random_seed": _words("tensorflow"),
    "tensorflow.compat.v1.set_random_seed": _words("tensorflow"),
    "tensorflow.compat.v1.random.set_random_seed": _words("tensorflow"),
    "numpy.random.SeedSequence": _words(""),
    "jax.random.PRNGKey": _words(""),
    "jax.random.key": _words(""),
}

#: Libraries whose name seeds nothing by itself: a `seed=` given to what comes from elsewhere seeds the caller's own code.
LIBRARIES = _words(
    "numpy scipy pandas sklearn torch torchvision tensorflow keras jax xgboost lightgbm catboost matplotlib seaborn umap"
    " imblearn datasets networkx scanpy gensim nltk optuna skopt hyperopt pymc pymc3 plotly statsmodels cupy dask cuml"
    " random argparse click numpyro pyro igraph leidenalg tensorflow_probability tensorflow_datasets torch_geometric"
)


class Split(NamedTuple):
    """A function or class that divides data at random."""

    stream: str
    #: The keyword that seeds it.
    keyword: str
    #: Where the seed may stand among the positional arguments; -1: nowhere.
    position: int = -1
    #: Where `shuffle` may stand; -1: nowhere.
    shuffle: int = -1
    #: It draws only with `shuffle=True`.
    only_shuffled: bool = False


_DRAWN = Split("numpy", "random_state")
_FOLDS = Split("numpy", "random_state", 2, 1, only_shuffled=True)

#: Last part of the name -> what it is, in the packages of `SPLIT_PACKAGES`.
SPLITS = {
    "train_test_split": _DRAWN,
    "KFold": _FOLDS,
    "StratifiedKFold": _FOLDS,
    "StratifiedGroupKFold": _FOLDS,
    "GroupKFold": _FOLDS,
    "RepeatedKFold": _DRAWN,
    "RepeatedStratifiedKFold": _DRAWN,
    "ShuffleSplit": _DRAWN._replace(position=3),
    "StratifiedShuffleSplit": _DRAWN._replace(position=3),
    "GroupShuffleSplit": _DRAWN._replace(position=3),
    "Bootstrap": _DRAWN._replace(position=5),
}
SPLIT_PACKAGES = _words("sklearn cuml dask_ml surprise")
#: Before scikit-learn 0.18, the first argument was the number of samples or the labels.
OLD_SPLITS = "sklearn.cross_validation"
MULTILABEL_SPLITS = {
    "MultilabelStratifiedKFold": _FOLDS,
    "RepeatedMultilabelStratifiedKFold": _DRAWN,
    "MultilabelStratifiedShuffleSplit": _DRAWN,
}
TORCH_SPLIT = Split("torch", "generator", 2)
DATASET_SPLIT = Split("numpy", "seed")
SPARK_SPLIT = Split("", "seed", 1)
#: Draws that shuffle what is then cut in two, by last part of the name.
SHUFFLES = {
    "numpy.random.permutation": "numpy",
    "numpy.random.shuffle": "numpy",
    "random.shuffle": "random",
    "torch.randperm": "torch",
}
#: Draws of some elements, which are a split where the others are used too.
CHOICES = {"numpy.random.choice": "numpy", "random.sample": "random"}


class Kind(NamedTuple):
    """A constructor or function that draws unless it is told a seed."""

    #: Draws only if this keyword is there ...
    needs: str = ""
    #: ... with one of these values (as `ast.unparse` has them); none: any value.
    values: frozenset[str] = frozenset()
    keyword: str = "random_state"
    #: Draws where it stands; otherwise when something is fitted.
    at_once: bool = False


_ALWAYS = Kind()
_NOW = Kind(at_once=True)

#: scikit-learn and what follows its conventions: results differ from run to run without `random_state`. Left out: what
#: converges to one answer (LogisticRegression, LinearSVC, Ridge), what draws only to break ties (single trees, plain
#: boosting) or by its default takes an exact way (PCA), and what has a fixed seed by default.
ESTIMATORS = {
    **dict.fromkeys(
        "RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor ExtraTreeClassifier"
        " ExtraTreeRegressor BaggingClassifier BaggingRegressor RandomTreesEmbedding IsolationForest MLPClassifier"
        " MLPRegressor BernoulliRBM SGDClassifier SGDRegressor Perceptron PassiveAggressiveClassifier"
        " PassiveAggressiveRegressor KMeans MiniBatchKMeans BisectingKMeans SpectralClustering SpectralBiclustering"
        " SpectralCoclustering GaussianMixture BayesianGaussianMixture TSNE MDS FastICA MiniBatchDictionaryLearning"
        " MiniBatchSparsePCA LatentDirichletAllocation RANSACRegressor RandomizedSearchCV HalvingRandomSearchCV Nystroem"
        " RBFSampler SkewedChi2Sampler GaussianRandomProjection SparseRandomProjection RandomForestQuantileRegressor"
        " SurvivalForest RandomSurvivalForest".split(),
        _ALWAYS,
    ),
    "SVC": Kind("probability", _words("True")),
    "NuSVC": Kind("probability", _words("True")),
    "NMF": Kind("init", _words("'random'")),
    "GradientBoostingClassifier": Kind("subsample"),
    "GradientBoostingRegressor": Kind("subsample"),
    "Lasso": Kind("selection", _words("'random'")),
    "ElasticNet": Kind("selection", _words("'random'")),
    "DecisionTreeClassifier": Kind("splitter", _words("'random'")),
    "DecisionTreeRegressor": Kind("splitter", _words("'random'")),
    "permutation_importance": _NOW,
    "mutual_info_classif": _NOW,
    "mutual_info_regression": _NOW,
    "resample": _NOW,
    "k_means": _NOW,
}
ESTIMATOR_PACKAGES = _words("sklearn umap imblearn openTSNE sklearn_extra sksurv")
#: Of other packages, by full name.
OTHERS = {
    "umap.UMAP": _ALWAYS,
    "umap.umap_.UMAP": _ALWAYS,
    "imblearn.over_sampling.SMOTE": _ALWAYS,
    "imblearn.over_sampling.ADASYN": _ALWAYS,
    "imblearn.over_sampling.BorderlineSMOTE": _ALWAYS,
    "imblearn.over_sampling.SVMSMOTE": _ALWAYS,
    "imblearn.over_sampling.RandomOverSampler": _ALWAYS,
    "imblearn.under_sampling.RandomUnderSampler": _ALWAYS,
    "imblearn.combine.SMOTETomek": _ALWAYS,
    "imblearn.combine.SMOTEENN": _ALWAYS,
    "scipy.optimize.differential_evolution": Kind(keyword="seed", at_once=True),
    "scipy.optimize.dual_annealing": Kind(keyword="seed", at_once=True),
    "scipy.optimize.basinhopping": Kind(keyword="seed", at_once=True),
    "scipy.stats.bootstrap": _NOW,
    "scipy.stats.permutation_test": _NOW,
}

#: What runs an estimator that has been made.
FITS = _words(
    "fit fit_transform fit_predict fit_resample cross_val_score cross_validate cross_val_predict GridSearchCV"
    " RandomizedSearchCV learning_curve partial_fit fit_sample"
)
#: Functions of `numpy.random` that draw from the global generator.
NUMPY_DRAWS = _words(
    "rand randn randint random_integers random_sample random ranf sample choice shuffle permutation uniform normal"
    " standard_normal binomial poisson beta gamma exponential laplace logistic lognormal multinomial multivariate_normal"
    " negative_binomial geometric gumbel dirichlet chisquare pareto power rayleigh triangular vonmises weibull zipf"
    " standard_cauchy standard_exponential standard_gamma standard_t hypergeometric logseries wald noncentral_chisquare f"
)
#: Functions of `random` that draw from its global generator.
RANDOM_DRAWS = _words(
    "random randint randrange choice choices sample shuffle uniform gauss normalvariate triangular betavariate"
    " expovariate gammavariate lognormvariate vonmisesvariate paretovariate weibullvariate getrandbits binomialvariate"
)
TORCH_DRAWS = _words(
    "rand randn randint randperm normal bernoulli multinomial poisson rand_like randn_like randint_like"
)
#: Layers of `torch.nn` that begin with random weights.
TORCH_LAYERS = _words(
    "Linear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LSTM GRU RNN LSTMCell GRUCell Embedding"
    " Bilinear Transformer TransformerEncoderLayer TransformerDecoderLayer MultiheadAttention LazyLinear EmbeddingBag"
)
TORCH_SAMPLERS = _words("SubsetRandomSampler RandomSampler WeightedRandomSampler")
TENSORFLOW_DRAWS = _words(
    "random_normal random_uniform truncated_normal random_shuffle random_crop normal uniform shuffle categorical gamma"
    " poisson truncated_normal stateless_uniform"
)
#: Constructors of generators that are seeded by their first argument.
GENERATORS = {
    "numpy.random.default_rng": "numpy.random.default_rng",
    "numpy.random.RandomState": "numpy.random.RandomState",
}

#: How each stream is seeded, for advice: {np} and the like stand for what the file calls the library.
SEED_ADVICE = {
    "numpy": "np.random.seed(0)",
    "random": "random.seed(0)",
    "torch": "torch.manual_seed(0)",
    "tensorflow": "tf.keras.utils.set_random_seed(0)",
}
