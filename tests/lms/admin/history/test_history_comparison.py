"""Two moments of an object, or of all below it, compared: what is different in the end."""

import re

import pytest
from django.test import Client

from lms.models import ContentChange, Lesson
from lms.selectors.history import changes as selectors
from lms.selectors.history import comparison
from lms.services.history import recycle_bin
from lms.services.history.changes import audit_context
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructor(admin_client_for) -> Client:
    return admin_client_for("instructor")


@pytest.fixture
def lesson() -> Lesson:
    """A lesson that was renamed three times, back to its first name, and got another duration."""
    lesson = factories.LessonFactory(title="Пуск", duration="1 час")
    for title, duration in (("Останов", "1 час"), ("Ремонт", "2 часа"), ("Пуск", "2 часа")):
        with audit_context(None):
            lesson.title, lesson.duration = title, duration
            lesson.save()
    return lesson


def _address(row, **query: int) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/admin/lms/{row._meta.model_name}/{row.pk}/history/compare/?{asked}"


def _changes(row) -> list[ContentChange]:
    return list(selectors.changes_of(row._meta.model_name, row.pk).order_by("pk"))


def _fields(row, first: ContentChange, last: ContentChange) -> dict[str, tuple[str, str]]:
    changes = selectors.changes_of(row._meta.model_name, row.pk)
    found, is_cut = comparison.net_changes(changes, since=first.pk, until=last.pk)
    assert not is_cut
    differences = selectors.differences(found)
    return {row.name: (row.before, row.after) for change in found for row in differences[change.pk]}


def test_only_what_is_different_in_the_end_is_shown(lesson):
    created, first, second, third = _changes(lesson)

    assert _fields(lesson, first, third) == {"Длительность": ("1 час", "2 часа")}
    assert set(_fields(lesson, first, second)) == {"Название", "Длительность"}
    assert _fields(lesson, first, first) == {"Название": ("Пуск", "Останов")}
    assert _fields(lesson, third, third) == {"Название": ("Ремонт", "Пуск")}
    assert _fields(lesson, created, third)["Название"] == ("", "Пуск")


def test_what_came_and_went_between_is_left_out(lesson):
    program = lesson.course_program
    start = ContentChange.objects.first().pk
    gone = factories.TopicFactory(lesson=lesson, title="Недолгая")
    recycle_bin.put(gone, by=None)
    back = factories.TopicFactory(lesson=lesson, title="Вернулась")
    middle = ContentChange.objects.first().pk
    entry = recycle_bin.put(back, by=None)
    deleted = ContentChange.objects.first().pk
    recycle_bin.restore(entry, by=None)

    def kinds(since: int, until: int) -> dict[str, str]:
        changes = selectors.changes_under("courseprogram", program.pk)
        found, _is_cut = comparison.net_changes(changes, since=since, until=until)
        return {change.title: change.kind for change in found}

    last = ContentChange.objects.first().pk
    assert kinds(start + 1, last) == {str(back): "create"}
    assert kinds(middle + 1, deleted) == {str(back): "delete"}
    assert kinds(middle + 1, last) == {}
    assert kinds(deleted + 1, last) == {str(back): "restore"}


def test_the_history_leads_to_the_comparison_and_that_back_to_the_state(instructor, lesson):
    first = _changes(lesson)[1]

    page = instructor.get(f"/admin/lms/lesson/{lesson.pk}/history/").content.decode()
    assert f'href="compare/?since={first.pk}"' in page
    page = instructor.get(_address(lesson, since=first.pk)).content.decode()
    shown = page[page.index("portal-columns-changed") :]

    assert "1 час" in shown
    assert "Ремонт" not in shown
    action = re.search(r'action="([^"]*restore/)"', shown).group(1)
    instructor.post(action)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.duration) == ("Пуск", "1 час")


def test_one_field_of_an_earlier_state_is_restored_alone(instructor, lesson):
    second = _changes(lesson)[2]
    lesson.title = "Новое"
    lesson.save()
    page = instructor.get(_address(lesson, since=second.pk)).content.decode()
    action = re.search(r'action="([^"]*restore/)" class="portal-undo-form" id="undo-', page).group(
        1
    )
    assert f'form="undo-{second.pk}" name="column" value="duration"' in page

    instructor.post(action, {"column": "duration"})

    lesson.refresh_from_db()
    assert (lesson.title, lesson.duration) == ("Новое", "1 час")


@pytest.mark.parametrize("column", ["", "nonsense", "id", "version", "bin_entry_id", "pk"])
def test_a_column_that_cannot_be_restored_changes_nothing(instructor, lesson, column):
    change = _changes(lesson)[1]
    before = Lesson.objects.values().get(pk=lesson.pk)

    page = instructor.post(
        f"/admin/lms/contentchange/{change.pk}/restore/", {"column": column}, follow=True
    )

    assert page.status_code == 200
    assert Lesson.objects.values().get(pk=lesson.pk) == before


def test_a_program_is_compared_with_all_below_it(instructor, lesson):
    program = lesson.course_program
    since = ContentChange.objects.first().pk
    with audit_context(None):
        topics = [factories.TopicFactory(lesson=lesson, title=f"Тема {n}") for n in range(3)]
    topics[0].title = "Смазка узлов"
    topics[0].save()

    response = instructor.get(_address(program, since=since + 1))

    titles = [row["change"].title for row in response.context["changes"]]
    assert titles == [str(topics[0]), str(topics[2]), str(topics[1])]
    moments = response.context["moments"]
    assert [moment.count for moment in moments[:2]] == [1, 3]


def test_without_any_change_the_page_says_so_and_offers_no_choice(instructor, lesson):
    ContentChange.objects.all().delete()

    page = instructor.get(_address(lesson)).content.decode()

    assert "ничего не менялось" in page
    assert "<select" not in page[page.index("portal-history") :]


def test_moments_in_the_wrong_order_are_explained(instructor, lesson):
    first, *_others, last = _changes(lesson)

    page = instructor.get(_address(lesson, since=last.pk, until=first.pk)).content.decode()

    assert "Поменяйте их местами" in page


def test_a_moment_that_is_no_longer_listed_can_be_named(lesson, monkeypatch):
    monkeypatch.setattr(comparison, "MOST_MOMENTS", 2)
    first, *_others = _changes(lesson)

    moments = comparison.moments(selectors.changes_of("lesson", lesson.pk), named=[first.pk, 10**9])

    assert len(moments) == 3
    assert moments[-1].change == first


def test_too_many_objects_are_cut_and_that_is_said(instructor, lesson, monkeypatch):
    monkeypatch.setattr(comparison, "MOST_OBJECTS", 2)
    for _number in range(3):
        factories.TopicFactory(lesson=lesson)

    response = instructor.get(_address(lesson.course_program))

    assert len(response.context["changes"]) == 2
    assert "Показаны только 2" in response.content.decode()


def test_a_comparison_costs_as_much_for_many_changes(
    instructor, lesson, django_assert_max_num_queries
):
    for number in range(60):
        factories.TopicFactory(lesson=lesson).save()
        lesson.title = f"Урок {number}"
        lesson.save()
    address = _address(lesson.course_program)
    instructor.get(address)

    with django_assert_max_num_queries(20):
        assert instructor.get(address).status_code == 200


@pytest.mark.parametrize("asked", ["since=x", "since=-1", "until=" + "9" * 40, "since=²"])
def test_numbers_that_are_none_are_not_found(instructor, lesson, asked):
    assert instructor.get(f"{_address(lesson)}{asked}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
def test_who_may_compare(lesson, admin_client_for, role, status):
    client = admin_client_for(role)

    for row in (lesson, lesson.course_program, lesson.course_program.station):
        assert client.get(_address(row)).status_code == status


def test_models_without_recorded_changes_have_no_comparison(admin_client_for, make_user):
    user = make_user("somebody")

    assert admin_client_for("admin").get(_address(user)).status_code in {302, 404}
