"""Files that Django stores by itself: STORAGES["default"], on S3 by django-storages."""

from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from media_admin.storage.s3 import S3FileStorage


def _content(name):
    with default_storage.open(name) as file:
        return file.read()


def test_files_are_kept_under_names_of_their_own(folder):
    names = [
        default_storage.save(f"{folder}/Отчёт № 1.txt", ContentFile(body))
        for body in (b"first", b"second")
    ]

    assert names[0] != names[1]
    assert [_content(name) for name in names] == [b"first", b"second"]

    for name in names:
        default_storage.delete(name)
    assert [default_storage.exists(name) for name in names] == [False, False]


@pytest.mark.services
def test_files_lie_in_their_own_folder_of_the_bucket_and_have_signed_links(folder):
    name = default_storage.save(f"{folder}/a.txt", ContentFile(b"0123456789"))

    client, bucket = default_storage.client, default_storage.bucket_name
    found = client.get_object(Bucket=bucket, Key=f"django/{name}")["Body"].read()
    assert found == b"0123456789"
    with urlopen(default_storage.url(name), timeout=20) as answer:
        assert answer.read() == b"0123456789"
    default_storage.delete(name)


@pytest.mark.parametrize(
    ("public_endpoint", "start"),
    [
        ("", "/api/minio/atgedu/django/a.txt?"),
        ("https://files.example.com", "https://files.example.com/atgedu/django/a.txt?"),
    ],
)
def test_links_lead_to_where_browsers_reach_the_store(public_endpoint, start):
    storage = S3FileStorage(
        endpoint="http://minio:9000",
        public_endpoint=public_endpoint,
        bucket="atgedu",
        access_key="key",
        secret_key="secret",
        location="django",
    )

    assert storage.url("a.txt").startswith(start)


def test_only_the_portals_own_keys_sign(monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of somebody else")
    monkeypatch.setenv("AWS_S3_SESSION_PROFILE", "of somebody else")
    storage = S3FileStorage(
        endpoint="http://minio:9000", bucket="atgedu", access_key="key", secret_key="secret"
    )

    assert "X-Amz-Credential=key%2F" in storage.url("a.txt")
    assert "X-Amz-Security-Token" not in storage.url("a.txt")
