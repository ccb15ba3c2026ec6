"""Own certificates, who may download which, and the public page."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pypdf import PdfReader
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from lms.models import Certificate, CourseProgram, Enrollment, User
from lms.services.progress import certificates
from tests.factories import PASSWORD, ProgramFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]


@pytest.fixture
def program(db: None) -> CourseProgram:
    return ProgramFactory(title="Эксплуатация <КС>", duration="40 часов")


@pytest.fixture
def issue(program: CourseProgram) -> Callable[[User], Certificate]:
    """Return an issuer of certificates."""

    def make(user: User) -> Certificate:
        Enrollment.objects.create(user=user, course_program=program, status="completed")
        moment = datetime(2026, 3, 5, 9, tzinfo=UTC)
        return certificates.issue_if_earned(user.pk, program.pk, issued_at=moment)

    return make


@pytest.fixture
def certificate(
    issue: Callable[[User], Certificate], make_user: Callable[..., User]
) -> Certificate:
    """Return the certificate of a person who is not signed in."""
    return issue(make_user("karimov", full_name="Каримов Шерзод"))


def test_own_certificates_are_listed(
    sign_in: SignIn, issue: Callable[[User], Certificate], certificate: Certificate
) -> None:
    client = sign_in()
    own = issue(client.user)

    answer = client.get("/certificates/me")

    assert answer.status_code == 200
    assert answer.json() == {
        "data": [
            {
                "id": str(own.pk),
                "number": own.number,
                "title": "Эксплуатация <КС>",
                "holder_name": "Имя user-api",
                "program_id": own.course_program_id,
                "hours": "40 часов",
                "score": None,
                "language": "ru",
                "issued_at": "2026-03-05T09:00:00Z",
                "is_valid": True,
                "revoked_at": None,
                "pdf_path": f"/certificates/{own.number}/pdf",
                "page_url": f"http://testserver/certificates/{own.number}",
            }
        ]
    }


def test_a_certificate_without_number_has_no_page(sign_in: SignIn) -> None:
    client = sign_in()
    Certificate.objects.create(user=client.user, title="Допуск")

    row = client.get("/certificates/me").json()["data"][0]

    assert (row["number"], row["pdf_path"], row["page_url"]) == (None, None, None)


def test_strangers_have_no_list(api_client: APIClient) -> None:
    assert api_client.get("/certificates/me").status_code == 401


def test_the_figures_show_valid_certificates(
    sign_in: SignIn, issue: Callable[[User], Certificate]
) -> None:
    client = sign_in()
    old = issue(client.user)
    new = certificates.issue_again(old.pk)

    rows = client.get("/users/me/stats").json()["certificates"]

    assert [(row["id"], set(row)) for row in rows] == [(str(new.pk), {"id", "title", "issued_at"})]


def test_the_holder_downloads_the_pdf(
    sign_in: SignIn, issue: Callable[[User], Certificate]
) -> None:
    client = sign_in()
    number = issue(client.user).number

    answer = client.get(f"/certificates/{number.lower()}/pdf", HTTP_ACCEPT="application/pdf")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Имя user-api" in text
    assert number in text


@pytest.mark.parametrize(("language", "word"), [("en", "CERTIFICATE"), ("ru", "СЕРТИФИКАТ")])
def test_the_pdf_speaks_the_wanted_language(
    language: str, word: str, sign_in: SignIn, issue: Callable[[User], Certificate]
) -> None:
    client = sign_in()
    number = issue(client.user).number

    answer = client.get(f"/certificates/{number}/pdf?lang={language}")

    assert word in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("hr", 200), ("instructor", 404), ("user", 404)]
)
def test_who_may_download_the_pdf_of_another_person(
    role: str, status: int, sign_in: SignIn, certificate: Certificate
) -> None:
    answer = sign_in(role).get(f"/certificates/{certificate.number}/pdf")

    assert answer.status_code == status
    if status == 404:
        assert answer.json()["code"] == "certificate_not_found"


def test_strangers_download_nothing(api_client: APIClient, certificate: Certificate) -> None:
    answer = api_client.get(f"/certificates/{certificate.number}/pdf")

    assert answer.status_code == 401


def test_a_plain_link_downloads_by_the_media_cookie(certificate: Certificate) -> None:
    client = APIClient()
    client.post("/auth/login", {"username": "karimov", "password": PASSWORD}, format="json")
    assert django_settings.MEDIA_COOKIE_NAME in client.cookies

    answer = client.get(f"/certificates/{certificate.number}/pdf")

    assert answer.status_code == 200


def test_the_page_of_a_valid_certificate(client: Client, certificate: Certificate) -> None:
    answer = client.get(f"/certificates/{certificate.number}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert 'lang="ru"' in page
    assert 'data-state="valid"' in page
    for part in [
        certificate.number,
        "Каримов Шерзод",
        "Эксплуатация &lt;КС&gt;",
        "40 часов",
        "5 марта 2026",
        "Сертификат действителен",
    ]:
        assert part in page


def test_the_page_speaks_english(client: Client, certificate: Certificate) -> None:
    page = client.get(f"/certificates/{certificate.number}?lang=en").content.decode()

    assert '<html lang="en">' in page
    assert "This certificate is valid." in page
    assert "March 5, 2026" in page


def test_the_page_shows_the_score_where_there_was_a_final_test(
    client: Client, certificate: Certificate
) -> None:
    Certificate.objects.update(score=92)

    page = client.get(f"/certificates/{certificate.number}?lang=en").content.decode()

    assert "<dt>Final test</dt><dd>92 %</dd>" in page


def test_the_page_of_a_revoked_certificate(client: Client, certificate: Certificate) -> None:
    certificates.revoke(certificate.pk, reason="Чужие ответы")

    answer = client.get(f"/certificates/{certificate.number}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-state="revoked"' in page
    assert 'data-state="valid"' not in page
    assert "Каримов Шерзод" in page
    assert "Чужие ответы" not in page


@pytest.mark.parametrize(
    "number",
    ["ATG-2026-000001-AAAAAA", "ATG-2026-000001", "1", "x" * 900, "a%00b", "%F0%9F%98%80", "me-"],
)
def test_the_page_of_an_unknown_number(
    number: str, client: Client, certificate: Certificate
) -> None:
    answer = client.get(f"/certificates/{number}")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'data-state="unknown"' in page
    assert "Каримов" not in page


def test_the_page_tells_nothing_that_is_not_printed(
    client: Client, certificate: Certificate
) -> None:
    page = client.get(f"/certificates/{certificate.number}").content.decode()

    person = certificate.user
    for secret in [person.username, person.email, str(person.pk), str(certificate.pk)]:
        assert secret not in page


def test_the_page_costs_two_queries(
    client: Client, certificate: Certificate, django_assert_num_queries: Callable
) -> None:
    # The certificate, and whether this address has guessed too often.
    with django_assert_num_queries(2):
        client.get(f"/certificates/{certificate.number}")


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json", "image/png"])
def test_the_page_is_html_whatever_is_accepted(
    accept: str, client: Client, certificate: Certificate
) -> None:
    answer = client.get(f"/certificates/{certificate.number}/", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_guessing_numbers_is_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "anon": "3/day"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)

    statuses = [client.get(f"/certificates/{place}").status_code for place in range(5)]

    assert statuses == [404, 404, 404, 429, 429]


def test_nobody_lists_certificates(client: Client, certificate: Certificate) -> None:
    assert client.get("/certificates").status_code == 404
    assert client.get("/certificates/").status_code == 404


def test_the_public_address_is_printed(
    sign_in: SignIn, issue: Callable[[User], Certificate], settings: object
) -> None:
    settings.PORTAL_PUBLIC_URL = "https://portal.example.com"
    client = sign_in()
    number = issue(client.user).number

    row = client.get("/certificates/me").json()["data"][0]
    page = PdfReader(BytesIO(client.get(f"/certificates/{number}/pdf").content)).pages[0]

    address = f"https://portal.example.com/certificates/{number}"
    assert row["page_url"] == address
    assert [note.get_object()["/A"]["/URI"] for note in page["/Annots"]] == [address]
