"""What absolute paths look like, and which of them belong to a person, to a machine, or to every system."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["personal", "machine"]


class AbsolutePath(NamedTuple):
    """A path that begins at the root of a machine or store."""

    kind: Kind
    #: What would have to be the same elsewhere: `/home/alice`, `/data`, `s3://bucket`.
    root: str
    text: str


#: Homes that belong to no person: of a container's or a service's default user.
_NOBODY = frozenset("user username your_username yourname your_name me you jovyan runner ubuntu ec2-user vscode sagemaker-user".split())
_PLACEHOLDER = re.compile(r"[<>{}$%*?]|\.\.\.|^(?:your|my|some|path)[-_ ]|^(?:user(?:name)?|xxx+|path|to)$", re.I)

_PERSONAL = re.compile(
    r"(?P<root>(?:/[\w.-]+)*?/(?:home|Users|u|people)/(?P<user>[^/\s\"']+)"
    r"|[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings)[\\/]{1,2}(?P<windows>[^\\/\"']+)"
    r"|/mnt/[a-z]/Users/(?P<wsl>[^/\"']+)"
    r"|~(?P<tilde>[A-Za-z][\w.-]*)(?=/)"
    r"|/?(?:content/)?(?:g?drive/)(?:My ?Drive|Shareddrives)|/gdrive/My ?Drive)(?=[\\/\s\"']|\Z)"
)

#: First components of paths that hold data, code or results on some machines.
_DATA_ROOTS = (
    "data\\d*|datasets?|mnt|media|scratch\\d*|storage\\d*|work\\d*|workspace|projects?|nfs\\w*|lustre\\w*|gpfs\\w*|cluster|share[ds]?"
    "|Volumes|volumes?|ssd\\d*|hdd\\d*|disk\\d*|nas\\w*|raid\\w*|srv|global|groups?|archive|beegfs|afs|cephfs|efs|vol\\d*|local"
    "|kaggle|content|dbfs|root|export|net|fast\\w*|home\\d*|users?|results?|output|models?|checkpoints?|experiments?"
)
_MACHINE = re.compile(
    rf"(?P<root>/(?:{_DATA_ROOTS})(?=/)(?:/[^/\s\"'{{}}$]+)?)"
    r"|(?P<drive>[A-Za-z]:(?:\\{1,2}|/)(?![\\/])[^\\/:*?\"<>|\n]+)"
    r"|(?P<unc>\\\\\\\\?[\w.-]+\\{1,2}[\w$.-]+)"
    r"|(?P<store>(?:s3[an]?|gs|gcs|abfss?|wasbs?|hdfs|dbfs|adl|oss)://?[^/\s\"'{}]+)"
)
#: Endings by which any absolute path is known to hold data, code or results.
_FILE = re.compile(
    r"\.(?:csv|tsv|txt|json|jsonl|ya?ml|npy|npz|h5|hdf5?|h5ad|loom|parquet|feather|pkl|pickle|joblib|pth?|ckpt|safetensors|onnx"
    r"|xlsx?|mat|nii|dcm|fits|root|nc|zarr|tiff?|png|jpe?g|wav|mp[34]|avi|zip|tar|gz|bz2|fa|fasta|fastq|bam|vcf|bed|gtf|rds"
    r"|py|ipynb|sh|r|db|sqlite3?|bin|dat|log|pb|tfrecords?|arff|shp|geojson|pdf|svg|eps|html)\Z",
    re.I,
)
_SYSTEM = re.compile(
    r"/(?:dev|proc|sys|etc|usr|bin|sbin|lib(?:32|64)?|boot|run|var|tmp|System|Library|Applications|nix|opt/homebrew|opt/conda)(?:/|\Z)"
    r"|[A-Za-z]:[\\/]{1,2}(?:Windows|Program Files|ProgramData)\b",
    re.I,
)
#: A path, and nothing but a path.
_PATH_TEXT = re.compile(r"[^\n\r\t<>|\"*?]*\Z")
_PROSE = re.compile(r"\w\s+\w+\s+\w+\s+\w")


def classify(text: str, *, whole: bool = True) -> AbsolutePath | None:
    """Say whose path a string is; None for what is no absolute path, or one that every system has.

    Args:
        text: a string literal, or the first part of an f-string.
        whole: False if more follows, so that the last component may be cut.
    """
    if len(text) < 4 or len(text) > 500 or not _PATH_TEXT.match(text) or _PROSE.search(text):
        return None
    personal = _PERSONAL.match(text)
    if personal:
        user = next((name for name in personal.groupdict().values() if name and name != personal["root"]), "")
        if _PLACEHOLDER.search(user) or (not whole and personal.end() == len(text) and not text.endswith("/")):
            return None
        kind: Kind = "machine" if user.lower() in _NOBODY else "personal"
        return AbsolutePath(kind, personal["root"], text)
    if _SYSTEM.match(text):
        return None
    machine = _MACHINE.match(text)
    if machine:
        root = machine.group()
        if _PLACEHOLDER.search(root.rpartition("/")[2]) or (machine["drive"] and not _is_drive(text, whole)):
            return None
        return AbsolutePath("machine", _first_part(root), text)
    if text[0] == "/" and text[1] not in "/ " and text.count("/") >= 2 and _FILE.search(text) and " " not in text.strip():
        if _PLACEHOLDER.search(text.split("/")[1]):
            return None
        return AbsolutePath("machine", "/" + text.split("/")[1], text)
    return None


def _is_drive(text: str, whole: bool) -> bool:
    """Whether `d:\\...` is a path on a drive and no regular expression, time or label."""
    rest = text[2:].lstrip("\\/")
    if re.search(r"[+^$()\[\]]", rest) or re.match(r"[dswDSWbBnrt](?:\\|[+*{]|\Z)", rest):
        return False
    return len(rest) >= 3 and rest[0] not in " =,;"


def _first_part(root: str) -> str:
    """The part that has to exist: the mount point or bucket."""
    if "://" in root or re.match(r"[A-Za-z]:", root) or root.startswith("\\"):
        return root if "://" in root else root[:2] if re.match(r"[A-Za-z]:", root) else root
    parts = root.split("/")
    return "/".join(parts[:3]) if parts[1] in ("mnt", "media", "kaggle", "Volumes", "net", "nfs") else "/".join(parts[:2])


#: In the text of a shell command: where a path may begin.
_SHELL_START = re.compile(r"""(?<![\w/.}$~:\\-])(?=/|~\w|[A-Za-z]:[\\/]|(?:s3a?|gs|gcs)://|drive/My)""")
_SHELL_PATH = re.compile(r"""[^\s"';|&<>()]+(?:\\ [^\s"';|&<>()]+)*""")


def in_command(text: str) -> list[tuple[int, AbsolutePath]]:
    """The absolute paths in a shell command, each with its offset."""
    found = []
    for start in _SHELL_START.finditer(text):
        at = start.start()
        quote = text[at - 1] if at and text[at - 1] in "\"'" else ""
        end = text.find(quote, at) if quote else -1
        word = text[at:end] if end > at else (_SHELL_PATH.match(text, at) or start).group()
        path = classify(word.replace("\\ ", " "))
        if path is not None:
            found.append((at, path))
    return found
