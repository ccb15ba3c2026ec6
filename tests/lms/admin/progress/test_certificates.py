"""Certificates in the admin: who views, downloads and revokes them; a GET changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from lms.models import Certificate, Course, Enrollment, User
from lms.services.progress import certificates
from tests.factories import ProgramFactory

pytestmark = pytest.mark.django_db
Admin = Callable[[str], Client]
LIST = "/admin/lms/certificate/"


@pytest.fixture
def certificate(make_user: Callable[..., User]) -> Certificate:
    user = make_user("karimov", full_name="Каримов Шерзод")
    program = ProgramFactory(title="Эксплуатация КС")
    Enrollment.objects.create(user=user, course_program=program, status="completed")
    return certificates.issue_if_earned(user.pk, program.pk)


def _url(certificate: Certificate, action: str) -> str:
    return f"{LIST}{certificate.pk}/{action}/"


def _submit(client: Client, certificate: Certificate, action: str, **data: Any) -> Any:
    return client.post(_url(certificate, action), {"_form_submitted": "True", **data})


@pytest.mark.parametrize("role", ["admin", "hr"])
def test_the_list_and_the_page_show_a_certificate(
    role: str, admin_client_for: Admin, certificate: Certificate
) -> None:
    client = admin_client_for(role)

    for url in (LIST, f"{LIST}{certificate.pk}/change/"):
        page = client.get(url).content.decode()
        for part in [certificate.number, "Каримов Шерзод", "Эксплуатация КС"]:
            assert part in page
        assert _url(certificate, "pdf") in page


def test_the_page_shows_the_status_as_a_word(
    admin_client_for: Admin, certificate: Certificate
) -> None:
    certificates.revoke(certificate.pk, reason="Чужие ответы")

    page = admin_client_for("hr").get(f"{LIST}{certificate.pk}/change/").content.decode()

    assert "Чужие ответы" in page
    assert "(False," not in page


@pytest.mark.parametrize(("role", "offered"), [("admin", True), ("hr", False)])
def test_only_administrators_are_offered_the_actions(
    role: str, offered: bool, admin_client_for: Admin, certificate: Certificate
) -> None:
    client = admin_client_for(role)

    rows = client.get(LIST).content.decode()
    page = client.get(f"{LIST}{certificate.pk}/change/").content.decode()

    assert (_url(certificate, "issue_again") in rows) is offered
    assert (_url(certificate, "issue_again") in page) is offered
    assert (_url(certificate, "revoke") in page) is offered


def test_a_revoked_certificate_cannot_be_revoked_again_in_the_menu(
    admin_client_for: Admin, certificate: Certificate
) -> None:
    certificates.revoke(certificate.pk, reason="x")
    client = admin_client_for("admin")

    for url in (LIST, f"{LIST}{certificate.pk}/change/"):
        page = client.get(url).content.decode()
        assert _url(certificate, "revoke") not in page
        assert _url(certificate, "issue_again") in page


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("hr", 200), ("instructor", 404), ("user", 302)]
)
def test_who_downloads(
    role: str, status: int, admin_client_for: Admin, certificate: Certificate
) -> None:
    answer = admin_client_for(role).get(_url(certificate, "pdf"))

    assert answer.status_code == status
    assert answer.content.startswith(b"%PDF") is (status == 200)


@pytest.mark.parametrize(("role", "status"), [("hr", 403), ("instructor", 403), ("user", 302)])
@pytest.mark.parametrize("action", ["revoke", "issue_again"])
def test_others_can_neither_revoke_nor_issue(
    action: str, role: str, status: int, admin_client_for: Admin, certificate: Certificate
) -> None:
    answer = _submit(admin_client_for(role), certificate, action, reason="x")

    assert answer.status_code == status
    assert [row.is_valid for row in Certificate.objects.all()] == [True]


@pytest.mark.parametrize("action", ["revoke", "issue_again"])
def test_opening_a_dialog_changes_nothing(
    action: str, admin_client_for: Admin, certificate: Certificate
) -> None:
    answer = admin_client_for("admin").get(_url(certificate, action))

    assert answer.status_code == 200
    assert [row.is_valid for row in Certificate.objects.all()] == [True]


def test_revoking_needs_a_reason(admin_client_for: Admin, certificate: Certificate) -> None:
    answer = _submit(admin_client_for("admin"), certificate, "revoke", reason=" ")

    certificate.refresh_from_db()
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer
    assert certificate.is_valid


def test_revoking_keeps_the_reason_and_the_history(
    admin_client_for: Admin, certificate: Certificate
) -> None:
    client = admin_client_for("admin")

    answer = _submit(client, certificate, "revoke", reason="Чужие ответы")

    certificate.refresh_from_db()
    assert answer["HX-Redirect"] == f"{LIST}{certificate.pk}/change/"
    assert (certificate.is_valid, certificate.revoked_reason) == (False, "Чужие ответы")
    entry = LogEntry.objects.get(object_id=str(certificate.pk))
    assert entry.user.username == "admin-admin"


def test_revoking_twice_shows_a_message(admin_client_for: Admin, certificate: Certificate) -> None:
    client = admin_client_for("admin")
    _submit(client, certificate, "revoke", reason="Первая")

    answer = _submit(client, certificate, "revoke", reason="Вторая")

    certificate.refresh_from_db()
    assert answer.status_code == 200
    assert certificate.revoked_reason == "Первая"
    page = client.get(answer["HX-Redirect"])
    assert [message.level_tag for message in page.context["messages"]] == ["success", "error"]


def test_issuing_again_leads_to_the_new_certificate(
    admin_client_for: Admin, certificate: Certificate
) -> None:
    answer = _submit(admin_client_for("admin"), certificate, "issue_again")

    new = Certificate.objects.valid().get()
    assert new.number != certificate.number
    assert answer["HX-Redirect"] == f"{LIST}{new.pk}/change/"
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize("action", ["revoke", "issue_again", "pdf"])
@pytest.mark.parametrize("key", ["c1d2e3f4-0000-4a6b-8c7d-5e4f3a2b1c0d", "nonsense"])
def test_an_unknown_certificate_is_not_found(
    key: str, action: str, admin_client_for: Admin, certificate: Certificate
) -> None:
    data = {"_form_submitted": "True", "reason": "x"}
    client = admin_client_for("admin")
    url = f"{LIST}{key}/{action}/"

    answer = client.get(url) if action == "pdf" else client.post(url, data)

    assert answer.status_code in {302, 404}


def test_nobody_edits_the_printed_fields(admin_client_for: Admin, certificate: Certificate) -> None:
    url = f"{LIST}{certificate.pk}/change/"

    answer = admin_client_for("admin").post(url, {"holder_name": "Другой"})

    certificate.refresh_from_db()
    assert answer.status_code == 403
    assert certificate.holder_name == "Каримов Шерзод"


@pytest.mark.parametrize(("state", "shown"), [("valid", False), ("revoked", True), ("odd", True)])
def test_the_list_is_filtered_by_state(
    state: str, shown: bool, admin_client_for: Admin, certificate: Certificate
) -> None:
    certificates.revoke(certificate.pk, reason="x")

    page = admin_client_for("hr").get(f"{LIST}?state={state}").content.decode()

    assert (certificate.number in page) is shown


def test_a_row_of_another_tool_offers_its_own_file(
    admin_client_for: Admin, make_user: Callable[..., User]
) -> None:
    course = Course.objects.create(title="Охрана труда")
    row = Certificate.objects.create(
        user=make_user(), course=course, title="Охрана труда", pdf_url="certificates/1.pdf"
    )
    client = admin_client_for("admin")

    page = client.get(f"{LIST}{row.pk}/change/").content.decode()

    assert "?key=certificates%2F1.pdf" in page
    assert client.get(_url(row, "pdf")).status_code == 404
