"""The start page: who sees what, figures that equal their lists, queries, and the cache."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from lms import models
from lms.admin.dashboard.figures import Figure, trend
from lms.services import response_cache
from media_admin.models import MediaFile
from tests.selection import MANY_ROWS

Admin = Callable[[str], Client]
# Two of them ask how the queue of jobs is, for administrators.
BUDGET = 27
# Parts of the page by what they are called in its context.
PARTS = ["failed_tests", "charts", "gaps", "uploads", "storage", "edits", "latest", "stopped"]


def _file(key: str, size: int, *, state: str = "ready", kind: str = "video", age: int = 0) -> None:
    row = MediaFile.objects.create(
        key=key, original_name=key, kind=kind, content_type="a/b", size_bytes=size, state=state
    )
    MediaFile.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=age))


@pytest.fixture
def some_content(build_rows: Callable[[int], None], make_user: Callable[..., models.User]) -> None:
    """Make rows behind every figure of the page."""
    build_rows(3)
    now, day = timezone.now(), timedelta(days=1)
    program = models.CourseProgram.objects.get(is_active=True)
    test, final = models.LessonTest.objects.last(), models.FinalTest.objects.last()
    for number in range(4):
        user = make_user(f"w{number}")
        enrollment = models.Enrollment.objects.create(
            user=user,
            course_program=program,
            status="completed" if number == 3 else "in_progress",
            completed_at=now if number == 3 else None,
            last_activity=now - 40 * day,
        )
        models.Certificate.objects.create(user=user, title="С", issued_at=now - number * 15 * day)
        models.CompletedMaterial.objects.create(
            user=user,
            course_program=enrollment.course_program,
            material_type="video",
            material_key="b",
            is_completed=True,
            viewed_at=now - number * 3 * day,
        )
        for link, passed in [("lesson_test", number > 2), ("final_test", number > 1)]:
            models.TestResult.objects.create(
                user=user,
                score=50,
                passed=passed,
                completed_at=now - number * 8 * day,
                **{link: test if link == "lesson_test" else final},
            )
    station = models.Station.objects.create(name="КС новая", short_name="NEW")
    models.CourseProgram.objects.create(station=station, title="Пустая")
    _file("a.mp4", 5000)
    _file("b.pdf", 700, kind="pdf")
    _file("c.mp4", 1, state="pending", age=1)
    _file("d.mp4", 1, state="pending", age=100)
    _file("e.mp4", 1, state="pending", age=101)
    _file("f.mp4", 1, state="failed")


def _figures(value: Any) -> Iterator[Figure]:
    """Find every figure in a part of the page's context."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _figures(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _figures(part)
    elif hasattr(value, "__dataclass_fields__"):
        yield from _figures([getattr(value, name) for name in value.__dataclass_fields__])


def _all_figures(context: Any) -> list[Figure]:
    return list(_figures([context.get(name) for name in [*PARTS, "cards", "totals"]]))


def _rows_listed(url: str, *, user: models.User) -> int | str:
    """Count the rows of a list without drawing its page; of another answer return the status."""
    request = RequestFactory().get(url)
    request.user, request.session = user, SessionStore()
    request.resolver_match = match = resolve(request.path)
    answer = match.func(request, *match.args, **match.kwargs)
    rows = getattr(answer, "context_data", None) or {}
    return rows["cl"].result_count if "cl" in rows else f"status {answer.status_code}"


@pytest.mark.parametrize("role", ["admin", "instructor", "hr"])
def test_every_figure_equals_the_list_that_it_leads_to(
    role: str, admin_client_for: Admin, some_content: None
) -> None:
    client = admin_client_for(role)
    page = client.get("/admin/")
    figures = {figure for figure in _all_figures(page.context) if figure.url}
    # Of the days of the charts a few will do: today, and those with rows.
    asked = [f for f in figures if f.count or f.url.count(f"{timezone.localdate()}") == 2]

    listed = {figure: _rows_listed(figure.url, user=page.wsgi_request.user) for figure in asked}

    assert [(figure, rows) for figure, rows in listed.items() if rows != figure.count] == []
    assert len(asked) > {"admin": 40, "instructor": 12, "hr": 25}[role]


def test_the_figures_of_some_content(admin_client_for: Admin, some_content: None) -> None:
    context = admin_client_for("admin").get("/admin/").context

    cards = {card.icon: card.figure.count for card in context["cards"]}
    gaps = [figure.count for _text, figure in context["gaps"]]
    uploads = {row.name: row.figure.count for row in context["uploads"]}
    storage = [(row.size_bytes, row.figure.count) for row in context["storage"]["rows"]]
    failed = [
        (row["share_percent"], row["attempts"].count, row["failures"].count)
        for row in context["failed_tests"]
    ]

    # Three of the helper's people learn today, of ours the four did so within 30 days.
    assert cards["local_fire_department"] == 4
    assert cards["group"] == 7
    assert cards["license"] == 3 + 2
    assert cards["flag"] == 1
    assert cards["pause_circle"] == 3
    # 3 of the helper's, ours: 1 of the lesson test and 2 of the final test.
    assert cards["grading"] == 3 + 1 + 2
    assert failed == [(50, 4, 2), (43, 7, 3)]
    assert gaps == [1, 1, 1, 2, 2, 3]
    assert uploads == {"uploading": 1, "abandoned": 2, "failed": 1}
    assert storage == [(5000, 1), (700, 1), (0, 3)]
    assert [row.title for row in context["storage"]["largest"]] == ["a.mp4", "b.pdf"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("admin", PARTS),
        ("instructor", ["failed_tests", "charts", "gaps", "uploads", "storage", "edits"]),
        ("hr", ["failed_tests", "charts", "latest", "stopped"]),
    ],
)
def test_a_role_sees_its_parts(
    role: str, seen: list[str], admin_client_for: Admin, some_content: None
) -> None:
    context = admin_client_for(role).get("/admin/").context

    assert [name for name in PARTS if context.get(name)] == seen


def test_an_instructor_sees_results_but_no_person(
    admin_client_for: Admin, some_content: None
) -> None:
    page = admin_client_for("instructor").get("/admin/")
    text = page.content.decode()

    editors = {row["person"] for row in page.context["edits"]}
    people = models.User.objects.filter(role="user")
    named = [user.full_name for user in people if user not in editors]
    assert page.context["failed_tests"]
    assert [name for name in named if name in text] == []
    forbidden = ["user", "enrollment", "testresult", "topicprogress", "certificate"]
    assert [name for name in forbidden if f"/admin/lms/{name}/" in text] == []


def test_hr_sees_people_but_no_way_to_content(admin_client_for: Admin, some_content: None) -> None:
    text = admin_client_for("hr").get("/admin/").content.decode()

    assert "Имя w0" in text
    forbidden = ["courseprogram", "topic", "topicfile", "lessontest", "finaltest"]
    assert [name for name in forbidden if f"/admin/lms/{name}/" in text] == []
    assert "mediafile" not in text


def test_employees_and_strangers_are_refused(admin_client_for: Admin, some_content: None) -> None:
    answers = [client.get("/admin/") for client in (admin_client_for("user"), Client())]

    assert [answer.status_code for answer in answers] == [302, 302]


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("admin", ["courseprogram/add", "topicfile/add", "user/add", "enrollment/export"]),
        ("instructor", ["courseprogram/add", "topicfile/add"]),
        ("hr", ["enrollment/export"]),
    ],
)
def test_quick_links_follow_the_permissions(
    role: str, acts: list[str], admin_client_for: Admin
) -> None:
    client = admin_client_for(role)
    urls = [link["url"] for link in client.get("/admin/").context["quick_links"]]

    answers = {url: client.get(url).status_code for url in urls}

    assert set(answers.values()) == {200}
    assert [act for act in acts if f"/admin/lms/{act}/" not in urls] == []
    if role != "admin":
        assert f"/admin/lms/{'user' if role == 'instructor' else 'topicfile'}/add/" not in urls


def _grow(count: int) -> None:
    """Add people with one row of each fact, and as many topics, tests and files."""
    now = timezone.now()
    lesson = models.Lesson.objects.last()
    program = lesson.course_program
    people = models.User.objects.bulk_create(
        models.User(username=f"p{number}", full_name=f"P {number}") for number in range(count)
    )
    topics = models.Topic.objects.bulk_create(
        models.Topic(lesson=lesson, title=f"T{number}") for number in range(count)
    )
    models.TopicFile.objects.bulk_create(
        models.TopicFile(
            topic=topic,
            file_type="main_pdf",
            original_name=f"{topic.pk}.pdf",
            minio_object_name=f"{topic.pk}.pdf",
            file_size=topic.pk,
        )
        for topic in topics
    )
    test = models.LessonTest.objects.last()
    for number, person in enumerate(people):
        person.when = now - timedelta(days=number % 70)
    for model, extra in [
        (models.TopicProgress, {"topic": topics[0], "completed": True}),
        (models.TestResult, {"lesson_test": test, "score": 5}),
        (models.Enrollment, {"course_program": program, "status": "in_progress"}),
    ]:
        model.objects.bulk_create(
            model(user=person, completed_at=person.when, **extra) for person in people
        )
    models.Enrollment.objects.update(last_activity=now - timedelta(days=50))
    MediaFile.objects.bulk_create(
        MediaFile(key=f"m{n}", original_name="m", kind="image", size_bytes=n, state="ready")
        for n in range(count)
    )


@pytest.mark.parametrize("role", ["admin", "instructor", "hr"])
def test_many_rows_cost_as_many_queries_as_ten(
    role: str, admin_client_for: Admin, build_rows: Callable[[int], None]
) -> None:
    build_rows(2)
    client = admin_client_for(role)
    counts = []
    for rows in (10, MANY_ROWS * 9):
        models.User.objects.filter(username__startswith="p").delete()
        models.TopicFile.objects.all().delete()
        MediaFile.objects.all().delete()
        _grow(rows)
        cache.clear()
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= BUDGET


def test_figures_of_learning_are_kept_for_a_minute_under_keys_without_people(
    admin_client_for: Admin, some_content: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {}
    store = cache.set
    monkeypatch.setattr(cache, "set", lambda *args: kept.update({args[0]: args}) or store(*args))
    client = admin_client_for("admin")
    first = client.get("/admin/").context
    models.TestResult.objects.all().delete()

    second = client.get("/admin/").context

    assert second["as_of"] == first["as_of"]
    assert second["charts"][2]["series"][0].total == first["charts"][2]["series"][0].total
    today = timezone.localdate().isoformat()
    names = ["learners", "learners-before", "completions", "enrollments", "tests"]
    names.append(f"content:{response_cache.version()}")
    mine = {key: args for key, args in kept.items() if key.startswith("dashboard:")}
    assert list(mine) == [f"dashboard:{name}:{today}" for name in names]
    assert [args[2] for args in mine.values()] == [60, 3600, 60, 60, 60, 60]
    assert not re.search(r"Имя|admin|w0", repr(list(mine.values())))


def test_what_the_content_lacks_is_never_stale(
    admin_client_for: Admin, some_content: None, django_capture_on_commit_callbacks: Any
) -> None:
    client = admin_client_for("instructor")
    before = dict(_gaps(client))
    program = models.CourseProgram.objects.get(title="Пустая")
    program.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        program.save()

    after = dict(_gaps(client))

    assert [key for key in before if key not in after] == [
        "/admin/lms/courseprogram/?is_active__exact=1&lesson=without",
        "/admin/lms/courseprogram/?is_active__exact=1&file=without",
        "/admin/lms/courseprogram/?is_active__exact=1&test=without",
    ]


def _gaps(client: Client) -> Iterator[tuple[str, int]]:
    for _text, figure in client.get("/admin/").context["gaps"]:
        yield figure.url, figure.count


def test_a_new_installation_is_told_what_to_do(admin_client_for: Admin) -> None:
    page = admin_client_for("admin").get("/admin/")

    assert [step.done for step in page.context["first_steps"]] == [False] * 4
    assert page.context["gaps"] == []
    assert "/admin/lms/station/add/" in page.content.decode()
    assert [drawn["is_empty"] for drawn in page.context["charts"]] == [True] * 3


def test_the_page_carries_no_inline_style_or_script(
    admin_client_for: Admin, some_content: None
) -> None:
    page = admin_client_for("admin").get("/admin/").content.decode()
    start = page.index('class="portal-start"')

    own = page[start : page.index("dash-totals", start)]

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|x-data", own)
    assert own.count("<svg") == 4


@pytest.mark.parametrize(
    "url",
    [
        "user/?learned_from=9999-12-31",
        "user/?learned_to=0001-01-01",
        "user/?learned_from=nonsense",
        "user/?learned_from=2026-03-09",
        "testresult/?test=nonsense",
        "testresult/?test=99999999",
        "enrollment/?stopped=nonsense",
        "topicfile/?unregistered=0",
        "completedmaterial/?viewed_at_from=9999-12-31&viewed_at_to=9999-12-31",
        "mediafile/?upload=nonsense",
    ],
)
def test_a_filter_that_cannot_be_read_limits_nothing(
    url: str, admin_client_for: Admin, some_content: None
) -> None:
    app = "media_admin" if url.startswith("mediafile") else "lms"

    assert admin_client_for("admin").get(f"/admin/{app}/{url}").status_code == 200


@pytest.mark.parametrize(
    ("now", "before", "direction", "text"),
    [
        (12, 10, "up", "+20 %"),
        (5, 10, "down", "\N{MINUS SIGN}50 %"),
        (10, 10, "same", "±0 %"),
        (9, 1, "up", "+8"),
        (0, 3, "down", "\N{MINUS SIGN}3"),
        (0, 0, "same", "±0"),
    ],
)
def test_small_numbers_are_compared_by_their_difference(
    now: int, before: int, direction: str, text: str
) -> None:
    compared = trend(now, before)

    assert (compared.direction, compared.text) == (direction, text)
