"""The store behind nginx at /api/minio/: presigned requests pass, all others are refused."""

import os
import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
import pytest
from botocore.client import Config

from tests.deploy.nginx_process import fetch

pytestmark = pytest.mark.services
MIB = 1024 * 1024
STREAMING = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
# A browser sends these on the same origin; together with a signed query the store refuses them.
BROWSER = {"Authorization": "Bearer token", "Cookie": "portal_admin=1; portal_media=2"}


def s3(endpoint: str) -> Any:
    """Return a client for `endpoint`; links are signed for its host."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=os.environ.get("TEST_S3_REGION", "us-east-1"),
        aws_access_key_id=os.environ["TEST_S3_ACCESS_KEY"],
        aws_secret_access_key=os.environ["TEST_S3_SECRET_KEY"],
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
        ),
    )


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """Return the client that talks to the store directly."""
    client = s3(os.environ["TEST_S3_ENDPOINT"])
    yield client
    client.close()


@pytest.fixture(scope="module")
def signer() -> Iterator[Any]:
    """Return the client that only signs, for the host that nginx passes on."""
    client = s3("http://minio:9000")
    yield client
    client.close()


@pytest.fixture
def target(store: Any) -> Iterator[dict[str, str]]:
    """Return bucket and key of an object with an awkward name; removed afterwards."""
    bucket = os.environ.get("TEST_S3_BUCKET", "atgedu")
    name = f"deploy-{uuid.uuid4()}/Урок № 3 (100%) [итог]+a&b=c #1.mp4"
    yield {"Bucket": bucket, "Key": name}
    store.delete_object(Bucket=bucket, Key=name)


def through_nginx(url: str) -> str:
    """Rewrite a signed link as the portal and the client do."""
    parts = urlsplit(url)
    return f"/api/minio{parts.path}?{parts.query}"


def sign(signer: Any, operation: str, **parameters: Any) -> str:
    """Return the path below /api/minio/ for a signed request."""
    return through_nginx(signer.generate_presigned_url(operation, parameters, ExpiresIn=300))


def test_a_multipart_upload_by_signed_parts_and_a_ranged_read(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    parts = [os.urandom(5 * MIB), os.urandom(1 * MIB + 17)]
    upload = store.create_multipart_upload(**target)["UploadId"]

    etags = []
    for number, body in enumerate(parts, start=1):
        link = sign(signer, "upload_part", **target, UploadId=upload, PartNumber=number)
        answer = fetch(nginx, link, method="PUT", headers=BROWSER, body=body)
        assert answer.status == 200
        etags.append({"PartNumber": number, "ETag": answer.headers["ETag"]})
    store.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": etags})
    link = sign(signer, "get_object", **target)
    whole = fetch(nginx, link, headers=BROWSER)
    middle = fetch(nginx, link, headers=BROWSER | {"Range": f"bytes={5 * MIB - 3}-{5 * MIB + 2}"})
    tail = fetch(nginx, link, headers=BROWSER | {"Range": "bytes=-17"})

    assert whole.body == b"".join(parts)
    assert (middle.status, middle.body) == (206, parts[0][-3:] + parts[1][:3])
    total = 6 * MIB + 17
    assert middle.headers["Content-Range"] == f"bytes {5 * MIB - 3}-{5 * MIB + 2}/{total}"
    assert (tail.status, tail.body) == (206, parts[1][-17:])


def test_a_signed_write_keeps_the_type(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    link = sign(signer, "put_object", **target, ContentType="video/mp4")

    answer = fetch(nginx, link, method="PUT", headers={"Content-Type": "video/mp4"}, body=b"film")

    assert answer.status == 200
    assert store.head_object(**target)["ContentType"] == "video/mp4"


def test_a_signed_head(nginx: int, store: Any, signer: Any, target: dict[str, str]) -> None:
    store.put_object(**target, Body=b"film")

    answer = fetch(nginx, sign(signer, "head_object", **target), method="HEAD")

    assert (answer.status, answer.headers["Content-Length"]) == (200, "4")


def test_a_body_above_the_limit_of_the_api_passes(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    link = sign(signer, "put_object", **target)

    answer = fetch(nginx, link, method="PUT", body=bytes(51 * MIB))

    assert answer.status == 200
    assert store.head_object(**target)["ContentLength"] == 51 * MIB


def test_a_tampered_signature_is_refused_by_the_store(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    store.put_object(**target, Body=b"film")
    link = sign(signer, "get_object", **target)
    last = link[-1]

    answer = fetch(nginx, link[:-1] + ("0" if last != "0" else "1"))

    assert answer.status == 403
    assert b"SignatureDoesNotMatch" in answer.body


def test_a_link_for_one_key_opens_no_other(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    store.put_object(**target, Body=b"film")
    query = urlsplit(sign(signer, "get_object", Bucket=target["Bucket"], Key="other")).query

    answer = fetch(nginx, f"/api/minio/{target['Bucket']}/{quote(target['Key'])}?{query}")

    assert answer.status == 403


def test_an_expired_link_is_refused(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    store.put_object(**target, Body=b"film")
    link = sign(signer, "get_object", **target)

    answer = fetch(nginx, re.sub(r"X-Amz-Date=\d{8}", "X-Amz-Date=20200101", link))

    assert answer.status == 403


@pytest.mark.parametrize(
    "header",
    [
        {"X-Amz-Content-Sha256": STREAMING},
        {"X-Amz-Content-Sha256": STREAMING.lower()},
        {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
        {"X-Amz-Trailer": "x-amz-checksum-crc32"},
        {"X-Amz-Meta-Snowball-Auto-Extract": "true"},
        {"x-minio-snowball-prefix": "a/"},
        {"X-Amz-Meta-Minio-Snowball-Ignore-Dirs": "true"},
        {"X-Amz-Meta-Minio-Snowball-Prefix": "a/"},
        {"X-Amz-Copy-Source": "/atgedu/secret.pdf"},
    ],
    ids=lambda header: "=".join(*header.items()),
)
def test_headers_that_widen_a_signed_request_are_refused(
    nginx_before_echo_store: int, signer: Any, header: dict[str, str]
) -> None:
    link = sign(signer, "put_object", Bucket="atgedu", Key="a.mp4")

    answer = fetch(nginx_before_echo_store, link, method="PUT", headers=header, body=b"film")

    assert (answer.status, answer.json()["code"]) == (403, "store_request_refused")


@pytest.mark.parametrize(
    "extra",
    [
        f"&X-Amz-Content-Sha256={STREAMING}",
        f"&x-amz-content-sha256={STREAMING.lower()}",
        f"&X-Amz-Content%2DSha256={STREAMING}",
        "&X-Amz-Content-Sha256=STREAMING%2DUNSIGNED-PAYLOAD-TRAILER",
        "&X-Amz-Signature=" + "0" * 64,
    ],
)
def test_queries_that_widen_a_signed_request_are_refused(
    nginx_before_echo_store: int, signer: Any, extra: str
) -> None:
    link = sign(signer, "put_object", Bucket="atgedu", Key="a.mp4")

    assert fetch(nginx_before_echo_store, link + extra, method="PUT", body=b"x").status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/api/minio/",
        "/api/minio/atgedu",
        "/api/minio/atgedu/a.mp4",
        "/api/minio/atgedu/a.mp4?X-Amz-Signature=",
        "/api/minio/atgedu/a.mp4?Note=X-Amz-Signature=1",
        "/api/minio/minio/admin/v3/info",
        "/api/minio/minio/health/live",
    ],
)
def test_unsigned_requests_are_refused(nginx_before_echo_store: int, path: str) -> None:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=test"}

    answer = fetch(nginx_before_echo_store, path, headers=headers)

    assert answer.status == 403
    assert answer.json()["error"] == "Доступ к хранилищу запрещён."


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(nginx_before_echo_store: int, signer: Any, method: str) -> None:
    link = sign(signer, "put_object", Bucket="atgedu", Key="a.mp4")

    answer = fetch(nginx_before_echo_store, link, method=method)

    assert (answer.status, answer.json()["code"]) == (405, "method_not_allowed")


def test_the_store_sees_named_headers_alone(nginx_before_echo_store: int, signer: Any) -> None:
    link = sign(signer, "put_object", Bucket="atgedu", Key="a.mp4", ContentType="video/mp4")
    sent = BROWSER | {"Content-Type": "video/mp4", "X-Amz-Acl": "public-read", "X-Other": "1"}

    echo = fetch(nginx_before_echo_store, link, method="PUT", headers=sent, body=b"film").json()

    assert echo["headers"].pop("x-request-id")
    assert echo["headers"] == {
        "host": "minio:9000",
        "content-length": "4",
        "content-type": "video/mp4",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
    }
    assert (echo["raw_path"], echo["body_bytes"]) == ("/atgedu/a.mp4", 4)
    assert f"?{echo['query']}" == link[link.index("?") :]


def test_pages_from_the_store_cannot_run_scripts(
    nginx: int, store: Any, signer: Any, target: dict[str, str]
) -> None:
    store.put_object(**target, Body=b"<script>1</script>", ContentType="text/html")
    page = fetch(nginx, sign(signer, "get_object", **target))
    store.put_object(**target, Body=b"%PDF-1.7", ContentType="application/pdf")
    pdf = fetch(nginx, sign(signer, "get_object", **target))

    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "Content-Security-Policy" not in pdf.headers
    assert page.headers["X-Content-Type-Options"] == "nosniff"
