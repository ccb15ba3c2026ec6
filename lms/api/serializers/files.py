"""Serializers of files and folders, and the values of their answers."""

import mimetypes
from typing import Any

from rest_framework import serializers

from lms.api.serializers.base import KeyField, WholeNumberField


def readable_size(size_bytes: int) -> str:
    """Return a size as people read it, such as 1.0 MB."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return ""


def folder_json(path: str) -> dict[str, Any]:
    """Return a folder as the client lists it."""
    return {"name": path.rsplit("/", 1)[-1], "path": path, "isFolder": True}


def object_json(found: Any, url: str) -> dict[str, Any]:
    """Return an object as the client lists it, in all its spellings."""
    name = found.key.rsplit("/", 1)[-1]
    return {
        "objectName": found.key,
        "fileName": name,
        "originalName": name,
        "original_name": name,
        "size": found.size_bytes,
        "file_size": found.size_bytes,
        "sizeFormatted": readable_size(found.size_bytes),
        "type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "url": url,
        "file_url": url,
        "lastModified": found.modified_at,
        "uploaded_at": found.modified_at,
    }


class PresignUploadRequest(serializers.Serializer):
    """Body of POST /files/presign-upload."""

    key = KeyField()
    contentType = serializers.CharField(max_length=100)
    expiresIn = WholeNumberField(min_value=1, max_value=604800, default=900)


class UrlResponse(serializers.Serializer):
    """A signed address."""

    url = serializers.CharField()


class FolderSerializer(serializers.Serializer):
    """A folder."""

    name = serializers.CharField()
    path = serializers.CharField()
    isFolder = serializers.BooleanField()


class StoredFileSerializer(serializers.Serializer):
    """A file of the store; sizes in bytes."""

    objectName = serializers.CharField()
    fileName = serializers.CharField()
    originalName = serializers.CharField()
    original_name = serializers.CharField()
    size = serializers.IntegerField()
    file_size = serializers.IntegerField()
    sizeFormatted = serializers.CharField()
    type = serializers.CharField()
    url = serializers.CharField()
    file_url = serializers.CharField()
    lastModified = serializers.DateTimeField()
    uploaded_at = serializers.DateTimeField()


class FolderContentsResponse(serializers.Serializer):
    """Answer of GET /files/folder-contents."""

    folders = FolderSerializer(many=True)
    files = StoredFileSerializer(many=True)


class AbsentResponse(serializers.Serializer):
    """Answer of GET /files/exists for an object that does not exist."""

    exists = serializers.BooleanField()


class ExistsResponse(serializers.Serializer):
    """Answer of GET /files/exists for an object that exists."""

    exists = serializers.BooleanField()
    key = serializers.CharField()
    contentType = serializers.CharField()
    size = serializers.IntegerField()
    lastModified = serializers.DateTimeField()
    etag = serializers.CharField()
