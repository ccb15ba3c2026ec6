"""Renders the training videos: animated pages in Chromium, encoded by ffmpeg."""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import techmaps
from browser import open_page

STAGE = Path(__file__).parent / "video"
SIZE = (854, 480)
FRAMES_PER_SECOND = 15
ENCODER = ["-c:v", "libx264", "-preset", "slow", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
COARSER = {"gas-path": 3, "turbine": 3}
VIDEOS = {
    "gas-path": "Видео № 1. Путь газа через станцию.mp4",
    "turbine": "Видео № 2. Как работает газовая турбина.mp4",
    "surge": "Видео № 3. Помпаж и антипомпажная защита.mp4",
    "cooler": "Видео № 4. Охлаждение газа в АВО.mp4",
}
SLIDES = (
    ("hero/compressor-station.webp", "Учебный портал · компрессорные станции"),
    ("stations/wkc1.webp", "WKC1: четыре агрегата по 30 МВт"),
    ("stations/halls/scrubbers.webp", "Очистка газа"),
    ("stations/halls/machine-hall.webp", "Машинный зал"),
    ("stations/halls/cooling.webp", "Охлаждение газа"),
    ("stations/ucs5.webp", "Надёжная работа днём и ночью"),
)
SLIDE_SECONDS = 4


def page_source(name: str) -> str:
    """Return the page of one video with the shared script and style inside."""
    style, script, body = (
        (STAGE / file).read_text(encoding="utf-8")
        for file in ("stage.css", "stage.js", f"{name}.html")
    )
    head = f'<!doctype html><meta charset="utf-8"><style>{style}</style>'
    return f"{head}<script>{script}</script>{body}"


def first_map() -> str:
    """Return the technological map of the first station as SVG."""
    plan = techmaps.Plan(**json.loads(techmaps.PLANS.read_text(encoding="utf-8"))[0])
    page = techmaps.frame(plan, techmaps.compressor_map(plan))
    return f"<style>{techmaps.STYLE}</style>{page[page.index('<svg') :]}"


def record(name: str, target: Path, *, crf: int) -> None:
    """Step through the animation and hand every frame to the encoder."""
    source = ["-f", "image2pipe", "-framerate", str(FRAMES_PER_SECOND), "-c:v", "mjpeg", "-i", "-"]
    command = ["ffmpeg", "-v", "error", "-y", *source, *ENCODER, "-crf", str(crf), str(target)]
    with open_page(size=SIZE) as page, subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        page.set_content(page_source(name))
        if name == "gas-path":
            page.evaluate("svg => { document.querySelector('.map').innerHTML = svg }", first_map())
            page.evaluate("window.start()")
        seconds = page.evaluate("window.seconds")
        for frame in range(int(seconds * FRAMES_PER_SECOND)):
            page.evaluate("time => window.seek(time)", frame / FRAMES_PER_SECOND)
            encoder.stdin.write(page.screenshot(type="jpeg", quality=94))
        encoder.stdin.close()


def slide_show(media: Path, target: Path, *, crf: int) -> None:
    """Move slowly over the station pictures, with titles, and dissolve between them."""
    inputs, steps, last = [], [], "v0"
    with tempfile.TemporaryDirectory() as folder:
        for index, (picture, title) in enumerate(SLIDES):
            caption = Path(folder) / f"{index}.txt"
            caption.write_text(title, encoding="utf-8")
            inputs += ["-loop", "1", "-t", str(SLIDE_SECONDS), "-i", str(media / picture)]
            shift = "iw/2-(iw/zoom/2)" if index % 2 else f"(iw-iw/zoom)*on/{SLIDE_SECONDS * 20}"
            steps.append(
                f"[{index}]scale=2560:-1,zoompan=z='1.02+0.0011*on':d=1:x='{shift}'"
                f":y='ih/2-(ih/zoom/2)':s=640x360:fps=20,drawtext=textfile='{caption}'"
                ":font='DejaVu Sans':fontsize=21:fontcolor=white:x=26:y=h-46:box=1"
                f":boxcolor=0x0a1a2b@0.72:boxborderw=11,setsar=1[v{index}]"
            )
            if index:
                offset = index * (SLIDE_SECONDS - 0.6)
                steps.append(f"[{last}][v{index}]xfade=fade:duration=0.6:offset={offset}[x{index}]")
                last = f"x{index}"
        graph = ["-filter_complex", ";".join(steps), "-map", f"[{last}]"]
        command = ["ffmpeg", "-v", "error", "-y", *inputs, *graph, *ENCODER, "-crf", str(crf)]
        subprocess.run([*command, str(target)], check=True)


def main() -> None:
    """Render the named videos, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--media", type=Path, required=True, help="folder that gets the videos")
    parser.add_argument("--crf", type=int, default=32)
    options = parser.parse_args()
    targets = {
        **{name: options.media / "learning" / file for name, file in VIDEOS.items()},
        "promo": options.media / "stations" / "promo.mp4",
    }
    for name in options.names or targets:
        target = targets[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == "promo":
            slide_show(options.media, target, crf=options.crf)
        else:
            record(name, target, crf=options.crf + COARSER.get(name, 0))
        print(f"{target.name}: {target.stat().st_size // 1024} KB", flush=True)


if __name__ == "__main__":
    main()
