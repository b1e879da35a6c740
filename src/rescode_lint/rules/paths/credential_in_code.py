from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from rescode_lint.facts.credentials import Credential, shortened, variable_of
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Span
from rescode_lint.rule import Bad, FileRule, Repair
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

    from rescode_lint.project import Project

#: Made up, for the examples.
_HEX = "5e0a91c7d24f" + "b6831fa94c07e2d58b3a60c1f79d"
_WORD = "Mus7er" + "K4tze"
_LINK = "Q7WZ3MXK" + "5B2NRT4V"
_TEST = lazy(r"(?:^|/)(?:tests?|testing|fixtures?)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py\Z")
#: Titles without a format of their own: in tests such values are made up.
_BY_NAME = frozenset({"an API key", "a token", "a secret", "a password"})
_VARIABLE = lazy(r"`(\w+)`")
#: A link that is signed for some hours, and what ends one.
_SIGNED = lazy(r"(?i)://.*[?&](?:X-(?:Amz|Goog)-)?Signature=")
_END_OF_LINK = lazy(r"[\s\"'<>]")
#: Calls whose `default=` is looked at before it is known whether it is needed.
_DEFAULTS = frozenset({"add_argument", "add_option", "option", "Option", "Field", "field", "DEFINE_string"})
#: How the value is to come in instead.
Way = Literal["read", "optional", "ask", ""]


class _Where(NamedTuple):
    """How a credential stands in the code."""

    #: What a fix replaces: a literal, or the call that has it as a fallback.
    node: ast.expr | None = None
    way: Way = ""
    #: The environment variable that the code itself names.
    variable: str = ""
    #: The statement puts the value into the environment.
    sets: bool = False
    kind: Literal["code", "comment", "command"] = "code"


class CredentialInCode(FileRule):
    """A key in the code is no secret any more: everybody who can read the file (a collaborator, a reviewer, everybody,
    once the paper's code is public) can spend your money, delete your runs and read your data. Robots search public
    repositories for keys and find them within minutes. Deleting the line does not help, because the git history keeps
    it: the key has to be revoked.

    Keys and tokens are recognised by the formats that the services document, and by names and calls that say what they
    hold. No output ever shows more than the first four characters of one.
    """

    code = "RSC407"
    name = "credential-in-code"
    summary = "a key, token or password that stands in the code"
    advice = "Revoke it, as the git history keeps it, then read the new one from the environment."
    how_to_fix = (
        "Revoke the credential on the service's own page and make a new one. Set that as an environment variable where the "
        "program is started (`export WANDB_API_KEY=…` in the shell, a secret of Colab, Kaggle or GitHub Actions, a `.env` "
        'file that `.gitignore` names), and read it with `os.environ["WANDB_API_KEY"]`; most libraries find theirs by '
        "themselves. `git filter-repo` takes the old one out of the history, which spares you questions, but does not make it "
        "secret again."
    )
    limits = (
        "Placeholders (`YOUR_KEY`, `xxxx`, the examples of documentation) are left alone, and so are weak passwords of "
        "databases on the same machine, links that are signed for some hours, and made-up values in tests. Markdown cells and saved outputs are not searched. A "
        "password under a name that does not say so is not seen."
    )
    severity = "error"
    safe_fix = False
    visits = ast.Constant
    VALID = (
        'import os\nimport wandb\nwandb.login(key=os.environ["WANDB_API_KEY"])',
        'import openai\nopenai.api_key = "YOUR_API_KEY"\nclient = openai.OpenAI(api_key="sk-...")',
        'import boto3\nboto3.client("s3", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")',
        'api_key = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\ntoken = "<token>"\naccess_token = "0000000000000000000000000000000000000000"',
        'from sqlalchemy import create_engine\ncreate_engine("postgresql://postgres:postgres@localhost/songs")',
        "from sqlalchemy import create_engine\nimport os\ncreate_engine(f\"postgresql://lab:{os.environ['PW']}@db.example.org/rats\")",
        f'# as of https://github.com/alice/study/blob/{_HEX}/model.py\nREVISION = "{_HEX}"\nrun_id = "{_HEX[:32]}"',
        'eos_token = "<|endoftext|>"\npad_token = "[PAD]"\nmask_token = "mask_0001_token_v2_extra"',
        'password = "password"\nprompt = dict(password="Enter your password:")',
        'tokenizer = "microsoft/deberta-v3-base"\ncache_key = "train_2020_v2_fold3_256px_aug"',
        # A link that is signed for some hours.
        f'URL = "https://lab.s3.amazonaws.com/x.h5?AWSAccessKeyId=ASIA{_LINK}&Signature={_HEX[:27]}%3D"',
        {"tests/test_api.py": f'def test_login():\n    assert login(password="{_WORD}&3x")\n'},
        "# %%\n%env WANDB_API_KEY=$KEY\n!wandb login\n!git clone https://$USER:$TOKEN@github.com/alice/study.git",
    )
    INVALID = (
        Bad(
            f'import wandb\nwandb.login(key="{_HEX}")\n                {"^" * 42}',
            "a Weights & Biases API key stands in the code: `5e0a…`",
            'import os\nimport wandb\nwandb.login(key=os.environ["WANDB_API_KEY"])',
            'import wandb\nimport os\n\nwandb.login(key=os.environ["WANDB_API_KEY"])',
        ),
        Bad(
            "from sqlalchemy import create_engine\n"
            f'engine = create_engine("postgresql://lab:{_WORD}@db.uni-lab.de/rats")\n                       {"^" * 49}',
            "a password stands in the code: `postgresql://lab:…@db.uni-lab.de`",
            'import os\n\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ["DATABASE_URL"])',
            'from sqlalchemy import create_engine\nimport os\n\nengine = create_engine(os.environ["DATABASE_URL"])',
        ),
        Bad(
            f"# %%\n!git clone https://bob:{_WORD}@gitlab.uni-lab.de/bob/rats.git\n                       {'^' * 11}",
            "a password stands in the code: `https://bob:…@gitlab.uni-lab.de`",
        ),
        Bad(
            f'# %%\nimport os\nos.environ["KAGGLE_KEY"] = "{_HEX[:32]}"\n                           {"^" * 34}',
            "a Kaggle API key stands in the code: `5e0a…`",
            '# %%\nimport os\nfrom getpass import getpass\nos.environ["KAGGLE_KEY"] = getpass("KAGGLE_KEY: ")',
            '# %%\nimport os\nfrom getpass import getpass\n\nos.environ["KAGGLE_KEY"] = getpass("KAGGLE_KEY: ")',
        ),
        Bad(
            f'import os\nkey = os.environ.get("FRED_API_KEY", "{_HEX[:32]}")\n      {"^" * 66}',
            "a FRED API key stands in the code: `5e0a…`",
            'import os\nkey = os.environ["FRED_API_KEY"]',
            'import os\nkey = os.environ["FRED_API_KEY"]',
        ),
        Bad(
            f'import zipfile\npassword = "{_WORD}&3x"\n           {"^" * 16}\nzipfile.ZipFile("a.zip").extractall(pwd=password)\n'
            f'password = "{_WORD}&4y"\nzipfile.ZipFile("b.zip").extractall(pwd=password)',
            "a password stands in the code: `password` (and at 1 more place of this file)",
        ),
        Bad(f'#  inflation(api_key="{_HEX[:32]}")\n                      {"^" * 32}\nrate = 2.1', "an API key"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a place; the places of one credential are merged."""
        found = file.credentials()
        if not found:
            return
        lines = file.source.lines
        text = "\n".join(lines)
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        in_test = _TEST.search(file.path) is not None
        for credential in found:
            if (in_test and credential.service.title in _BY_NAME) or _in_signed_link(text, credential):
                continue
            secret = text[credential.start : credential.end]
            line = bisect_right(starts, credential.start)
            column = credential.start - starts[line - 1] + 1
            where = _where(file, credential, secret, line, column)
            variable = where.variable or credential.service.variable
            if not variable and "://" not in credential.name:
                variable = variable_of(credential.name)
            end = min(column + len(secret), len(lines[line - 1]) + 1)
            if where.node is not None:
                span = file.span(where.node)
            else:
                span = _span(file, line, column, max(end, column + 1))
            shown = _shown(credential, secret)
            yield self.finding(
                span,
                f"{credential.service.title} stands in the code: `{shown}`",
                advice=_advice(credential, where, variable, file.is_notebook),
                fix=_fix(where, variable),
                group=f"{credential.service.title} {shown}",
            )._replace(cause=shown)

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | Repair | None:
        """The variable of the environment in place of the literal."""
        import libcst as cst

        if finding.fix is None or not isinstance(node, cst.SimpleString | cst.ConcatenatedString | cst.Call):
            return None
        match = _VARIABLE.search(finding.fix.title)
        assert match is not None
        variable = match[1]
        if finding.fix.title.startswith("Ask"):
            return Repair(cst.parse_expression(f'getpass("{variable}: ")'), (("getpass", "getpass"),))
        optional = finding.fix.title.endswith("if it is set")
        code = f'os.environ.get("{variable}")' if optional else f'os.environ["{variable}"]'
        return Repair(cst.parse_expression(code), (("os", ""),))


def _span(file: Module, line: int, column: int, end: int) -> Span:
    return file.source.span_of(line, column, line, end)


def _in_signed_link(text: str, credential: Credential) -> bool:
    """Whether it is a part of a link to one file, which is worth nothing after some hours."""
    *_, begin = [
        0,
        *(match.end() for match in _END_OF_LINK.finditer(text, max(0, credential.start - 5000), credential.start)),
    ]
    end = _END_OF_LINK.search(text, credential.end)
    return _SIGNED.search(text, begin, end.start() if end else len(text)) is not None


def _shown(credential: Credential, secret: str) -> str:
    """What is said of a credential: four characters of it at most."""
    if credential.kind == "key":
        return "-----BEGIN PRIVATE KEY-----"
    if credential.kind == "password":
        return credential.name.replace("`", "'")
    return shortened(secret)


def _where(file: Module, credential: Credential, secret: str, line: int, column: int) -> _Where:
    """What stands around a credential."""
    for node, _ in file.strings():
        value = node.value
        if not node.lineno <= line <= (node.end_lineno or node.lineno) or not isinstance(value, str):
            continue
        whole = value == secret or (credential.kind != "token" and _begins(value, credential))
        whole = whole or (credential.service.variable.endswith("CONNECTION_STRING") and secret in value)
        if not whole and credential.kind != "key":
            if secret in value:
                return _Where()
            continue
        if credential.kind == "key":
            if "PRIVATE KEY-----" in value:
                return _Where(node)
            continue
        return _of_literal(file, node)
    before = file.source.lines[line - 1][: column - 1]
    cell = file.source.cell_at(line)
    if cell is not None:
        inside = line - cell.first + 1
        for magic in cell.magics:
            if magic.line == inside or (magic.kind == "cell" and magic.line < inside):
                return _Where(kind="command")
    return _Where(kind="comment" if "#" in before else "code")


def _begins(value: str, credential: Credential) -> bool:
    """Whether a literal is the address that a password stands in."""
    start = credential.name.partition("…")[0]
    return "://" in start and value.startswith(start)


def _of_literal(file: Module, node: ast.Constant) -> _Where:
    """How the value of a literal is used."""
    file.here = file.scope
    parents = file.parents(node)
    parent = parents[0] if parents else None
    if "os" in file.scope.bindings and file.scope.imports.get("os") != "os":
        return _Where(node)  # `os` is something else here
    match parent:
        case ast.JoinedStr() | ast.Expr() | ast.Subscript():
            return _Where(node)
        case ast.Assign(targets=[ast.Subscript(value=holder, slice=ast.Constant(value=str(name)))]) if _is_environ(
            holder
        ):
            return _Where(node, "ask" if file.is_notebook else "", name, sets=True)
        case ast.Call(func=ast.Attribute(attr="setdefault", value=holder), args=[ast.Constant(value=str(name)), _]) if (
            _is_environ(holder)
        ):
            return _Where(node, "", name, sets=True)
        case ast.Call(func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value=str(name)), second]) if (
            second is node and _is_environ(holder)
        ):
            return _Where(parent, "read", name)
        case ast.Call(
            func=ast.Attribute(attr="getenv") | ast.Name(id="getenv"), args=[ast.Constant(value=str(name)), second]
        ) if second is node:
            return _Where(parent, "read", name)
        case ast.arguments():
            return _Where(node, "optional")
        case ast.keyword(arg="default") if len(parents) > 1 and isinstance(call := parents[1], ast.Call):
            last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            return _Where(node, "optional" if last in _DEFAULTS else "read")
    return _Where(node, "read")


def _is_environ(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (
        isinstance(node, ast.Name) and node.id == "environ"
    )


def _fix(where: _Where, variable: str) -> Fix | None:
    if not where.way or not variable:
        return None
    if where.way == "ask":
        return Fix(False, f"Ask for `{variable}` when the cell runs")
    return Fix(False, f"Read `{variable}` from the environment" + (" if it is set" if where.way == "optional" else ""))


def _advice(credential: Credential, where: _Where, variable: str, notebook: bool) -> str:
    """The remedy for this very case."""
    page = credential.service.page
    if credential.kind == "password":
        first = "Change it, as the git history keeps it"
    elif credential.kind == "key":
        first = "Revoke it, as the git history keeps it"
    else:
        first = (
            f"Revoke it at {page}, as the git history keeps it" if page else "Revoke it, as the git history keeps it"
        )
    if credential.kind == "key":
        return f"{first}, then keep the new one in a file outside of the repository, and its path in the environment."
    if where.kind == "comment":
        return f"{first}, and delete the comment."
    if where.kind == "command":
        if credential.kind == "password" or "://" in credential.name or "GIT" in variable:
            return f"{first}, then clone over SSH, or let `git credential` ask for it, so that no address holds it."
        tool = "wandb login" if variable == "WANDB_API_KEY" else ""
        once = f", or log in once in a terminal with `{tool}`" if tool else ""
        return f"{first}, then set `{variable or 'the variable'}` where the notebook server is started{once}."
    if where.sets:
        ask = f', or ask for it: `os.environ["{variable}"] = getpass("{variable}: ")`' if notebook else ""
        return f"{first}, delete this line, and set `{variable}` in the shell that starts the program{ask}."
    if not variable:
        return f"{first}, then read it from the environment."
    return f'{first}, then read the new one from the environment: `os.environ["{variable}"]`.'
