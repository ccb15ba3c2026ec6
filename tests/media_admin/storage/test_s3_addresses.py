"""URLs that the S3 store signs; needs no server."""

from urllib.parse import parse_qs, urlsplit

from media_admin.storage.s3 import S3ObjectStorage

KEY = "stations/1/docs/Схема № 1 (+%).pdf"
ENCODED = "stations/1/docs/%D0%A1%D1%85%D0%B5%D0%BC%D0%B0%20%E2%84%96%201%20%28%2B%25%29.pdf"


def _store(public_endpoint=""):
    return S3ObjectStorage(
        endpoint="http://minio:9000",
        public_endpoint=public_endpoint,
        bucket="atgedu",
        access_key="key",
        secret_key="secret",
    )


def _get(store, seconds=60):
    return store.presign_get(
        KEY, download_name="a.pdf", content_type="application/pdf", expires_in_seconds=seconds
    )


def test_without_a_public_endpoint_browsers_get_a_path_of_our_own_origin():
    parts = urlsplit(_get(_store()).url)

    assert (parts.scheme, parts.netloc) == ("", "")
    assert parts.path == f"/api/minio/atgedu/{ENCODED}"
    assert parse_qs(parts.query)["response-content-type"] == ["application/pdf"]


def test_with_a_public_endpoint_browsers_go_there():
    url = _get(_store("https://files.example.com")).url

    assert url.startswith(f"https://files.example.com/atgedu/{ENCODED}?")


def test_no_url_is_valid_for_more_than_seven_days():
    query = parse_qs(urlsplit(_get(_store(), seconds=10**9).url).query)

    assert query["X-Amz-Expires"] == ["604800"]


def test_type_and_size_of_an_upload_are_part_of_the_signature():
    signed = _store().presign_put(
        KEY, content_type="video/mp4", size_bytes=10, expires_in_seconds=60
    )

    query = parse_qs(urlsplit(signed.url).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert (signed.method, signed.headers) == ("PUT", {"Content-Type": "video/mp4"})
