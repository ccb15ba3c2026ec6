"""The product's main job in a real browser: an instructor publishes, an employee learns."""

import json
import os
import secrets

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import instructor, learner, media
from tests.browser.portal_server import PASSWORD, Portal
from tests.selection import HAS_SERVICES

pytestmark = pytest.mark.browser

_FIGURES_ON_THE_WAY = """() => {
  const bars = [...document.querySelectorAll("progress[data-bar]")];
  const bar = bars.find((found) => found.value > 0 && found.value < 100);
  const figures = bar?.closest("[data-transfer]").querySelector("[data-percent]").textContent;
  return figures?.includes("%") ? figures : null;
}"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a page that fails the test on any script error or refused resource."""
    opened = context.new_page()
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on(
        "console",
        lambda message: opened.problems.append(message.text) if message.type == "error" else None,
    )
    return opened


@pytest.fixture(scope="module")
def published(portal: Portal, chromium) -> dict:
    """Let an instructor make station, program, lesson and topic and drop three real files."""
    pdf = media.pdf_file()
    video = media.video_file(name="Обход машинного зала № 1.mp4", minimum_mb=20)
    large = media.video_file(name="Пуск ГПА целиком.mp4", minimum_mb=200)
    logged_before = portal.log.stat().st_size
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    sent: list[tuple[str, int]] = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    short = f"BT{secrets.token_hex(3)}"  # A portal that is named may hold an earlier run.
    instructor.sign_in(page, portal.url, "instructor", PASSWORD)
    station = instructor.add(page, portal.url, "station", name="КС «Проверка»", short_name=short)
    program = instructor.add(
        page, portal.url, "courseprogram", f"?station={station}", title="Программа проверки"
    )
    lesson = instructor.add(
        page, portal.url, "lesson", f"?course_program={program}", title="Урок № 1: Пуск"
    )
    topic = instructor.add(page, portal.url, "topic", f"?lesson={lesson}", title="Подготовка")
    instructor.drop_files(page, [pdf, video, large])
    figures = page.wait_for_function(_FIGURES_ON_THE_WAY, timeout=60_000).json_value()
    instructor.await_uploads(page, count=3)
    instructor.save(page)
    rows = page.locator("[data-direct-upload] [data-name]:visible").all_inner_texts()
    context.close()
    return {
        "station": station,
        "topic": topic,
        "files": {"pdf": pdf, "video": video, "large": large},
        "figures": figures,
        "rows": rows,
        "requests": sent,
        "logged_before": logged_before,
    }


@pytest.fixture
def employee(portal: Portal) -> dict:
    """Sign an employee in over HTTP."""
    return learner.log_in(portal.url, "employee", PASSWORD)


@pytest.fixture
def files(portal: Portal, published: dict, employee: dict) -> dict[str, dict]:
    """Return the topic's files as the employee sees them, by their original name."""
    path = f"{portal.url}/api/stations/{published['station']}/course-program"
    program = learner.get_json(path, employee["token"])["courseProgram"]
    topic = program["lessons"][0]["topics"][0]
    return {file["originalName"]: file for file in topic["files"]}


def test_the_instructor_sees_progress_and_the_saved_rows(published):
    names = {file.name for file in published["files"].values()}

    assert "%" in published["figures"]
    assert len(published["rows"]) == 3
    shown = " ".join(published["rows"]).replace(" ", "_")
    assert all(name.replace(" ", "_") in shown for name in names)


def test_rows_filled_themselves_from_the_uploads(published, files):
    pdf, large = published["files"]["pdf"], published["files"]["large"]

    assert set(files) == {file.name for file in published["files"].values()}
    assert files[pdf.name]["isMain"] is True
    assert files[pdf.name]["mimeType"] == "application/pdf"
    assert files[large.name]["mimeType"] == "video/mp4"
    assert files[large.name]["fileType"] == "video"
    for file in published["files"].values():
        assert files[file.name]["fileSize"] == file.stat().st_size


def test_the_bytes_went_straight_to_the_store(portal, published):
    puts = [url for method, url in published["requests"] if method == "PUT"]
    store = "/api/minio/" if HAS_SERVICES else "/api/files/local/"
    # 200 MB in parts of 16 MB are 13 at least, 20 MB make 2, and the PDF goes in one piece.
    assert len(puts) >= 16
    assert all(store in url for url in puts)
    if HAS_SERVICES and "TEST_PORTAL_URL" not in os.environ:
        # The portal is that of other modules as well.
        log = portal.log.read_bytes()[published["logged_before"] :].decode()
        lines = [json.loads(line) for line in log.splitlines() if line]
        logged = [line["event"] for line in lines if line.get("logger") == "portal.request"]
        assert any("POST /admin/media/uploads" in event for event in logged)
        assert not any(event.startswith("PUT ") for event in logged)


def test_pdfjs_renders_page_one_from_a_part_of_the_file(portal, published, files, employee, page):
    pdf = published["files"]["pdf"]
    learner.serve_pdfjs(page.context)
    page.goto(f"{portal.url}/admin/login/")

    drawn = learner.render_first_page(
        page,
        url=learner.stream_url(portal.url, files[pdf.name]["objectKey"]),
        token=employee["token"],
    )

    assert drawn["pages"] == media.PDF_PAGES
    assert "Page 1 of 12" in drawn["text"]
    assert drawn["colours"] > 100
    assert 206 in drawn["statuses"]
    assert drawn["bytes"] < pdf.stat().st_size / 2


def test_a_video_element_plays_and_seeks_past_the_middle(portal, files, employee, page):
    page.goto(f"{portal.url}/admin/login/")
    page.evaluate(
        """([user, password]) => fetch("/api/auth/login", {
          method: "POST", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ username: user, password }) })""",
        ["employee", PASSWORD],
    )
    key = files["Пуск ГПА целиком.mp4"]["objectKey"]

    played = learner.play_and_seek(page, url=learner.video_url(portal.url, key))

    assert played["width"] == 640
    assert played["start"] > played["duration"] / 2
    assert played["end"] > played["start"]


def test_an_outsider_gets_neither_pdf_nor_video(portal, files, context):
    for file in files.values():
        for url in (
            learner.stream_url(portal.url, file["objectKey"]),
            learner.video_url(portal.url, file["objectKey"]),
        ):
            assert context.request.get(url).status == 401


def test_ffprobe_reads_the_video_over_http(portal, files, employee):
    key = files["Обход машинного зала № 1.mp4"]["objectKey"]

    told = learner.probe(learner.video_url(portal.url, key), employee["cookie"])

    codecs = {stream["codec_name"] for stream in told["streams"]}
    assert codecs == {"h264", "aac"}
    assert float(told["format"]["duration"]) >= 10


def test_curl_resumes_a_broken_download_to_the_same_bytes(
    portal, published, files, employee, tmp_path
):
    original = published["files"]["video"]
    url = learner.video_url(portal.url, files[original.name]["objectKey"])

    resumed = learner.resume_by_curl(url, employee["token"], tmp_path / "video.mp4")

    assert resumed == learner.sha256(original)


def test_an_upload_survives_a_broken_connection_and_can_be_cancelled(portal, published, page):
    instructor.sign_in(page, portal.url, "instructor", PASSWORD)
    page.goto(f"{portal.url}/admin/lms/topic/{published['topic']}/change/")
    broken = []

    def break_first_parts(route):
        if len(broken) < 2:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/*/**", lambda route: route.fallback())
    pattern = "**/api/minio/**" if HAS_SERVICES else "**/api/files/local/**"
    page.route(pattern, break_first_parts)
    instructor.drop_files(page, [published["files"]["video"]])
    instructor.await_uploads(page, count=4)

    assert len(broken) == 2


def test_the_browser_is_told_limits_and_refuses_a_wrong_type(portal, published, page, tmp_path):
    instructor.sign_in(page, portal.url, "instructor", PASSWORD)
    page.goto(f"{portal.url}/admin/lms/topic/{published['topic']}/change/")
    wrong = tmp_path / "virus.exe"
    wrong.write_bytes(b"MZ")
    sent = []
    page.on("request", lambda request: sent.append(request.url))

    hint = page.locator(".direct-upload-hint:visible", has_text="MP4").first.inner_text()
    instructor.drop_files(page, [wrong])
    error = page.locator("[data-error]:visible").first.inner_text()

    assert "20" in hint
    assert "virus.exe" in error
    assert not any("/admin/media/uploads" in url for url in sent)
