"""What request bodies share: strict numbers, texts, keys, and one sentence for what is missing."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

LARGEST_INTEGER = 2**31 - 1
# Two Cyrillic letters' worth of a key of the store; PostgreSQL indexes no row above 2,704 bytes.
KEY_MAX_CHARACTERS = 1000
KEY_MAX_BYTES = 2000


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction; text and true are refused."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse what the client never sends as a number."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(WholeNumberField):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_INTEGER, **options})


class PositionField(WholeNumberField):
    """A position in a list, from 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LARGEST_INTEGER, **options})


class NameField(serializers.ChoiceField):
    """One of a few names; the answer to another one lists them and does not repeat it."""

    default_error_messages = {"unknown": _("Expected one of: {names}.")}

    def to_internal_value(self, data: Any) -> str:
        """Return the name."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("unknown", names=", ".join(map(str, self.choices)))
        return data


class LineField(serializers.CharField):
    """Text of one line, such as a name; the framework itself refuses nothing but U+0000."""

    default_error_messages = {"control_character": _("Control characters are not allowed.")}
    refused = re.compile(r"[\x01-\x1f\x7f]")

    def to_internal_value(self, data: Any) -> str:
        """Refuse what no form can hold and no list, PDF or export can show."""
        text = super().to_internal_value(data)
        if self.refused.search(text):
            self.fail("control_character")
        return text


class LinesField(LineField):
    """Text of several lines, which may also hold tabs."""

    refused = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


class EmailLineField(LineField, serializers.EmailField):
    """An e-mail address; the standard would allow control characters in quotes."""


class KeyField(serializers.CharField):
    """An object key or a material's key, kept exactly as sent."""

    default_error_messages = {"too_long": _("The key is too long.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": KEY_MAX_CHARACTERS, "trim_whitespace": False, **options})

    def to_internal_value(self, data: Any) -> str:
        """Refuse a key that is longer than an index can hold."""
        key = super().to_internal_value(data)
        if len(key.encode(errors="replace")) > KEY_MAX_BYTES:
            self.fail("too_long")
        return key


class NoBody(serializers.Serializer):
    """The body of a command that needs none: nothing at all, or an object."""


class NeedsKeys:
    """Says in one sentence, as the client shows it, which keys a body must have.

    A serializer names the keys in `needed` and the sentence in `needed_message`.
    """

    needed: tuple[str, ...] = ()
    needed_message: Any = ""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse an object without a needed key before its other fields are looked at."""
        has_keys = hasattr(data, "get")
        if has_keys and any(data.get(name) in (None, "") for name in self.needed):
            raise serializers.ValidationError({"non_field_errors": [self.needed_message]})
        return super().to_internal_value(data)
