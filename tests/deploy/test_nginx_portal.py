"""nginx in front of the portal: prefixes, keys, the caller's address, the client, errors."""

import json
from urllib.parse import quote

import pytest

from tests.deploy.nginx_process import fetch

pytestmark = pytest.mark.services
KEY = "Курс № 1/схема (100%) [v2]+a&b=c #?.pdf"


def test_the_api_prefix_is_stripped_and_the_query_kept(nginx: int) -> None:
    echo = fetch(nginx, "/api/stations/?search=%D0%9A%2B1&page=2").json()

    assert (echo["raw_path"], echo["query"]) == ("/stations/", "search=%D0%9A%2B1&page=2")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/lms/station/1/change/",
        "/i18n/setlang/",
        "/certificates/ATG-2026-000001-BCDFGH",
    ],
)
def test_pages_of_the_portal_keep_their_path(nginx: int, path: str) -> None:
    assert fetch(nginx, path).json()["raw_path"] == path


def test_admin_without_slash_leads_to_admin(nginx: int) -> None:
    answer = fetch(nginx, "/admin")

    assert (answer.status, answer.headers["Location"]) == (301, "/admin/")


@pytest.mark.parametrize("path", ["/files/stream/", "/files/video/", "/other/"])
def test_a_key_is_decoded_exactly_once(nginx: int, path: str) -> None:
    echo = fetch(nginx, f"/api{path}{quote(KEY, safe='')}").json()

    assert echo["path_info"] == path + KEY


@pytest.mark.parametrize(
    ("sent", "decoded"),
    [
        ("a%2Fb.pdf", "a/b.pdf"),
        ("a/b.pdf", "a/b.pdf"),
        ("50%25.pdf", "50%.pdf"),
        ("%2525.pdf", "%25.pdf"),
        ("%252F.pdf", "%2F.pdf"),
        ("a//b.pdf", "a//b.pdf"),
        ("a+b%20c.pdf", "a+b c.pdf"),
        ("%D0%9A%E2%84%96.pdf", "К№.pdf"),
    ],
)
def test_percent_signs_in_keys(nginx: int, sent: str, decoded: str) -> None:
    echo = fetch(nginx, f"/api/files/stream/{sent}").json()

    assert echo["path_info"] == f"/files/stream/{decoded}"


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/files/video/a.mp4", "/admin/"])
def test_the_portal_sees_the_true_caller_and_host(nginx: int, path: str) -> None:
    sent = {
        "Host": "portal.example.com:8080",
        "X-Forwarded-For": "203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example.com",
        "X-Request-ID": "chosen-by-the-caller",
        "X-Media-Again": "1",
    }

    headers = fetch(nginx, path, headers=sent).json()["headers"]

    assert headers["host"] == "portal.example.com:8080"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-real-ip"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert "x-forwarded-host" not in headers
    assert "x-media-again" not in headers
    assert headers["x-request-id"] != "chosen-by-the-caller"


def test_token_cookie_and_range_reach_the_portal(nginx: int) -> None:
    sent = {"Authorization": "Bearer t", "Cookie": "portal_media=m", "Range": "bytes=5-"}

    headers = fetch(nginx, "/api/files/video/a.mp4", headers=sent).json()["headers"]

    assert headers["authorization"] == "Bearer t"
    assert headers["cookie"] == "portal_media=m"
    assert headers["range"] == "bytes=5-"


def test_json_is_compressed_and_files_are_not(nginx: int) -> None:
    wants = {"Accept-Encoding": "gzip"}

    assert fetch(nginx, "/api/stations", headers=wants).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in fetch(nginx, "/api/files/stream/a", headers=wants).headers


def test_bodies_above_50_mb_are_refused_in_json(nginx: int) -> None:
    headers = {"Content-Length": str(50 * 1024 * 1024 + 1)}

    answer = fetch(nginx, "/api/users/me/avatar", method="POST", headers=headers, body=b"")

    assert (answer.status, answer.json()["code"]) == (413, "too_large")


def test_a_503_of_the_portal_arrives_as_it_is(nginx: int) -> None:
    answer = fetch(nginx, "/health/ready")

    assert (answer.status, answer.json()["raw_path"]) == (503, "/health/ready")


def test_static_files_come_from_the_cache_the_second_time(nginx: int) -> None:
    first = fetch(nginx, "/static/admin.abc123.css").json()["headers"]["x-request-id"]
    second = fetch(nginx, "/static/admin.abc123.css").json()["headers"]["x-request-id"]

    assert first == second


def test_a_portal_that_is_down_gives_json(nginx_before_echo_store: int) -> None:
    answer = fetch(nginx_before_echo_store, "/api/stations/")
    body = json.loads(answer.body)

    assert answer.status == 502
    assert answer.headers["Content-Type"] == "application/json"
    assert body["error"] == "Сервис временно недоступен. Повторите попытку через минуту."
    assert body["message"] == "Портал не отвечает."
    assert body["request_id"] == answer.headers["X-Request-ID"]


def test_a_portal_that_is_down_gives_people_a_page(nginx_before_echo_store: int) -> None:
    answer = fetch(nginx_before_echo_store, "/admin/")

    assert answer.status == 502
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Портал временно недоступен" in answer.body.decode()


@pytest.mark.parametrize("path", ["/", "/station/1/lesson/0/0", "/login", "/index.html"])
def test_the_client_answers_every_page_of_its_router(nginx: int, path: str) -> None:
    answer = fetch(nginx, path)

    assert answer.status == 200
    assert b"<title>client</title>" in answer.body
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == (
        "frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    )
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


def test_built_files_are_kept_for_a_year(nginx: int) -> None:
    answer = fetch(nginx, "/assets/index-4f1b2c3d.js")

    assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=31536000")


def test_a_missing_built_file_is_not_answered_by_the_page(nginx: int) -> None:
    assert fetch(nginx, "/assets/index-00000000.js").status == 404


def test_hidden_files_of_the_client_stay_hidden(nginx: int) -> None:
    assert fetch(nginx, "/.env").status == 404


def test_the_version_of_nginx_is_not_shown(nginx: int) -> None:
    assert fetch(nginx, "/assets/none").headers["Server"] == "nginx"
