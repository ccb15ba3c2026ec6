"""Real programs download files: whole, in parts, and after the server was killed."""

import http.client
import io
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import learner
from tests.browser.chromium import launched
from tests.delivery import clients_files, clients_in_chromium, clients_servers, multipart
from tests.delivery.clients_files import FILM_SECONDS, PDF_PAGES, TITLE
from tests.delivery.interfaces import FOLDER, Interface
from tests.delivery.relay import relay_to
from tests.deploy.nginx_process import Answer

_FILM, _PLAIN, _LINEAR = "clients-Пуск ГПА.mp4", "clients-plain.pdf", "clients-linear.pdf"
# A regulation for learners uses the first; nothing uses the second.
_LEARNERS, _UNUSED = "clients/learners.mp4", "clients/unused.mp4"
_STORE_PRIVATE = """
from pathlib import Path
from lms.models import NormativeDocument, Station
from media_admin.services import objects
for key in (%r, %r):
    objects.store_bytes(key, Path(%r), content_type="video/mp4")
station = Station.objects.create(name="Clients", short_name="clients")
NormativeDocument.objects.create(station=station, title="Clients", file_url=%r)
"""


@dataclass(frozen=True)
class Film:
    """The film that all interfaces send, as it was stored."""

    path: Path
    size_bytes: int
    sha256: str


def _need(*programs: str) -> None:
    absent = [name for name in programs if shutil.which(name) is None]
    if absent:
        # For developers without these programs; in CI a skip fails the run (tests/conftest.py).
        pytest.skip(f"needs {', '.join(absent)}")


def _url(server: str, key: str) -> str:
    return f"{server}/api/files/video/{quote(key)}"


def _run(*command: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout)


@pytest.fixture(scope="module")
def film(all_interfaces: dict[str, Interface], tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Store a film three times: for everyone, for learners, and without a page that uses it."""
    _need("ffmpeg")
    path = clients_files.make_film(tmp_path_factory.mktemp("clients") / "film.mp4")
    interface = next(iter(all_interfaces.values()))
    interface.store({_FILM: ("video/mp4", path.read_bytes())})
    private = (_LEARNERS, _UNUSED, str(path), _LEARNERS)
    interface.portal.run(_STORE_PRIVATE % private)
    return Film(path, path.stat().st_size, learner.sha256(path))


@pytest.fixture(scope="module")
def pdfs(
    all_interfaces: dict[str, Interface], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, int]:
    """Store the large PDF as it was made and linearised; return their sizes."""
    _need("qpdf")
    folder = tmp_path_factory.mktemp("clients")
    plain = clients_files.make_pdf(folder / _PLAIN)
    made = [plain, clients_files.linearize(plain, folder / _LINEAR)]
    interface = next(iter(all_interfaces.values()))
    interface.store({path.name: ("application/pdf", path.read_bytes()) for path in made})
    sizes = {path.name: path.stat().st_size for path in made}
    # pytest keeps the folders of three runs; these files are too large to keep.
    for path in [*made, *interface.folder.glob("source-*")]:
        path.unlink()
    return sizes


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium for this module alone; tests/browser/conftest.py has the reason."""
    _need("chromium", "npm")
    learner.install_pdfjs()
    with launched() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a window without cookies and with an empty cache."""
    window = chromium.new_context()
    yield window
    window.close()


@pytest.mark.browser
@pytest.mark.parametrize(("name", "most_bytes"), [(_LINEAR, 300_000), (_PLAIN, 1_000_000)])
def test_pdfjs_draws_page_one_of_a_large_pdf_from_few_bytes(
    interface, pdfs, context, name, most_bytes
):
    with relay_to(interface.port) as relay:
        page = clients_in_chromium.open_blank(context, f"http://{relay.address}")
        url = learner.stream_url(f"http://{relay.address}", FOLDER + name)
        drawn = clients_in_chromium.draw_first_page(page, url=url, how="ranges")
        context.close()

    assert (drawn["pages"], drawn["text"]) == (PDF_PAGES, TITLE)
    assert drawn["colours"] > 100
    assert 30_000 < drawn["read_bytes"] < most_bytes
    # This is all that has left the server, headers included.
    assert relay.bytes_out < most_bytes


@pytest.mark.browser
def test_pdfjs_may_request_the_whole_file_and_abort(interface, pdfs, context):
    with relay_to(interface.port) as relay:
        page = clients_in_chromium.open_blank(context, f"http://{relay.address}")
        url = learner.stream_url(f"http://{relay.address}", FOLDER + _LINEAR)
        drawn = clients_in_chromium.draw_first_page(page, url=url, how="url")
        context.close()

    assert (drawn["pages"], drawn["text"]) == (PDF_PAGES, TITLE)
    assert 30_000 < drawn["read_bytes"] < 300_000
    # Socket buffers are sent although nobody reads them: up to 6 MB on the loopback interface.
    assert relay.bytes_out < pdfs[_LINEAR] / 4


@pytest.mark.browser
def test_a_video_element_plays_seeks_and_plays_again(interface, film, context):
    page = clients_in_chromium.open_blank(context, interface.url)

    played = clients_in_chromium.play(page, url=_url(interface.url, FOLDER + _FILM))

    _assert_played(played)


@pytest.mark.browser
def test_a_film_for_learners_plays_only_for_signed_in_users(interface, film, context):
    page = clients_in_chromium.open_blank(context, interface.url)
    url, unused = _url(interface.url, _LEARNERS), _url(interface.url, _UNUSED)

    strangers = [context.request.get(each).status for each in (url, unused)]
    clients_in_chromium.sign_in(page, "employee")
    played = clients_in_chromium.play(page, url=url)

    assert strangers == [401, 404]
    assert context.request.get(unused).status == 404
    _assert_played(played)


def _assert_played(played: dict) -> None:
    assert (played["error"], played["statuses"]) == (None, {206})
    assert played["width"] == 640
    assert played["duration"] == pytest.approx(FILM_SECONDS, abs=0.1)
    assert played["first"][0] == 0
    assert played["later"][0] == pytest.approx(FILM_SECONDS * 0.75, abs=0.1)
    assert played["again"][0] == 0
    assert all(
        end >= start + 0.6 for start, end in (played[x] for x in ("first", "later", "again"))
    )


def test_curl_gets_several_ranges_at_once(interface, film, tmp_path):
    _need("curl")
    body, head = tmp_path / "body", tmp_path / "head"

    ended = _run(
        *("curl", "-sS", "-f", "-r", "0-99,5000000-5000099,-100", "-D", str(head), "-o", str(body)),
        _url(interface.url, FOLDER + _FILM),
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    lines = io.BytesIO(head.read_bytes())
    assert lines.readline().startswith(b"HTTP/1.1 206")
    answer = Answer(206, http.client.parse_headers(lines), body.read_bytes())
    original = film.path.read_bytes()
    assert multipart.parts(answer) == [
        (0, 99, original[:100]),
        (5_000_000, 5_000_099, original[5_000_000:5_000_100]),
        (film.size_bytes - 100, film.size_bytes - 1, original[-100:]),
    ]


def test_aria2_downloads_by_eight_connections(interface, film, tmp_path):
    _need("aria2c")
    log = tmp_path / "log"

    ended = _run(
        *("aria2c", "--no-conf", "-q", "-x8", "-s8", "-k1M", "-d", str(tmp_path), "-o", "film.mp4"),
        # Without a limit, the first connection reads most of the film before the others begin.
        *("--max-download-limit=16M", "-l", str(log), "--log-level=info"),
        _url(interface.url, FOLDER + _FILM),
    )

    assert ended.returncode == 0, ended.stdout
    assert learner.sha256(tmp_path / "film.mp4") == film.sha256
    assert log.read_text("utf-8").count("\nRange: bytes=") >= 7


def test_wget_downloads_and_continues_a_cut_file(interface, film, tmp_path):
    _need("wget")
    url = _url(interface.url, FOLDER + _FILM)
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    with film.path.open("rb") as original:
        cut.write_bytes(original.read(film.size_bytes * 2 // 5))

    got = _run("wget", "--no-config", "-q", "-O", str(whole), url)
    went_on = _run("wget", "--no-config", "-nv", "-S", "-c", "-O", str(cut), url)

    assert (got.returncode, went_on.returncode) == (0, 0), went_on.stderr
    assert "HTTP/1.1 206" in went_on.stderr
    assert [learner.sha256(file) for file in (whole, cut)] == [film.sha256] * 2


def test_curl_notices_that_the_server_was_killed_and_continues_after_its_restart(
    interface, film, tmp_path
):
    _need("curl")
    target = tmp_path / "film.mp4"
    with clients_servers.killable_server(interface, tmp_path) as server:
        url = _url(server.portal.url, FOLDER + _FILM)
        with _slow_curl(url, target) as curl:
            server.kill()
            code = curl.wait(60)
        cut = target.stat().st_size
        server.start()
        went_on = _run("curl", "-sS", "-f", "-C", "-", "-o", str(target), url)

    # The connection ended before Content-Length was reached, or was reset.
    assert code in (18, 56)
    assert 4_000_000 < cut < film.size_bytes
    assert (went_on.returncode, went_on.stderr) == (0, "")
    assert learner.sha256(target) == film.sha256


@pytest.mark.services
def test_a_download_survives_a_reload_of_nginx_and_the_end_of_the_portal(
    all_interfaces, film, tmp_path
):
    _need("curl")
    target, folders = tmp_path / "film.mp4", [tmp_path / "web", tmp_path / "nginx"]
    for folder in folders:
        folder.mkdir()
    with (
        clients_servers.killable_web(all_interfaces["nginx"], folders[0]) as web,
        clients_servers.killable_server(all_interfaces["nginx"], folders[1], web=web) as nginx,
        _slow_curl(_url(nginx.portal.url, FOLDER + _FILM), target) as curl,
    ):
        nginx.reload()
        web.kill()
        code = curl.wait(60)

    assert code == 0
    assert learner.sha256(target) == film.sha256


def _slow_curl(url: str, target: Path) -> subprocess.Popen:
    """Start a download of several seconds; return when a part of the file has arrived."""
    command = ["curl", "-sS", "-f", "--limit-rate", "8M", "-o", str(target), url]
    curl = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while curl.poll() is None and not (target.exists() and target.stat().st_size > 4_000_000):
        time.sleep(0.02)
    return curl


def test_ffprobe_reads_the_duration(interface, film):
    _need("ffprobe")

    ended = _run(
        *("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"),
        _url(interface.url, FOLDER + _FILM),
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert float(ended.stdout) == pytest.approx(FILM_SECONDS, abs=0.1)


def test_mpv_plays_from_the_middle(interface, film):
    _need("mpv")

    ended = _run(
        *("mpv", "--no-config", "--vo=null", "--ao=null", "--start=50%", "--frames=5"),
        *("--term-status-msg=at ${=time-pos};", _url(interface.url, FOLDER + _FILM)),
    )

    assert ended.returncode == 0, ended.stdout
    shown = [float(seconds) for seconds in re.findall(r"at ([\d.]+);", ended.stderr)]
    assert len(shown) >= 5
    assert all(FILM_SECONDS / 2 - 0.1 < seconds < FILM_SECONDS / 2 + 1 for seconds in shown)
