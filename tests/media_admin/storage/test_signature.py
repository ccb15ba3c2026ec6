"""Our signatures of downloads are those of boto3, for every kind of key."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore import auth
from botocore.config import Config

from media_admin.storage.signature import DownloadSigner

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
KEYS = {"access_key": "key-id", "secret_key": "very/secret+key"}


@pytest.mark.parametrize(
    "key",
    ["a/b.pdf", "Порядок № 1 (100% готово) [a+b].pdf", "a~b!c'd*e.txt", "x&y=z?#.mp4", "э" * 400],
)
@pytest.mark.parametrize("endpoint", ["http://minio:9000", "https://store.example.com"])
def test_a_url_equals_the_one_of_boto3(monkeypatch, key, endpoint):
    monkeypatch.setattr(auth, "get_current_datetime", lambda **kwargs: NOW)
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEYS["access_key"],
        aws_secret_access_key=KEYS["secret_key"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    params = {"ResponseContentType": "video/mp4", "ResponseContentDisposition": 'inline; a="б"'}
    theirs = client.generate_presigned_url(
        "get_object", Params={"Bucket": "atgedu", "Key": key, **params}, ExpiresIn=3600
    )
    signer = DownloadSigner(endpoint=endpoint, bucket="atgedu", region="us-east-1", **KEYS)

    ours = signer.presign(
        key,
        {"response-content-type": "video/mp4", "response-content-disposition": 'inline; a="б"'},
        expires_in_seconds=3600,
        now=NOW,
    )

    assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)
