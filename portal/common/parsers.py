"""Parses JSON bodies more strictly than the framework: no duplicate keys, no bottomless nesting."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate keys")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class StrictJSONParser(BaseParser):
    """Parser of application/json in UTF-8."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body.

        Raises:
            ParseError: no JSON, not UTF-8, NaN, a key twice, half a character, or nested too
                deeply.
        """
        try:
            text = stream.read().decode()
            data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
            if "\\ud" in text.lower():
                # Half a surrogate pair can be written in JSON but neither stored nor sent.
                json.dumps(data, ensure_ascii=False).encode()
            return data
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The request body is not valid JSON.")) from error
