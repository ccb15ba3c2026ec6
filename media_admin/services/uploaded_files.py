"""Finds uploaded files by their keys."""

from collections.abc import Iterable

from media_admin.models import MediaFile


def ready_file(key: str) -> MediaFile | None:
    """Return the row of a file that was uploaded and checked, or None."""
    return MediaFile.objects.filter(key=key, state=MediaFile.State.READY).first()


def is_uploaded(key: str) -> bool:
    """Tell whether a file of this key was uploaded through the portal and checked."""
    return MediaFile.objects.filter(key=key, state=MediaFile.State.READY).exists()


def ready_kinds(keys: Iterable[str]) -> dict[str, str]:
    """Return the kind of each checked file among these keys; one query."""
    files = MediaFile.objects.filter(key__in=set(keys), state=MediaFile.State.READY)
    return dict(files.values_list("key", "kind"))
