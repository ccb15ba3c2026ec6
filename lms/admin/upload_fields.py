"""Form fields that hold the key of a file, and what may be uploaded there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Field
from django.urls import reverse
from django.utils.text import capfirst

from media_admin.widgets import DirectUploadField

# A drop zone above an inline: each dropped file becomes a row.
DROP_ZONE = "media_admin/drop_zone.html"


@dataclass(frozen=True)
class Upload:
    """What a field accepts: kinds of file (video, pdf, document, image), and the folder of the key.

    `{id}` in the folder is the id of the object of the page; it is left out for a new object. With
    `several`, further files that are dropped on a row of an inline go into new rows. Older
    installations stored names without a folder: these files lie in `bare_folder`.
    """

    kinds: tuple[str, ...]
    folder: str
    several: bool = False
    bare_folder: str = ""

    def folder_for(self, object_id: str | None) -> str:
        """Return the folder on the page of this object."""
        levels = self.folder.split("/")
        named = [object_id if level == "{id}" else level for level in levels]
        return "/".join(level for level in named if level)


def thumbnail(key: str | None, upload: Upload) -> dict[str, Any] | None:
    """Return a picture for a cell of a list, in the form of unfold's header columns."""
    if not key or "://" in key:
        return None
    if "/" not in key and upload.bare_folder:
        key = f"{upload.bare_folder}/{key}"
    path = f"{reverse('media-preview')}?{urlencode({'key': key})}"
    return {"path": path, "squared": True, "width": 48, "height": 36}


def upload_field(db_field: Field, upload: Upload, *, object_id: str | None) -> forms.Field:
    """Return the form field of a model field that holds an object key."""
    return DirectUploadField(
        prefix=upload.folder_for(object_id),
        accepted_kinds=upload.kinds,
        multiple=upload.several,
        bare_folder=upload.bare_folder,
        label=capfirst(db_field.verbose_name),
        help_text=db_field.help_text,
        required=not db_field.blank,
        max_length=getattr(db_field, "max_length", None),
        empty_value=None if db_field.null else "",
    )
