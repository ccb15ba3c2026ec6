"""A worker inside of a process that does something else: the embedded run has one process."""

import logging
import threading

from portal.jobs.worker import JobWorker, Timing

logger = logging.getLogger(__name__)
_PAUSE_SECONDS = 5.0


class InProcessWorker:
    """Runs a worker in a thread, and a new one when it ends by itself."""

    def __init__(self, *, threads: int, timing: Timing) -> None:
        self._threads = threads
        self._timing = timing
        self._worker = self._new_worker()
        self._is_told_to_stop = False
        # A daemon, so that nothing can keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to run jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Let running jobs end or give them back; may be called by a signal handler."""
        self._is_told_to_stop = True
        self._worker.stop()

    def join(self) -> None:
        """Wait until `stop` is done; it takes a few seconds more than the grace period at most."""
        self._thread.join()

    def _new_worker(self) -> JobWorker:
        return JobWorker(threads=self._threads, timing=self._timing)

    def _run(self) -> None:
        while not self._is_told_to_stop:
            try:
                self._worker.run()
            except Exception:  # whatever it is, background jobs go on
                logger.exception("the worker met an error")
                threading.Event().wait(_PAUSE_SECONDS)
            if not self._is_told_to_stop:
                logger.warning("a new worker takes over")
                self._worker = self._new_worker()
