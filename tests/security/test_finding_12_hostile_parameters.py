"""No parameter of a list, a search box or an autocomplete of the admin ends in an error 500."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models, transaction
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import reverse

from lms.models import Role
from tests import factories

# Committed: in one transaction PostgreSQL refuses all that follows an error.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
HUGE = "9" * 40
VALUES = [HUGE, "((("]
LIST_PARAMETERS = ["q", "o", "p", "all", "e", "_to_field", "_popup", "_facets", "no_such_field"]
# Of each kind of column: lookups that Django takes from any address, with a value that hurts.
LOOKUPS = [
    (models.Field, {"regex": "(((", "iregex": "[", "in": f"{HUGE},\0", "isnull": "(("}),
    (models.DateField, {"year": "99999999", "year__gte": HUGE, "range": "0,1", "gt": HUGE}),
    (models.IntegerField, {"gt": HUGE, "lte": f"-{HUGE}", "exact": HUGE, "in": HUGE}),
    (models.JSONField, {"a": "\0", "contains": "{", "has_key": "\0"}),
]


def _cheap(response: TemplateResponse) -> str:
    """Run what a list shows, with its queries, without the text of its 200 templates."""
    changelist = (response.context_data or {}).get("cl")
    if changelist is not None:
        list(changelist.result_list)
        for spec in changelist.filter_specs:
            list(spec.choices(changelist))
    return ""


def _parameters(model_admin: Any, request: Any, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """Yield each parameter of a list, and lookups of columns whose kind was not `seen` before."""
    # Searching differs from list to list; the other parameters do not.
    yield from ((name, HUGE) for name in (["q"] if seen else LIST_PARAMETERS))
    for spec in model_admin.get_changelist_instance(request).filter_specs:
        for name in filter(None, spec.expected_parameters()):
            yield from ((name, value) for value in VALUES)
    for field in model_admin.model._meta.concrete_fields:
        for kind, lookups in LOOKUPS:
            if isinstance(field, kind) and (type(field), kind) not in seen:
                seen.add((type(field), kind))
                yield from ((f"{field.name}__{lookup}", lookups[lookup]) for lookup in lookups)


def _failure(client: Client, path: str, parameters: dict[str, str]) -> str:
    """Return what went wrong; an error in a query must not end the test's transaction."""
    try:
        with transaction.atomic():
            status = client.get(path, parameters).status_code
    except Exception as error:
        return f"{path} {str(parameters)[:60]} {type(error).__name__}: {str(error)[:90]}"
    return "" if status in {200, 302, 400, 403, 404} else f"{path} {parameters} {status}"


@pytest.fixture
def client(admin_client_for: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return the browser of an administrator; some rows are there, so that conditions are met."""
    monkeypatch.setattr(admin.site, "get_sidebar_list", lambda request: [])
    factories.LessonTestFactory()
    factories.StationFactory()
    return admin_client_for(Role.ADMIN)


def test_no_parameter_of_any_list_ends_in_an_error(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = client.get(reverse("admin:lms_user_changelist")).wsgi_request
    monkeypatch.setattr(TemplateResponse, "rendered_content", property(_cheap))
    failures, count, seen = [], 0, set()
    for model, model_admin in admin.site._registry.items():
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, value in _parameters(model_admin, request, seen):
            count += 1
            failures.append(_failure(client, path, {name: value}))
    assert count > 300
    assert [failure for failure in failures if failure] == []


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/admin/lms/user/", "created_at__year", "99999999"),
        ("/admin/lms/user/", "email__regex", "((("),
        ("/admin/lms/station/", "id__exact", "(("),
    ],
)
def test_a_filter_that_cannot_be_is_left_out_with_a_message(
    client: Client, path: str, name: str, value: str
) -> None:
    answer = client.get(path, {name: value}, follow=True)
    assert answer.status_code == 200
    assert "Фильтр в адресе недопустим и не применён." in answer.content.decode()


@pytest.mark.parametrize("term", ["\0", HUGE, "(((", "%", "\ud800".encode("utf-8", "replace")])
def test_the_autocomplete_and_the_search_take_any_text(client: Client, term: str) -> None:
    query = {"app_label": "lms", "model_name": "lesson", "field_name": "course_program"}
    failures = [
        _failure(client, "/admin/autocomplete/", query | {"term": term}),
        _failure(client, "/admin/autocomplete/", query | {"page": term}),
        _failure(client, "/admin/autocomplete/", query | {"field_name": term}),
        _failure(client, "/admin/search/", {"s": term}),
        _failure(client, "/admin/lms/station/", {"q": term}),
    ]
    assert [failure for failure in failures if failure] == []


@pytest.mark.parametrize("number", [HUGE, f"-{HUGE}", "%00", "(((", "%ED%A0%80"])
def test_no_number_of_a_row_ends_in_an_error(client: Client, number: str) -> None:
    failures = [
        _failure(client, f"/admin/lms/{model}/{number}/{page}/", {})
        for model in ("station", "user", "lessontest", "courseprogram")
        for page in ("change", "delete", "history")
    ]
    assert [failure for failure in failures if failure] == []


def test_half_a_character_in_a_name_is_refused(client: Client) -> None:
    body = '{"name": "\\ud800.pdf", "size": 5, "target": "x"}'
    answer = client.post("/admin/media/uploads", body, content_type="application/json")
    assert answer.status_code == 400
