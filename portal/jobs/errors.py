"""What can end a job other than its own success."""


class PermanentError(Exception):
    """A task raises it when trying again cannot help; its text is shown to people."""


class JobCancelled(Exception):
    """Somebody cancelled the job; raised where the task reports its progress."""


class JobInterrupted(Exception):
    """The worker stops; the job is given back and starts again elsewhere."""


class JobLost(Exception):
    """The job was taken away from this worker, which may write nothing about it any more."""
