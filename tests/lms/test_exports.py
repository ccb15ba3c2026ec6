"""Exports of HR: columns, cells without formulas, both formats, filters, selection.

Large ones are in admin/test_large_exports.py.
"""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from lms.exports import EnrollmentResource, TestResultResource, TopicProgressResource
from lms.models import (
    CourseProgram,
    Department,
    Enrollment,
    Lesson,
    LessonTest,
    Profile,
    Station,
    TestResult,
    Topic,
    TopicProgress,
    User,
)
from lms.services.spreadsheets import safe_text

Admin = Callable[[str], Client]
FINISHED = datetime(2026, 1, 31, 20, 30, 15, tzinfo=UTC)  # 1 February, 01:30:15 in Tashkent


@pytest.fixture
def learner(make_user: Callable[..., User]) -> User:
    user = make_user("karimov", full_name='=HYPERLINK("http://evil")')
    Profile.objects.create(
        user=user,
        position="+Инженер",
        station=Station.objects.create(name="КС Газли", short_name="GAZ"),
        department=Department.objects.create(name="Служба КИПиА", short_name="KIP"),
    )
    return user


@pytest.fixture
def enrollment(learner: User) -> Enrollment:
    program = CourseProgram.objects.create(
        station=learner.profile.station, title="Эксплуатация, «ГПА»"
    )
    enrollment = Enrollment.objects.create(
        user=learner,
        course_program=program,
        progress_percent=100,
        status="completed",
        completed_at=FINISHED,
    )
    Enrollment.objects.filter(pk=enrollment.pk).update(last_activity=FINISHED)
    return enrollment


def _download(client: Client, name: str, kind: str, query: str = "", **data: Any) -> Any:
    number = {"xlsx": "0", "csv": "1"}[kind]
    payload = {"format": number, "resource": "0", **data}
    return client.post(f"/admin/lms/{name}/export/{query}", payload)


def _csv(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def _sheet(response: Any) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return list(book.active.iter_rows())


@pytest.mark.parametrize(
    ("resource", "headers"),
    [
        (
            EnrollmentResource,
            "Full name|Username|Position|Department|Station|Program|Station of the program|Status|"
            "Progress, %|Hours studied|Started (Asia/Tashkent)|Last activity (Asia/Tashkent)|"
            "Completed (Asia/Tashkent)",
        ),
        (
            TopicProgressResource,
            "Full name|Username|Position|Department|Station|Program|Station of the program|Lesson|"
            "Topic|Status|Started (Asia/Tashkent)|Completed (Asia/Tashkent)",
        ),
        (
            TestResultResource,
            "Full name|Username|Position|Department|Station|Program|Station of the program|Lesson|"
            "Test|Kind of test|Score, %|Passed|Not counted because|Right answers|Questions|"
            "Time, seconds|Finished (Asia/Tashkent)",
        ),
    ],
)
def test_the_header_row_is_exactly_this(resource: Any, headers: str) -> None:
    with translation.override("en"):
        assert "|".join(resource().get_export_headers()) == headers


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+998 90 123", "'+998 90 123"),
        ("-5", "'-5"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("Газли = станция", "Газли = станция"),
        ("", ""),
    ],
)
def test_text_never_becomes_a_formula(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_csv_has_a_byte_order_mark_local_times_and_no_formulas(
    admin_client_for: Admin, enrollment: Enrollment
) -> None:
    client = admin_client_for("hr")
    client.cookies["django_language"] = "en"

    response = _download(client, "enrollment", "csv")

    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="enrollment-' in response["Content-Disposition"]
    assert _csv(response)[1] == [
        '\'=HYPERLINK("http://evil")',
        "karimov",
        "'+Инженер",
        "Служба КИПиА",
        "КС Газли",
        "Эксплуатация, «ГПА»",
        "КС Газли",
        "completed",
        "100",
        "0.00",
        "",
        "2026-02-01 01:30:15",
        "2026-02-01 01:30:15",
    ]


def test_xlsx_keeps_numbers_and_times_native_and_has_no_formulas(
    admin_client_for: Admin, enrollment: Enrollment
) -> None:
    response = _download(admin_client_for("hr"), "enrollment", "xlsx")

    row = _sheet(response)[1]
    assert (row[0].value, row[0].data_type) == ('\'=HYPERLINK("http://evil")', "s")
    assert (row[8].value, row[8].data_type) == (100, "n")
    assert row[11].value.isoformat(" ") == "2026-02-01 01:30:15"
    assert row[10].value is None


def test_topics_and_results_are_exported_with_program_and_lesson(
    admin_client_for: Admin, enrollment: Enrollment
) -> None:
    lesson = Lesson.objects.create(course_program=enrollment.course_program, title="Урок 1")
    topic = Topic.objects.create(lesson=lesson, code="1.1", title="Пуск")
    test = LessonTest.objects.create(lesson=lesson, title="Тест 1")
    TopicProgress.objects.create(
        user=enrollment.user, topic=topic, completed=True, completed_at=FINISHED
    )
    TestResult.objects.create(
        user=enrollment.user,
        lesson_test=test,
        score=80,
        passed=True,
        correct_answers=8,
        total_questions=10,
        time_spent=300,
        completed_at=FINISHED,
    )
    client = admin_client_for("hr")
    client.cookies["django_language"] = "en"

    topics = _csv(_download(client, "topicprogress", "csv"))
    results = _csv(_download(client, "testresult", "csv"))

    assert topics[1][5:10] == ["Эксплуатация, «ГПА»", "КС Газли", "Урок 1", "1.1 Пуск", "completed"]
    assert results[1][5:] == [
        "Эксплуатация, «ГПА»",
        "КС Газли",
        "Урок 1",
        "Тест 1",
        "lesson test",
        "80",
        "yes",
        "",
        "8",
        "10",
        "300",
        "2026-02-01 01:30:15",
    ]


def test_the_filters_and_the_search_decide_the_rows(
    admin_client_for: Admin, enrollment: Enrollment, make_user: Callable[..., User]
) -> None:
    other = make_user("ahmedov", full_name="Ахмедов Тимур")
    Enrollment.objects.create(user=other, course_program=enrollment.course_program)
    client = admin_client_for("hr")
    station = enrollment.user.profile.station_id

    names = {
        query: [row[1] for row in _csv(_download(client, "enrollment", "csv", query))[1:]]
        for query in [
            "?status__exact=completed",
            f"?user__profile__station__id__exact={station}",
            "?q=Ахмедов",
            "?completed_at_from=2026-02-01&completed_at_to=2026-02-01",
            "?completed_at_to=2026-01-31",
        ]
    }

    assert list(names.values()) == [["karimov"], ["karimov"], ["ahmedov"], ["karimov"], []]


def test_a_selection_is_exported_and_foreign_keys_in_it_are_ignored(
    admin_client_for: Admin, enrollment: Enrollment, make_user: Callable[..., User]
) -> None:
    other = make_user("ahmedov")
    Enrollment.objects.create(user=other, course_program=enrollment.course_program)
    client = admin_client_for("hr")
    chosen = {"action": "export_admin_action", "_selected_action": [str(enrollment.pk)]}

    page = client.post("/admin/lms/enrollment/", chosen)
    response = _download(client, "enrollment", "csv", export_items=[str(enrollment.pk)])
    nonsense = _download(client, "enrollment", "csv", export_items=["nonsense"])

    assert page.status_code == 200
    assert str(enrollment.pk) in page.content.decode()
    assert [row[1] for row in _csv(response)[1:]] == ["karimov"]
    assert nonsense.status_code == 200


def test_a_selection_above_the_limit_is_refused_on_the_page(
    admin_client_for: Admin,
    enrollment: Enrollment,
    make_user: Callable[..., User],
    settings: Any,
) -> None:
    settings.EXPORT_ROW_LIMIT = 1
    second = Enrollment.objects.create(
        user=make_user("ahmedov"), course_program=enrollment.course_program
    )
    items = [str(enrollment.pk), str(second.pk)]

    response = _download(admin_client_for("hr"), "enrollment", "csv", export_items=items)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_instructors_cannot_download(
    kind: str, admin_client_for: Admin, enrollment: Enrollment
) -> None:
    assert _download(admin_client_for("instructor"), "enrollment", kind).status_code == 403


def test_the_number_of_queries_does_not_depend_on_the_rows(
    enrollment: Enrollment,
    make_user: Callable[..., User],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    from lms.selectors import reports

    for number in range(20):
        user = make_user(f"u{number}")
        Enrollment.objects.create(user=user, course_program=enrollment.course_program)

    with django_assert_num_queries(1):
        EnrollmentResource().export(reports.enrollment_rows(Enrollment.objects.all()))
