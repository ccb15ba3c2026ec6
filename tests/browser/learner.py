"""What an employee does with delivered files: PDF.js, a video element, ffprobe and curl."""

import fcntl
import hashlib
import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
PDFJS = HERE / "node_modules" / "pdfjs-dist" / "build"


def install_pdfjs() -> None:
    """Install PDF.js once, whichever worker comes first: npm removes what another is installing."""
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PDFJS.is_dir():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


# The end of a function in a page that has opened `pdf`.
DRAW_FIRST_PAGE = """
  const page = await pdf.getPage(1);
  const viewport = page.getViewport({ scale: 1 });
  const canvas = document.createElement("canvas");
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport }).promise;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let i = 0; i < data.length; i += 40) colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  const text = (await page.getTextContent()).items.map((item) => item.str).join(" ");
  return { pages: pdf.numPages, colours: colours.size, text };
}"""

_RENDER_FIRST_PAGE = (
    """async ({ url, token }) => {
  const pdfjs = await import("/__pdfjs/pdf.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = "/__pdfjs/pdf.worker.mjs";
  const task = pdfjs.getDocument({
    url, httpHeaders: { Authorization: `Bearer ${token}` },
    disableRange: false, disableStream: true, disableAutoFetch: true, rangeChunkSize: 65536,
  });
  const pdf = await task.promise;"""
    + DRAW_FIRST_PAGE
)

_PLAY_AND_SEEK = """async (url) => {
  const video = document.createElement("video");
  video.crossOrigin = "anonymous";
  video.muted = true;
  video.preload = "metadata";
  video.src = url;
  document.body.append(video);
  const once = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", () => reject(new Error(`video: ${video.error?.message}`)));
  });
  await once("loadedmetadata");
  const target = video.duration * 0.75;
  const seeked = once("seeked");
  video.currentTime = target;
  await seeked;
  const start = video.currentTime;
  await video.play();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  video.pause();
  return { duration: video.duration, start, end: video.currentTime, width: video.videoWidth };
}"""


def log_in(portal_url: str, username: str, password: str) -> dict[str, Any]:
    """Sign in over HTTP as the client does; return the answer's body and the media cookie."""
    body = json.dumps({"username": username, "password": password}).encode()
    request = urllib.request.Request(
        f"{portal_url}/api/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer) | {"cookie": answer.headers["Set-Cookie"].split(";")[0]}


def get_json(url: str, token: str) -> Any:
    """Return the JSON of a GET with a bearer token."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def serve_pdfjs(context: BrowserContext) -> None:
    """Let pages of the portal's own origin import PDF.js from node_modules."""

    def fulfil(route: Any) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        route.fulfill(path=PDFJS / name, content_type="text/javascript")

    context.route("**/__pdfjs/*", fulfil)


def render_first_page(page: Page, *, url: str, token: str) -> dict[str, Any]:
    """Render page 1 by PDF.js; return what was drawn and how many bytes were fetched."""
    fetched: list[tuple[int, int]] = []

    def note(response: Any) -> None:
        if "/files/stream/" in response.url:
            fetched.append((response.status, int(response.headers.get("content-length", 0))))

    page.on("response", note)
    drawn = page.evaluate(_RENDER_FIRST_PAGE, {"url": url, "token": token})
    partial = [length for status, length in fetched if status == 206]
    return drawn | {"statuses": [status for status, _length in fetched], "bytes": sum(partial)}


def play_and_seek(page: Page, *, url: str) -> dict[str, Any]:
    """Play a video past its middle in a video element; return duration and positions in s."""
    return page.evaluate(_PLAY_AND_SEEK, url)


def probe(url: str, cookie: str) -> dict[str, Any]:
    """Read a video's streams over HTTP by ffprobe."""
    result = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-headers", f"Cookie: {cookie}\r\n"),
            *("-show_streams", "-show_format", "-of", "json", url),
        ],
        capture_output=True,
        check=True,
    )
    return json.loads(result.stdout)


def resume_by_curl(url: str, token: str, target: Path) -> str:
    """Break a download after a part, resume it, and return the SHA-256 of the result."""
    command = ["curl", "-sS", "-f", "-H", f"Authorization: Bearer {token}", "-o", str(target)]
    subprocess.run([*command, "-r", "0-1999999", url], check=True)
    assert target.stat().st_size == 2_000_000
    subprocess.run([*command, "-C", "-", url], check=True)
    return sha256(target)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stream_url(portal_url: str, key: str) -> str:
    """Return the address of a PDF as the client spells it: the whole key is one segment."""
    return f"{portal_url}/api/files/stream/{quote(key, safe='')}"


def video_url(portal_url: str, key: str) -> str:
    """Return the address of a video as the client spells it: slashes stay."""
    return f"{portal_url}/api/files/video/{quote(key)}"
