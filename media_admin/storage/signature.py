"""Signs downloads by AWS Signature Version 4 in the query: the same URL as boto3's, much faster.

The client signs every file of a program at once; boto3 needs milliseconds for each URL, this a few
hundredths of one. tests/media_admin/storage/test_signature.py compares both.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNRESERVED = "-_.~"


class DownloadSigner:
    """Makes presigned GET URLs for one bucket, in path style."""

    def __init__(
        self, *, endpoint: str, bucket: str, region: str, access_key: str, secret_key: str
    ) -> None:
        self._endpoint = endpoint
        self._host = urlsplit(endpoint).netloc
        self._bucket = bucket
        self._region = region
        self._access_key = access_key
        self._secret_key = secret_key

    def presign(
        self,
        key: str,
        params: dict[str, str],
        *,
        expires_in_seconds: int,
        now: datetime | None = None,
    ) -> str:
        """Return the URL; `params` are response-* overrides, which the signature covers."""
        instant = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{instant[:8]}/{self._region}/s3/aws4_request"
        query = self._query(
            params
            | {
                "X-Amz-Algorithm": _ALGORITHM,
                "X-Amz-Credential": f"{self._access_key}/{scope}",
                "X-Amz-Date": instant,
                "X-Amz-Expires": str(expires_in_seconds),
                "X-Amz-SignedHeaders": "host",
            }
        )
        path = f"/{self._bucket}/{quote(key, safe='/' + _UNRESERVED)}"
        canonical = f"GET\n{path}\n{query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"{_ALGORITHM}\n{instant}\n{scope}\n{digest}"
        secret = _signing_key(self._secret_key, instant[:8], self._region)
        signature = hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()
        return f"{self._endpoint}{path}?{query}&X-Amz-Signature={signature}"

    @staticmethod
    def _query(params: dict[str, str]) -> str:
        pairs = sorted(
            (quote(name, safe=_UNRESERVED), quote(value, safe=_UNRESERVED))
            for name, value in params.items()
        )
        return "&".join(f"{name}={value}" for name, value in pairs)


@lru_cache(maxsize=8)
def _signing_key(secret_key: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
