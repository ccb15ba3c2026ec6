"""Rows of any model of content with nothing but what the model demands; new models need no line."""

from itertools import count
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, ForeignKey, TextField

from lms.models import ContentChange, LessonTest, Question
from lms.models.content import ContentModel

_numbers = count(1)

CONTENT = sorted(
    (model for model in apps.get_app_config("lms").get_models() if issubclass(model, ContentModel)),
    key=lambda model: model.__name__,
)


def new_row(model: type[ContentModel], **values: Any) -> ContentModel:
    """Return a row that is not stored yet; the rows that it hangs under are."""
    for column in model._meta.concrete_fields:
        if column.name not in values and _is_demanded(column):
            values[column.name] = _value_of(column)
    if model is Question and "lesson_test" not in values:
        values["lesson_test"] = stored_row(LessonTest)
    return model(**values)


def stored_row(model: type[ContentModel], **values: Any) -> ContentModel:
    """Return a stored row."""
    row = new_row(model, **values)
    row.save()
    return row


def text_column(model: type[ContentModel]) -> str:
    """Return the name of a column that takes any text and that the history shows."""
    return next(
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, CharField | TextField)
        and column.editable
        and not (column.choices or column.unique)
    )


def _is_demanded(column: Field) -> bool:
    return not (column.null or column.has_default() or column.primary_key or not column.editable)


def _value_of(column: Field) -> Any:
    if isinstance(column, ForeignKey):
        return stored_row(column.related_model)
    if column.choices:
        return column.flatchoices[0][0]
    return f"{column.name} {next(_numbers)}"


def changes_of(model: type[ContentModel]) -> list[ContentChange]:
    """Return what was recorded of a model's rows, in order."""
    return list(ContentChange.objects.filter(model=model._meta.model_name).order_by("pk"))
