"""Exports above the limit: a worker prepares the file for the person who asked, and nobody else."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.admin.export_jobs import prepare_export
from lms.models import CourseProgram, Enrollment, Export, Mail, Notice, Role, Station, User
from lms.services import exports
from lms.services.exports import delete_expired_exports
from media_admin.services import objects
from portal.jobs.models import Job, JobStatus
from tests.mail_server import MailServer

Admin = Callable[[str], Client]
RunJobs = Callable[[], list[Job]]
LIST = "/admin/lms/enrollment/"
PAGE = f"{LIST}export/"
XLSX, CSV = "0", "1"
PEOPLE = 7


@pytest.fixture(autouse=True)
def _small_limit(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few rows be many, both for the page and for the worker's batches."""
    settings.EXPORT_ROW_LIMIT = 2
    monkeypatch.setattr("lms.admin.export_jobs._BATCH", 3)


@pytest.fixture(autouse=True)
def enrollments(make_user: Callable[..., User]) -> list[Enrollment]:
    station = Station.objects.create(name="КС Газли", short_name="GAZ")
    program = CourseProgram.objects.create(station=station, title="Эксплуатация, «ГПА»")
    return [
        Enrollment.objects.create(
            user=make_user(f"person{number}", full_name="=1+1" if number == 0 else f"Имя {number}"),
            course_program=program,
            progress_percent=number * 10,
            status="completed" if number % 2 else "in_progress",
        )
        for number in range(PEOPLE)
    ]


@pytest.fixture
def hr(admin_client_for: Admin) -> Client:
    return admin_client_for(Role.HR)


def _ask(client: Client, query: str = "", *, kind: str = CSV) -> Any:
    return client.post(f"{PAGE}{query}", {"format": kind, "resource": "0"})


def _prepared(client: Client, run_jobs: RunJobs, query: str = "", *, kind: str = CSV) -> Export:
    """Ask for an export and let the worker prepare it."""
    assert _ask(client, query, kind=kind).status_code == 302
    assert JobStatus.SUCCESSFUL in {job.status for job in run_jobs()}
    return Export.objects.latest("created_at")


def _fetch(client: Client, export: Export) -> Any:
    return client.get(f"/admin/exports/{export.pk}/")


def _body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def _export_jobs() -> int:
    return Job.objects.filter(task=prepare_export.module_path).count()


def _csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def _cells(body: bytes) -> list[list[tuple[Any, str]]]:
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def _stored(export: Export) -> bool:
    return objects.exists(f"prepared-exports/{export.pk}.{export.format}")


def test_the_page_offers_the_background_and_queues_nothing(hr: Client) -> None:
    page = hr.get(PAGE)
    small = hr.get(f"{PAGE}?q=person3")

    assert page.context["is_large"]
    assert "Подготовить в фоне" in page.content.decode()
    assert not small.context["is_large"]
    assert "Подготовить в фоне" not in small.content.decode()
    assert not Job.objects.exists()


def test_asking_queues_a_job_that_holds_ids_alone_and_leads_back_to_the_list(hr: Client) -> None:
    response = _ask(hr, "?q=person&o=1")

    export = Export.objects.get()
    job = Job.objects.get()
    assert response["Location"] == f"{LIST}?q=person&o=1"
    assert job.arguments == {"args": [str(export.pk)], "kwargs": {}}
    assert job.requested_by == export.user
    assert (export.model, export.query, export.format) == ("enrollment", "q=person&o=1", "csv")


def test_a_small_export_is_still_sent_at_once(hr: Client) -> None:
    response = _ask(hr, "?q=person3")

    assert response.status_code == 200
    assert len(_csv(response.content)) == 2
    assert not Job.objects.exists()


@pytest.mark.both
@pytest.mark.parametrize("kind", [CSV, XLSX], ids=["csv", "xlsx"])
@pytest.mark.parametrize("query", ["", "?status__exact=completed", "?q=Имя&o=-4"])
def test_the_file_has_the_rows_of_the_direct_export(
    hr: Client, run_jobs: RunJobs, settings: LazySettings, kind: str, query: str
) -> None:
    read = _csv if kind == CSV else _cells
    prepared = _fetch(hr, _prepared(hr, run_jobs, query, kind=kind))
    settings.EXPORT_ROW_LIMIT = 100
    direct = _ask(hr, query, kind=kind)

    rows = read(_body(prepared))
    assert rows == read(direct.content)
    assert len(rows) == {"": 8, "?status__exact=completed": 4, "?q=Имя&o=-4": 7}[query]
    assert prepared["Content-Type"] == direct["Content-Type"]
    assert prepared["Content-Disposition"] == direct["Content-Disposition"]
    assert "private" in prepared["Cache-Control"]


def test_the_file_is_in_the_language_of_the_page(hr: Client, run_jobs: RunJobs) -> None:
    hr.cookies["django_language"] = "en"

    export = _prepared(hr, run_jobs)

    assert _csv(_body(_fetch(hr, export)))[0][0] == "Full name"


def test_a_notice_and_a_mail_tell_that_it_is_ready(
    hr: Client, run_jobs: RunJobs, mail_server: MailServer
) -> None:
    export = _prepared(hr, run_jobs)
    run_jobs()

    notice = Notice.objects.get()
    assert (notice.user, notice.title) == (export.user, "Выгрузка готова")
    assert notice.path == f"/admin/exports/{export.pk}/"
    assert notice.text.startswith("Записи на обучение: 7 строк. Файл хранится до ")
    assert Mail.objects.get().status == "sent"
    assert Mail.objects.get().subject == "Выгрузка готова"


def test_once_it_is_ready_the_filters_are_forgotten_and_the_job_has_nothing_to_do(
    hr: Client, run_jobs: RunJobs
) -> None:
    export = _prepared(hr, run_jobs, "?q=Имя")

    assert (export.query, export.rows, export.request_key) == ("", 6, None)
    assert prepare_export.call(str(export.pk)) is None
    assert Notice.objects.count() == 1


def test_a_second_worker_that_writes_the_same_file_tells_nobody_again(
    hr: Client, run_jobs: RunJobs, tmp_path: Path
) -> None:
    _ask(hr)
    unfinished = Export.objects.get()
    run_jobs()
    file = tmp_path / "export.csv"
    file.write_bytes(b"the same")

    exports.finish(unfinished, file, rows=PEOPLE, content_type="text/csv; charset=utf-8")

    assert Notice.objects.count() == 1


def test_a_double_click_queues_one_and_a_later_one_another(hr: Client, run_jobs: RunJobs) -> None:
    _ask(hr)
    _ask(hr)
    assert (Export.objects.count(), _export_jobs()) == (1, 1)

    _ask(hr, "?status__exact=completed")
    _ask(hr, kind=XLSX)
    assert _export_jobs() == 3

    while run_jobs():
        pass
    assert Export.objects.filter(ready_at=None).count() == 0
    _ask(hr)
    assert _export_jobs() == 4


def test_two_people_get_a_file_each(hr: Client, admin_client_for: Admin, run_jobs: RunJobs) -> None:
    first = _prepared(hr, run_jobs)
    second = _prepared(admin_client_for(Role.ADMIN), run_jobs)

    assert first.user != second.user
    assert first.pk != second.pk


def test_what_was_cancelled_can_be_asked_for_again(hr: Client, run_jobs: RunJobs) -> None:
    _ask(hr)
    Job.objects.update(status=JobStatus.CANCELLED, finished_at=timezone.now())

    export = _prepared(hr, run_jobs)

    assert export.rows == PEOPLE


def test_only_who_asked_gets_the_file(
    hr: Client, admin_client_for: Admin, make_user: Callable[..., User], run_jobs: RunJobs
) -> None:
    export = _prepared(hr, run_jobs)
    other_hr, employee = Client(), Client()
    other_hr.force_login(make_user("other", role=Role.HR))
    employee.force_login(make_user("employee"))

    assert len(_csv(_body(_fetch(hr, export)))) == PEOPLE + 1
    assert hr.post(f"/admin/exports/{export.pk}/").status_code == 405
    assert _fetch(other_hr, export).status_code == 404
    assert _fetch(admin_client_for(Role.ADMIN), export).status_code == 404
    for stranger in (employee, Client()):
        refused = _fetch(stranger, export)
        assert refused.status_code == 302
        assert refused["Location"].startswith("/admin/login/")


def test_no_other_address_of_the_portal_shows_the_file(
    hr: Client, sign_in: Callable[..., Any], run_jobs: RunJobs
) -> None:
    export = _prepared(hr, run_jobs)
    key = export.object_key
    api = sign_in(Role.ADMIN)

    assert key == f"prepared-exports/{export.pk}.csv"
    assert hr.get("/admin/media/preview", {"key": key}).status_code == 404
    assert api.get(f"/api/files/stream/{key}").status_code == 404
    assert api.get("/api/files/exists", {"key": key}).status_code == 404
    listing = api.get("/api/files/folder-contents", {"prefix": "prepared-exports"}).json()
    root = api.get("/api/files/folder-contents").json()
    assert listing["files"] == []
    assert "prepared-exports" not in str(root["folders"])


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.USER])
def test_who_may_not_export_queues_nothing(
    role: str, make_user: Callable[..., User], admin_client_for: Admin
) -> None:
    assert _ask(admin_client_for(role)).status_code in {302, 403}
    assert _ask(Client()).status_code == 302
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "change", [{"role": Role.INSTRUCTOR}, {"role": Role.USER}, {"is_active": False}]
)
def test_who_lost_the_right_meanwhile_gets_no_file(
    change: dict[str, Any], hr: Client, run_jobs: RunJobs
) -> None:
    _ask(hr)
    export = Export.objects.get()
    User.objects.filter(pk=export.user_id).update(**change)

    (job,) = run_jobs()

    assert job.status == JobStatus.FAILED
    assert not _stored(export)
    assert not Export.objects.exists()
    notice = Notice.objects.get()
    assert (notice.title, notice.path) == ("Выгрузку не удалось подготовить", "")
    assert "больше не можете выгружать" in notice.text


def test_a_ready_file_is_closed_to_who_lost_the_right(hr: Client, run_jobs: RunJobs) -> None:
    export = _prepared(hr, run_jobs)
    person = export.user
    person.role = Role.INSTRUCTOR
    person.save()
    client = Client()
    client.force_login(person)

    assert _fetch(client, export).status_code == 404


def test_a_failure_is_tried_again_and_told_after_the_last_time(
    hr: Client, run_jobs: RunJobs
) -> None:
    _ask(hr)
    # A format that the code does not have any more.
    Export.objects.update(format="ods")

    (first,) = run_jobs()
    assert (first.status, Notice.objects.count()) == (JobStatus.READY, 0)

    Job.objects.update(attempts=exports.EXPORT_ATTEMPTS - 1, run_after=None)
    (last,) = run_jobs()
    assert last.status == JobStatus.FAILED
    assert Notice.objects.get().title == "Выгрузку не удалось подготовить"
    assert not Export.objects.exists()


def test_more_rows_than_excel_takes_are_refused_in_words(
    hr: Client, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.exports.Xlsx.row_limit", 6)
    _ask(hr, kind=XLSX)

    (job,) = run_jobs()

    assert job.status == JobStatus.FAILED
    assert "Excel" in Notice.objects.get().text


def test_an_expired_file_is_closed_at_once_and_deleted_at_night(
    hr: Client, run_jobs: RunJobs
) -> None:
    # What other tests have left in the store.
    delete_expired_exports.call()
    old = _prepared(hr, run_jobs)
    fresh = _prepared(hr, run_jobs, "?status__exact=completed")
    assert timedelta(days=6) < old.expires_at - timezone.now() <= timedelta(days=7)
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now())

    assert _fetch(hr, old).status_code == 404
    assert len(_csv(_body(_fetch(hr, fresh)))) == 4
    assert delete_expired_exports.call() == 1

    assert list(Export.objects.all()) == [fresh]
    assert (_stored(old), _stored(fresh)) == (False, True)
    assert delete_expired_exports.call() == 0


def test_the_files_of_a_deleted_person_are_deleted_at_night(hr: Client, run_jobs: RunJobs) -> None:
    export = _prepared(hr, run_jobs)
    foreign = "prepared-exports/somebody-elses.csv"
    objects.store_bytes(foreign, b"a", content_type="text/csv")
    export.user.delete()
    assert not Export.objects.exists()

    delete_expired_exports.call()

    assert not objects.exists(export.object_key)
    assert objects.exists(foreign)


def test_a_job_whose_worker_died_for_good_is_told_of_at_night(hr: Client) -> None:
    _ask(hr)
    Job.objects.update(status=JobStatus.FAILED, finished_at=timezone.now())

    delete_expired_exports.call()

    assert Notice.objects.get().title == "Выгрузку не удалось подготовить"
    assert not Export.objects.exists()


def test_the_page_of_a_large_list_costs_no_more_queries_than_that_of_a_small_one(
    hr: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    hr.get(PAGE)
    with CaptureQueriesContext(connection) as small:
        hr.get(f"{PAGE}?q=person3")
    with django_assert_num_queries(len(small)):
        hr.get(PAGE)
