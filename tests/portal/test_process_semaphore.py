"""The semaphore of all processes of a machine: it limits them, and is released by their end."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from portal.fastpath import bounded_hasher, process_semaphore
from portal.fastpath.process_semaphore import acquire

pytestmark = pytest.mark.fastpath

_HOLDER = """
import sys, time
from django.conf import settings
settings.configure(BASE_DIR=sys.argv[1])
from portal.fastpath import process_semaphore
process_semaphore._FOLDERS = (sys.argv[2],)
with process_semaphore.acquire("test", limit=1):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the files apart from those of a portal that runs from this folder."""
    monkeypatch.setattr(process_semaphore, "_FOLDERS", (str(tmp_path),))
    return tmp_path


@contextmanager
def _other_process(folder: Path) -> Iterator[subprocess.Popen]:
    """Start a process that holds the semaphore."""
    command = [sys.executable, "-c", _HOLDER, str(settings.BASE_DIR), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=settings.BASE_DIR) as process:
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def _started(limit: int, name: str = "test") -> tuple[threading.Thread, threading.Event]:
    entered = threading.Event()

    def work() -> None:
        with acquire(name, limit=limit):
            entered.set()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, entered


def test_another_process_waits_until_the_holder_dies(folder):
    with _other_process(folder) as holder:
        thread, entered = _started(1)

        waited = not entered.wait(0.3)
        holder.kill()
        thread.join(20)

    assert waited
    assert entered.is_set()


def test_as_many_as_the_limit_allows_work_at_once():
    with acquire("test", limit=2), acquire("test", limit=2):
        thread, entered = _started(2)
        waited = not entered.wait(0.3)
    thread.join(20)

    assert waited
    assert entered.is_set()


def test_a_hash_waits_for_the_semaphore_of_the_machine():
    done = threading.Event()
    with ExitStack() as held:
        for _number in range(settings.SIGN_IN_HASHES_AT_ONCE):
            held.enter_context(acquire("hash", limit=settings.SIGN_IN_HASHES_AT_ONCE))
        thread = threading.Thread(target=lambda: bounded_hasher.run_bounded(done.set))
        thread.start()
        waited = not done.wait(0.3)
    thread.join(20)

    assert waited
    assert done.is_set()


def test_without_a_writable_folder_the_work_goes_on(monkeypatch, tmp_path):
    def no_temporary_folder() -> str:
        raise FileNotFoundError

    folders = (str(tmp_path / "absent"), no_temporary_folder)
    monkeypatch.setattr(process_semaphore, "_FOLDERS", folders)

    with acquire("test", limit=1) as is_held:
        assert not is_held
    assert bounded_hasher.run_bounded(str.upper, "done") == "DONE"


def test_a_symlink_that_somebody_else_made_is_not_followed(monkeypatch, folder):
    other = folder / "other"
    other.mkdir()
    target = folder / "target"
    (folder / f"{process_semaphore._prefix()}-test-0").symlink_to(target)
    monkeypatch.setattr(process_semaphore, "_FOLDERS", (str(folder), str(other)))

    with acquire("test", limit=1) as is_held:
        assert is_held

    assert not target.exists()
    assert len(list(other.iterdir())) == 1
