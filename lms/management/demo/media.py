"""Stores the media of the demo in the object store and registers them in the media library."""

from django.utils import timezone

from lms.management.demo.content import DemoFile
from media_admin.models import MediaFile
from media_admin.services import objects

_KINDS = {
    "image": MediaFile.Kind.IMAGE,
    "video": MediaFile.Kind.VIDEO,
    "application": MediaFile.Kind.PDF,
}


class DemoFiles:
    """The files of the demo by their key; they are stored together at the end."""

    def __init__(self) -> None:
        self.files: dict[str, DemoFile] = {}

    def add(self, path: str, folder: str) -> str:
        """Give a file its key in a folder of the store and return the key."""
        file = DemoFile(path)
        key = f"{folder}/{file.name}"
        self.files[key] = file
        return key

    def store(self) -> int:
        """Store every file under its key; return how many. Replaces what is there."""
        now = timezone.now()
        rows = []
        for key, file in self.files.items():
            stored = objects.store_bytes(key, file.source, content_type=file.content_type)
            rows.append(
                MediaFile(
                    key=key,
                    original_name=file.name,
                    kind=_KINDS[file.content_type.partition("/")[0]],
                    content_type=file.content_type,
                    size_bytes=stored.size_bytes,
                    etag=stored.etag,
                    state=MediaFile.State.READY,
                    finished_at=now,
                )
            )
        MediaFile.objects.bulk_create(rows)
        return len(rows)
