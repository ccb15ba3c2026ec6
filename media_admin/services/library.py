"""The media library: which files are in use, and deleting those that are not."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from media_admin.errors import FileInUse
from media_admin.models import MediaFile
from media_admin.services import uploads
from media_admin.storage import get_object_storage


def used_keys(keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that are in use; calls MEDIA_KEYS_IN_USE of the settings."""
    used: set[str] = import_string(settings.MEDIA_KEYS_IN_USE)(keys)
    return used


def delete_file(file: MediaFile) -> None:
    """Delete a file, object first; an unfinished upload is cancelled.

    Raises:
        FileInUse: it is in use.
    """
    if used_keys([file.key]):
        text = _("“%(name)s” is in use and cannot be deleted.") % {"name": file.original_name}
        raise FileInUse(text)
    if file.state == MediaFile.State.READY:
        get_object_storage().delete(file.key)
        file.delete()
        return
    uploads.abort(file)


def delete_files(files: Iterable[MediaFile]) -> int:
    """Delete files that are not in use; all of them or none. Return how many.

    Raises:
        FileInUse: one of them is in use.
    """
    listed = list(files)
    used = used_keys([file.key for file in listed])
    for file in listed:
        if file.key in used:
            text = _("“%(name)s” is in use and cannot be deleted.") % {"name": file.original_name}
            raise FileInUse(text)
    for file in listed:
        delete_file(file)
    return len(listed)


def delete_unused(keys: Iterable[str]) -> int:
    """Delete those of these objects that are not in use any more; return how many.

    This includes objects that were in the store before the portal.
    """
    unused = set(keys) - used_keys(keys)
    for file in MediaFile.objects.filter(key__in=unused):
        delete_file(file)
    for key in unused:
        get_object_storage().delete(key)
    return len(unused)
