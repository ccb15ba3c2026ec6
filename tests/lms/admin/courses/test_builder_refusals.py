"""What the builder refuses, who may use it, and what an employee would see."""

import json

import pytest
from django.urls import reverse

from lms.models import (
    CourseProgram,
    Lesson,
    LessonTest,
    Topic,
)
from tests import factories
from tests.lms.admin.courses.builder_requests import builder_url, lesson_at, topic_at, tree_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"act"',
        json.dumps({"act": "burn"}),
        json.dumps({"act": ["add"]}),
        json.dumps({"act": "add", "kind": "program", "title": "x"}),
        json.dumps({"act": "add", "kind": "lesson", "title": 5}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x\0"}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x" * 501}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x" * 100_000}),
        json.dumps({"act": "add", "kind": "lesson", "title": ""}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x", "before": "1"}),
        json.dumps({"act": "add", "kind": "topic", "title": "x"}),
        json.dumps({"act": "edit", "kind": "lesson", "id": 1, "version": 0, "fields": {}}),
        json.dumps(
            {"act": "edit", "kind": "lesson", "id": True, "version": 0, "fields": {"title": "x"}}
        ),
        json.dumps({"act": "move", "kind": "lessontest", "ids": [1]}),
        json.dumps({"act": "move", "kind": "lesson", "ids": []}),
        json.dumps({"act": "move", "kind": "lesson", "ids": [1, 1]}),
        json.dumps({"act": "move", "kind": "lesson", "ids": [2**40]}),
        json.dumps({"act": "delete", "kind": "program", "id": 1}),
        json.dumps({"act": "restore"}),
        json.dumps({"act": "preview", "kind": {}, "id": 1}),
    ],
)
def test_bad_input_is_400_and_changes_nothing(editor, program, body):
    before = tree_of(editor, program)

    answer = editor.post(builder_url(program, "act"), body, content_type="application/json")

    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert tree_of(editor, program) == before


def test_a_field_that_nobody_may_set_is_refused(send):
    lesson = lesson_at(0)
    for name in ("version", "courseProgram", "lesson_key", "order_index"):
        send(400, act="edit", kind="lesson", id=lesson.pk, version=0, fields={name: "5"})


def test_a_second_active_program_is_refused_with_the_reason(send, program):
    other = factories.ProgramFactory(station=program.station, is_active=False)
    CourseProgram.objects.filter(pk=program.pk).update(is_active=False)
    CourseProgram.objects.filter(pk=other.pk).update(is_active=True)

    answer = send(
        400, act="edit", kind="program", id=program.pk, version=0, fields={"isActive": True}
    )

    assert "действующая" in answer["error"].lower()


def test_parts_of_another_program_are_out_of_reach(send, program):
    other = factories.LessonFactory()
    send(409, act="delete", kind="lesson", id=other.pk)
    send(409, act="move", kind="topic", ids=[topic_at("0.0").pk], parent=other.pk)
    assert Lesson.objects.filter(pk=other.pk).exists()


def test_who_may_and_who_may_not(client, admin_client_for, program):
    act = {"act": "add", "kind": "lesson", "title": "x"}
    for role, allowed in (("admin", True), ("instructor", True), ("hr", False)):
        browser = admin_client_for(role)
        answer = browser.post(builder_url(program, "act"), act, content_type="application/json")
        assert answer.status_code == (200 if allowed else 403), role
        for part in ("", "tree", "version"):
            status = browser.get(builder_url(program, part)).status_code
            assert (status == 200) == allowed, (role, part)
        page = browser.get(reverse("admin:lms_courseprogram_as_employee", args=[program.pk]))
        assert (page.status_code == 200) == allowed, role
    assert client.post(
        builder_url(program, "act"), act, content_type="application/json"
    ).status_code in {
        302,
        401,
        403,
    }
    assert Lesson.objects.filter(title="x").count() == 2


def test_a_get_changes_nothing_and_a_post_needs_the_csrf_token(editor, program, make_user):
    assert editor.get(builder_url(program, "act")).status_code == 405
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("boss", role="admin"))
    answer = strict.post(
        builder_url(program, "act"),
        {"act": "add", "kind": "lesson", "title": "x"},
        content_type="application/json",
    )
    assert answer.status_code == 403
    assert Lesson.objects.count() == 3


def test_view_as_employee_shows_what_the_api_gives(editor, program):
    LessonTest.objects.filter(lesson__title="Урок 1").update(is_active=False)
    Topic.objects.filter(title="Тема 0.1").update(is_active=False)
    page = editor.get(reverse("admin:lms_courseprogram_as_employee", args=[program.pk]))

    given = editor.get(f"/api/stations/{program.station_id}/course-program").json()
    assert page.context["shown"] == given["courseProgram"]
    assert "Тема 0.1" not in page.content.decode()
