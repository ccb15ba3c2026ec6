"""Renders the demo pictures of stations and halls from a three-dimensional model in Chromium."""

from __future__ import annotations

import argparse
import base64
import io
from pathlib import Path

from browser import open_page
from PIL import Image

SCENE = Path(__file__).parent / "scene"
ORIGIN = "http://scene.test"
STATION_SIZE = (1280, 720)
DEPARTMENT_SIZE = (960, 540)
TYPES = {".html": "text/html", ".js": "text/javascript"}

PLACES = {
    "hero": "hero/compressor-station.webp",
    "pipeline": "hero/pipeline.webp",
    **{name: f"stations/{name}.webp" for name in ("wkc1", "wkc2", "wkc3", "ucs1", "ucs3")},
    **{name: f"stations/{name}.webp" for name in ("gcs", "ms", "ucs5")},
    **{
        name: f"stations/halls/{name}.webp"
        for name in ("machine-hall", "compressors", "cooling", "scrubbers")
    },
    "rotor": "departments/maintenance.webp",
    "control": "departments/dispatch.webp",
    "firepumps": "departments/safety.webp",
    "cabinets": "departments/automation.webp",
}


def serve_scene(page, three: Path) -> None:
    """Answer the page's requests from the scene folder and from the three.js build folder."""

    def answer(route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        folder = three if path.startswith("/three/") else SCENE
        file = folder / Path(path).name
        if file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.abort()

    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/scene/index.html")
    page.wait_for_function("() => Boolean(window.renderView)")


def render_view(page, name: str, *, size: tuple[int, int], samples: int) -> Image.Image:
    """Render one view and return it as an image."""
    options = {"width": size[0], "height": size[1], "samples": samples}
    url = page.evaluate("([name, options]) => window.renderView(name, options)", [name, options])
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


def main() -> None:
    """Render the named views, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--three", type=Path, required=True, help="build folder of three.js")
    parser.add_argument("--media", type=Path, required=True, help="folder that gets the pictures")
    parser.add_argument("--samples", type=int, default=64, help="lightings averaged per picture")
    parser.add_argument("--scale", type=float, default=1.0, help="size factor, for quick looks")
    parser.add_argument("--quality", type=int, default=80)
    options = parser.parse_args()
    size = tuple(int(side * options.scale) for side in STATION_SIZE)
    with open_page(webgl=True) as page:
        page.set_default_timeout(0)
        serve_scene(page, options.three)
        for name in options.names or PLACES:
            target = options.media / PLACES[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            image = render_view(page, name, size=size, samples=options.samples)
            if target.parent.name == "departments":
                image = image.resize(DEPARTMENT_SIZE, Image.Resampling.LANCZOS)
            image.save(target, quality=options.quality, method=6)
            print(f"{target.name}: {target.stat().st_size // 1024} KB", flush=True)


if __name__ == "__main__":
    main()
