"""Reads files in Chromium: PDF.js draws page 1, a <video> element plays and seeks."""

from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page

from tests.browser import learner
from tests.browser.portal_server import PASSWORD

# PDF.js also reads the dictionary of the last page (its checkLastPage), and on the way that of each
# page in the same node of the page tree: each is stored beside its page and needs one chunk.
# With the default of 65536 it read 0.73 MB of this linearised PDF, with nine pages a node
# (2026-11-25).
RANGE_CHUNK_BYTES = 16384

_DRAW_FIRST_PAGE = (
    """async ({ url, how, rangeChunkSize }) => {
  const pdfjs = await import("/__pdfjs/pdf.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = "/__pdfjs/pdf.worker.mjs";
  const source = { rangeChunkSize, disableAutoFetch: true, disableStream: true };
  if (how === "url") {
    source.url = url;
  } else {
    const head = await fetch(url, { method: "HEAD" });
    const size = Number(head.headers.get("Content-Length"));
    source.range = new pdfjs.PDFDataRangeTransport(size, null);
    source.range.requestDataRange = async (begin, end) => {
      const part = await fetch(url, { headers: { Range: `bytes=${begin}-${end - 1}` } });
      if (part.status !== 206) throw new Error(`status ${part.status}`);
      source.range.onDataRange(begin, new Uint8Array(await part.arrayBuffer()));
    };
  }
  const pdf = await pdfjs.getDocument(source).promise;"""
    + learner.DRAW_FIRST_PAGE
)

_PLAY = """async (url) => {
  const video = document.createElement("video");
  video.muted = true;
  video.src = url;
  document.body.append(video);
  const failed = new Promise((resolve, reject) => {
    video.addEventListener("error", () => reject(new Error(`video: ${video.error.message}`)));
  });
  const once = (name) => Promise.race([
    failed, new Promise((resolve) => video.addEventListener(name, resolve, { once: true })),
  ]);
  const seek = async (seconds) => {
    const seeked = once("seeked");
    video.currentTime = seconds;
    await seeked;
  };
  const playOn = async () => {
    const from = video.currentTime;
    await Promise.race([failed, video.play()]);
    while (video.currentTime < from + 0.6) await once("timeupdate");
    video.pause();
    return [from, video.currentTime];
  };
  await once("loadedmetadata");
  const first = await playOn();
  await seek(video.duration * 0.75);
  const later = await playOn();
  await seek(0);
  const again = await playOn();
  const { duration, videoWidth: width } = video;
  return { duration, width, first, later, again, error: video.error?.message ?? null };
}"""

# Playwright sets no time limit for an evaluation: a lost answer would block the whole run.
_IN_TIME = """(argument) => Promise.race([(%s)(argument), new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("not done within 30 seconds")), 30000);
})])"""

_SIGN_IN = """async ([username, password]) => {
  const answer = await fetch("/api/auth/login", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  return answer.status;
}"""


def open_blank(context: BrowserContext, url: str) -> Page:
    """Open an empty page of the portal's origin, which may import PDF.js from node_modules."""
    learner.serve_pdfjs(context)
    context.route(
        "**/__blank",
        lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"),
    )
    page = context.new_page()
    page.goto(f"{url}/__blank")
    return page


def draw_first_page(page: Page, *, url: str, how: str) -> dict[str, Any]:
    """Draw page 1 by PDF.js; return what was drawn, and how many bytes Chromium read of the file.

    With `how="url"` PDF.js first requests the whole file and aborts this request when it has the
    headers. With `how="ranges"` it knows the size and requests only ranges.
    """
    devtools = page.context.new_cdp_session(page)
    read = _count_read(devtools)
    options = {"url": url, "how": how, "rangeChunkSize": RANGE_CHUNK_BYTES}
    drawn = page.evaluate(_IN_TIME % _DRAW_FIRST_PAGE, options)
    devtools.detach()
    return drawn | {"read_bytes": sum(read)}


def _count_read(devtools: CDPSession) -> list[int]:
    ours: set[str] = set()
    read: list[int] = []

    def note_request(event: dict[str, Any]) -> None:
        if "/api/files/" in event["request"]["url"]:
            ours.add(event["requestId"])

    def note_data(event: dict[str, Any]) -> None:
        if event["requestId"] in ours:
            read.append(event["dataLength"])

    devtools.on("Network.requestWillBeSent", note_request)
    devtools.on("Network.dataReceived", note_data)
    devtools.send("Network.enable")
    return read


def play(page: Page, *, url: str) -> dict[str, Any]:
    """Play, seek to 75 %, play, seek to the start, play; return start and end in seconds."""
    statuses: set[int] = set()
    page.on("response", lambda answer: statuses.add(answer.status) if answer.url == url else None)
    return page.evaluate(_IN_TIME % _PLAY, url) | {"statuses": statuses}


def sign_in(page: Page, username: str) -> None:
    """Sign in as the client does; this sets the media cookie in this window."""
    assert page.evaluate(_SIGN_IN, [username, PASSWORD]) == 200
