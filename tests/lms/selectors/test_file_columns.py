"""Every column that names a file is in the one list from which access and deletion follow."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CharField, Model, TextField

from lms import models
from lms.selectors import files
from lms.selectors.files import FILE_COLUMNS, FileColumn
from lms.services import file_access
from lms.services.history import recycle_bin
from tests import factories

LISTED = {(column.model, column.name) for column in FILE_COLUMNS}
LIKE_A_FILE = re.compile(r"image|picture|photo|avatar|video|pdf|file|url|path|key|object_name")
# Columns with such a name which give nobody access to a file, and why.
NOT_LISTED = {
    (models.Lesson, "lesson_key"): "names a lesson for the client",
    (models.Topic, "topic_key"): "names a topic for the client",
    (models.CompletedMaterial, "material_key"): "names what a person completed",
    (models.FileDelivery, "object_key"): "names what was sent to a person",
    (models.MaterialProgress, "material_key"): "names what a person opened",
    (models.TopicFile, "file_type"): "a choice",
    (models.TopicFile, "file_url"): "a web address of an older installation",
    (models.Comment, "file_object_key"): "names the file under which a comment was written",
    (models.VideoTranscodeJob, "source_object_key"): "has the uses of its source video",
    (models.VideoTranscodeJob, "master_object_key"): "has the uses of its source video",
    (models.Certificate, "pdf_url"): "a file of another tool, which staff alone opens",
    (models.AttemptCounter, "key"): "names what is counted",
    (models.Export, "object_key"): "names a private file, which its own page alone sends",
    (models.Export, "request_key"): "prevents a second export",
    (models.Mail, "unique_key"): "prevents a second mail",
    (models.Notice, "path"): "a page of the portal",
}
BINNABLE = [column for column in FILE_COLUMNS if issubclass(column.model, models.BinnableModel)]
WITH_FOLDER = [column for column in FILE_COLUMNS if column.folder]


def _name(column: FileColumn) -> str:
    return f"{column.model.__name__}.{column.name}"


def _upload_columns() -> set[tuple[type[Model], str]]:
    """Return the model and name of each field that takes an upload anywhere in the admin."""
    return {
        (holder.model, name)
        for model_admin in admin.site._registry.values()
        for holder in (model_admin, *model_admin.inlines)
        for name in getattr(holder, "upload_fields", {})
    }


def _row_with(column: FileColumn, key: str) -> Model:
    """Create a row of the column's model that names the key there."""
    named = {column.name: key}
    if column.model is models.Station:
        return factories.StationFactory(**named)
    if column.model is models.TopicFile:
        return factories.TopicFileFactory(**named)
    if column.model is models.Profile:
        user = models.User.objects.create(username="karimov")
        return models.Profile.objects.create(user=user, **named)
    if column.model is models.Question:
        return models.Question.objects.create(lesson_test=factories.LessonTestFactory(), **named)
    if any(field.name == "station" for field in column.model._meta.fields):
        named["station"] = factories.StationFactory()
    return column.model._default_manager.create(**named)


def test_each_upload_field_of_the_admin_is_in_the_list():
    uploads = _upload_columns()

    assert len(uploads) >= 10
    assert uploads <= LISTED


def test_each_column_with_the_name_of_a_file_is_in_the_list_or_left_out_with_a_reason():
    columns = {
        (model, field.name)
        for model in apps.get_app_config("lms").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField) and LIKE_A_FILE.search(field.name)
    }

    assert columns == LISTED | NOT_LISTED.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("column", FILE_COLUMNS, ids=_name)
def test_each_column_of_the_list_decides_access_and_keeps_its_file(column):
    key = f"{column.folder or 'somewhere/'}file.bin"
    row = _row_with(column, key)

    assert files.uses_of(key) >= {column.use}
    assert files.keys_in_use([key, "other/file.bin"]) == {key}
    assert files.keys_named_by(column.model, column.model.objects.filter(pk=row.pk)) == {key}
    assert file_access.may_open_file(None, files.uses_of(key)) == (column.use == files.PUBLIC)


@pytest.mark.django_db
@pytest.mark.parametrize("column", files.KEEPING_COLUMNS, ids=_name)
def test_a_column_that_only_keeps_its_file_opens_it_to_nobody(column):
    key = "somewhere/file.bin"
    if column.model is models.Certificate:
        user = models.User.objects.create(username="karimov")
        models.Certificate.objects.create(user=user, pdf_url=key)
    else:
        named = {"source_object_key": "other", column.name: key}
        column.model.objects.create(target_type="promo", target_id=1, **named)

    assert files.keys_in_use([key]) == {key}
    assert files.uses_of(key) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("column", BINNABLE, ids=_name)
def test_a_row_in_the_bin_keeps_its_file_and_opens_it_to_nobody(column):
    key = f"{column.folder or 'somewhere/'}file.bin"
    recycle_bin.put(_row_with(column, key), by=None)

    assert files.uses_of(key) == ({files.HIDDEN} if column.only_active else set())
    assert files.keys_in_use([key]) == {key}


@pytest.mark.django_db
@pytest.mark.parametrize("column", WITH_FOLDER, ids=_name)
def test_a_bare_name_lies_in_the_folder_of_its_column(column):
    _row_with(column, "file.bin")

    assert files.uses_of(f"{column.folder}file.bin") == {column.use}
    assert files.uses_of("elsewhere/file.bin") == set()
    assert files.keys_in_use([f"{column.folder}file.bin"]) == {f"{column.folder}file.bin"}
