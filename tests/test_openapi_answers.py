"""Every JSON answer of the API has exactly the keys, types and nulls of its serializer.

The contract is generated from the serializers, which never run on these reads. So what selectors
and views compose is compared with the contract here, key by key.
"""

import copy
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import NOT_PROVIDED, Field, Model
from django.test import Client

from lms import models
from lms.api.serializers.progress import PositionSerializer
from tests import recorded
from tests.recorded import BY_ROUTE, EXAMPLES, ExampleRows, send, send_as_recorded
from tests.test_openapi_contract import CONTRACT, errors_of, path_of, registry_of

# On the other database test_client_contract.py sends the same requests.
pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

CERTIFICATES = {
    "method": "GET",
    "path": "/certificates/me",
    "example_path": "/certificates/me",
    "auth": "bearer",
    "request": None,
    "status": 200,
    "response": {},
}
SESSIONS = {**CERTIFICATES, "path": "/users/me/sessions", "example_path": "/users/me/sessions"}
END_OTHERS = {
    **CERTIFICATES,
    "method": "POST",
    "path": "/users/me/sessions/end-others",
    "example_path": "/users/me/sessions/end-others",
}
CHANGE_PASSWORD = {
    **CERTIFICATES,
    "method": "POST",
    "path": "/users/me/password",
    "example_path": "/users/me/password",
    "request": {"current_password": recorded.PASSWORD, "new_password": "Новый-Пароль-2026"},
}
NOTICES = CERTIFICATES | {"path": "/me/notices", "example_path": "/me/notices"}
READ_NOTICES = {
    **CERTIFICATES,
    "method": "POST",
    "path": "/me/notices/read",
    "example_path": "/me/notices/read",
    "request": {"ids": []},
}
# Beyond the recorded ones, which an old client does not know.
ADDED = [CERTIFICATES, SESSIONS, END_OTHERS, CHANGE_PASSWORD, NOTICES, READ_NOTICES]
REQUESTS = [*(row for row in EXAMPLES if row["response"] is not None), *ADDED]
READS = [request for request in REQUESTS if request["method"] == "GET"]
# Rows of these tables are answered; the columns without a default may be empty in each of them.
ANSWERED = [
    models.Certificate,
    models.Comment,
    models.Course,
    models.CourseProgram,
    models.Department,
    models.FinalTest,
    models.Lesson,
    models.LessonTest,
    models.MaterialProgress,
    models.NormativeDocument,
    models.Notice,
    models.Option,
    models.Profile,
    models.PromoVideo,
    models.Question,
    models.SafetyFeature,
    models.SafetySystem,
    models.Station,
    models.StationEquipment,
    models.StationPhoto,
    models.StationSpecification,
    models.TestResult,
    models.Topic,
    models.TopicFile,
]


def _exact(node: Any) -> Any:
    """Return a schema whose objects have all of their properties and no others."""
    if isinstance(node, list):
        return [_exact(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: _exact(item) for name, item in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        node["required"] = list(node["properties"])
        node["additionalProperties"] = False
    return node


def _exact_contract() -> dict[str, Any]:
    contract = copy.deepcopy(CONTRACT)
    error = contract["components"]["schemas"].pop("Error")
    contract["components"]["schemas"] = _exact(contract["components"]["schemas"])
    contract["components"]["schemas"]["Error"] = error
    return contract


EXACT = _exact_contract()
REGISTRY = registry_of(EXACT)


def _name(request: dict[str, Any]) -> str:
    return f"{request['method']} {request['path']}"


def _assert_exact(request: dict[str, Any], response: Any) -> None:
    path, method, status = path_of(request), request["method"].lower(), str(response.status_code)
    assert response.status_code == request["status"], response.content
    where = ("paths", path, method, "responses", status, "content", "application/json", "schema")
    assert errors_of(response.json(), *where, registry=REGISTRY) == []


@pytest.fixture(autouse=True)
def _names_may_be_changed(settings: LazySettings) -> None:
    """Allow what the recorded requests do; tests/security has the default."""
    settings.PROFILE_NAME_EDITABLE = True


@pytest.fixture
def example_rows(db: None) -> ExampleRows:
    """Build what the recorded requests ask for."""
    return recorded.build()


def test_every_operation_with_a_json_answer_is_requested_below():
    requested = {(path_of(request), request["method"].lower()) for request in REQUESTS}
    answers_json = {
        (path, method)
        for path, methods in CONTRACT["paths"].items()
        for method, operation in methods.items()
        for status, response in operation["responses"].items()
        if status.startswith("2") and "application/json" in response.get("content", {})
    }

    # Needs the id of an open session: tests/security/test_finding_07_sessions.py.
    requested.add(("/users/me/sessions/{session_id}", "delete"))
    assert answers_json <= requested


@pytest.mark.parametrize("request_", REQUESTS, ids=_name)
def test_an_answer_has_the_keys_and_types_of_its_serializer(example_rows, request_):
    _assert_exact(request_, send_as_recorded(example_rows, request_))


def _may_be_empty(column: Field) -> bool:
    has_default = column.has_default() or column.db_default is not NOT_PROVIDED
    return column.null and not column.is_relation and not column.unique and not has_default


def _empty(model: type[Model]) -> None:
    """Set every column of a table to NULL that may be NULL and has no default."""
    columns = [column.name for column in model._meta.concrete_fields if _may_be_empty(column)]
    model._base_manager.update(**dict.fromkeys(columns))


@pytest.mark.parametrize("request_", READS, ids=_name)
def test_an_answer_without_optional_values_has_the_nulls_of_its_serializer(example_rows, request_):
    for model in ANSWERED:
        _empty(model)

    _assert_exact(request_, send_as_recorded(example_rows, request_))


def test_objects_that_the_contract_leaves_open_have_fixed_keys(example_rows):
    batch = BY_ROUTE["POST", "/courses/progress/batch"]
    programs = BY_ROUTE["GET", "/courses/me/programs"]

    positions = send_as_recorded(example_rows, batch).json()["data"]
    program = send_as_recorded(example_rows, programs).json()["data"][0]["course_program"]

    assert set(positions) == {recorded.VIDEO}
    assert set(positions[recorded.VIDEO]) == set(PositionSerializer().fields) - {"material_key"}
    assert set(program) == {
        "id",
        "title",
        "description",
        "station_id",
        "duration",
        "lessons_count",
        "topics_count",
        "tests_count",
    }


@pytest.mark.parametrize(
    "path", ["/stations/{id}/course-program", "/stations/{id}/promo-video", "/site/hero-image"]
)
def test_an_answer_about_nothing_is_null_as_the_contract_says(path):
    models.Station.objects.create(pk=1, name="Пустая", short_name="П1")
    request_ = BY_ROUTE["GET", path]

    response = send(Client(), request_)

    assert None in response.json().values()
    _assert_exact(request_, response)
