"""Links to files on the portal's own origin; a link ends with the session for which it was made.

They contain no credential of the store. A link that the store itself accepts contains an access key
id, which is what CVE-2026-40344 needs. The portal answers these links like all other routes.
"""

import hmac
import time
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.utils.crypto import salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from media_admin.errors import SignatureRefused
from media_admin.services.delivery import Wanted

URL_PREFIX = "/api/files/signed/"
_SALT = "media_admin.signed_links"
# How long a browser may use its cache without asking; the link itself changes as often.
_MAX_AGE_SECONDS = 600


def make(
    key: str,
    *,
    content_type: str,
    download_name: str | None = None,
    reader: str = "",
    session: str = "",
    expires_in_seconds: int,
) -> str:
    """Return path and query of a link; with a name, the browser saves the file under it.

    `reader` is the id of the person for whom the link is made: whoever follows it, the file counts
    as sent to this person.
    """
    named = {"e": int_to_base36(int(time.time()) + expires_in_seconds), "t": content_type}
    if download_name:
        named["n"] = download_name
    if reader:
        named["u"] = reader
    if session:
        named["i"] = session
    query = urlencode(named | {"s": _signature(key, named)}, quote_via=quote)
    return f"{URL_PREFIX}{quote(key)}?{query}"


def read(key: str, query: Mapping[str, str]) -> Wanted:
    """Return what a link allows.

    Raises:
        SignatureRefused: forged, changed, or expired.
    """
    named = {name: query[name] for name in ("e", "t", "n", "u", "i") if name in query}
    given = query.get("s", "")
    if "t" not in named or not hmac.compare_digest(
        given.encode("utf-8", "replace"), _signature(key, named).encode()
    ):
        raise SignatureRefused()
    if base36_to_int(named["e"]) < time.time():
        raise SignatureRefused()
    return Wanted(
        key,
        content_type=named["t"],
        download_name=named.get("n"),
        max_age_seconds=_MAX_AGE_SECONDS,
        reader=named.get("u", ""),
        session=named.get("i", ""),
    )


def _signature(key: str, named: Mapping[str, str]) -> str:
    # No key and no header value can contain a zero byte, so two links never sign the same text.
    text = "\0".join([key, *(f"{name}={named[name]}" for name in sorted(named))])
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()
