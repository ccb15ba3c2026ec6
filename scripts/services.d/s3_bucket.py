"""Make a bucket unless it exists, by one signed request; needs the standard library only.

s3_bucket.py ENDPOINT BUCKET ACCESS_KEY SECRET_KEY REGION
"""

import hashlib
import hmac
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def main(endpoint: str, bucket: str, access_key: str, secret: str, region: str) -> None:
    """Send PUT /bucket; an existing bucket of ours counts as made."""
    headers = signed_headers(
        host=urlsplit(endpoint).netloc,
        path=f"/{bucket}",
        access_key=access_key,
        secret=secret,
        region=region,
    )
    request = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT", headers=headers)
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        answer = error.read().decode(errors="replace")
        if "BucketAlreadyOwnedByYou" not in answer:
            sys.exit(f"PUT {bucket}: {error.code} {answer}")
    except OSError as error:
        sys.exit(f"PUT {bucket}: {error}")


def signed_headers(
    *, host: str, path: str, access_key: str, secret: str, region: str
) -> dict[str, str]:
    """Sign a PUT without a body (AWS Signature Version 4, service s3)."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = (
        f"PUT\n{path}\n\nhost:{host}\nx-amz-content-sha256:{EMPTY_SHA256}\nx-amz-date:{now}\n\n"
        f"{names}\n{EMPTY_SHA256}"
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest}"
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    return {
        "x-amz-date": now,
        "x-amz-content-sha256": EMPTY_SHA256,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
