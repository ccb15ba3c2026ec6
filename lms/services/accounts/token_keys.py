"""Signs tokens with the present key and reads those of the keys before it, while they last."""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

_ALGORITHM = "HS256"


class TokenKeys(TokenBackend):
    """The backend of simplejwt with a key id in each token, and more than one key to read with.

    A token without a key id is from before the portal wrote them; it names no issuer or audience
    either, and is good until it expires.
    """

    def __init__(self, keys: tuple[str, ...], *, issuer: str) -> None:
        super().__init__(_ALGORITHM, keys[0], issuer=issuer, audience=issuer)
        self._key_id = key_id(keys[0])
        self._readers = {
            key_id(key): TokenBackend(_ALGORITHM, key, issuer=issuer, audience=issuer)
            for key in keys
        }
        self._readers_without_id = [TokenBackend(_ALGORITHM, key) for key in keys]

    def encode(self, payload: dict[str, Any]) -> str:
        """Return the signed token of the present key."""
        payload = {**payload, "iss": self.issuer, "aud": self.audience}
        headers = {"kid": self._key_id}
        return jwt.encode(payload, self.prepared_signing_key, algorithm=_ALGORITHM, headers=headers)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Return what a token says; raise TokenBackendError unless it is signed by a known key."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("the token is not one of this portal") from error
        if "kid" not in header:
            return self._decode_without_id(token, verify=verify)
        reader = self._readers.get(header["kid"])
        if reader is None:
            raise TokenBackendError("the token is not one of this portal")
        return reader.decode(token, verify=verify)

    def _decode_without_id(self, token: Any, *, verify: bool) -> dict[str, Any]:
        for reader in self._readers_without_id:
            try:
                payload = reader.decode(token, verify=verify)
            except TokenBackendError:
                continue
            if "iss" in payload or "aud" in payload:
                break
            return payload
        raise TokenBackendError("the token is not one of this portal")


def token_keys() -> TokenKeys:
    """Return the keys that the settings name."""
    return _token_keys((settings.JWT_SIGNING_KEY, *settings.JWT_OLD_SIGNING_KEYS))


@lru_cache(maxsize=8)
def _token_keys(keys: tuple[str, ...]) -> TokenKeys:
    return TokenKeys(keys, issuer=settings.JWT_ISSUER)


def key_id(key: str) -> str:
    """Return the public name of a key, from which nobody can find the key."""
    return hmac.digest(key.encode(), b"key id of the portal", hashlib.sha256).hex()[:16]
