"""Runs Python with the settings of a portal, in one process that is kept for all calls."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Reads one JSON text a line and runs it; answers with what it printed and its traceback, if any.
_LOOP = """
import contextlib, io, json, os, sys, traceback
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
import django
django.setup()
answers = sys.stdout
for line in sys.stdin:
    printed, failure = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {})
    except Exception:
        failure = traceback.format_exc()
    print(json.dumps([printed.getvalue(), failure]), file=answers, flush=True)
"""


class PortalShell:
    """A Python process that has set Django up; starting one takes longer than most of its work."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, code: str) -> str:
        """Run statements and return what they printed."""
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the process ended with {self._process.wait()}"
        printed, failure = json.loads(answer)
        assert not failure, failure
        return printed

    def close(self) -> None:
        """End the process, and with it its connection to the database."""
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
