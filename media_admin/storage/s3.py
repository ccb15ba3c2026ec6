"""The store on MinIO or any other S3; the only module that imports boto3."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.http import content_disposition_header

from media_admin import errors
from media_admin.storage.base import (
    MAX_EXPIRY_SECONDS,
    ChunkStream,
    ListedObject,
    Listing,
    ObjectStat,
    Part,
    SignedRequest,
)
from media_admin.storage.s3_reading import ObjectReader
from media_admin.storage.signature import DownloadSigner

logger = logging.getLogger(__name__)

# nginx takes this prefix off and gives the store the host name that was signed.
BROWSER_PREFIX = "/api/minio"
_ERRORS: dict[str, type[errors.AppError]] = {
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


class S3ObjectStorage:
    """Calls go to `endpoint`; addresses for browsers are signed by a client that never connects.

    A signature covers the host that the store sees. Without `public_endpoint` that is the internal
    one, and browsers get a path of our own origin that nginx passes on.
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
    ) -> None:
        self._bucket = bucket
        self._endpoint = endpoint
        self._public_endpoint = public_endpoint
        session = boto3.session.Session(
            aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
        )
        self._client = _client(session, endpoint, connect_seconds=3, read_seconds=20, attempts=3)
        self._prober = _client(session, endpoint, connect_seconds=1, read_seconds=2, attempts=1)
        signing = {"bucket": bucket, "region": region}
        signing |= {"access_key": access_key, "secret_key": secret_key}
        self._downloads = DownloadSigner(endpoint=public_endpoint or endpoint, **signing)
        self._fetches = DownloadSigner(endpoint=endpoint, **signing)
        self._reader = ObjectReader(endpoint=endpoint, signer=self._fetches)
        self._signer = _client(
            session, public_endpoint or endpoint, connect_seconds=1, read_seconds=1, attempts=1
        )

    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, expires_in_seconds: int
    ) -> SignedRequest:
        params: dict[str, Any] = {"ContentType": content_type}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        url = self._signed("put_object", key, params, expires_in_seconds)
        return SignedRequest(url, "PUT", {"Content-Type": content_type})

    def presign_get(
        self,
        key: str,
        *,
        download_name: str,
        content_type: str,
        expires_in_seconds: int,
        is_attachment: bool = False,
    ) -> SignedRequest:
        disposition = content_disposition_header(is_attachment, download_name)
        params = {"response-content-type": content_type}
        if disposition:
            params["response-content-disposition"] = disposition
        url = self._downloads.presign(
            key, params, expires_in_seconds=min(expires_in_seconds, MAX_EXPIRY_SECONDS)
        )
        return SignedRequest(self._for_browsers(url), "GET")

    def presign_fetch(self, key: str, *, expires_in_seconds: int) -> str:
        seconds = min(expires_in_seconds, MAX_EXPIRY_SECONDS)
        url = self._fetches.presign(key, {}, expires_in_seconds=seconds)
        return url.removeprefix(self._endpoint)

    def start_multipart(self, key: str, *, content_type: str) -> str:
        with _translated():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=content_type
            )
        return answer["UploadId"]

    def presign_part(
        self, key: str, upload_id: str, number: int, *, size_bytes: int, expires_in_seconds: int
    ) -> SignedRequest:
        params = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
        return SignedRequest(self._signed("upload_part", key, params, expires_in_seconds), "PUT")

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

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        rows = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in parts]
        with _translated():
            answer = self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": rows}
            )
        return answer["ETag"].strip('"')

    def abort_multipart(self, key: str, upload_id: str) -> None:
        try:
            with _translated():
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id
                )
        except errors.UploadMissing:
            return

    def put(self, key: str, content: BinaryIO, *, content_type: str) -> None:
        with _translated():
            self._client.upload_fileobj(
                content,
                self._bucket,
                key,
                ExtraArgs={"ContentType": content_type},
                Config=TransferConfig(use_threads=False),
            )

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

    def read(
        self, key: str, start: int, stop: int, *, chunk_bytes: int, etag: str = ""
    ) -> ChunkStream:
        return self._reader.open(key, start, stop, chunk_bytes=chunk_bytes, etag=etag)

    def delete(self, key: str) -> None:
        try:
            with _translated():
                self._client.delete_object(Bucket=self._bucket, Key=key)
        except errors.ObjectMissing:
            return

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

    def check(self) -> None:
        with _translated():
            self._prober.head_bucket(Bucket=self._bucket)

    def _signed(
        self, operation: str, key: str, params: dict[str, Any], expires_in_seconds: int
    ) -> str:
        url = self._signer.generate_presigned_url(
            operation,
            Params={"Bucket": self._bucket, "Key": key, **params},
            ExpiresIn=min(expires_in_seconds, MAX_EXPIRY_SECONDS),
        )
        return self._for_browsers(url)

    def _for_browsers(self, url: str) -> str:
        if self._public_endpoint:
            return url
        return BROWSER_PREFIX + url.removeprefix(self._endpoint)


def _client(
    session: boto3.session.Session,
    endpoint: str,
    *,
    connect_seconds: int,
    read_seconds: int,
    attempts: int,
) -> Any:
    return session.client(
        "s3",
        endpoint_url=endpoint,
        use_ssl=urlsplit(endpoint).scheme == "https",
        config=Config(
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
