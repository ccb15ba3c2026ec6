"""Every change of content is recorded and renews the cached responses, whichever way it comes."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import isolate_apps

from lms.models import (
    ContentChange,
    Course,
    Question,
    StationEquipment,
    Topic,
)
from lms.models.content import ContentModel, ContentQuerySet
from lms.models.roles import CONTENT_MODELS
from lms.services.history import changes
from tests.lms.services.history.content_rows import (
    CONTENT,
    changes_of,
    new_row,
    stored_row,
    text_column,
)

# Instructors may edit these, but they are records, remarks or files: nothing to restore.
RECORDS = {"comment", "videotranscodejob", "mediafile", "binentry", "contentchange"}
PEOPLE = {
    "attemptcounter",
    "export",
    "filedelivery",
    "mail",
    "notice",
    *("user", "profile", "userstats", "usersession", "ldaptempsession"),
    *("enrollment", "courseenrollment", "topicprogress", "completedmaterial", "materialprogress"),
    *("teststart", "testresult", "certificate", "certificatecounter"),
}

# SQLite has no row locks, for which the recorder has a branch that does not depend on a model's
# columns. So only these are recorded on both databases: with numbers and UUIDs, with a bin.
ON_BOTH = {Course, StationEquipment, Topic}
EVERY_MODEL = [
    pytest.param(model, marks=pytest.mark.both if model in ON_BOTH else ()) for model in CONTENT
]


def _save(model: type[ContentModel], row: ContentModel, column: str) -> None:
    setattr(row, column, "new")
    row.save()


def _bulk_update(model: type[ContentModel], row: ContentModel, column: str) -> None:
    setattr(row, column, "new")
    model.objects.bulk_update([row], [column])


def _save_instead(model: type[ContentModel], row: ContentModel, column: str) -> None:
    model.objects.update_or_create(pk=row.pk, defaults={column: "new"})


CHANGES: dict[str, Callable[[type[ContentModel], ContentModel, str], object]] = {
    "save": _save,
    "update_or_create": _save_instead,
    "update": lambda model, row, column: model.objects.filter(pk=row.pk).update(**{column: "new"}),
    "update with an expression": lambda model, row, column: model.objects.update(
        **{column: Concat(Value("n"), Value("ew"))}
    ),
    "bulk_update": _bulk_update,
    "bulk_update with an expression": lambda model, row, column: (
        setattr(row, column, Concat(Value("n"), Value("ew"))),
        model.objects.bulk_update([row], [column]),
    ),
    "base manager": lambda model, row, column: model._base_manager.update(**{column: "new"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_a_change_is_recorded_and_renews_the_cache(model, way, committed):
    column = text_column(model)
    row = stored_row(model, **{column: "old"})
    ContentChange.objects.all().delete()

    assert committed(lambda: CHANGES[way](model, row, column))

    (change,) = changes_of(model)
    assert (change.kind, change.object_id) == ("change", str(row.pk))
    assert (change.before[column], change.after[column]) == ("old", "new")


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "create", "bulk_create"])
@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_a_creation_is_recorded_and_renews_the_cache(model, way, committed):
    row = new_row(model)
    ContentChange.objects.all().delete()
    ways = {
        "save": row.save,
        "create": lambda: model.objects.create(
            **{
                c.attname: getattr(row, c.attname)
                for c in model._meta.concrete_fields
                if row.pk or not c.primary_key
            }
        ),
        "bulk_create": lambda: model.objects.bulk_create([row]),
    }

    assert committed(ways[way])

    (change,) = changes_of(model)
    stored = model.objects.get()
    assert (change.kind, change.object_id, change.before) == ("create", str(stored.pk), None)
    assert change.after[text_column(model)] == getattr(stored, text_column(model))
    assert change.title == str(stored)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["row", "queryset", "cascade"])
@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_a_deletion_is_recorded_and_renews_the_cache(model, way, committed):
    row = stored_row(model)
    pk, title = row.pk, str(row)
    parents = [
        column
        for column in model._meta.concrete_fields
        if column.remote_field
        and column.remote_field.on_delete is models.CASCADE
        and getattr(row, column.attname)
    ]
    ContentChange.objects.all().delete()
    ways = {
        "row": row.delete,
        "queryset": model.objects.all().delete,
        "cascade": getattr(row, parents[0].name).delete if parents else row.delete,
    }

    assert committed(ways[way])

    (change,) = changes_of(model)
    assert (change.kind, change.object_id, change.after) == ("delete", str(pk), None)
    assert change.title == title


def _escapes(model: type[models.Model]) -> list[str]:
    """Return the managers of a model whose bulk changes nobody would record."""
    managers = [*model._meta.managers, model._base_manager, model._default_manager]
    is_content = issubclass(model, ContentModel)
    return [
        manager.name
        for manager in managers
        if not (is_content and isinstance(manager.get_queryset(), ContentQuerySet))
    ]


def test_what_instructors_edit_is_content_or_named_here():
    names = {model._meta.model_name for model in CONTENT}

    assert names == CONTENT_MODELS - RECORDS == changes.RECORDED_MODELS


def test_a_new_model_is_content_or_named_here():
    names = {model._meta.model_name for model in apps.get_app_config("lms").get_models()}

    assert names - {model._meta.model_name for model in CONTENT} - RECORDS == PEOPLE


@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_no_manager_of_content_escapes(model):
    assert _escapes(model) == []


@isolate_apps("lms")
def test_content_with_a_manager_of_its_own_would_be_found():
    class Pump(ContentModel):
        every = models.Manager()

        class Meta:
            app_label = "lms"

        def __str__(self) -> str:
            return "pump"

    assert set(_escapes(Pump)) == {"every"}


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", CHANGES)
def test_a_change_that_cannot_be_recorded_is_not_stored(way, monkeypatch):
    question = stored_row(Question, question="old")

    def fail(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(changes, "_store", fail)
    with pytest.raises(ZeroDivisionError):
        CHANGES[way](Question, question, "question")

    assert Question.objects.get().question == "old"
