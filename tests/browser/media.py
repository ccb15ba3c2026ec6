"""Makes the real files that the browser tests upload: a PDF of several MB and H.264 videos."""

import io
import os
import subprocess
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).parents[2] / "var" / "test-media"
PDF_PAGES = 12


def pdf_file() -> Path:
    """Return a PDF of 12 pages and about 6 MB; each page carries a picture that cannot shrink."""
    path = FOLDER / "Инструкция № 7 (пуск ГПА) 100%.pdf"
    if path.is_file():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), pagesize=A4)
    for number in range(1, PDF_PAGES + 1):
        canvas.setFont("Helvetica", 28)
        canvas.drawString(72, 760, f"Page {number} of {PDF_PAGES}")
        noise = Image.frombytes("RGB", (420, 400), os.urandom(420 * 400 * 3))
        buffer = io.BytesIO()
        noise.save(buffer, "PNG")
        canvas.drawImage(ImageReader(buffer), 72, 300, 420, 400)
        canvas.showPage()
    canvas.save()
    return path


def video_file(*, name: str, minimum_mb: int) -> Path:
    """Return an MP4 (H.264, AAC, index in front) of at least `minimum_mb` MB."""
    path = FOLDER / name
    if path.is_file() and path.stat().st_size > minimum_mb * 1024 * 1024:
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.mp4")
    # Moving noise does not compress: above 4 MB a second at this size and quality.
    seconds = max(10, minimum_mb // 4)
    source = "testsrc2=size=640x360:rate=25,noise=alls=60:allf=t"
    subprocess.run(
        [
            *("ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source),
            *("-f", "lavfi", "-i", "sine=frequency=220", "-t", str(seconds)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", str(fresh)),
        ],
        check=True,
    )
    fresh.rename(path)  # Only a whole file gets its name.
    size_mb = path.stat().st_size // (1024 * 1024)
    assert size_mb > minimum_mb, f"the video came out at {size_mb} MB"
    return path
