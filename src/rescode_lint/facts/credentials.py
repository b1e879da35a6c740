"""What keys, tokens and passwords look like, whose they are, and how to show a text without them.

Text in, judgement out. The formats are those that the services document; what has no format of its own (the 40 hex digits
of an older Weights & Biases key are also those of a commit) counts only under a name or in a call that says what it is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from rescode_lint.lazy import lazy


class Service(NamedTuple):
    """Whose credential it is, and where it should come from instead."""

    #: With its article: "a Hugging Face token".
    title: str
    #: The environment variable that the service's own library reads, or a good name for one; "" where there is none.
    variable: str
    #: Where it is revoked; "" where that is not known.
    page: str = ""


Kind = Literal["token", "password", "key"]


class Credential(NamedTuple):
    """A credential in a text."""

    start: int
    end: int
    service: Service
    #: "token" by its format or by its name, "password" of a person or database, "key" for a private key of many lines.
    kind: Kind = "token"
    #: What surrounds a password: `postgresql://lab:…@db.example.org`; what a value is stored under.
    name: str = ""


#: Services by their own formats: (title, variable, page, pattern). The patterns match the whole credential.
_FORMATS: tuple[tuple[str, str, str, str], ...] = (
    (
        "a Hugging Face token",
        "HF_TOKEN",
        "https://huggingface.co/settings/tokens",
        r"(?:hf|api_org)_[A-Za-z0-9]{30,40}",
    ),
    (
        "an Anthropic API key",
        "ANTHROPIC_API_KEY",
        "https://console.anthropic.com/settings/keys",
        r"sk-ant-[\w-]{30,140}",
    ),
    ("an OpenRouter API key", "OPENROUTER_API_KEY", "https://openrouter.ai/settings/keys", r"sk-or-v1-[0-9a-f]{64}"),
    (
        "an OpenAI API key",
        "OPENAI_API_KEY",
        "https://platform.openai.com/api-keys",
        r"sk-(?:proj|svcacct|admin)-[\w-]{20,200}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|sk-[A-Za-z0-9]{32,64}",
    ),
    (
        "a Weights & Biases API key",
        "WANDB_API_KEY",
        "https://wandb.ai/settings",
        r"wandb_v1_[\w-]{40,100}",
    ),
    ("a Kaggle API token", "KAGGLE_API_TOKEN", "https://www.kaggle.com/settings", r"KGAT_[0-9a-f]{32}"),
    (
        "an AWS access key",
        "AWS_ACCESS_KEY_ID",
        "https://console.aws.amazon.com/iam/",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
    ),
    ("a Google API key", "GOOGLE_API_KEY", "https://console.cloud.google.com/apis/credentials", r"AIza[\w-]{35}"),
    (
        "a Google client secret",
        "GOOGLE_CLIENT_SECRET",
        "https://console.cloud.google.com/apis/credentials",
        r"GOCSPX-[\w-]{28}",
    ),
    (
        "a GitHub token",
        "GITHUB_TOKEN",
        "https://github.com/settings/tokens",
        r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    ),
    (
        "a GitLab token",
        "GITLAB_TOKEN",
        "https://gitlab.com/-/user_settings/personal_access_tokens",
        r"gl(?:pat|dt|rt|ptt|ft)-[\w-]{20,300}",
    ),
    ("a Slack token", "SLACK_TOKEN", "https://api.slack.com/apps", r"xox[abeoprs]-[\w-]{10,250}"),
    (
        "a Slack webhook",
        "SLACK_WEBHOOK_URL",
        "https://api.slack.com/apps",
        r"https://hooks\.slack\.com/services/T\w{6,12}/B\w{6,12}/\w{20,28}",
    ),
    (
        "a Discord webhook",
        "DISCORD_WEBHOOK_URL",
        "",
        r"https://discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,70}",
    ),
    (
        "a Neptune API token",
        "NEPTUNE_API_TOKEN",
        "https://app.neptune.ai",
        r"eyJhcGlf[A-Za-z0-9+/_-]{60,400}={0,2}",
    ),
    (
        "a Mapbox token",
        "MAPBOX_TOKEN",
        "https://account.mapbox.com/access-tokens",
        r"[ps]k\.eyJ1[\w-]{20,200}\.[\w-]{20,40}",
    ),
    (
        "a Twitter bearer token",
        "TWITTER_BEARER_TOKEN",
        "https://developer.x.com/en/portal/dashboard",
        r"A{20,22}[A-Za-z0-9%]{40,120}",
    ),
    ("a Telegram bot token", "TELEGRAM_BOT_TOKEN", "", r"\d{8,10}:AA[\w-]{33}"),
    (
        "an Azure storage key",
        "AZURE_STORAGE_CONNECTION_STRING",
        "https://portal.azure.com",
        r"(?<=AccountKey=)[A-Za-z0-9+/]{86}==",
    ),
    ("an Azure access signature", "AZURE_STORAGE_SAS_TOKEN", "", r"(?<=[?&]sig=)[A-Za-z0-9%+/]{40,60}=?"),
    (
        "a Copernicus CDS key",
        "CDSAPI_KEY",
        "https://cds.climate.copernicus.eu/profile",
        r"\d{3,7}:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    ("a Groq API key", "GROQ_API_KEY", "https://console.groq.com/keys", r"gsk_[A-Za-z0-9]{52}"),
    (
        "a Replicate token",
        "REPLICATE_API_TOKEN",
        "https://replicate.com/account/api-tokens",
        r"r8_[A-Za-z0-9]{37}",
    ),
    ("a Perplexity API key", "PERPLEXITY_API_KEY", "", r"pplx-[A-Za-z0-9]{48}"),
    (
        "a LangSmith API key",
        "LANGSMITH_API_KEY",
        "https://smith.langchain.com",
        r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",
    ),
    ("a Databricks token", "DATABRICKS_TOKEN", "", r"dapi[0-9a-f]{32}(?:-\d)?"),
    ("a Planet API key", "PL_API_KEY", "https://www.planet.com/account", r"PLAK[0-9a-f]{32}"),
    ("a PyPI token", "TWINE_PASSWORD", "https://pypi.org/manage/account/token/", r"pypi-AgEI[\w-]{50,250}"),
    ("an npm token", "NPM_TOKEN", "", r"npm_[A-Za-z0-9]{36}"),
    ("a SendGrid API key", "SENDGRID_API_KEY", "", r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("a Stripe key", "STRIPE_API_KEY", "https://dashboard.stripe.com/apikeys", r"[sr]k_live_[A-Za-z0-9]{24,100}"),
    ("a Docker Hub token", "DOCKER_TOKEN", "https://hub.docker.com/settings/security", r"dckr_pat_[\w-]{27}"),
    (
        "a signed token (JWT)",
        "API_TOKEN",
        "",
        r"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}",
    ),
)
_SERVICES = tuple(Service(title, variable, page) for title, variable, page, _ in _FORMATS)
_FORMAT = lazy(
    r"(?<![A-Za-z0-9_])(?:"
    + "|".join(f"(?P<f{i}>{pattern})" for i, (*_, pattern) in enumerate(_FORMATS))
    + r")(?![A-Za-z0-9])"
)

_PRIVATE_KEY = Service("a private key", "")
_PEM = lazy(
    r"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?P<value>(?:\\n|[\sA-Za-z0-9+/=\"'(),:-]){64,8000}?)(?:-----END|\Z)"
)

_WANDB = Service("a Weights & Biases API key", "WANDB_API_KEY", "https://wandb.ai/settings")
_KAGGLE = Service("a Kaggle API key", "KAGGLE_KEY", "https://www.kaggle.com/settings")
#: What names tell the service, looked for in the name of the value, then in what stands before it on the line.
_NAMED_SERVICES: tuple[tuple[str, Service], ...] = (
    ("wandb", _WANDB),
    ("kaggle", _KAGGLE),
    ("comet", Service("a Comet API key", "COMET_API_KEY", "https://www.comet.com/account-settings/apiKeys")),
    ("experiment(", Service("a Comet API key", "COMET_API_KEY", "https://www.comet.com/account-settings/apiKeys")),
    ("neptune", Service("a Neptune API token", "NEPTUNE_API_TOKEN", "https://app.neptune.ai")),
    ("entrez", Service("an NCBI API key", "NCBI_API_KEY", "https://www.ncbi.nlm.nih.gov/account/settings/")),
    ("ncbi", Service("an NCBI API key", "NCBI_API_KEY", "https://www.ncbi.nlm.nih.gov/account/settings/")),
    ("nasa", Service("a NASA API key", "NASA_API_KEY", "https://api.nasa.gov")),
    (
        "mprester",
        Service("a Materials Project API key", "MP_API_KEY", "https://next-gen.materialsproject.org/dashboard"),
    ),
    ("mp_api", Service("a Materials Project API key", "MP_API_KEY", "https://next-gen.materialsproject.org/dashboard")),
    ("fred", Service("a FRED API key", "FRED_API_KEY", "https://fredaccount.stlouisfed.org/apikeys")),
    (
        "quandl",
        Service("a Nasdaq Data Link API key", "NASDAQ_DATA_LINK_API_KEY", "https://data.nasdaq.com/account/profile"),
    ),
    ("census", Service("a Census API key", "CENSUS_API_KEY", "")),
    ("owm", Service("an OpenWeather API key", "OPENWEATHER_API_KEY", "https://home.openweathermap.org/api_keys")),
    (
        "openweather",
        Service("an OpenWeather API key", "OPENWEATHER_API_KEY", "https://home.openweathermap.org/api_keys"),
    ),
    ("zenodo", Service("a Zenodo token", "ZENODO_TOKEN", "https://zenodo.org/account/settings/applications/")),
    ("openai", Service("an OpenAI API key", "OPENAI_API_KEY", "https://platform.openai.com/api-keys")),
    ("cohere", Service("a Cohere API key", "CO_API_KEY", "https://dashboard.cohere.com/api-keys")),
    ("pinecone", Service("a Pinecone API key", "PINECONE_API_KEY", "https://app.pinecone.io")),
    ("roboflow", Service("a Roboflow API key", "ROBOFLOW_API_KEY", "https://app.roboflow.com/settings/api")),
    ("mistral", Service("a Mistral API key", "MISTRAL_API_KEY", "https://console.mistral.ai/api-keys")),
    ("aws_secret", Service("an AWS secret key", "AWS_SECRET_ACCESS_KEY", "https://console.aws.amazon.com/iam/")),
    ("aws_session", Service("an AWS session token", "AWS_SESSION_TOKEN", "https://console.aws.amazon.com/iam/")),
    ("twitter", Service("a Twitter key", "", "https://developer.x.com/en/portal/dashboard")),
)

#: `NAME = "value"`, `name="value"`, `{"name": "value"}`, `environ["NAME"] = "value"`, `get("NAME", "value")`.
_SECRET_WORD = r"keys?|token|secret|passw(?:or)?d|pwd|passphrase|bearer"
_ASSIGNED = lazy(
    r"(?:" + _SECRET_WORD + r")(?![\w-])"
    r"(?:\\?[\"']|\]|\))*\s*(?::\s*(?:str|Optional\[str\]|str\s*\|\s*None)\s*)?"
    r"(?:(?:=|:)\s*|(?P<comma>,)(?:[^\"'\n(){}\[\]]{0,40}=)?[ \t]*)(?:\(\s*)?[rbuRBU]?\\?(?P<quote>[\"'])(?P<value>[^\s\"'\\]{6,300})\\?(?P=quote)",
    re.IGNORECASE,
)
#: `export NAME=value`, `%env NAME=value`, `?api_key=value&`, `--token value`: without quotes.
_BARE = lazy(
    r"(?:key|token|secret|passw(?:or)?d|(?<=[?&])appid)(?:=|(?<=[a-z]) )(?P<value>[A-Za-z0-9][\w+/=.~-]{15,300})",
    re.IGNORECASE,
)
_NAME_BEFORE = lazy(r"[A-Za-z_][\w.:-]{0,60}\Z")
#: Calls that take a name and a value.
_TAKES_NAME = lazy(
    r"(?:get|getenv|setdefault|add_argument|add_option|[oO]ption|setenv|setattr|set_\w+|putenv)\(\s*[^()]*\Z"
)
_WANDB_LOGIN = lazy(
    r"wandb\s*[. ]\s*login\b(?:[^()\n]|\(|\n[ \t]*){0,120}?(?<![0-9a-fA-F])(?P<value>[0-9a-f]{40})(?![0-9a-fA-F])"
)
_KAGGLE_JSON = lazy(
    r"\\?[\"']username\\?[\"']\s*:\s*\\?[\"'][\w-]+\\?[\"']\s*,\s*\\?[\"']key\\?[\"']\s*:\s*\\?[\"'](?P<value>[0-9a-f]{32})(?![0-9a-f])"
)
#: Classes and functions whose first argument, or first two, is the key.
_CALLS = lazy(
    r"\b(?P<name>MPRester|Fred|FullFred|OWM|Census|Roboflow|NewsApiClient|Experiment|OAuthHandler|OAuth1UserHandler"
    r"|set_access_token|AppAuthHandler|Tiingo|set_mapbox_access_token|TimeSeries|Geocoder)\(\s*[\"'](?P<value>[\w+/=.-]{15,120})[\"']"
    r"(?:\s*,\s*[\"'](?P<second>[\w+/=.-]{15,120})[\"'])?"
)
_HEADER = lazy(
    r"authorization\\?[\"']?\s*[:,=\]]+\s*f?\\?[\"']?(?:bearer|token|basic|apikey)\s+(?P<value>[\w+/=.~-]{20,2000})", 2
)
_URL = lazy(
    r"\b(?P<scheme>[a-z][a-z0-9+.-]{1,30})://(?P<user>[^\s/@:\"'<>{}$`\\]{0,80}):(?P<value>[^\s/@\"'<>{}`\\]{3,100})@"
    r"(?P<host>[\w.-]+)",
    re.IGNORECASE,
)
_HOSTED_TOKEN = lazy(r"https?://(?P<value>[0-9a-f]{40})@(?P<host>[\w.-]+)")

#: Words before `token` that make it a word of a text, a page or a form.
_NO_SECRET = frozenset(
    """eos bos pad unk sep cls mask masked special start end stop begin first last next previous prev page continuation cursor
    sync csrf xsrf max min num image img video audio turn space newline word sub bpe text prompt input output target source
    user assistant system tool extra delimiter separator padding unknown blank init initial language lang code public primary
    foreign sort cache dict partition lookup map row column index id name type path file pin hash random group node cell
    default pattern""".split()
)
#: Words before `key` that make it a secret.
_KEY_OF = frozenset(
    """api access secret auth app application account consumer client subscription private storage service license master admin
    encryption signing session security server rest wandb kaggle comet neptune openai cohere pinecone mistral nasa ncbi entrez
    fred quandl census zenodo aws azure gcp google maps mapbox twitter weather owm roboflow hf huggingface ssh deploy write
    read bot""".split()
)
_PASSWORDS = frozenset({"password", "passwd", "pwd", "passphrase"})
_WORDS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: What stands where the reader is to put in his own.
_PLACEHOLDER = lazy(
    r"x{4}|\*{3}|\.{3}|…|[<>{}$]|your|my[_-]|example|placeholder|change[_-]?me|dummy|fake|insert|replace|redacted|hidden"
    r"|[_-]here|here\Z|t[o0]do|12345|23456|abcde|qwert|0{6}|sample|mock|foobar|test|secret|token|passw|api[_-]?key|removed|none|null"
    r"|deadbeef|c0ffee|1a2b3c|a1b2c3|bogus|invalid|%s|%\(|lorem|deprecated|anonymous|default|public|demo",
    re.IGNORECASE,
)
#: The same inside of a format, where a short word may come by chance.
_FORMAT_PLACEHOLDER = lazy(
    r"x{4}|\*{3}|\.{3}|…|[<>{}$]|your|example|placeholder|change_?me|dummy|insert|replace|redacted|12345|23456|abcdef|a1b2c3"
    r"|0{6}|foobar|_here|fake|sample|tokenhere|keyhere|deadbeef",
    re.IGNORECASE,
)
_WEAK = frozenset(
    """password passwd pass pwd secret token admin root guest user username login example changeme letmein welcome qwerty postgres
    mysql mongo redis default test testing tester demo docker minio minioadmin rabbitmq airflow mlflow prefect mage neo4j
    hunter2 me you name anonymous anon none null true false""".split()
)
_LOCAL = lazy(
    r"localhost\Z|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|host\.docker|[^.]+\Z|(?:foo|bar|host|server|domain|mysite)\.\w+\Z|(?:.*\.)?(?:example|test|invalid|local)(?:\.\w+)?\Z",
    re.IGNORECASE,
)
_SAME = lazy(r"(.)\1{5}")
_CLASS = str.maketrans(
    {
        **dict.fromkeys(map(chr, range(97, 123)), "a"),
        **dict.fromkeys(map(chr, range(65, 91)), "A"),
        **dict.fromkeys("0123456789", "0"),
    }
)
#: Cheap signs, before anything else is looked at.
_RUN = lazy(r"[A-Za-z0-9_+/-]{16,}")
_COMMENT = lazy(r"#.{24,}")
_DIGIT = lazy("[0-9]")
#: What is near each credential: the beginning of its format, or a word that says what it is.
_MEANT = lazy(
    r"key|token|secret|passw|pwd|passphrase|bearer|auth|login|://|MPRester|Fred|OWM|Census|Roboflow|Client\(|Experiment\(|Tiingo"
    r"|TimeSeries|Geocoder|appid|username|sig=|hf_|api_org_|sk-|AKIA|ASIA|ABIA|ACCA|AIza|GOCSPX|gh[pousr]_|github_pat|glpat|gl[drpf]"
    r"|wandb|xox|eyJ|KGAT_|A{20}|:AA|gsk_|r8_|pplx|lsv2|dapi|PLAK|pypi-|npm_|SG\.|k_live|dckr|[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
    re.IGNORECASE,
)
_PREFIX = lazy(
    r"hf_|api_org_|sk-|AKIA|ASIA|ABIA|ACCA|AIza|GOCSPX|gh[pousr]_|github_pat|glpat|wandb_v1|xox[a-z]-|eyJ|KGAT_|A{20}|gsk_|[sr]k_live"
)
_HASH_IN_URL = lazy(r"/[0-9a-f]{32,64}(?![0-9A-Za-z])")
_URL_SIGN = lazy(r"://[^\s/@:\"'<>{}$]{0,80}:[^\s/@\"'<>{}]{3,100}@|://[0-9a-f]{40}@")
_PASSWORD_SIGN = lazy(r"(?:assw(?:or)?d|pwd|assphrase)[\"'\])]*\s*(?::\s*str\s*)?[=:,]", re.IGNORECASE)
#: Lines around a sign in which a credential is looked for.
_AROUND = 3


def shortened(secret: str, kind: Kind = "token") -> str:
    """What may be shown of a credential: at most its first four characters, and nothing of a password."""
    return f"{secret[:4]}…" if kind == "token" and len(secret) >= 16 else "…"


def find(text: str) -> list[Credential]:
    """All credentials in a text, by format, by name, by call, in order of place; placeholders are none."""
    found = sorted(_found(text), key=lambda c: (c.start, -c.end))
    kept: list[Credential] = []
    for credential in found:
        if not kept or credential.start >= kept[-1].end:
            kept.append(credential)
    return kept


def find_in(lines: list[str], strings: Iterable[str] | None) -> list[Credential]:
    """The credentials of a file, at offsets in its lines joined by a line feed. Costs little where there are none.

    Args:
        lines: the file.
        strings: its string literals; None where they are not known, and everything is to be looked at.
    """
    text = "\n".join(lines)
    looked = (
        text
        if strings is None
        else "\n".join([*[s for s in strings if len(s) < 300 or not _is_prose(s)], *_COMMENT.findall(text)])
    )
    places = [at for run in {run for run in _RUN.findall(looked) if _suspect(run)} for at in _all(text, run)]
    if "@" in text and "://" in text:
        places += [match.start() for match in _URL_SIGN.finditer(text)]
    if "assw" in text:
        places += [match.start() for match in _PASSWORD_SIGN.finditer(text)]
    if not places:
        return []
    if "PRIVATE KEY" in text:
        return find(text)
    found: list[Credential] = []
    done = 0
    for place in sorted(places):
        if place < done:
            continue
        start, end = _around(text, place)
        start = max(start, done)
        if not _MEANT.search(text, start, end):
            done = place + 1
            continue
        found += [c._replace(start=c.start + start, end=c.end + start) for c in find(text[start:end])]
        done = max(end, found[-1].end if found else 0)
    return found


def _all(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _around(text: str, place: int) -> tuple[int, int]:
    start = place
    for _ in range(_AROUND + 1):
        start = text.rfind("\n", 0, start)
        if start < 0:
            break
    end = place
    for _ in range(_AROUND + 1):
        end = text.find("\n", end + 1)
        if end < 0:
            end = len(text)
            break
    return start + 1, end


def redacted(text: str, *, keep_width: bool = False, secrets: Iterable[str] = ()) -> str:
    """A text without credentials: `hf_A…` for each. Fit for a message, a line of code, a diff.

    Args:
        text: anything.
        keep_width: put as many characters as there were, so that columns stay true.
        secrets: what is known to be one, whatever it looks like here.
    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if secret in text:
            short = shortened(secret)
            text = text.replace(secret, short.removesuffix("…").ljust(len(secret), "*") if keep_width else short)
    if len(text) < 8 or not _worth(text):
        return text
    spans = [(c.start, c.end, c.kind) for c in find(text)]
    spans += [
        (m.start("value"), m.end("value"), "key")
        for m in _PEM_LINE.finditer(text)
        if _DIGIT.search(m["value"]) and _entropy(m["value"]) >= 4.3  # no sequence of a protein
    ]
    if _CONTEXT.search(text):
        spans += [(m.start(), m.end(), "token") for m in _LONG_RUN.finditer(text) if _looks_random(m[0])]
    spans.sort()
    parts: list[str] = []
    at = 0
    for start, end, kind in spans:
        if start < at:
            continue
        secret = text[start:end]
        if kind == "key":
            hidden = _VISIBLE.sub("*", secret) if keep_width or "\n" in secret else "…"
        elif keep_width:
            hidden = shortened(secret, kind).removesuffix("…").ljust(len(secret), "*")
        else:
            hidden = shortened(secret, kind)
        parts += [text[at:start], hidden]
        at = end
    parts.append(text[at:])
    return "".join(parts)


#: A line of a private key, where its header is not in sight.
_PEM_LINE = lazy(r"^[\s+\"'-]*(?P<value>[A-Za-z0-9+/]{60,80}={0,2})(?:\\n)?[\"'\s,)]*$", re.MULTILINE)
#: A literal of its own, or the value of an option: names in code and in messages do not look so.
_LONG_RUN = lazy(r"(?<=[\"'=])(?=(?:[^\d\s]*\d){5})[A-Za-z0-9+_-]{20,400}={0,2}(?=[\"'\s&\\]|\Z)")
_CONTEXT = lazy(r"passw|secret|token|api_?key|login|auth|wandb|kaggle|credential|access_?key", re.IGNORECASE)
_VISIBLE = lazy(r"[^\s]")


def _worth(text: str) -> bool:
    """Whether a text may hold a credential at all."""
    return (
        ("@" in text and _URL_SIGN.search(text) is not None)
        or any(map(_suspect, _RUN.findall(text)))
        or _PASSWORD_SIGN.search(text) is not None
    )


def _suspect(run: str) -> bool:
    """Whether a run of characters may be a credential, or a part of one."""
    if not _DIGIT.search(run):
        return "hf_" in run or "api_org_" in run  # the rest has digits among its letters
    if _PREFIX.search(run):
        return True
    return _looks_random(run) and not _HASH_IN_URL.search(run)


def _is_prose(text: str) -> bool:
    """Whether a text is a docstring or a message, where nobody keeps a key."""
    return text.count(" ") * 8 > len(text)


def _looks_random(text: str) -> bool:
    """Whether a text was drawn at random rather than written: letters and digits mixed, no character too often."""
    length = len(text)
    kinds = text.translate(_CLASS)
    count = kinds.count
    if (count("a0") + count("0a") + count("A0") + count("0A") + count("aA")) * 7 < length or length < 15:
        return False
    if not count("0") or not (count("a") or count("A")):
        return False
    return len(set(text)) >= 8 and not _SAME.search(text) and _entropy(text) >= 2.9


def _entropy(text: str) -> float:
    """Bits a character."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values())


def _found(text: str) -> Iterator[Credential]:
    for match in _FORMAT.finditer(text):
        value = match[0]
        body = value.lstrip("A") if value.startswith("AAAA") else value[4:]
        if not _FORMAT_PLACEHOLDER.search(value) and _entropy(body) >= 2.8 and not _SAME.search(body):
            service = _SERVICES[int((match.lastgroup or "f0")[1:])]
            yield Credential(match.start(), match.end(), service)
    if "PRIVATE KEY" in text:
        for match in _PEM.finditer(text):
            value = match["value"]
            body = "".join(ch for ch in value.replace("\\n", "") if ch.isalnum())
            if len(body) >= 64 and _entropy(body) >= 4 and "..." not in value:
                yield Credential(match.start("value"), match.end("value"), _PRIVATE_KEY, "key")
    if "://" in text:
        yield from _in_urls(text)
    for match in _WANDB_LOGIN.finditer(text):
        if _is_key(match["value"]):
            yield Credential(*match.span("value"), _WANDB)
    for match in _KAGGLE_JSON.finditer(text):
        if _is_key(match["value"]):
            yield Credential(*match.span("value"), _KAGGLE, name="key")
    for match in _CALLS.finditer(text):
        for group in ("value", "second"):
            if match[group] and _is_key(match[group]):
                service = _service("api_key", _before(text, match.end("name") + 1))
                yield Credential(*match.span(group), service, name=match["name"])
    for match in _HEADER.finditer(text):
        if _is_key(match["value"]):
            yield Credential(*match.span("value"), _service("", ""), name="Authorization")
    yield from _named(text)


def _named(text: str) -> Iterator[Credential]:
    for match in _ASSIGNED.finditer(text):
        name, value = _name(text, match), match["value"]
        if match["comma"] and not _TAKES_NAME.search(_before(text, match.start())):
            continue  # two of a list
        last = _says_secret(name)
        if last in _PASSWORDS:
            if _is_password(value):
                yield Credential(*match.span("value"), Service("a password", variable_of(name)), "password", name)
        elif last and _is_key(value):
            yield Credential(*match.span("value"), _service(name, _before(text, match.start())), name=name)
    for match in _BARE.finditer(text):
        name, value = _name(text, match), match["value"]
        if text[match.start() - 1 : match.start()] in ("?", "&") and name != "appid":
            continue  # `?token=…` and `?key=…` are those of a shared link
        option = text[match.start("value") - 1] == " "
        if option and f"-{name}" not in _before(text, match.start("value")):
            continue
        if (name == "appid" or _says_secret(name)) and _is_key(value):
            yield Credential(*match.span("value"), _service(name, _before(text, match.start())), name=name)


def _name(text: str, match: re.Match[str]) -> str:
    """The whole of a name whose last word was found."""
    word = re.match(r"\w+", text[match.start() :])
    before = _NAME_BEFORE.search(text, max(0, match.start() - 60), match.start())
    return (before[0] if before else "") + (word[0] if word else "")


def _before(text: str, place: int) -> str:
    """What stands before a place on its line."""
    return text[text.rfind("\n", 0, place) + 1 : place]


def _in_urls(text: str) -> Iterator[Credential]:
    for match in _URL.finditer(text):
        user, value, host = match["user"], match["value"], match["host"]
        if value.lower() in _WEAK or value == user or value.startswith(("$", "%", "*")) or _LOCAL.match(host):
            continue
        if _PLACEHOLDER.search(value) or user.lower() in (
            "user",
            "username",
            "login",
            "name",
            "your_username",
            "anonymous",
        ):
            continue
        scheme = match["scheme"].lower().partition("+")[0]
        web = scheme.startswith(("http", "git", "ftp", "sftp"))
        service = Service("a password", "" if web else "MONGODB_URI" if scheme == "mongodb" else "DATABASE_URL")
        yield Credential(*match.span("value"), service, "password", f"{match['scheme']}://{user}:…@{host}")
    for match in _HOSTED_TOKEN.finditer(text):
        if _is_key(match["value"]):
            github = Service("a token", "GITHUB_TOKEN" if "github" in match["host"] else "")
            yield Credential(*match.span("value"), github, name=f"https://…@{match['host']}")


def _says_secret(name: str) -> str:
    """The last word of a name that holds a secret, such as "key" or "password"; "" if it does not say so."""
    if "::" in name:  # the type of a resource
        return ""
    words = [word.lower() for word in _WORDS.findall(name.rpartition(".")[2])]
    if name.lower().endswith(("api.key", "apikey")):
        return "key"
    if not words:
        return ""
    last = words[-1]
    before = words[-2] if len(words) > 1 else ""
    if last in _PASSWORDS:
        return last if before not in ("hashed", "encrypted", "hash", "no", "forgot", "reset") else ""
    if last in ("key", "keys"):
        return last if before in _KEY_OF else ""
    if last in ("token", "secret", "bearer"):
        return last if before not in _NO_SECRET else ""
    return last if last.endswith(("apikey", "secretkey", "accesskey")) else ""


def _is_key(value: str) -> bool:
    return not _PLACEHOLDER.search(value) and _looks_random(value)


def _is_password(value: str) -> bool:
    """Whether somebody chose this as a password for himself: letters and digits or signs, none of the common ones."""
    if not 8 <= len(value) <= 64 or value.lower() in _WEAK or _PLACEHOLDER.search(value) or _SAME.search(value):
        return False
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    signs = len(value) - letters - digits
    return bool(letters) and (digits + signs) > 0 and not _NO_PASSWORD.search(value)


#: Paths, addresses, templates, attribute names, hashes: what a word beside `password` often is.
_NO_PASSWORD = lazy(
    r"[/\\()\[\]]|\A[\w.+-]+@[\w-]+\.|\A[a-z]+(?:[_.-][a-z]+)+\Z|\A--?[a-z]|\A\$2[aby]\$|\Asha\d|\Apbkdf2|:\Z",
    re.IGNORECASE,
)


def _service(name: str, before: str) -> Service:
    """The service by name, or by what stands before the name."""
    low = name.lower().replace("-", "_")
    for text in (low, before.lower()):
        for word, service in _NAMED_SERVICES:
            if word in text:
                return service
    return Service(
        "an API key" if "key" in low or not low else "a token" if "token" in low else "a secret", variable_of(name)
    )


def variable_of(name: str) -> str:
    """A name for the environment variable of a value."""
    words = _WORDS.findall(name.replace(".", "_"))
    made = "_".join(
        word.upper() for word in words if word.lower() not in ("self", "os", "environ", "config", "cfg", "args")
    )
    return made or "API_KEY"
