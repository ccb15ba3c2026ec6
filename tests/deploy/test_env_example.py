""".env.example names every variable that is read, and holds no secret."""

import re
from pathlib import Path

import pytest

READ = re.compile(r"""\be\.read\(\s*["']([A-Z][A-Z0-9_]*)["']""")
LINE = re.compile(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
SECRETS = {
    "SECRET_KEY",
    "JWT_SIGNING_KEY",
    "JWT_OLD_SIGNING_KEYS",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "MINIO_ROOT_PASSWORD",
    "MINIO_SECRET_KEY",
    "DEMO_PASSWORD",
    "EMAIL_HOST_PASSWORD",
}


def variables_read(repository: Path) -> set[str]:
    """Return the names that the settings and the start of the container read."""
    sources = [
        *(repository / "portal" / "settings").glob("*.py"),
        repository / "portal" / "gunicorn.py",
        repository / "deploy" / "prepare_database.py",
    ]
    return {name for source in sources for name in READ.findall(source.read_text())}


def variables_of_compose(repository: Path) -> set[str]:
    """Return the names that the compose files take from .env."""
    files = [repository / "docker-compose.yml", *(repository / "deploy").glob("compose.*.yml")]
    text = "\n".join(file.read_text() for file in files)
    return set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", text))


def example(repository: Path) -> dict[str, str]:
    """Return name and value of each variable of .env.example, commented out or not."""
    return {
        name: value for _, name, value in LINE.findall((repository / ".env.example").read_text())
    }


def test_every_variable_that_is_read_is_named(repository: Path) -> None:
    assert variables_read(repository) - set(example(repository)) == set()


def test_every_variable_of_the_compose_files_is_named(repository: Path) -> None:
    assert variables_of_compose(repository) - set(example(repository)) == set()


def test_every_named_variable_is_used(repository: Path) -> None:
    known = variables_read(repository) | variables_of_compose(repository) | {"COMPOSE_FILE"}

    assert set(example(repository)) - known == set()


def test_no_variable_is_named_twice(repository: Path) -> None:
    names = [name for _, name, _ in LINE.findall((repository / ".env.example").read_text())]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_secrets_are_empty(repository: Path, name: str) -> None:
    assert example(repository)[name] == ""


def test_whatever_looks_like_a_secret_is_one(repository: Path) -> None:
    looks = re.compile(r"PASSWORD$|SECRET_KEY$|(?<!ACCESS)_KEYS?$|TOKEN$")

    assert {name for name in example(repository) if looks.search(name)} == SECRETS


def test_every_variable_has_a_comment_above_it(repository: Path) -> None:
    lines = (repository / ".env.example").read_text().splitlines()
    bare = []
    for number, line in enumerate(lines):
        if LINE.match(line):
            above = number - 1
            while LINE.match(lines[above]):
                above -= 1
            if not lines[above].startswith("# ") or lines[above].startswith("# ==="):
                bare.append(line)

    assert bare == []
