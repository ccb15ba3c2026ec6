"""The documents are true: generated parts are current, and what they name exists."""

import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_APPS = "portal|lms|media_admin|tests|bench|scripts|static|templates|deploy|locale|docs"
# `lms/services/progress/`, docs/decisions/0009-hot-paths.md, but no part of a URL or an S3 key.
_PATH = re.compile(rf"(?<![\w./$-])(?:{_APPS})/[\w./*{{}},-]*[\w*}}/]")
_MODULE = re.compile(r"`((?:portal|lms|media_admin|bench)(?:\.[a-z_0-9]+)+)(?:\.[A-Z]\w*)?`")
_SETTING = re.compile(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
# Written by commands, not kept in the repository.
_MADE = ("var/",)
# Names that are not settings of the portal: SQL, headers of the S3 protocol and the like.
_OTHER_NAMES = {"APPEND_SLASH", "CONN_HEALTH_CHECKS"}


def _documents() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _exists(name: str) -> bool:
    if name.startswith(_MADE):
        return True
    if "{" in name:
        head, _brace, rest = name.partition("{")
        choices, _brace, tail = rest.partition("}")
        return all(_exists(f"{head}{choice}{tail}") for choice in choices.split(","))
    if "*" in name:
        return any(ROOT.glob(name.rstrip("/")))
    return (ROOT / name.rstrip("./")).exists() or (ROOT / name).exists()


def _module_exists(name: str) -> bool:
    """Tell whether a dotted name is a module, or a name that stands in one."""
    path = ROOT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module, _dot, attribute = name.rpartition(".")
    source = (ROOT / module.replace(".", "/")).with_suffix(".py")
    return source.exists() and re.search(rf"\b{attribute}\b", source.read_text("utf-8")) is not None


def _sources(app: str) -> list[Path]:
    return [path for path in (ROOT / app).glob("**/*.py") if path != Path(__file__)]


def _known_settings() -> set[str]:
    """Return the names of settings, environment variables and constants."""
    sources = [
        ROOT / ".env.example",
        ROOT / "docker-compose.yml",
        ROOT / "Makefile",
        *(path for app in ("portal", "lms", "media_admin", "tests") for path in _sources(app)),
        *ROOT.glob("scripts/**/*"),
        *ROOT.glob("deploy/**/*"),
        *ROOT.glob("bench/*.py"),
    ]
    texts = [path.read_text("utf-8", errors="ignore") for path in sources if path.is_file()]
    return {name for text in texts for name in re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", text)}


def test_the_data_model_page_shows_the_models_as_they_are():
    path = ROOT / "scripts" / "data_model.py"
    spec = importlib.util.spec_from_file_location("data_model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = module.PAGE.read_text("utf-8")

    assert module.render(page) == page


@pytest.mark.parametrize("document", _documents(), ids=_ids)
def test_what_a_document_names_exists(document):
    text = document.read_text("utf-8")
    settings = _known_settings() | _OTHER_NAMES

    missing = [name for name in _PATH.findall(text) if not _exists(name)]
    missing += [name for name in _MODULE.findall(text) if not _module_exists(name)]
    missing += [name for name in _SETTING.findall(text) if name not in settings]
    missing += [link for link in _LINK.findall(text) if not (document.parent / link).exists()]

    assert missing == []


@pytest.mark.parametrize(
    "name",
    ["lms/services/no_such.py", "docs/decisions/{0001-one-domain-app,no}.md", "tests/*/nothing_*"],
)
def test_a_path_that_is_gone_is_noticed(name):
    assert not _exists(name)
