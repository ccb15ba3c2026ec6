"""The store on MinIO or any other S3; the only module that imports boto3 and django-storages."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, override
from urllib.parse import urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from media_admin import errors
from media_admin.storage.base import (
    MAX_EXPIRY_SECONDS,
    ChunkStream,
    ListedObject,
    Listing,
    ObjectStat,
    ObjectStorage,
    Part,
    Readable,
    SignedRequest,
)
from media_admin.storage.s3_reading import ObjectReader
from portal.common.errors import AppError

logger = logging.getLogger(__name__)

# nginx removes this prefix and sends the store the host name that was signed.
BROWSER_PREFIX = "/api/minio"
_ERRORS: dict[str, type[AppError]] = {
    "404": errors.ObjectMissing,
    "NoSuchKey": errors.ObjectMissing,
    "NoSuchUpload": errors.UploadMissing,
    "InvalidPart": errors.UploadNotFinished,
    "InvalidPartOrder": errors.UploadNotFinished,
    "EntityTooSmall": errors.UploadNotFinished,
    "412": errors.ObjectChanged,
    "PreconditionFailed": errors.ObjectChanged,
    "416": errors.RangeNotSatisfiable,
    "InvalidRange": errors.RangeNotSatisfiable,
    "KeyTooLongError": errors.InvalidKey,
}


class S3FileStorage(S3Storage):  # type: ignore[misc]  # django-storages has no types.
    """The S3 backend of django-storages with the connection settings of the portal.

    Django uses it as `STORAGES["default"]`, below the folder `location`. S3ObjectStorage uses its
    client and its signatures.

    A signature covers the host name that the store sees. Without `public_endpoint` this is the
    internal one, and browsers get a path of our own origin that nginx passes on.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        public_endpoint: str = "",
        location: str = "",
        connect_seconds: int = 3,
        read_seconds: int = 20,
        attempts: int = 3,
    ) -> None:
        super().__init__(
            endpoint_url=endpoint,
            region_name=region,
            use_ssl=urlsplit(endpoint).scheme == "https",
            bucket_name=bucket,
            location=location,
            file_overwrite=False,
            access_key=access_key,
            secret_key=secret_key,
            # Variables such as AWS_SESSION_TOKEN must not add to the keys.
            security_token=None,
            session_profile=None,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=connect_seconds,
                read_timeout=read_seconds,
                retries={"mode": "standard", "total_max_attempts": attempts},
                max_pool_connections=64,
                # Other stores than AWS refuse the checksum trailers that boto3 adds by default.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        self._public = (
            S3FileStorage(
                endpoint=public_endpoint,
                bucket=bucket,
                access_key=access_key,
                secret_key=secret_key,
                region=region,
                location=location,
            )
            if public_endpoint
            else None
        )

    @property
    def client(self) -> Any:
        """Return the boto3 client of this thread; other threads may use it as well."""
        return self.connection.meta.client

    def url(
        self,
        name: str,
        parameters: dict[str, str] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """Return a signed link that a browser can open."""
        signing = self._public or self
        url: str = S3Storage.url(signing, name, parameters, expire, http_method)
        return self.for_browsers(url)

    @property
    def signing_client(self) -> Any:
        """Return the client that signs requests for browsers."""
        return (self._public or self).client

    def for_browsers(self, url: str) -> str:
        """Return a signed URL as browsers reach it."""
        if self._public:
            return url
        return BROWSER_PREFIX + url.removeprefix(self.endpoint_url)


class S3ObjectStorage(ObjectStorage):
    """The portal's files in a bucket: `OBJECT_STORAGE` of the settings.

    Keys go to the client of boto3 as they are: S3Storage itself would normalise them, guess content
    encodings from file names, and has no multipart uploads, ETags or ranges.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        public_endpoint: str = "",
        fast_reads: bool = True,
    ) -> None:
        self._endpoint = endpoint
        self._bucket = bucket
        connect = partial(
            S3FileStorage,
            endpoint=endpoint,
            bucket=bucket,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
        )
        self._files = connect(public_endpoint=public_endpoint)
        self._client = self._files.client
        self._signing_client = self._files.signing_client
        self._health_client = connect(connect_seconds=1, read_seconds=2, attempts=1).client
        self._reader = None
        if fast_reads:
            self._reader = ObjectReader(endpoint=self._endpoint, sign=self.presign_fetch)

    @override
    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, expires_in_seconds: int
    ) -> SignedRequest:
        params: dict[str, str | int] = {"ContentType": content_type}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        url = self._signed("put_object", key, params, expires_in_seconds)
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
        params = {"ResponseContentType": content_type}
        disposition = content_disposition_header(is_attachment, download_name)
        if disposition:
            params["ResponseContentDisposition"] = disposition
        return SignedRequest(self._signed("get_object", key, params, expires_in_seconds), "GET")

    @override
    def presign_fetch(self, key: str, *, expires_in_seconds: int) -> str:
        url: str = self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=min(expires_in_seconds, MAX_EXPIRY_SECONDS),
        )
        return url.removeprefix(self._endpoint)

    @override
    def start_multipart(self, key: str, *, content_type: str) -> str:
        with _translated():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=content_type
            )
        upload_id: str = answer["UploadId"]
        return upload_id

    @override
    def presign_part(
        self, key: str, upload_id: str, number: int, *, size_bytes: int, expires_in_seconds: int
    ) -> SignedRequest:
        params: dict[str, str | int] = {
            "UploadId": upload_id,
            "PartNumber": number,
            "ContentLength": size_bytes,
        }
        return SignedRequest(self._signed("upload_part", key, params, expires_in_seconds), "PUT")

    @override
    def stored_parts(self, key: str, upload_id: str) -> list[Part]:
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=self._bucket, Key=key, UploadId=upload_id
        )
        with _translated():
            return [
                Part(row["PartNumber"], row["ETag"].strip('"'), row["Size"])
                for page in pages
                for row in page.get("Parts", [])
            ]

    @override
    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        rows = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in parts]
        with _translated():
            answer = self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": rows}
            )
        etag: str = answer["ETag"].strip('"')
        return etag

    @override
    def abort_multipart(self, key: str, upload_id: str) -> None:
        try:
            with _translated():
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id
                )
        except errors.UploadMissing:
            return

    @override
    def put(self, key: str, content: BinaryIO, *, content_type: str) -> None:
        with _translated():
            self._client.upload_fileobj(
                content,
                self._bucket,
                key,
                ExtraArgs={"ContentType": content_type},
                Config=self._files.transfer_config,
            )

    @override
    def stat(self, key: str) -> ObjectStat:
        with _translated():
            answer = self._client.head_object(Bucket=self._bucket, Key=key)
        return ObjectStat(
            key=key,
            size_bytes=answer["ContentLength"],
            content_type=answer.get("ContentType", ""),
            etag=answer["ETag"].strip('"'),
            modified_at=answer["LastModified"],
        )

    @override
    def read(
        self, key: str, start: int, stop: int, *, chunk_bytes: int, etag: str = ""
    ) -> ChunkStream:
        if self._reader:
            return self._reader.open(key, start, stop, chunk_bytes=chunk_bytes, etag=etag)
        condition = {"IfMatch": f'"{etag}"'} if etag else {}
        with _translated():
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{stop - 1}", **condition
            )
        return ChunkStream(_Body(answer["Body"]), size_bytes=stop - start, chunk_bytes=chunk_bytes)

    @override
    def delete(self, key: str) -> None:
        try:
            with _translated():
                self._client.delete_object(Bucket=self._bucket, Key=key)
        except errors.ObjectMissing:
            return

    @override
    def list_folder(self, prefix: str, *, limit: int) -> Listing:
        below = f"{prefix}/" if prefix else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=below, Delimiter="/", PaginationConfig={"MaxItems": limit}
        )
        folders, objects = [], []
        with _translated():
            for page in pages:
                folders += [row["Prefix"].rstrip("/") for row in page.get("CommonPrefixes", [])]
                objects += [_listed(row) for row in page.get("Contents", []) if row["Key"] != below]
        return Listing(folders, objects)

    @override
    def check(self) -> None:
        with _translated():
            self._health_client.head_bucket(Bucket=self._bucket)

    def _signed(
        self, operation: str, key: str, params: Mapping[str, str | int], expires_in_seconds: int
    ) -> str:
        url = self._signing_client.generate_presigned_url(
            operation,
            Params={"Bucket": self._bucket, "Key": key, **params},
            ExpiresIn=min(expires_in_seconds, MAX_EXPIRY_SECONDS),
        )
        return self._files.for_browsers(url)


class _Body:
    """The body of an answer; a broken connection raises StoreUnavailable."""

    def __init__(self, body: Readable) -> None:
        self._body = body

    def read(self, size: int, /) -> bytes:
        with _translated():
            return self._body.read(size)

    def close(self) -> None:
        self._body.close()


def _listed(row: dict[str, Any]) -> ListedObject:
    return ListedObject(row["Key"], row["Size"], row["ETag"].strip('"'), row["LastModified"])


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        known = _ERRORS.get(code)
        if known is None:
            logger.error("object store refused a call code=%s", code)
            raise errors.StoreUnavailable() from error
        raise known() from error
    except (BotoCoreError, OSError) as error:
        logger.warning("object store does not answer: %s", type(error).__name__)
        raise errors.StoreUnavailable() from error
