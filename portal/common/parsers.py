"""Parses JSON bodies more strictly than the framework: bounded, and no duplicate keys."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from portal.common import json_body


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
            ParseError: no JSON, not UTF-8, NaN, a key twice, half a character, nested too deeply,
                or too many elements.
            BodyTooLarge: more than 1 MB; such a body is not read.
        """
        request = (parser_context or {}).get("request")
        announced = request.META.get("CONTENT_LENGTH") if request else None
        body = json_body.read(stream, announced=announced)
        try:
            return json_body.parse(body, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        except ValueError as error:
            raise ParseError(_("The request body is not valid JSON.")) from error
