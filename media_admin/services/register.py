"""Asks the register of uploads about keys."""

from media_admin.models import MediaFile


def ready_file(key: str) -> MediaFile | None:
    """Return the register's row of a checked file, or None."""
    return MediaFile.objects.filter(key=key, state=MediaFile.State.READY).first()


def is_known(key: str) -> bool:
    """Tell whether a checked file of this key was uploaded through the portal."""
    return MediaFile.objects.filter(key=key, state=MediaFile.State.READY).exists()
