"""Keys of files in requests: checked, and opened for those who may read the file."""

from collections.abc import Set

from lms.models import User
from lms.services import file_access
from media_admin import keys
from media_admin.errors import ObjectMissing
from portal.common.errors import NotSignedIn

_LONGEST_KEY = 1000


def clean_key(raw: str) -> str:
    """Return the key of a path or query.

    Raises:
        ObjectMissing: empty, too long, private, or with a character that no key has.
    """
    key = raw.lstrip("/")
    if not key or "\0" in key or len(key) > _LONGEST_KEY or keys.is_private(key):
        raise ObjectMissing()
    return key


def open_key(
    caller: User | None, raw: str, *, uses: Set[str] | None = None
) -> tuple[str, Set[str]]:
    """Return key and uses when the caller (None: a stranger) may read the file.

    Raises:
        ObjectMissing: no such key, or it is not for this caller.
        NotSignedIn: a stranger asks for what is in use, and might be somebody who may.
    """
    key = clean_key(raw)
    uses = file_access.uses_of(key) if uses is None else uses
    if file_access.may_open_file(caller, uses):
        return key, uses
    if caller is None and uses:
        raise NotSignedIn
    raise ObjectMissing()
