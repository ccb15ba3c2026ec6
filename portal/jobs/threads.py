"""The threads in which a worker runs its jobs."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

from django.db import connection


class JobThreads:
    """A fixed number of threads, each with a database connection of its own.

    They are daemons, unlike those of `ThreadPoolExecutor`: the process can end while a job goes on
    that does not notice that it shall stop. Nothing of such a job is committed.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"job-{number}", daemon=True).start()

    def submit(self, call: Callable[[], None]) -> None:
        """Run a call, which must not raise, in the next free thread."""
        self._calls.put(call)

    def close(self) -> None:
        """Let the threads end as soon as they have nothing to run."""
        for _thread in range(self._count):
            self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
        connection.close()
