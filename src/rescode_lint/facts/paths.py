"""What absolute paths look like, and which of them belong to a person, to a machine, or to every system.

Text in, judgement out: what the code around a string says of it is not known here.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from rescode_lint.lazy import lazy

Kind = Literal["personal", "machine"]
#: "sure": whatever stands around it; "likely": if the code around it treats it as a path; "doubtful": only where it is
#: opened on the spot, as `/results/x` is more often the tail of a longer path.
Certainty = Literal["sure", "likely", "doubtful"]
Store = Literal["home", "Google Drive", "disk", "Windows", "share", "bucket", "Kaggle", "Colab", "Databricks"]


class AbsolutePath(NamedTuple):
    """A path that begins at the root of a machine or store."""

    kind: Kind
    #: What would have to be the same elsewhere: `/home/alice`, `/data`, `s3://bucket`.
    root: str
    text: str
    store: Store = "disk"
    certainty: Certainty = "sure"


class Found(NamedTuple):
    """A path in the text of a command."""

    start: int
    end: int
    path: AbsolutePath


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Homes of the default user of a container or service: no person's, but not everybody's either.
_NOBODY = _words("jovyan jupyter runner ubuntu ec2-user vscode sagemaker-user centos debian vagrant gitpod codespace")
#: Names below `/home` or `/Users` that hold what several people use.
_SHARED = _words(
    "shared share public common data datasets work projects groups group lab default disk disks storage scratch nas mnt"
)
#: Stands for something that the reader has to fill in.
_PLACEHOLDER = lazy(
    r"[<>]|\.\.\.|…|/path/to\b|(?:\A|[\\/])(?:your|some)[-_ ]?\w|(?:\A|[\\/])(?:xxx+|foo|path)[\\/]|foo[\\/]bar"
    r"|\bexample[-_.]|\byour-|(?:\A|[\\/])path[-_ ]to(?:[-_ ]|\Z|[\\/])|(?:\A|[\\/])(?:change|replace|edit|insert)[-_ ]?(?:me|this|here)\b",
    re.I,
)
_NO_USER = lazy(r"[<>{}$%*?]|\A(?:(?:your|my|some)?[-_ ]?(?:user|name|user[-_]?name|login|me|you|home))\Z", re.I)

#: Names that Windows gives to accounts, which stand for nobody in an example of two words.
_ACCOUNTS = frozenset({"user", "admin", "me"})
_COMPONENTS = lazy(r"(?:[\\/]+[^\\/]+){2}")

_PERSONAL = lazy(
    r"(?P<root>"
    r"(?!/(?:api|rest|static|assets|app|v\d+|private|tmp)/)(?:/[\w.-]+){0,3}?/(?:home\d*|homes|Users)(?:/[a-z](?=/)|/\d+(?=/[A-Za-z]))?/"
    r"(?P<user>[^/\s\"']+)"
    r"|/(?:data\d*|scratch\w*|work\d*|nfs\w*|gpfs\w*|lustre\w*|mnt|storage\w*|afs|eos|global|projects?|cluster|export|net|hpc|cfs|beegfs)"
    r"(?:/[\w.-]+){0,2}?/(?:users?|people|u\d*)(?:/[a-z](?=/))?/(?P<site>[^/\s\"']+)"
    r"|[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings)[\\/]{1,2}(?P<windows>[^\\/\"']+)"
    r"|[\\/]{2,4}wsl(?:\.localhost|\$)[\\/]{1,2}[\w.-]+[\\/]{1,2}home[\\/]{1,2}(?P<linux>[^\\/\"']+)"
    r"|~(?P<tilde>[A-Za-z][\w.-]*)(?=/)"
    r")(?=[\\/\s\"',;:]|\Z)"
)
_DRIVE = lazy(r"(?P<root>(?:\.?/|(?=\w))(?:[\w.-]+/){0,3}My ?Drive)(?=[\\/]|\Z)")

#: First folders that hold data, code or results on some machines, whatever stands around the path.
_DISK = lazy(
    r"/(?P<first>data\d*|datasets?\d*|datastore\w*|mnt|media|scratch\w*|storage\w*|nfs\w*|lustre\w*|gpfs\w*|beegfs|cephfs|efs|afs|eos|nas\w*"
    r"|raid\w*|ssd\d*|hdd\d*|nvme\d*|disk\d*|vol\d+|volumes?|Volumes|cluster|work\d*|workspace|projects?|proj|groups?|global|shared?|archive"
    r"|hpc|kaggle|content|dbfs|srv|export|root)(?=/)(?P<second>/[^/]+)?"
)
#: Mount points: what tells machines apart is the folder below.
_MOUNTS = _words("mnt media kaggle Volumes volumes net nfs")
_DRIVE_LETTER = lazy(r"[A-Za-z]:(?:\\{1,2}|/)(?![\\/])[^\\/:*?\"<>|\n]+")
#: Linux's disk on the same Windows computer.
_SUBSYSTEM = lazy(r"\\\\(?:\\\\)?wsl(?:\.localhost|\$)\\{1,2}[\w.-]+(?=\\)", re.I)
_NETWORK_SHARE = lazy(r"\\\\(?:\\\\)?[A-Za-z][\w.-]+\\{1,2}[\w$.-]+(?=\\)")
_BUCKET = lazy(r"(?:(?:s3[an]?|gs|gcs|abfss?|wasbs?|adl|oss|cos|hdfs)://|dbfs:/{1,2})(?P<bucket>[^/\s\"']+)")
#: Buckets of open data, as good as a URL.
_OPEN_DATA = lazy(
    r"nyc-tlc|commoncrawl|(?:noaa|nasa|sentinel|landsat|usgs-landsat|gcp-public-data|genomics-public-data|gatk|broad|pangeo|tfds|cmip6|dandi"
    r"|openneuro|era5|ecmwf|naip|aws-|allen-|spacenet|cloud-samples-data|cloud-tpu|tensorflow|gresearch|sra-pub|encode-public|1000genomes"
    r"|gnomad|cellxgene|arco-era5|weatherbench|fast-ai|stpubdata|hcp-openaccess|fcp-indi|human-pangenomics|elevation-tiles|openaq"
    r"|overturemaps|ookla|esa-worldcover|mur-sst|open-neurodata|waymo_open|quickdraw|objectron|amazon-reviews|dataforgood|xiph)"
)
#: The same on every machine of its kind, or part of a container.
_SYSTEM = lazy(
    r"/(?:dev|proc|sys|etc|usr|bin|sbin|lib(?:32|64)?|boot|run|var|tmp|opt|System|Library|Applications|nix|cvmfs|snap|app|function"
    r"|private/(?:tmp|var)|root/\.\w+)(?:/|\Z)"
    r"|/content(?:/g?drive)?/?\Z|/kaggle/?\Z|/mnt/?\Z|/media/?\Z|/home\d*/?\Z|/Users/?\Z"
    r"|[A-Za-z]:[\\/]{1,2}(?:Windows|Program Files|ProgramData)\b",
    re.I,
)
#: First parts of routes.
_WEB = lazy(
    r"/(?:api|static|assets|v\d+|auth|log(?:in|out)|admin|users?|docs?|blog|pages?|img|images?|css|js|search|items?|health\w*|metrics|predict|ws"
    r"|graphql|public|files?|media|oauth\w*|webhooks?|upload|download|index|about|favicon\.\w+|job:|gpu:|cpu:|device:|replica:)(?=[/:.{]|\Z)",
    re.I,
)
#: Folders that every project has: at the start of a string, more often the tail of a longer path.
_SUBFOLDER = lazy(
    r"/(?:results?|outputs?|out|models?|fig(?:ure)?s?|plots?|checkpoints?|ckpts?|logs?|experiments?|src|code|notebooks?|scripts?|tests?|train\w*"
    r"|val\w*|raw|processed|features?|weights|saved_models?|reports?|tables?|temp|cache|configs?|maps|stats|analys[ei]s|input|spectra|masks?"
    r"|labels?|annotations?|predictions?|submissions?|derivatives|sub-\w*|anat|func)(?=/)",
    re.I,
)
#: Endings of files that hold data, code or results.
_FILE = lazy(
    r"\.(?:csv|tsv|txt|json|jsonl|ya?ml|npy|npz|h5|hdf5?|h5ad|loom|parquet|feather|pkl|pickle|joblib|pth?|ckpt|safetensors|onnx"
    r"|xlsx?|mat|nii|dcm|fits|root|nc|zarr|tiff?|png|jpe?g|wav|mp[34]|avi|zip|tar|gz|bz2|fa|fasta|fastq|bam|vcf|bed|gtf|rds"
    r"|py|ipynb|sh|r|db|sqlite3?|bin|dat|log|pb|tfrecords?|arff|shp|geojson|pdf|svg|eps|docx?|pptx?)\Z",
    re.I,
)
_NO_PATH = lazy(
    r"[\n\r\t<>|\"]"  # text, markup, a command
    r"|(?<![\w*])\.\*|\.\*(?!\Z)|\.[+?]|[)\]][?*+]|\(\?|\[\^|\\[dDwWsSbB.](?![A-Za-z])|\$\Z"  # a regular expression
)
_PROSE = lazy(r"\w\s+\w+\s+\w+\s+\w")
#: What a path may begin with: tried on every string of a program.
MAYBE = lazy(r"/[^/\s]|[A-Za-z]:[\\/]|\\\\|~[A-Za-z]|\./[\w/]*My|[\w/]*drive/|[a-z0-9]{2,6}:/")
_SCHEME = lazy(r"\A(?:file://|sqlite:///)(?=/)")
#: A drive path that was not written as a raw string: `"D:\data\new"` has a line break in it.
_CONTROLS = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", "\a": "\\a", "\v": "\\v"}


def classify(text: str, *, whole: bool = True) -> AbsolutePath | None:
    """Say whose path a string is; None for what is no absolute path, or one that every system has.

    Args:
        text: a string literal, or the first part of an f-string or of a sum.
        whole: False if more follows, so that the last component may be cut.

    """
    if not 4 <= len(text) <= 500 or not MAYBE.match(text):
        return None
    if text[1:3] == ":\\":
        text = "".join(_CONTROLS.get(character, character) for character in text)
    elif text[0] in "fs":
        text = _SCHEME.sub("", text)
    if _NO_PATH.search(text) or _PLACEHOLDER.search(text) or (_PROSE.search(text) and not _FILE.search(text)):
        return None
    text = text.rstrip()
    if len(text.rstrip("/")) < 2:
        return None
    drive = _DRIVE.match(text)
    if drive:
        return AbsolutePath("personal", drive["root"], text, "Google Drive")
    personal = _PERSONAL.match(text)
    if personal:
        return _in_home(personal, text, whole)
    if _SYSTEM.match(text):
        return None
    if text[0] == "/":
        return _on_disk(text, whole)
    return _elsewhere(text, whole)


def _in_home(match: re.Match[str], text: str, whole: bool) -> AbsolutePath | None:
    user = match["user"] or match["site"] or match["windows"] or match["linux"] or match["tilde"]
    root = match["root"]
    named = match["windows"] is not None and user.lower() in _ACCOUNTS and _COMPONENTS.match(text, match.end())
    if (_NO_USER.search(user) and not named) or (not whole and match.end() == len(text)):
        return None
    everybody = user.lower() in _NOBODY or user.lower() in _SHARED or (match.end() == len(text) and _FILE.search(user))
    return AbsolutePath("machine" if everybody else "personal", root, text, "disk" if everybody else "home")


def _on_disk(text: str, whole: bool) -> AbsolutePath | None:
    """A path from `/`: sure below folders that are known for data, else for the code around it to say."""
    parts = text.rstrip("/").split("/")
    first = parts[1]
    if not first or "%" in first or "{" in first or "*" in first or " " in first:
        return None
    known = _DISK.match(text if len(parts) > 2 else text.rstrip("/") + "/")
    if known is None and (len(first) < 2 or ":" in text or _WEB.match(text)):
        return None
    depth = len(parts) - 1 + (not whole)
    root = f"/{first}"
    if known and first in _MOUNTS and len(parts) > 2 and not re.search(r"[%{*]", parts[2]):
        root += f"/{parts[2]}"
    store: Store = "disk"
    if first in ("kaggle", "content", "dbfs"):
        store = "Kaggle" if first == "kaggle" else "Colab" if first == "content" else "Databricks"
    certainty: Certainty = "sure" if known and depth > 1 else "likely"
    if not known and (len(parts) < 3 or _SUBFOLDER.match(text)):
        certainty = "doubtful"
    return AbsolutePath("machine", root, text, store, certainty) if known or depth > 1 else None


def _elsewhere(text: str, whole: bool) -> AbsolutePath | None:
    """A drive letter, a network share, a bucket."""
    if _DRIVE_LETTER.match(text):
        return AbsolutePath("machine", text[:2], text, "Windows") if _is_drive(text) else None
    subsystem = _SUBSYSTEM.match(text)
    if subsystem:
        return AbsolutePath("machine", subsystem.group(), text, "Windows", "sure" if ends_like_file(text) else "likely")
    share = _NETWORK_SHARE.match(text)
    if share:
        return AbsolutePath("machine", share.group(), text, "share", "sure" if _FILE.search(text) else "likely")
    bucket = _BUCKET.match(text)
    if bucket is None or re.search(r"[{}$%*]", bucket["bucket"]) or (not whole and bucket.end() == len(text)):
        return None
    name = bucket["bucket"].lower()
    if _OPEN_DATA.match(name) or name in ("bucket", "my-bucket", "mybucket", "bucket-name", "bucket_name"):
        return None
    return AbsolutePath("machine", bucket.group(), text, "Databricks" if text.startswith("dbfs") else "bucket")


def _is_drive(text: str) -> bool:
    """Whether `d:/...` is a path on a drive and no regular expression, time or label."""
    rest = text[2:].lstrip("\\/")
    if re.search(r"[+^$\[\]]", rest) or re.match(r"[dswDSWbBnrt](?:\\|[+*{]|\Z)", rest):
        return False
    return len(rest) >= 3 and rest[0] not in " =,;"


#: In the text of a shell command: where a path may begin.
SHELL_START = lazy(r"""(?<![\w/.}$~:\\%-])(?=/\w|~[A-Za-z]|[A-Za-z]:[\\/]|(?:s3a?|gs|gcs)://|(?:\./)?g?drive/My)""")
_SHELL_PATH = lazy(r"""(?:\\ |[^\s"';|&<>()])+""")


def in_command(text: str) -> list[Found]:
    """The absolute paths in a shell command. Below an unknown folder, only those that end like a file."""
    found = []
    for start in SHELL_START.finditer(text):
        at = start.start()
        before = text[:at].split()[-1:] if at and not text[at - 1].isspace() else []
        if before and "://" in before[0]:
            continue  # the query of a URL
        quote = text[at - 1] if at and text[at - 1] in "\"'" else ""
        end = text.find(quote, at) if quote else -1
        word = text[at:end] if end > at else (_SHELL_PATH.match(text, at) or start).group()
        colon = word.find(":", 2)
        if colon > 0 and word[colon + 1 : colon + 2] == "/" and word[colon + 1 : colon + 3] != "//":
            word = word[:colon]  # docker's `-v /here:/there`
        word = word.rstrip(",")
        path = classify(word.replace("\\ ", " "))
        if path is None or path.certainty == "doubtful":
            continue
        if path.certainty == "sure" or (_FILE.search(word) and word.count("/") > 2):
            found.append(Found(at, at + len(word), path))
    return found


def ends_like_file(text: str) -> bool:
    """Whether a path ends as files of data, code or results do."""
    return _FILE.search(text) is not None


def same_root(root: str) -> str:
    """How a root is spelled where two spellings of it are to be one: `C:\\Users\\bob` and `C:/Users/bob`.

    Args:
        root: of an `AbsolutePath`.

    Returns:
        The root with single slashes; a Linux home that Windows looks into as Linux names it.
    """
    if root[1:2] == ":":
        root = root[0].upper() + root[1:]
    if "\\" not in root:
        return root.rstrip("/")
    plain = re.sub(r"[\\/]+", "/", root).rstrip("/")
    linux = re.match(r"(?i)/wsl(?:\.localhost|\$)/[\w.-]+(?=/home/)", plain)
    if linux:
        return plain[linux.end() :]
    return f"/{plain}" if root[0] == "\\" else plain
