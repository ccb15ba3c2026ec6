"""Settings of the test suite: the embedded default, or real services where TEST_* names them."""

import os
import tempfile
from pathlib import Path

_work = Path(tempfile.mkdtemp(prefix="portal-test-"))
(_work / "static").mkdir()
os.environ.update(
    {
        "EMBEDDED": "1",
        "DEMO": "0",
        "DATA_DIR": str(_work),
        "SECRET_KEY": "test-secret-key-" + "s" * 40,
        "JWT_SIGNING_KEY": "test-signing-key-" + "j" * 40,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
)
_services = os.environ.get("TEST_SERVICES") == "1"
if _services:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ["REDIS_URL"] = os.environ["TEST_REDIS_URL"]
    os.environ["MINIO_ENDPOINT"] = os.environ["TEST_S3_ENDPOINT"]
    os.environ["MINIO_PUBLIC_ENDPOINT"] = os.environ["TEST_S3_ENDPOINT"]
    _bucket = os.environ.get("TEST_S3_BUCKET", "atgedu")
    # A bucket per worker: two tests may use the same key. tests/conftest.py makes it.
    os.environ["MINIO_BUCKET"] = f"{_bucket}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    os.environ["MINIO_REGION"] = os.environ.get("TEST_S3_REGION", "us-east-1")
    os.environ["MINIO_ACCESS_KEY"] = os.environ["TEST_S3_ACCESS_KEY"]
    os.environ["MINIO_SECRET_KEY"] = os.environ["TEST_S3_SECRET_KEY"]
else:
    for _name in ("DATABASE_URL", "REDIS_URL", "MINIO_ENDPOINT", "MINIO_PUBLIC_ENDPOINT"):
        os.environ.pop(_name, None)

from portal.settings.base import *

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
if _services:
    # A database of Redis per worker: clear() empties a whole one.
    _number = int(_worker.removeprefix("gw")) + 1 if _worker.startswith("gw") else 0
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rsplit('/', 1)[0]}/{_number}"
# The plain hasher first keeps hundreds of logins fast; Argon2 stays to be tested as a target.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
