"""Builds and checks object keys: they never leave their folder, whatever a file is called."""

import re
import unicodedata

from media_admin.errors import InvalidKey

MAX_CHARACTERS = 1000
# S3 counts bytes of UTF-8, of which a Cyrillic letter takes two.
MAX_BYTES = 1024
# Files here belong to one person each: no link, listing or address of the library leads to them.
PRIVATE_FOLDER = "prepared-exports"
_NAME_CHARACTERS = 300
_STAMP = re.compile(r"\d{13}_(?=.)")
_WHITESPACE = re.compile(r"\s+")


def build(prefix: str, name: str, *, milliseconds: int) -> str:
    """Return `{prefix}/{ms}_{name}`; the name is cleaned and shortened, its extension is kept."""
    head = f"{validated(prefix)}/{milliseconds:013d}_"
    room_bytes = MAX_BYTES - len(head.encode())
    room_characters = min(_NAME_CHARACTERS, MAX_CHARACTERS - len(head))
    stem, extension = _split(clean_name(name))
    stem = _cut(stem, room_characters - len(extension), room_bytes - len(extension.encode()))
    return validated(f"{head}{stem}{extension}")


def clean_name(name: str) -> str:
    """Return the last segment of a name in NFC, whitespace as `_`, without control characters."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = _WHITESPACE.sub("_", text.strip())
    text = "".join(letter for letter in text if not _is_unprintable(letter)).strip(".")
    return text or "file"


def validated(key: str) -> str:
    """Return `key` unchanged.

    Raises:
        InvalidKey: empty, too long, an outer or double slash, a `.` or `..` segment, or a
            character that a URL cannot contain.
    """
    if not key or len(key) > MAX_CHARACTERS:
        raise InvalidKey()
    if any(segment in {"", ".", ".."} for segment in key.split("/")):
        raise InvalidKey()
    if "\\" in key or any(_is_unprintable(letter) for letter in key):
        raise InvalidKey()
    if len(key.encode()) > MAX_BYTES:
        raise InvalidKey()
    return key


def is_valid(key: str) -> bool:
    """Tell whether `validated` would accept the key."""
    try:
        validated(key)
    except InvalidKey:
        return False
    return True


def is_private(key: str) -> bool:
    """Tell whether a file, or a folder, is left out of the library."""
    return key == PRIVATE_FOLDER or key.startswith(f"{PRIVATE_FOLDER}/")


def display_name(key: str) -> str:
    """Return the file name of a key, without folder and time stamp."""
    return _STAMP.sub("", key.rpartition("/")[2], count=1)


def extension(name: str) -> str:
    """Return the extension of a name or key in lower case, with its dot, or an empty text."""
    return _split(name.rpartition("/")[2])[1].lower()


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending or len(ending) > 10:
        return name, ""
    return stem, dot + ending


def _cut(text: str, characters: int, size_bytes: int) -> str:
    if characters <= 0 or size_bytes <= 0:
        raise InvalidKey()
    return text[:characters].encode()[:size_bytes].decode(errors="ignore")


def _is_unprintable(letter: str) -> bool:
    # Cc control, Cf invisible (such as the mark that reverses text), Cs half a surrogate pair,
    # Zl and Zp line ends.
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
