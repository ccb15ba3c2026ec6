"""What a person does between requests of the client: reads files, takes time over a test."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from lms.models import Enrollment, FileDelivery, TestResult, TestStart, User
from lms.services.progress import completions, deliveries
from lms.services.questions import serving

TEN_MINUTES = timedelta(minutes=10)


def let_time_pass(delta: timedelta = TEN_MINUTES) -> None:
    """Move what was stored into the past."""
    for model, names in (
        (TestStart, ("served_at", "started_at")),
        (TestResult, ("completed_at",)),
        (Enrollment, ("created_at", "started_at")),
    ):
        model.objects.update(**{name: F(name) - delta for name in names})


def start_and_think(user: User, test: Any) -> None:
    """Start a test and take ten minutes over it."""
    serving.start(user.pk, test)
    let_time_pass()


def deliver(user: User, key: str) -> None:
    """Send a file to a person."""
    deliveries.record(str(user.pk), key, "etag-1")


def open_file(user: User, program_id: int, key: str, *, kind: str = "pdf") -> Any:
    """Open a file as the client does: report it, then read it."""
    progress = completions.complete_material(
        user.pk, program_id, material_type=kind, material_key=key
    )
    deliver(user, key)
    return progress


def was_delivered(user: User, key: str) -> bool:
    """Tell whether a file was sent to a person."""
    return FileDelivery.objects.filter(user=user, object_key=key).exists()
