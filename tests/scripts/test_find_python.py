"""scripts/find-python: which interpreters it takes, skips and refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.embedded
SCRIPT = Path(__file__).parents[2] / "scripts" / "find-python"
# The interpreter behind the virtual environment that runs the tests: a good one by definition.
GOOD = sys._base_executable

UNFIT = {
    "broken shim": "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n",
    "too old": "#!/bin/sh\nexit 1\n",
    "says nothing": "#!/bin/sh\nexit 0\n",
    "no ensurepip": (
        "#!/bin/sh\ncase $* in *'-m venv'*) exit 1 ;; *) exec " + GOOD + ' "$@" ;; esac\n'
    ),
}


def find_python(**environment: str) -> subprocess.CompletedProcess:
    """Run the script with this environment and nothing else; a home without pyenv by default."""
    return subprocess.run(
        [SCRIPT],
        env={"HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def put_program(path: Path, *, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def put_good_python(folder: Path, *, name: str = "python3.13") -> Path:
    """Link to the real interpreter, which then reports the link as its own path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).symlink_to(GOOD)
    return folder / name


def put_quick_python(folder: Path, *, name: str = "python3.13") -> Path:
    """Put a program that is the real interpreter, but makes an empty environment at once."""
    text = (
        "#!/bin/sh\ncase $* in *'-m venv'*) for last; do :; done; mkdir -p \"$last/bin\" &&"
        ' cp /bin/true "$last/bin/pip" ;; *) exec ' + GOOD + ' "$@" ;; esac\n'
    )
    return put_program(folder / name, text=text)


def version_of(python: str) -> str:
    program = "import sys; print(*sys.version_info[:2], sep='.')"
    return subprocess.check_output([python, "-c", program], text=True).strip()


@pytest.mark.parametrize("kind", UNFIT)
def test_an_unfit_python_variable_is_refused_in_one_line(tmp_path, kind):
    unfit = put_program(tmp_path / "python", text=UNFIT[kind])
    put_good_python(tmp_path / "bin")

    result = find_python(PYTHON=str(unfit), PATH=f"{tmp_path}/bin:/usr/bin:/bin")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"find-python: PYTHON={unfit} is unfit: needs Python 3.12 or 3.13 with venv and pip\n"
    )


def test_a_missing_python_variable_is_refused_in_one_line():
    result = find_python(PYTHON="no-such-python", PATH="/usr/bin:/bin")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "find-python: PYTHON=no-such-python is unfit: needs Python 3.12 or 3.13 with venv and pip\n"
    )


def test_a_fit_python_variable_wins_over_the_path_and_leaves_nothing_behind(tmp_path):
    chosen = put_quick_python(tmp_path / "chosen", name="mine")
    put_quick_python(tmp_path / "bin")
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    result = find_python(
        PYTHON=str(chosen), PATH=f"{tmp_path}/bin:/usr/bin:/bin", TMPDIR=str(scratch)
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, f"{chosen}\n", "")
    assert list(scratch.iterdir()) == []


def test_unfit_pythons_on_the_path_are_skipped_silently(tmp_path):
    for number, text in enumerate(UNFIT.values()):
        put_program(tmp_path / f"unfit{number}" / "python3.13", text=text)
    good = put_quick_python(tmp_path / "good")
    folders = [f"{tmp_path}/unfit{number}" for number in range(len(UNFIT))]

    result = find_python(PATH=":".join([*folders, f"{tmp_path}/good", "/usr/bin", "/bin"]))

    assert (result.returncode, result.stdout, result.stderr) == (0, f"{good}\n", "")


def test_an_active_virtual_environment_yields_the_python_it_was_made_from(tmp_path):
    """The one test in which the script really makes an environment, which takes seconds."""
    subprocess.run([GOOD, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    link = tmp_path / "env" / "bin" / "python3.13"
    if not link.exists():
        link.symlink_to("python3")

    result = find_python(PATH=f"{tmp_path}/env/bin:/usr/bin:/bin")

    assert result.returncode == 0
    assert not Path(result.stdout.strip()).is_relative_to(tmp_path)


@pytest.mark.parametrize("path", ["/usr/bin:/bin", ""])
def test_pyenv_is_searched_when_the_path_is_minimal(tmp_path, path):
    put_quick_python(tmp_path / "versions" / "3.13.0" / "bin")

    result = find_python(PATH=path, PYENV_ROOT=str(tmp_path))

    # The system may have a fit Python of its own, which comes first.
    assert (result.returncode, result.stderr) == (0, "")
    assert version_of(result.stdout.strip()) in {"3.12", "3.13"}
