"""Every recorded request of the client, sent as it is, gets an answer of the recorded shape."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.test import Client

from lms import models
from tests import recorded
from tests.recorded import BY_ROUTE, EXAMPLES, ExampleRows, browser_of, send, send_as_recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def example_rows(db: None) -> ExampleRows:
    """Store the rows of the examples."""
    return recorded.build()


@pytest.fixture(autouse=True)
def _names_may_be_changed(settings: LazySettings) -> None:
    """Allow what the recorded requests do; tests/security has the default."""
    settings.PROFILE_NAME_EDITABLE = True


def _name(example: dict[str, Any]) -> str:
    return f"{example['method']} {example['path']}"


def _assert_fits(ours: Any, example: Any, where: str = "$") -> None:
    """Compare recorded keys, nesting and JSON types; null fits anything.

    Which other keys an answer has is compared with the contract: tests/test_openapi_answers.py.
    """
    if ours is None or example is None:
        return
    if isinstance(example, dict):
        assert isinstance(ours, dict), where
        assert set(example) <= set(ours), where
        for key, value in example.items():
            _assert_fits(ours[key], value, f"{where}.{key}")
    elif isinstance(example, list):
        assert isinstance(ours, list), where
        assert bool(ours) == bool(example), where
        for index, row in enumerate(ours):
            _assert_fits(row, example[min(index, len(example) - 1)], f"{where}[]")
    else:
        assert _kind(ours) == _kind(example), where


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_a_recorded_request_gets_an_answer_of_the_recorded_shape(example_rows, example):
    response = send_as_recorded(example_rows, example)

    expected = example["status"]
    if example["path"] == "/files/hls/{key}":
        expected = 206  # sent with a Range here
    assert response.status_code == expected, response.content
    if example["response"] is not None:
        assert response["Content-Type"] == "application/json"
        _assert_fits(response.json(), example["response"])
    for name, value in example.get("response_headers", {}).items():
        assert response[name]
        if name in {"Content-Type", "Accept-Ranges"}:
            assert response[name] == value


# Where the path ends in a key, a final slash would be part of it.
WITHOUT_KEY = [example for example in EXAMPLES if "key}" not in example["path"]]


@pytest.mark.parametrize("example", WITHOUT_KEY, ids=_name)
def test_both_spellings_and_the_api_prefix_reach_the_same_route(example, db):
    bare, _mark, query = example["example_path"].partition("?")
    bare = bare.rstrip("/")

    statuses = {
        send(Client(), example, path=f"{prefix}{bare}{slash}?{query}").status_code
        for prefix in ("", "/api")
        for slash in ("", "/")
    }

    assert len(statuses) == 1
    assert statuses <= {200, 400, 401, 404}


Provoke = Callable[[ExampleRows], Any]
UNKNOWN_KEY = "нет/такого файла.pdf"


def _ask(method: str, route: str, *, path: str | None = None, **changes: Any) -> Provoke:
    """Return a request by the employee; `path` and `body` replace what was recorded."""
    example = BY_ROUTE[method, route]
    return lambda example_rows: send(
        Client(), example, path=path, headers=example_rows.bearer(), **changes
    )


def _ask_as_nobody(method: str, route: str, **changes: Any) -> Provoke:
    return lambda example_rows: send(Client(), BY_ROUTE[method, route], **changes)


def _ask_in_browser(route: str, *, path: str | None = None, **headers: str) -> Provoke:
    example = BY_ROUTE["GET", route]
    return lambda example_rows: send(browser_of(example_rows), example, path=path, headers=headers)


def _register_under_a_taken_address(example_rows: ExampleRows) -> Any:
    route = ("POST", "/auth/register-profile")
    body = {**BY_ROUTE[route]["request"], "email": example_rows.instructor.email.upper()}
    return _ask(*route, body=body)(example_rows)


def _take_the_final_test_too_often(example_rows: ExampleRows) -> Any:
    """Take a test with three attempts four times."""
    route, limit = ("POST", "/courses/tests/results/create"), 3
    test = models.FinalTest.objects.get()
    body = {**BY_ROUTE[route]["request"], "test_id": test.pk, "test_type": "final"}
    body["answers_data"] = {"0": {"questionId": 9003, "selectedAnswer": 1}}
    answers = []
    for _attempt in range(limit):
        recorded.start_test(example_rows.employee, body)
        answers.append(_ask(*route, body=body)(example_rows))
    assert [answer.status_code for answer in answers] == [
        201,
        201,
        400,
    ]  # one attempt is stored already
    return answers[-1]


def _progress_without_enrollment(example_rows: ExampleRows) -> Any:
    models.Enrollment.objects.all().delete()
    return _ask("GET", "/courses/programs/{programId}/progress")(example_rows)


PROVOKED: dict[tuple[str, str, int], Provoke] = {
    ("POST", "/auth/login", 401): _ask_as_nobody(
        "POST", "/auth/login", body={"username": "karimov", "password": "неверный"}
    ),
    ("POST", "/auth/refresh", 401): _ask_as_nobody("POST", "/auth/refresh"),
    ("POST", "/auth/register-profile", 400): _ask(
        "POST",
        "/auth/register-profile",
        body={**BY_ROUTE["POST", "/auth/register-profile"]["request"], "station_id": 999},
    ),
    ("POST", "/auth/register-profile", 409): _register_under_a_taken_address,
    ("PUT", "/users/me", 400): _ask("PUT", "/users/me", body={"full_name": "  "}),
    ("POST", "/users/me/avatar", 400): _ask("POST", "/users/me/avatar", body=b"%PDF-1.7"),
    ("GET", "/stations/{id}", 404): _ask("GET", "/stations/{id}", path="/stations/999"),
    ("GET", "/stations/{id}/course-program/topics/{topicId}/files", 404): _ask(
        "GET",
        "/stations/{id}/course-program/topics/{topicId}/files",
        path="/stations/999/course-program/topics/401/files",
    ),
    ("GET", "/stations/departments/{id}", 404): _ask(
        "GET", "/stations/departments/{id}", path="/stations/departments/999"
    ),
    ("GET", "/courses/{courseId}", 404): _ask(
        "GET", "/courses/{courseId}", path="/courses/00000000-0000-4000-8000-000000000000"
    ),
    ("POST", "/courses/{courseId}/enroll", 404): _ask(
        "POST",
        "/courses/{courseId}/enroll",
        path="/courses/00000000-0000-4000-8000-000000000000/enroll",
    ),
    ("POST", "/courses/programs/{programId}/enroll", 404): _ask(
        "POST", "/courses/programs/{programId}/enroll", path="/courses/programs/999/enroll"
    ),
    ("GET", "/courses/programs/{programId}/progress", 404): _progress_without_enrollment,
    ("POST", "/courses/programs/{programId}/materials/complete", 400): _ask(
        "POST", "/courses/programs/{programId}/materials/complete", body={}
    ),
    ("POST", "/courses/progress/save", 400): _ask("POST", "/courses/progress/save", body={}),
    ("POST", "/courses/tests/results/create", 400): _take_the_final_test_too_often,
    ("POST", "/courses/tests/results/create", 404): _ask(
        "POST",
        "/courses/tests/results/create",
        # The client names the final test's id as a lesson's when a lesson has no test (38).
        body={"test_id": 1003, "test_type": "lesson", "score": 100, "is_passed": True},
    ),
    ("GET", "/courses/comments", 400): _ask(
        "GET", "/courses/comments", path="/courses/comments?lesson_index=0"
    ),
    ("POST", "/courses/comments", 400): _ask(
        "POST",
        "/courses/comments",
        body={**BY_ROUTE["POST", "/courses/comments"]["request"], "comment_text": "  "},
    ),
    ("GET", "/files/presign", 400): _ask("GET", "/files/presign", path="/files/presign"),
    ("GET", "/files/presign", 404): _ask(
        "GET", "/files/presign", path=f"/files/presign?key={quote(UNKNOWN_KEY)}"
    ),
    ("POST", "/files/presign-upload", 403): _ask("POST", "/files/presign-upload"),
    ("GET", "/files/exists", 404): _ask("GET", "/files/exists", path="/files/exists?key=none"),
    ("GET", "/files/stream/{key}", 404): _ask(
        "GET", "/files/stream/{key}", path=f"/files/stream/{quote(UNKNOWN_KEY, safe='')}"
    ),
    ("GET", "/files/stream/{key}", 416): _ask_in_browser(
        "/files/stream/{key}", Range="bytes=99999999-"
    ),
    ("GET", "/files/video/{key}", 404): _ask_in_browser(
        "/files/video/{key}", path=f"/files/video/{quote(UNKNOWN_KEY)}"
    ),
    ("GET", "/files/video/{key}", 416): _ask_in_browser(
        "/files/video/{key}", Range="bytes=99999999-"
    ),
    ("GET", "/files/hls/{key}", 404): _ask_in_browser(
        "/files/hls/{key}", path="/files/hls/videos/hls/topic_file/999/1/master.m3u8"
    ),
}
ERRORS = [
    pytest.param(example, error, id=f"{_name(example)} {error['status']}")
    for example in EXAMPLES
    for error in example.get("errors", [])
]


@pytest.mark.parametrize(("example", "error"), ERRORS)
def test_a_documented_error_has_its_status_and_exact_text(example_rows, example, error):
    case = (example["method"], example["path"], error["status"])
    # A 401 that is not named is what someone without a token gets.
    provoke = PROVOKED.get(case) or (lambda example_rows: send(Client(), example))
    response = provoke(example_rows)

    assert response.status_code == error["status"]
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert {name: body.get(name) for name in error["response"]} == error["response"]
    assert "user" not in body


def test_every_provoked_error_is_a_documented_one():
    documented = {(e["method"], e["path"], r["status"]) for e, r in (p.values for p in ERRORS)}

    assert set(PROVOKED) <= documented
    assert {case[2] for case in documented - set(PROVOKED)} <= {401}


@pytest.mark.parametrize(
    "route",
    [(e["method"], e["path"]) for e in EXAMPLES if e["auth"] == "bearer"],
    ids=" ".join,
)
def test_a_bearer_route_needs_a_good_token(example_rows, route):
    for headers in ({}, {"Authorization": "Bearer expired"}):
        response = send(Client(), BY_ROUTE[route], headers=headers)

        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response.json()["error"] == "Требуется вход в систему"


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e["auth"] == "public" and e["method"] == "GET"], ids=_name
)
def test_a_public_route_takes_a_bad_token_for_nobody(example_rows, example):
    without = send(Client(), example)
    bad = send(Client(), example, headers={"Authorization": "Bearer expired"})

    assert bad.status_code == without.status_code


@pytest.mark.parametrize(
    ("name", "stranger", "learner", "kind"),
    [
        ("master.m3u8", 401, 200, "application/vnd.apple.mpegurl"),
        ("seg0.ts", 401, 200, "video/mp2t"),
        ("secret.pdf", 404, 404, None),
    ],
)
def test_a_converted_video_is_open_to_whom_its_source_is(
    example_rows, name, stranger, learner, kind
):
    path = f"/files/hls/{recorded.PLAYLIST.rpartition('/')[0]}/{name}"

    refused = Client().get(path)
    opened = browser_of(example_rows).get(path)
    models.VideoTranscodeJob.objects.all().delete()
    orphaned = browser_of(example_rows).get(path)

    assert (refused.status_code, opened.status_code) == (stranger, learner)
    assert orphaned.status_code == 404
    if kind:
        assert opened["Content-Type"] == kind
        assert b"".join(opened.streaming_content)


def test_the_source_of_a_public_video_opens_its_playlist_to_everyone(example_rows):
    models.VideoTranscodeJob.objects.update(source_object_key=recorded.PROMO)

    response = Client().get(f"/files/hls/{recorded.PLAYLIST}")

    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"#EXTM3U")
