"""Slots that all processes of a machine share: kept apart, freed by death, never a failure."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from portal.common import hashers, process_semaphore
from portal.common.process_semaphore import acquire

_HOLDER = """
import sys, time
from django.conf import settings
settings.configure(BASE_DIR=sys.argv[1])
from portal.common import process_semaphore
process_semaphore._FOLDERS = (sys.argv[2],)
with process_semaphore.acquire("test", slots=1):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the files apart from those of a portal that runs from this checkout."""
    monkeypatch.setattr(process_semaphore, "_FOLDERS", (str(tmp_path),))
    return tmp_path


@contextmanager
def _other_process(folder: Path) -> Iterator[subprocess.Popen]:
    """Start a process that holds the slot."""
    command = [sys.executable, "-c", _HOLDER, str(settings.BASE_DIR), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=settings.BASE_DIR) as process:
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def _started(slots: int, name: str = "test") -> tuple[threading.Thread, threading.Event]:
    entered = threading.Event()

    def work() -> None:
        with acquire(name, slots=slots):
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


def test_as_many_as_there_are_slots_work_at_once():
    with acquire("test", slots=2), acquire("test", slots=2):
        thread, entered = _started(2)
        waited = not entered.wait(0.3)
    thread.join(20)

    assert waited
    assert entered.is_set()


def test_a_hash_waits_for_a_slot_of_the_machine():
    done = threading.Event()
    with ExitStack() as held:
        for _slot in range(settings.SIGN_IN_HASHES_AT_ONCE):
            held.enter_context(acquire("hash", slots=settings.SIGN_IN_HASHES_AT_ONCE))
        thread = threading.Thread(target=lambda: hashers._hashed(done.set))
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

    with acquire("test", slots=1) as is_held:
        assert not is_held
    assert hashers._hashed(str.upper, "done") == "DONE"


def test_a_file_that_somebody_laid_there_is_not_followed(monkeypatch, folder):
    other = folder / "other"
    other.mkdir()
    target = folder / "target"
    (folder / f"{process_semaphore._prefix()}-test-0").symlink_to(target)
    monkeypatch.setattr(process_semaphore, "_FOLDERS", (str(folder), str(other)))

    with acquire("test", slots=1) as is_held:
        assert is_held

    assert not target.exists()
    assert len(list(other.iterdir())) == 1
