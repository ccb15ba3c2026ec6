"""Where a form may upload to: signed when the page is made, so that a browser cannot change it."""

from dataclasses import dataclass

from django.core import signing

from media_admin.errors import TargetRefused

_SALT = "media_admin.target"
_LIFE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class UploadTarget:
    """A folder of the store and the kinds of files that it accepts."""

    prefix: str
    kinds: tuple[str, ...]


def sign_target(target: UploadTarget) -> str:
    """Return a token for a page; valid for a day."""
    return signing.dumps({"p": target.prefix, "k": list(target.kinds)}, salt=_SALT)


def read_target(token: str) -> UploadTarget:
    """Return the target of a token.

    Raises:
        TargetRefused: forged, or older than a day.
    """
    try:
        fields = signing.loads(token, salt=_SALT, max_age=_LIFE_SECONDS)
    except signing.BadSignature as error:
        raise TargetRefused() from error
    return UploadTarget(fields["p"], tuple(fields["k"]))
