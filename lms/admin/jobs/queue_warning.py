"""The warning of the admin when nobody runs the jobs, or they wait for too long."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.jobs.services import QueueState, queue_state


@dataclass(frozen=True)
class QueueWarning:
    """What is wrong with the queue, and what to do about it."""

    text: str
    advice: str
    commands: tuple[str, ...] = ()


def queue_warning() -> QueueWarning | None:
    """Return what is wrong with the queue now, or None."""
    state = queue_state()
    if state.status == "missing":
        return _missing()
    return _behind(state) if state.status == "behind" else None


def _missing() -> QueueWarning:
    text = _("No worker is running: mail, exports and the nightly cleaning wait.")
    if settings.EMBEDDED:
        return QueueWarning(text, _("Start the portal again: its worker starts with it."))
    advice = _("Start the worker; its log says why it stopped:")
    return QueueWarning(text, advice, ("docker compose up -d worker", "docker compose logs worker"))


def _behind(state: QueueState) -> QueueWarning:
    minutes = state.behind_seconds // 60
    text = ngettext(
        "The workers are behind: a job has been waiting for %(count)d minute.",
        "The workers are behind: a job has been waiting for %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
    if settings.EMBEDDED:
        return QueueWarning(text, _("Cancel what runs for too long, or wait until it has ended."))
    advice = _("Cancel what runs for too long, or start another worker:")
    return QueueWarning(text, advice, ("docker compose up -d --scale worker=2 worker",))
