"""Rules that the machine keeps: file lengths, and migrations in step with the models."""

import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[1]
LIMIT_LINES = 400


def _sources() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / line for line in listing.stdout.splitlines()]
    return [file for file in files if file.suffix in {".py", ".js", ".mjs", ".css", ".html"}]


def test_no_source_file_is_longer_than_the_limit():
    long = {
        str(file.relative_to(ROOT)): count
        for file in _sources()
        if file.is_file() and "migrations" not in file.parts
        if (count := len(file.read_text("utf-8").splitlines())) > LIMIT_LINES
    }

    assert long == {}


@pytest.mark.django_db
def test_the_migrations_are_in_step_with_the_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
