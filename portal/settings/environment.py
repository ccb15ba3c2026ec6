"""Reads environment variables and names the one that is missing or malformed."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
REQUIRED: Any = object()
# These may also be in a file, which NAME_FILE names, as Docker and Kubernetes hand secrets out.
SECRETS = {
    "SECRET_KEY",
    "JWT_SIGNING_KEY",
    "JWT_OLD_SIGNING_KEYS",
    "DATABASE_URL",
    "POSTGRES_PASSWORD",
    "REDIS_URL",
    "REDIS_PASSWORD",
    "MINIO_ACCESS_KEY",
    "MINIO_SECRET_KEY",
    "EMAIL_HOST_PASSWORD",
}


def read(name: str, cast: Callable[[str], Any] = str, *, default: Any = REQUIRED) -> Any:
    """Return the variable `name` as `cast` makes it; an empty value counts as missing.

    A secret's file comes before its variable.

    Raises:
        ImproperlyConfigured: missing without a default, or refused by `cast`; names the variable.
    """
    text = (_in_file(name) if name in SECRETS else "") or env.str(name, default="").strip()
    if not text:
        if default is REQUIRED:
            raise ImproperlyConfigured(f"{name} is not set. See .env.example for its meaning.")
        return default
    try:
        return cast(text)
    except (ValueError, TypeError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is malformed: {error}") from error


def _in_file(name: str) -> str:
    path = env.str(f"{name}_FILE", default="").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error


def flag(text: str) -> bool:
    """Parse 1/0, true/false, yes/no, on/off; anything else is an error."""
    lowered = text.lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected 1 or 0")


def positive(text: str) -> int:
    """Parse a whole number above zero."""
    number = int(text)
    if number <= 0:
        raise ValueError("expected a whole number above 0")
    return number


def at_least(lowest: int) -> Callable[[str], int]:
    """Return a parser of whole numbers that are not below this one."""

    def parse(text: str) -> int:
        number = int(text)
        if number < lowest:
            raise ValueError(f"expected a whole number of at least {lowest}")
        return number

    return parse


def natural(text: str) -> int:
    """Parse a whole number of at least zero."""
    number = int(text)
    if number < 0:
        raise ValueError("expected a whole number of at least 0")
    return number


def words(text: str) -> list[str]:
    """Split a comma-separated list."""
    return [word.strip() for word in text.split(",") if word.strip()]


def origins(text: str) -> list[str]:
    """Split a comma-separated list of origins such as https://portal.example.com."""
    found = words(text)
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise ValueError(f"{origin!r} is not an origin such as https://portal.example.com")
    return found


def networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Split a comma-separated list of addresses and ranges such as 10.0.0.0/24."""
    return [ipaddress.ip_network(word) for word in words(text)]


def file(text: str) -> str:
    """Check that a file is there."""
    if not Path(text).is_file():
        raise ValueError(f"there is no file {text!r}")
    return text


def http_url(text: str) -> str:
    """Check an http(s) URL and drop its final slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("expected a URL such as http://minio:9000")
    return text.rstrip("/")


def secret(text: str) -> str:
    """Refuse a secret that is too short to resist guessing."""
    if len(text) < 32:
        raise ValueError("expected at least 32 characters")
    return text


def secrets(text: str) -> list[str]:
    """Split a comma-separated list of secrets, none of them too short."""
    return [secret(word) for word in words(text)]


def rate(text: str) -> str:
    """Check a throttle rate such as 600/min."""
    count, _, period = text.partition("/")
    if not count.isdigit() or period[:1] not in {"s", "m", "h", "d"}:
        raise ValueError("expected a rate such as 600/min")
    return text


def time_zone(text: str) -> str:
    """Check the name of a time zone such as Asia/Tashkent."""
    ZoneInfo(text)
    return text


def client_folder(text: str) -> str:
    """Check the folder of a built client."""
    if not (Path(text) / "index.html").is_file():
        raise ValueError("no index.html in that folder")
    return text


def database(text: str) -> dict[str, Any]:
    """Parse a database URL; PostgreSQL and SQLite are supported."""
    config = env.db_url_config(text)
    engines = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
    if config["ENGINE"] not in engines or not config["NAME"]:
        raise ValueError("expected postgres://user:password@host:5432/name")
    return config


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return a parser that takes only the values named."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return text

    return parse
