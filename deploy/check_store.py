"""One-shot job: proves that the portal's own key can do in the bucket what the portal needs.

It runs before the portal starts, so that a wrong key stops the start with a sentence and not the
first upload with an error. Told apart from minio-setup because it must not know the root account.
"""

import os
import sys
import time
from typing import Any

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.settings import environment as e

PROBE_KEY = ".portal/проба № 1 (100%).txt"
PROBE_BODY = b"The portal may write here.\n"
ATTEMPTS = 15
HINTS = {
    "InvalidAccessKeyId": "the store does not know MINIO_ACCESS_KEY",
    "SignatureDoesNotMatch": "MINIO_SECRET_KEY does not belong to MINIO_ACCESS_KEY",
    "AccessDenied": "the key lacks a right; docs/deployment.md lists the rights it needs",
    "NoSuchBucket": "the bucket MINIO_BUCKET does not exist",
    "404": "the bucket MINIO_BUCKET does not exist",
    "403": "the key is unknown, its secret is wrong, or it lacks a right",
}


def make_client(environment: dict[str, str]) -> Any:
    """Return a client that signs and addresses as the portal's own does."""
    return boto3.client(
        "s3",
        endpoint_url=environment["MINIO_ENDPOINT"],
        region_name=environment.get("MINIO_REGION") or "us-east-1",
        aws_access_key_id=environment["MINIO_ACCESS_KEY"],
        aws_secret_access_key=environment["MINIO_SECRET_KEY"],
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=15,
            retries={"total_max_attempts": 2},
        ),
    )


def probe(client: Any, bucket: str) -> None:
    """Do once each thing that the portal does: list, write, read, multipart, delete.

    Raises:
        ClientError, BotoCoreError: the store refused or did not answer.
        RuntimeError: it answered with other bytes than were written.
    """
    client.head_bucket(Bucket=bucket)
    client.list_objects_v2(Bucket=bucket, MaxKeys=1)
    client.put_object(Bucket=bucket, Key=PROBE_KEY, Body=PROBE_BODY)
    if client.get_object(Bucket=bucket, Key=PROBE_KEY)["Body"].read() != PROBE_BODY:
        raise RuntimeError("the store returned other bytes than were written")
    upload = client.create_multipart_upload(Bucket=bucket, Key=PROBE_KEY)["UploadId"]
    client.abort_multipart_upload(Bucket=bucket, Key=PROBE_KEY, UploadId=upload)
    client.delete_object(Bucket=bucket, Key=PROBE_KEY)


def explain(error: Exception) -> str:
    """Put an error of the store into words for the operator."""
    if not isinstance(error, ClientError):
        return str(error)
    code = error.response.get("Error", {}).get("Code", "")
    return f"{HINTS.get(code, 'the store refused')} ({error.operation_name}: {code})"


def main() -> None:
    """Probe until it succeeds or the attempts are spent; name what is wrong."""
    missing = [
        name
        for name in ("MINIO_ENDPOINT", "MINIO_BUCKET", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY")
        if not os.environ.get(name)
    ]
    if missing:
        sys.exit(f"check-store: not set: {', '.join(missing)}")
    keys = {name: e.read(name) for name in ("MINIO_ACCESS_KEY", "MINIO_SECRET_KEY")}
    client = make_client({**os.environ, **keys})
    bucket = os.environ["MINIO_BUCKET"]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            probe(client, bucket)
        except (ClientError, BotoCoreError, RuntimeError) as error:
            if attempt == ATTEMPTS:
                sys.exit(f"check-store: {explain(error)}")
            time.sleep(1)
        else:
            sys.stdout.write(f"check-store: the key may use the bucket {bucket}\n")
            return


if __name__ == "__main__":
    main()
