"""What serializers share: rows of models, strict numbers, texts, keys, required keys."""

import re
from typing import Any

from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.utils.field_mapping import ClassLookupDict

from lms.models.base import ApiModel

LARGEST_INTEGER = 2**31 - 1
# Two Cyrillic letters' worth of a key of the store; PostgreSQL indexes no row above 2,704 bytes.
KEY_MAX_CHARACTERS = 1000
KEY_MAX_BYTES = 2000


class RowSerializer(serializers.ModelSerializer):
    """Describes a row that the API answers as it is: types and nulls follow from the columns.

    It describes and never runs: the selectors read the same columns as plain rows. Declare a field
    only where the answer differs from the column.
    """

    def build_field(
        self, field_name: str, info: Any, model_class: type[ApiModel], nested_depth: int
    ) -> tuple[type[serializers.Field], dict[str, Any]]:
        """Return the field of a column; an answer has every column, so each is required."""
        column = model_class.api_column(field_name)
        kind = column.target_field if isinstance(column, ForeignKey) else column
        kinds: Any = ClassLookupDict(self.serializer_field_mapping)
        field_class = kinds[kind]
        return field_class, {"allow_null": column.null}


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction; text and true are refused."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse what the client never sends as a number."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(WholeNumberField):
    """The id of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_INTEGER, **options})


class PositionField(WholeNumberField):
    """A position in a list, from 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LARGEST_INTEGER, **options})


class NameField(serializers.ChoiceField):
    """One of a few names; the error lists the names and does not repeat what was sent."""

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


class NeedsKeys(serializers.Serializer):
    """Refuses a body without the keys in `needed` by one sentence, which the client shows."""

    needed: tuple[str, ...] = ()
    needed_message: Any = ""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse an object without a needed key before the other fields are checked."""
        has_keys = hasattr(data, "get")
        if has_keys and any(data.get(name) in (None, "") for name in self.needed):
            raise serializers.ValidationError({"non_field_errors": [self.needed_message]})
        return super().to_internal_value(data)
