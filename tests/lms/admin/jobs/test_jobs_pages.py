"""The pages of background jobs: who may see and act, what they show and what the actions do."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone, translation

from lms.admin.jobs.words import cron_in_words
from lms.models import User
from portal.jobs.models import Job, JobStatus, Schedule, Worker
from tests.lms.admin.jobs.rows import add_job, add_schedules, add_worker
from tests.selection import MANY_ROWS

pytestmark = pytest.mark.django_db
JOBS, SCHEDULES, WORKERS = "/admin/jobs/job/", "/admin/jobs/schedule/", "/admin/jobs/worker/"
PART = {"x-portal-part": "1"}
LIST_BUDGET = 12


@pytest.fixture
def admin(admin_client_for: Callable[[str], Client]) -> Client:
    """Return a browser signed in as an administrator."""
    return admin_client_for("admin")


def _text(page: str) -> str:
    """Return what people read on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _pages() -> list[str]:
    job, schedule, worker = Job.objects.first(), Schedule.objects.first(), Worker.objects.first()
    return [
        JOBS,
        SCHEDULES,
        WORKERS,
        f"{JOBS}{job.pk}/change/",
        f"{SCHEDULES}{schedule.pk}/change/",
        f"{WORKERS}{worker.pk}/change/",
    ]


def _commands() -> list[str]:
    job = Job.objects.first()
    return [
        f"{JOBS}{job.pk}/cancel/",
        f"{JOBS}{job.pk}/retry/",
        f"{SCHEDULES}empty_bin/run/",
        f"{SCHEDULES}empty_bin/on/",
        f"{SCHEDULES}empty_bin/off/",
    ]


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 403), ("hr", 403), ("user", 302)]
)
def test_administrators_alone_see_the_pages(
    role: str, status: int, admin_client_for: Callable[[str], Client]
) -> None:
    add_job()
    add_schedules()
    add_worker()
    client = admin_client_for(role)

    answers = {page: client.get(page).status_code for page in _pages()}
    start = client.get("/admin/").content.decode()

    assert answers == dict.fromkeys(_pages(), status)
    assert (JOBS in start) == (role == "admin")


@pytest.mark.parametrize(
    ("role", "status"), [("instructor", 403), ("hr", 403), ("user", 302), (None, 302)]
)
def test_nobody_else_acts(
    role: str | None, status: int, admin_client_for: Callable[[str], Client]
) -> None:
    job = add_job(JobStatus.RUNNING)
    add_schedules()
    client = admin_client_for(role) if role else Client()

    answers = {address: client.post(address).status_code for address in _commands()}

    assert answers == dict.fromkeys(_commands(), status)
    for action in ("cancel_selected", "retry_selected"):
        client.post(JOBS, {"action": action, "_selected_action": job.pk, "post": "yes"})
    job.refresh_from_db()
    assert (job.status, job.cancel_requested) == (JobStatus.RUNNING, False)
    assert (Job.objects.count(), Schedule.objects.filter(is_active=False).count()) == (1, 0)


def test_strangers_are_sent_to_the_sign_in() -> None:
    add_job()
    add_schedules()
    add_worker()
    for page in _pages():
        assert Client().get(page)["Location"].startswith("/admin/login/")


def test_commands_need_the_token_of_the_form_and_a_post(
    make_user: Callable[..., User], admin: Client
) -> None:
    add_job()
    add_schedules()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("other", role="admin"))

    for address in _commands():
        assert client.post(address).status_code == 403
        assert admin.get(address).status_code == 405

    assert Job.objects.get().status == JobStatus.READY


def test_nobody_adds_edits_or_deletes(admin: Client) -> None:
    job = add_job()
    schedule = add_schedules()[0]
    worker = add_worker()
    for page, pk in [(JOBS, job.pk), (SCHEDULES, schedule.pk), (WORKERS, worker.pk)]:
        assert admin.get(f"{page}add/").status_code == 403
        assert admin.post(f"{page}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert admin.post(f"{page}{pk}/change/", {"name": "x"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        admin.post(page, data)
    assert (Job.objects.count(), Worker.objects.count()) == (1, 1)
    assert Schedule.objects.filter(pk=schedule.pk).exists()


def test_the_list_says_in_words_what_each_job_does(
    admin: Client, make_user: Callable[..., User]
) -> None:
    add_job(JobStatus.RUNNING, progress_done=45, progress_total=100)
    add_job(JobStatus.FAILED, error="Станция занята.", requested_by=make_user("karimov"))
    later = timezone.now() + timedelta(hours=1)
    add_job(error="Сервер почты не отвечает.", run_after=later, attempts=2)
    add_job(JobStatus.RUNNING, cancel_requested=True)
    add_job(task="lms.gone.old_task")

    page = admin.get(JOBS).content.decode()

    text = _text(page)
    for words in (
        "Очистка корзины",
        "45 %",
        "ошибка",
        "Станция занята.",
        "Имя karimov",
        "1 мин 15 с",
        "ожидает новой попытки",
        "отменяется",
        "old_task",
    ):
        assert words in text, words
    assert 'value="45"' in page


def test_many_jobs_cost_no_more_queries_than_few(
    admin: Client, make_user: Callable[..., User]
) -> None:
    worker = add_worker()

    def measure(count: int) -> list[int]:
        for number in range(count):
            person = make_user(f"p{count}-{number}")
            add_job(JobStatus.RUNNING, worker_id=worker.pk, requested_by=person)
            add_worker(f"host:{number}")
        counts = []
        for page in (JOBS, f"{JOBS}?q=корзин", SCHEDULES, WORKERS):
            with CaptureQueriesContext(connection) as queries:
                assert admin.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    add_schedules()
    few = measure(4)
    Job.objects.all().delete()

    many = measure(MANY_ROWS)

    assert many == few
    assert max(many) <= LIST_BUDGET


def test_the_filters_take_several_states_and_a_task(admin: Client) -> None:
    for status in JobStatus:
        add_job(status)
    add_job(JobStatus.FAILED, task="portal.jobs.services.delete_job_results")

    def shown(query: str) -> list[str]:
        rows = admin.get(f"{JOBS}?{query}").context["cl"].result_list
        return sorted(job.status for job in rows)

    assert shown("status__exact=failed&status__exact=running") == ["failed", "failed", "running"]
    assert shown("task=portal.jobs.services.delete_job_results") == ["failed"]
    assert len(shown("q=Очистка")) == 5
    assert shown("q=результатов") == ["failed"]
    page = admin.get(f"{JOBS}?status__exact=failed&status__exact=running").content.decode()
    assert "ошибка, выполняется" in page or "выполняется, ошибка" in page


def test_a_waiting_job_is_cancelled_and_started_again_from_its_row(admin: Client) -> None:
    job = add_job()
    row = admin.get(f"{JOBS}?q=empty").content.decode()
    address = re.search(r'formaction="([^"]+)"', row).group(1).replace("&amp;", "&")

    response = admin.post(address, follow=True)

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert response.redirect_chain == [(f"{JOBS}?q=empty", 302)]
    assert [str(message) for message in response.context["messages"]] == ["Задание отменено."]
    admin.post(f"{JOBS}{job.pk}/retry/")
    job.refresh_from_db()
    assert job.status == JobStatus.READY


def test_what_has_ended_is_not_cancelled_and_what_runs_is_not_started_again(admin: Client) -> None:
    done, running = add_job(JobStatus.SUCCESSFUL), add_job(JobStatus.RUNNING)

    for address in (f"{JOBS}{done.pk}/cancel/", f"{JOBS}{running.pk}/retry/"):
        response = admin.post(address, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]

    assert admin.post(f"{JOBS}{uuid4()}/cancel/").status_code == 404


def test_selected_jobs_are_cancelled_after_a_question(admin: Client) -> None:
    waiting, running = add_job(), add_job(JobStatus.RUNNING)
    done = add_job(JobStatus.SUCCESSFUL)
    data = {"action": "cancel_selected", "_selected_action": [waiting.pk, running.pk, done.pk]}

    asked = _text(admin.post(JOBS, data).content.decode())
    assert "Очистка корзины: 2" in asked
    assert Job.objects.filter(status=JobStatus.CANCELLED).count() == 0
    response = admin.post(JOBS, {**data, "post": "2"}, follow=True)

    assert "Отменено 2 задания." in [str(message) for message in response.context["messages"]]
    states = {job.pk: (job.status, job.cancel_requested) for job in Job.objects.all()}
    assert states == {
        waiting.pk: (JobStatus.CANCELLED, False),
        running.pk: (JobStatus.RUNNING, True),
        done.pk: (JobStatus.SUCCESSFUL, False),
    }


def test_selected_jobs_are_started_again(admin: Client) -> None:
    failed, waiting = add_job(JobStatus.FAILED, error="x"), add_job()
    data = {"action": "retry_selected", "_selected_action": [failed.pk, waiting.pk], "post": "1"}

    admin.post(JOBS, data)

    failed.refresh_from_db()
    assert (failed.status, failed.error, failed.attempts) == (JobStatus.READY, "", 0)


def test_the_page_of_a_job_shows_error_attempts_and_the_folded_traceback(admin: Client) -> None:
    job = add_job(
        JobStatus.FAILED,
        attempts=10,
        error="Станция занята.",
        traceback="Traceback: line 1",
        arguments={"args": [7], "kwargs": {"language": "ru"}},
        result={"objects": 3},
    )

    page = admin.get(f"{JOBS}{job.pk}/change/").content.decode()

    text = _text(page)
    assert "Станция занята." in text
    assert "10 из 10" in text
    assert "&quot;language&quot;: &quot;ru&quot;" in page
    assert "&quot;objects&quot;: 3" in page
    assert re.search(r"<details(?![^>]*open)[^>]*>.*Traceback: line 1.*</details>", page, re.S)
    assert f"{JOBS}{job.pk}/retry/" in page
    assert f"{JOBS}{job.pk}/cancel/" not in page


def test_a_page_that_asks_for_news_gets_the_changing_part_alone(admin: Client) -> None:
    job = add_job(JobStatus.RUNNING, progress_done=1, progress_total=4)

    for address in (JOBS, f"{JOBS}{job.pk}/change/"):
        part = admin.get(address, headers=PART).content.decode()
        assert "25 %" in part
        assert 'data-live-seconds="3"' in part
        assert "<html" not in part

    Job.objects.update(status=JobStatus.SUCCESSFUL)
    for address in (JOBS, f"{JOBS}{job.pk}/change/"):
        assert "data-live-seconds" not in admin.get(address, headers=PART).content.decode()


def test_schedules_are_shown_in_words_with_the_outcome_of_the_last_run(admin: Client) -> None:
    add_schedules()
    job = add_job(JobStatus.FAILED)
    Schedule.objects.filter(pk="empty_bin").update(last_job=job, last_run_at=timezone.now())

    page = admin.get(SCHEDULES).content.decode()

    assert "каждый день в 03:10" in _text(page)
    assert f'href="{JOBS}{job.pk}/change/"' in page


def test_a_schedule_runs_now_for_the_person_who_asks(admin: Client) -> None:
    add_schedules()
    before = Schedule.objects.get(pk="empty_bin").next_run_at

    admin.post(f"{SCHEDULES}empty_bin/run/", follow=True)
    again = admin.post(f"{SCHEDULES}empty_bin/run/", follow=True)

    job = Job.objects.get()
    assert job.requested_by.username == "admin-admin"
    schedule = Schedule.objects.get(pk="empty_bin")
    assert (schedule.last_job, schedule.next_run_at) == (job, before)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]
    assert admin.post(f"{SCHEDULES}nothing/run/").status_code == 404


def test_a_schedule_is_switched_off_and_on(admin: Client) -> None:
    add_schedules()
    for name, is_active in [("off", False), ("on", True)]:
        admin.post(f"{SCHEDULES}empty_bin/{name}/")
        assert Schedule.objects.get(pk="empty_bin").is_active is is_active


def test_workers_are_shown_with_what_they_run(admin: Client) -> None:
    alive, silent = add_worker("alive:1"), add_worker("silent:2")
    Worker.objects.filter(pk=silent.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    job = add_job(JobStatus.RUNNING, worker_id=alive.pk)

    page = admin.get(WORKERS).content.decode()

    assert f'href="{JOBS}{job.pk}/change/"' in page
    assert "работает" in page
    assert "не отвечает" in page


def test_empty_pages_say_what_appears_there(admin: Client) -> None:
    assert "Заданий пока нет" in admin.get(JOBS).content.decode()
    assert "при первом запуске исполнителя" in admin.get(SCHEDULES).content.decode()
    assert "Сейчас нет ни одного исполнителя" in admin.get(WORKERS).content.decode()


@pytest.mark.parametrize("page", ["/admin/", JOBS, SCHEDULES, WORKERS])
def test_a_missing_worker_and_a_late_queue_are_told_with_what_to_do(
    page: str, admin: Client
) -> None:
    warning, late = "Не работает ни один исполнитель", "уже 7 минут"
    assert warning in admin.get(page).content.decode()
    with override_settings(EMBEDDED=False):
        assert "docker compose up -d worker" in admin.get(page).content.decode()

    add_worker()
    text = admin.get(page).content.decode()
    assert warning not in text
    assert late not in text
    add_job(created_at=timezone.now() - timedelta(minutes=7, seconds=5))

    assert late in admin.get(page).content.decode()


@pytest.mark.parametrize("role", ["instructor", "hr"])
def test_the_warning_is_for_administrators(
    role: str, admin_client_for: Callable[[str], Client]
) -> None:
    assert "portal-warning" not in admin_client_for(role).get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("cron", "english", "russian"),
    [
        ("10 3 * * *", "every day at 03:10", "каждый день в 03:10"),
        ("0 8,20 * * *", "every day at 08:00, 20:00", "каждый день в 08:00, 20:00"),
        ("5 9 * * 1", "on Mondays at 09:05", "по понедельникам в 09:05"),
        ("5 9 * * 1-5", "from Monday to Friday at 09:05", "с понедельника по пятницу в 09:05"),
        ("0 4 1 * *", "on day 1 of each month at 04:00", "1-го числа каждого месяца в 04:00"),
        ("*/5 * * * *", "every 5 minutes", "каждые 5 минут"),
        ("*/1 * * * *", "every minute", "каждую минуту"),
        ("15 * * * *", "every hour at minute 15", "каждый час, минута 15"),
        ("0 4 L * *", "0 4 L * *", "0 4 L * *"),
        ("0 4 * 2 *", "0 4 * 2 *", "0 4 * 2 *"),
        ("0 */2 * * *", "0 */2 * * *", "0 */2 * * *"),
    ],
)
def test_times_are_said_in_words(cron: str, english: str, russian: str) -> None:
    with translation.override("en"):
        assert cron_in_words(cron) == english
    with translation.override("ru"):
        assert cron_in_words(cron) == russian
