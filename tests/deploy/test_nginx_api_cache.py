"""nginx keeps answers of the API that opt in, for at most a second."""

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import Answer, fetch, free_port, render, started_nginx

pytestmark = pytest.mark.services
PATH = "/api/stations/1"
OPTED_IN_PATHS = ("/stations", "/files", "/cookie")


@dataclass
class Portal:
    """What the portal answers now, and the requests that it received."""

    content: str = "old"
    status: int = 200
    delay_seconds: float = 0
    # Of an answer that opts in, counted from now; negative for one that has expired.
    kept_seconds: int = 0
    is_cut: bool = False
    requests: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    """Stands for the portal: its answer holds the content of now."""

    protocol_version = "HTTP/1.1"
    portal: Portal

    def _answer(self) -> None:
        portal = self.portal
        headers = {name.lower(): value for name, value in self.headers.items()}
        portal.requests.append(headers | {"method": self.command, "path": self.path})
        time.sleep(portal.delay_seconds)
        if portal.is_cut:
            self.close_connection = True
            return
        is_gzipped = "gzip" in headers.get("accept-encoding", "")
        body = json.dumps({"content": portal.content, "gzip": is_gzipped}).encode()
        self.send_response(portal.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{portal.content}"')
        self.send_header("Cache-Control", "public, max-age=600, stale-while-revalidate=600")
        self.send_header("Vary", "Accept-Encoding, origin, authorization")
        self.send_header("Access-Control-Allow-Origin", headers.get("origin", "none"))
        self.send_header("X-Request-ID", "id-of-the-portal")
        if self.path.startswith(OPTED_IN_PATHS) and portal.status == 200:
            self.send_header("X-Accel-Expires", f"@{int(time.time()) + portal.kept_seconds}")
        if self.path.startswith("/cookie"):
            self.send_header("Set-Cookie", "a=1")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = _answer

    def log_message(self, *arguments: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, type[_Handler]]]:
    """Run nginx before the stand-in; gives nginx's port. A read of the portal ends after 1 s."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    web, port = f"127.0.0.1:{server.server_address[1]}", free_port()
    render(folder, nginx_variables(folder, web=web, store="127.0.0.1:1", port=port))
    config = folder / "nginx.conf"
    config.write_text(
        config.read_text().replace("proxy_read_timeout 600s", "proxy_read_timeout 1s")
    )
    with started_nginx(folder, port=port):
        yield port, _Handler
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def portal(servers: tuple[int, type[_Handler]]) -> Portal:
    """Return a stand-in that has received nothing yet."""
    servers[1].portal = Portal()
    return servers[1].portal


@pytest.fixture
def nginx(servers: tuple[int, type[_Handler]], portal: Portal) -> int:
    """Return the port of nginx, at the beginning of a second and with no fresh answer kept."""
    now = time.time()
    time.sleep(1.01 - now % 1)
    return servers[0]


def content(answer: Answer) -> str:
    """Return the content that an answer holds."""
    return answer.json()["content"]


def test_an_answer_that_opts_in_is_kept(nginx: int, portal: Portal) -> None:
    first, second = fetch(nginx, PATH), fetch(nginx, PATH)

    assert len(portal.requests) == 1
    assert first.body == second.body
    assert second.headers["Cache-Control"].startswith("public")
    assert "X-Accel-Expires" not in second.headers


@pytest.mark.parametrize(
    "path",
    ["/api/courses/me/programs", "/api/cookie", "/api/files/video/a.mp4", "/api/stations/1?a=1"],
)
def test_everything_else_is_asked_each_time(nginx: int, portal: Portal, path: str) -> None:
    for _time in range(2):
        fetch(nginx, path)

    assert len(portal.requests) == 2


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.6, 0.9])
def test_an_edit_shows_within_a_second(nginx: int, portal: Portal, phase: float) -> None:
    time.sleep(phase)
    before = fetch(nginx, PATH)
    portal.content = "new"
    time.sleep(1)

    assert (content(before), content(fetch(nginx, PATH))) == ("old", "new")


def test_an_answer_kept_five_minutes_ago_is_not_sent(nginx: int, portal: Portal) -> None:
    portal.kept_seconds = -300
    before = fetch(nginx, PATH)
    portal.content, portal.delay_seconds = "new", 0.3

    with ThreadPoolExecutor(4) as readers:
        answers = list(readers.map(lambda _each: fetch(nginx, PATH), range(4)))

    assert content(before) == "old"
    assert {content(answer) for answer in answers} == {"new"}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_old_answer_is_sent_when_the_portal_fails(
    nginx: int, portal: Portal, status: int
) -> None:
    portal.kept_seconds = -300
    fetch(nginx, PATH)
    portal.content, portal.status = "failure", status

    answer = fetch(nginx, PATH)

    assert (answer.status, content(answer)) == (200, "old")


@pytest.mark.parametrize("failure", [{"is_cut": True}, {"delay_seconds": 2}])
def test_an_old_answer_is_sent_when_the_portal_does_not_answer(
    nginx: int, portal: Portal, failure: dict[str, float]
) -> None:
    portal.kept_seconds = -300
    fetch(nginx, PATH)
    for name, value in failure.items():
        setattr(portal, name, value)

    answer = fetch(nginx, PATH)

    assert (answer.status, content(answer)) == (200, "old")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_an_old_answer_hides_no_refusal(nginx: int, portal: Portal, status: int) -> None:
    portal.kept_seconds = -300
    fetch(nginx, PATH)
    portal.status = status

    assert fetch(nginx, PATH).status == status


def test_each_origin_has_an_answer_of_its_own(nginx: int, portal: Portal) -> None:
    origins = ["https://a.example", "https://b.example", "https://a.example"]
    answers = [fetch(nginx, PATH, headers={"Origin": origin}) for origin in origins]
    plain = fetch(nginx, PATH)

    assert [answer.headers["Access-Control-Allow-Origin"] for answer in answers] == origins
    assert plain.headers["Access-Control-Allow-Origin"] == "none"
    assert len(portal.requests) == 3


@pytest.mark.parametrize(
    ("accepted", "is_gzipped"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip ; q=0.1", True),
        (None, False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("xgzip", False),
    ],
)
def test_the_portal_is_told_which_form_to_send(
    nginx: int, portal: Portal, accepted: str | None, is_gzipped: bool
) -> None:
    others = [{"Accept-Encoding": "gzip"}, {}]
    for headers in others:
        fetch(nginx, PATH, headers=headers)

    answer = fetch(nginx, PATH, headers={"Accept-Encoding": accepted} if accepted else {})

    assert answer.json()["gzip"] is is_gzipped
    assert [request.get("accept-encoding") for request in portal.requests] == ["gzip", None]


def test_each_request_keeps_its_own_id(nginx: int, portal: Portal) -> None:
    answers = [fetch(nginx, PATH) for _time in range(2)]
    ids = [answer.headers.get_all("X-Request-ID") for answer in answers]

    assert ids[0] == [portal.requests[0]["x-request-id"]]
    assert len(ids[1]) == 1
    assert re.fullmatch(r"[0-9a-f]{32}", ids[1][0])
    assert ids[0] != ids[1]


def test_readers_with_and_without_a_token_share_an_answer(nginx: int, portal: Portal) -> None:
    for token in ("Bearer one", "Bearer two", ""):
        fetch(nginx, PATH, headers={"Authorization": token} if token else {})

    assert [request["authorization"] for request in portal.requests] == ["Bearer one"]


def test_a_request_with_a_query_keeps_its_conditions(nginx: int, portal: Portal) -> None:
    fetch(nginx, f"{PATH}?a=1", headers={"If-None-Match": '"x"'})

    assert portal.requests[0]["if-none-match"] == '"x"'


def test_a_known_answer_is_304_without_the_portal(nginx: int, portal: Portal) -> None:
    etag = fetch(nginx, PATH).headers["ETag"]

    known = fetch(nginx, PATH, headers={"If-None-Match": f'"x", {etag}'})
    other = fetch(nginx, PATH, headers={"If-None-Match": '"x"'})

    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", etag)
    assert other.status == 200
    assert len(portal.requests) == 1


def test_only_reads_are_answered_by_nginx(nginx: int, portal: Portal) -> None:
    fetch(nginx, PATH)
    head = fetch(nginx, PATH, method="HEAD")
    fetch(nginx, PATH, method="POST", body=b"{}")

    assert (head.status, head.body) == (200, b"")
    assert [request["method"] for request in portal.requests] == ["GET", "POST"]


def test_the_portal_sees_every_host_and_scheme(nginx: int, portal: Portal) -> None:
    for host in ("portal.example.com", "evil.example.com"):
        fetch(nginx, PATH, headers={"Host": host})

    assert [request["host"] for request in portal.requests] == [
        "portal.example.com",
        "evil.example.com",
    ]
