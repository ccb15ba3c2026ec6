"""The lists of fields beside the models name every column, or it is said here why not."""

import pytest
from django.apps import apps

from lms.models.base import ApiModel

MODELS = [model for model in apps.get_app_config("lms").get_models() if issubclass(model, ApiModel)]
# Columns for the portal itself: the recycle bin, the versions that two editors compare.
INTERNAL = {"bin_entry_id", "version", "tree_version"}
NOT_ANSWERED = {
    # Rules of the portal that the client does not know.
    "CourseProgram": {"lessons_in_order", "min_hours_before_certificate"},
    # Nested below its safety system.
    "SafetyFeature": {"safety_system_id", "created_at"},
    # Only the person's own are answered.
    "Notice": {"user_id", "mailed_at"},
    # The answer names the key in the store, and shows only active files of one topic.
    "TopicFile": {
        "topic_id",
        "size_formatted",
        "file_url",
        "is_active",
        "created_at",
        "updated_at",
    },
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_new_column_is_answered_or_left_out_on_purpose(model: type[ApiModel]):
    answered = getattr(model, "API_DETAIL_FIELDS", model.API_FIELDS)
    columns = {column.attname for column in model._meta.concrete_fields}

    left_out = columns - set(answered) - INTERNAL

    assert len(answered) == len(set(answered))
    assert left_out == NOT_ANSWERED.get(model.__name__, set())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_example_belongs_to_an_answered_field(model: type[ApiModel]):
    assert set(model.API_EXAMPLES) <= set(model.API_FIELDS)
