"""The list of mails: who sees it, what it says, sending again, the outbox, the test message."""

from collections.abc import Callable
from html import unescape

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.models import Mail, MailStatus, User
from lms.services.notices.notices import notify
from portal.jobs.models import Job
from tests.factories import PASSWORD
from tests.mail_server import MailServer, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/lms/mail/"


@pytest.fixture
def browser(admin_client_for: Callable[[str], Client]) -> Client:
    """Return a browser signed in as an administrator."""
    return admin_client_for("admin")


@pytest.fixture
def refused(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> MailServer:
    """Return a server that has refused a mail for good, and takes mails now."""
    mail_server.answer_to_recipient = "550 No such user here"
    notify(employee, kind="test", title="Выгрузка", by_mail="now")
    run_jobs()
    mail_server.answer_to_recipient = "250 OK"
    return mail_server


def _page(browser: Client, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_list_tells_recipient_kind_status_and_error_in_words(
    browser: Client, refused: MailServer
) -> None:
    page = _page(browser, LIST)
    assert "Каримов Ўткир" in page
    assert "karimov@example.com" in page
    assert "не доставлено" in page
    assert "550 No such user here" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status__exact=failed", 1),
        ("?status__exact=sent", 0),
        ("?kind=notice", 1),
        ("?kind=digest", 0),
        ("?q=Каримов", 1),
        ("?q=karimov@", 1),
        ("?q=Петров", 0),
    ],
)
def test_filters_and_search(browser: Client, refused: MailServer, query: str, found: int) -> None:
    response = browser.get(LIST + query)
    assert response.context["cl"].result_count == found


@pytest.mark.parametrize("role", ["instructor", "hr"])
def test_only_administrators_see_and_send_mails(
    role: str, admin_client_for: Callable[[str], Client], refused: MailServer, employee: User
) -> None:
    browser, mail = admin_client_for(role), Mail.objects.get()
    assert browser.get(LIST).status_code == 403
    assert browser.get(f"{LIST}{mail.pk}/change/").status_code == 403
    assert browser.post(f"{LIST}test/").status_code == 403
    action = {"action": "send_again", "_selected_action": [str(mail.pk)], "post": "1"}
    assert browser.post(LIST, action).status_code == 403
    assert Mail.objects.count() == 1
    if role == "hr":
        assert "550 No such user" not in _page(browser, f"/admin/lms/user/{employee.pk}/change/")


def test_a_failed_mail_is_sent_again_after_a_question(
    browser: Client, refused: MailServer, run_jobs: Callable[[], list[Job]]
) -> None:
    action = {"action": "send_again", "_selected_action": [str(Mail.objects.get().pk)]}

    assert "Отправить снова 1 письмо?" in browser.post(LIST, action).content.decode()
    assert run_jobs() == []
    response = browser.post(LIST, action | {"post": "1"}, follow=True)
    assert "1 письмо снова в очереди." in response.content.decode()
    run_jobs()

    assert Mail.objects.get().status == MailStatus.SENT
    assert len(refused.messages) == 1


def test_the_persons_page_shows_their_mails_and_errors(
    browser: Client, refused: MailServer, employee: User, make_user: Callable[..., User]
) -> None:
    assert "550 No such user here" in _page(browser, f"/admin/lms/user/{employee.pk}/change/")
    other = make_user("other")
    assert "550 No such user here" not in _page(browser, f"/admin/lms/user/{other.pk}/change/")


def test_an_account_with_mails_can_still_be_saved_and_deleted(
    browser: Client, refused: MailServer, employee: User
) -> None:
    url = f"/admin/lms/user/{employee.pk}"
    page = browser.get(f"{url}/change/")
    data = {
        "full_name": "Каримов У.",
        "username": "karimov",
        "role": "user",
        "is_active": "on",
        "own_password": PASSWORD,
    }
    for formset in page.context["inline_admin_formsets"]:
        for name, value in formset.formset.management_form.initial.items():
            data[f"{formset.formset.prefix}-{name}"] = value
    assert browser.post(f"{url}/change/", data).status_code == 302
    employee.refresh_from_db()
    assert employee.full_name == "Каримов У."
    assert browser.post(f"{url}/delete/", {"post": "yes"}).status_code == 302
    assert not Mail.objects.exists()


def test_the_outbox_shows_the_mail_in_a_frame_without_scripts(
    browser: Client,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    settings: LazySettings,
) -> None:
    settings.MAIL_ENABLED = settings.MAIL_OUTBOX = True
    notify(employee, kind="test", title="Новость", text="<script>alert(1)</script>", by_mail="now")
    run_jobs()
    mail = Mail.objects.get()

    response = browser.get(f"{LIST}{mail.pk}/change/")

    page = response.content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="&lt;!doctype' in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Каримов Ўткир" in page


def test_where_mail_is_really_sent_no_text_is_kept_or_shown(
    browser: Client, mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(employee, kind="test", title="Новость", text="Тайна", by_mail="now")
    run_jobs()
    page = _page(browser, f"{LIST}{Mail.objects.get().pk}/change/")
    assert "Новость" in page
    assert "Тайна" not in page
    assert "srcdoc" not in page


def test_the_test_message_goes_through_the_queue_to_the_administrator(
    browser: Client, mail_server: MailServer, run_jobs: Callable[[], list[Job]]
) -> None:
    assert 'value="admin-admin@example.com"' in _page(browser, LIST)

    response = browser.post(f"{LIST}test/", {"address": ""})

    mail = Mail.objects.get()
    assert response.url == f"{LIST}{mail.pk}/change/"
    assert "ожидает" in _page(browser, response.url)
    run_jobs()
    assert "отправлено" in _page(browser, response.url)
    assert mail_server.envelopes[0].rcpt_tos == ["admin-admin@example.com"]
    assert "Почта портала работает" in text_of(mail_server.messages[0])


def test_the_test_message_may_go_to_another_address(
    browser: Client, mail_server: MailServer, run_jobs: Callable[[], list[Job]]
) -> None:
    browser.post(f"{LIST}test/", {"address": "other@example.org"})
    run_jobs()
    assert mail_server.envelopes[0].rcpt_tos == ["other@example.org"]


def test_the_page_of_the_test_message_tells_what_is_wrong(
    browser: Client, mail_server: MailServer, run_jobs: Callable[[], list[Job]]
) -> None:
    mail_server.answer_to_data = "554 Not from you"
    response = browser.post(f"{LIST}test/")
    run_jobs()
    page = _page(browser, response.url)
    assert "554 Not from you" in page
    assert "Попыток больше не будет" in page


@pytest.mark.parametrize(
    ("is_on", "address", "words"),
    [
        (False, "", "Почта не настроена: в настройках портала нет EMAIL_HOST."),
        (True, "no address", "Введите правильный адрес электронной почты."),
        (True, "", "В вашей учётной записи нет адреса эл. почты. Укажите адрес."),
    ],
)
def test_a_test_message_that_cannot_be_queued_says_why(
    browser: Client, settings: LazySettings, is_on: bool, address: str, words: str
) -> None:
    settings.MAIL_ENABLED = is_on
    User.objects.update(email=None)
    response = browser.post(f"{LIST}test/", {"address": address}, follow=True)
    assert words in unescape(response.content.decode())
    assert not Mail.objects.exists()
    assert browser.get(f"{LIST}test/").status_code == 405


def test_the_list_says_that_mail_is_not_set_up(browser: Client, settings: LazySettings) -> None:
    settings.MAIL_ENABLED = False
    page = _page(browser, LIST)
    assert "Почта не настроена" in page
    assert "test-mail-address" not in page


def test_a_person_with_many_mails_costs_no_more_queries(browser: Client, employee: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            _page(browser, f"/admin/lms/user/{employee.pk}/change/")
        return len(captured)

    Mail.objects.create(user=employee, kind="digest")
    few = queries()
    for _ in range(30):
        Mail.objects.create(user=employee, kind="digest")
    assert queries() <= few
