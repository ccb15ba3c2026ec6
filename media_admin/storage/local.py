"""A store in local files that behaves like S3: signed URLs, multipart, atomic replacement."""

import hashlib
import os
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Row
from typing import Any, BinaryIO, override

from django.core import signing

from media_admin import errors
from media_admin.storage.base import (
    MAX_EXPIRY_SECONDS,
    MAX_KEY_BYTES,
    MAX_PARTS,
    MIN_PART_BYTES,
    ChunkStream,
    ListedObject,
    Listing,
    ObjectStat,
    ObjectStorage,
    Part,
    SignedRequest,
)
from media_admin.storage.local_index import LocalIndex

URL_PREFIX = "/api/files/local/"
_SALT = "media_admin.local"
_COPY_BYTES = 1024 * 1024


class LocalObjectStorage(ObjectStorage):
    """Files below `root`; an index in SQLite maps keys to files in transactions."""

    def __init__(self, *, root: str) -> None:
        self._root = Path(root)
        self._files = self._root / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._index = LocalIndex(self._root / "index.sqlite3")

    @override
    def put(self, key: str, content: BinaryIO, *, content_type: str) -> None:
        if len(key.encode()) > MAX_KEY_BYTES:
            raise errors.InvalidKey()
        name, size, etag = self._write(content)
        self._publish(key, name, size=size, content_type=content_type, etag=etag)

    @override
    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, expires_in_seconds: int
    ) -> SignedRequest:
        url = self._sign("PUT", expires_in_seconds, k=key, t=content_type, s=size_bytes)
        return SignedRequest(url, "PUT", {"Content-Type": content_type})

    @override
    def presign_get(
        self,
        key: str,
        *,
        download_name: str,
        content_type: str,
        expires_in_seconds: int,
        is_attachment: bool = False,
    ) -> SignedRequest:
        url = self._sign(
            "GET", expires_in_seconds, k=key, t=content_type, n=download_name, a=is_attachment
        )
        return SignedRequest(url, "GET")

    @override
    def presign_fetch(self, key: str, *, expires_in_seconds: int) -> str:
        raise NotImplementedError("nginx reads from S3 only; see MEDIA_DELIVERY.")

    @override
    def start_multipart(self, key: str, *, content_type: str) -> str:
        upload_id = uuid.uuid4().hex
        with self._index.transaction() as index:
            index.execute("INSERT INTO uploads VALUES (?, ?, ?)", (upload_id, key, content_type))
        return upload_id

    @override
    def presign_part(
        self, key: str, upload_id: str, number: int, *, size_bytes: int, expires_in_seconds: int
    ) -> SignedRequest:
        url = self._sign("PUT", expires_in_seconds, k=key, u=upload_id, p=number, s=size_bytes)
        return SignedRequest(url, "PUT")

    @override
    def stored_parts(self, key: str, upload_id: str) -> list[Part]:
        self._require_upload(key, upload_id)
        return [Part(row["number"], row["etag"], row["size"]) for row in self._parts(upload_id)]

    @override
    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        content_type = self._require_upload(key, upload_id)
        rows = self._fitting_rows(upload_id, parts)
        target = self._files / uuid.uuid4().hex
        with target.open("wb") as joined:
            for row in rows:
                with (self._files / row["file"]).open("rb") as part:
                    while chunk := part.read(_COPY_BYTES):
                        joined.write(chunk)
        digests = b"".join(bytes.fromhex(row["etag"]) for row in rows)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(rows)}"
        size = target.stat().st_size
        self._publish(key, target.name, size=size, content_type=content_type, etag=etag)
        self.abort_multipart(key, upload_id)
        return etag

    @override
    def abort_multipart(self, key: str, upload_id: str) -> None:
        files = [row["file"] for row in self._parts(upload_id)]
        with self._index.transaction() as index:
            index.execute("DELETE FROM uploads WHERE id = ? AND key = ?", (upload_id, key))
        for name in files:
            (self._files / name).unlink(missing_ok=True)

    @override
    def stat(self, key: str) -> ObjectStat:
        return _stat(self._row(key))

    @override
    def read(
        self, key: str, start: int, stop: int, *, chunk_bytes: int, etag: str = ""
    ) -> ChunkStream:
        row = self._row(key)
        if etag and row["etag"] != etag:
            raise errors.ObjectChanged()
        try:
            file = (self._files / row["file"]).open("rb")
        except FileNotFoundError as error:  # Replaced after the index was read.
            raise errors.ObjectChanged() from error
        file.seek(start)
        return ChunkStream(file, size_bytes=stop - start, chunk_bytes=chunk_bytes, file=file)

    @override
    def list_folder(self, prefix: str, *, limit: int) -> Listing:
        start = f"{prefix}/" if prefix else ""
        folders: dict[str, None] = {}
        objects: list[ListedObject] = []
        with self._index.transaction() as index:
            rows = index.execute(
                "SELECT * FROM objects WHERE substr(key, 1, ?) = ? ORDER BY key",
                (len(start), start),
            )
            for row in rows:
                head, slash, _rest = row["key"][len(start) :].partition("/")
                if slash:
                    folders[start + head] = None
                elif head:
                    objects.append(_listed(row))
                if len(folders) + len(objects) >= limit:
                    break
        return Listing(list(folders), objects)

    @override
    def delete(self, key: str) -> None:
        with self._index.transaction() as index:
            row = index.execute("SELECT file FROM objects WHERE key = ?", (key,)).fetchone()
            index.execute("DELETE FROM objects WHERE key = ?", (key,))
        if row:
            (self._files / row["file"]).unlink(missing_ok=True)

    @override
    def check(self) -> None:
        probe = self._root / f".check-{os.getpid()}-{uuid.uuid4().hex}"
        try:
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise errors.StoreUnavailable() from error

    def signed_fields(self, token: str, *, method: str) -> dict[str, Any]:
        """Return what a signed URL allows: k key, t type, s size, u upload, p part, n name.

        Raises:
            SignatureRefused: forged, expired, or signed for another method.
        """
        try:
            fields: dict[str, Any] = signing.loads(token, salt=_SALT)
        except signing.BadSignature as error:
            raise errors.SignatureRefused() from error
        if fields["m"] != method or fields["e"] < time.time():
            raise errors.SignatureRefused()
        return fields

    def accept(self, fields: dict[str, Any], content: BinaryIO, *, size_bytes: int) -> str:
        """Store what was sent to a signed URL, a whole object or a part; return its ETag.

        Raises:
            UploadNotFinished: fewer than `size_bytes` have arrived; nothing is kept.
            UploadMissing: the upload of the part no longer exists.
        """
        if "u" in fields:
            self._require_upload(fields["k"], fields["u"])
        name, size, etag = self._write(content, size_bytes=size_bytes)
        if "u" not in fields:
            self._publish(fields["k"], name, size=size, content_type=fields["t"], etag=etag)
            return etag
        with self._index.transaction() as index:
            old = index.execute(
                "SELECT file FROM parts WHERE upload_id = ? AND number = ?",
                (fields["u"], fields["p"]),
            ).fetchone()
            index.execute(
                "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)",
                (fields["u"], fields["p"], name, size, etag),
            )
        if old:
            (self._files / old["file"]).unlink(missing_ok=True)
        return etag

    def _sign(self, method: str, expires_in_seconds: int, **fields: str | int | None) -> str:
        named = {name: value for name, value in fields.items() if value is not None}
        claims = {
            "m": method,
            "e": int(time.time()) + min(expires_in_seconds, MAX_EXPIRY_SECONDS),
            **named,
        }
        return URL_PREFIX + signing.dumps(claims, salt=_SALT, compress=True)

    def _write(self, body: BinaryIO, *, size_bytes: int | None = None) -> tuple[str, int, str]:
        """Write a body to a new file; return its name, size and MD5. A failure leaves no file."""
        path = self._files / uuid.uuid4().hex
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        try:
            with path.open("wb") as file:
                while chunk := body.read(_COPY_BYTES):
                    digest.update(chunk)
                    size += file.write(chunk)
            if size_bytes not in {None, size}:
                raise errors.UploadNotFinished()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path.name, size, digest.hexdigest()

    def _publish(self, key: str, name: str, *, size: int, content_type: str, etag: str) -> None:
        with self._index.transaction() as index:
            old = index.execute("SELECT file FROM objects WHERE key = ?", (key,)).fetchone()
            index.execute(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)",
                (key, name, size, content_type, etag, int(time.time())),
            )
        if old:
            (self._files / old["file"]).unlink(missing_ok=True)

    def _row(self, key: str) -> Row:
        with self._index.transaction() as index:
            row: Row | None = index.execute(
                "SELECT * FROM objects WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            raise errors.ObjectMissing()
        return row

    def _parts(self, upload_id: str) -> list[Row]:
        with self._index.transaction() as index:
            rows = index.execute(
                "SELECT * FROM parts WHERE upload_id = ? ORDER BY number", (upload_id,)
            )
            return rows.fetchall()

    def _require_upload(self, key: str, upload_id: str) -> str:
        with self._index.transaction() as index:
            row = index.execute(
                "SELECT content_type FROM uploads WHERE id = ? AND key = ?", (upload_id, key)
            ).fetchone()
        if row is None:
            raise errors.UploadMissing()
        content_type: str = row["content_type"]
        return content_type

    def _fitting_rows(self, upload_id: str, parts: Sequence[Part]) -> list[Row]:
        known = {row["number"]: row for row in self._parts(upload_id)}
        numbers = [part.number for part in parts]
        if not parts or len(parts) > MAX_PARTS or numbers != sorted(set(numbers)):
            raise errors.UploadNotFinished()
        if any(
            part.number not in known or known[part.number]["etag"] != part.etag for part in parts
        ):
            raise errors.UploadNotFinished()
        rows = [known[number] for number in numbers]
        if any(row["size"] < MIN_PART_BYTES for row in rows[:-1]):
            raise errors.UploadNotFinished()
        return rows


def _stat(row: Row) -> ObjectStat:
    modified = datetime.fromtimestamp(row["modified"], UTC)
    return ObjectStat(row["key"], row["size"], row["content_type"], row["etag"], modified)


def _listed(row: Row) -> ListedObject:
    modified = datetime.fromtimestamp(row["modified"], UTC)
    return ListedObject(row["key"], row["size"], row["etag"], modified)
