"""Pictures of too many pixels are refused by their header; others are decoded in little memory."""

import ctypes
import io
import struct
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from lms.models import Profile, Role
from lms.services.accounts import avatars
from media_admin import picture_size
from media_admin.services import objects
from media_admin.storage import get_object_storage
from tests.media_admin.api.test_uploads import _send_single
from tests.media_admin.conftest import local_store  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_store")]
MIB = 1024 * 1024


def _bytes(width: int, height: int, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, kind, **options)
    return target.getvalue()


def _png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size; its pixels are missing."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def _webp_header(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + sides
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _upload(api: APIClient, body: bytes, name: str = "photo.png") -> tuple[int, dict[str, str]]:
    file = SimpleUploadedFile(name, body, "image/png")
    answer = api.post("/users/me/avatar", {"file": file}, format="multipart")
    return answer.status_code, answer.json()


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _peak(work: Callable[[], object]) -> int:
    """Return how many bytes of memory the process took at most beyond what it had."""
    # Memory that earlier pictures left to the allocator would hide what is taken now.
    ctypes.CDLL(None).malloc_trim(0)
    before = _status("VmRSS:")
    Path("/proc/self/clear_refs").write_text("5")  # The kernel's peak begins anew.
    work()
    return _status("VmHWM:") - before


def _stored(key: str) -> bytes:
    size = objects.stat(key).size_bytes
    return b"".join(get_object_storage().read(key, 0, size, chunk_bytes=size))


@pytest.mark.parametrize(
    "body",
    [
        _bytes(7000, 7000, "PNG"),
        _bytes(5000, 5000, "JPEG", quality=1),
        _png_header(60_000, 60_000),
        _webp_header(16_383, 16_383),
        _bytes(4097, 4096, "WEBP", quality=0, method=0),
    ],
    ids=["png", "jpeg", "claimed png", "claimed webp", "one column more"],
)
def test_more_than_16_megapixels_are_refused_by_the_header(
    sign_in: Callable[..., APIClient], body: bytes
) -> None:
    api = sign_in()
    answers = []
    peak = _peak(lambda: answers.append(_upload(api, body)))
    status, answer = answers[0]
    assert (status, answer["code"]) == (400, "picture_too_large")
    assert answer["error"] == "В изображении больше 16 мегапикселей. Уменьшите его и повторите."
    assert peak < 16 * MIB


@pytest.mark.parametrize(
    ("kind", "options", "most"),
    [("PNG", {}, 180), ("JPEG", {}, 60), ("JPEG", {"progressive": True}, 130)],
    ids=["png", "jpeg", "progressive"],
)
def test_the_largest_photo_is_decoded_in_bounded_memory(
    sign_in: Callable[..., APIClient], kind: str, options: dict[str, object], most: int
) -> None:
    api, body = sign_in(), _bytes(4096, 4096, kind, **options)
    answers = []
    peak = _peak(lambda: answers.append(_upload(api, body)))
    assert answers[0][0] == 200
    assert peak < most * MIB


def test_a_photo_stays_upright_and_square(sign_in: Callable[..., APIClient]) -> None:
    api = sign_in()
    picture = Image.new("RGB", (3000, 2000), "red")
    picture.paste("blue", (1500, 0, 3000, 2000))
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned: left of the file is on top.
    target = io.BytesIO()
    picture.save(target, "JPEG", exif=exif)

    assert _upload(api, target.getvalue())[0] == 200

    key = Profile.objects.get(user=api.user).avatar_url
    stored = Image.open(io.BytesIO(_stored(key)))
    assert (stored.size, stored.format) == ((512, 512), "WEBP")
    top, bottom = stored.getpixel((256, 100)), stored.getpixel((256, 400))
    assert top[0] > 200 > bottom[0]
    assert bottom[2] > 200 > top[2]


def test_few_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, inside, counts = threading.Lock(), set(), []
    plain = avatars._scaled_down

    def counted(picture: Image.Image) -> Image.Image:
        with lock:
            inside.add(threading.get_ident())
            counts.append(len(inside))
        time.sleep(0.05)  # long enough that all others would come in
        with lock:
            inside.remove(threading.get_ident())
        return plain(picture)

    monkeypatch.setattr(avatars, "_scaled_down", counted)
    body = _bytes(64, 64, "PNG")
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda _n: avatars._reencode(io.BytesIO(body)), range(8)))) == 8
    assert len(counts) == 8
    assert max(counts) <= avatars._AT_ONCE


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("снимок.png", _png_header(60_000, 60_000)),
        ("снимок.webp", _webp_header(16_383, 16_383)),
        ("снимок.jpg", _bytes(5000, 5000, "JPEG", quality=1, exif=b"Exif\0\0" + b"x" * 60_000)),
    ],
)
def test_pictures_of_stations_have_the_same_limit(
    admin_client_for: Callable[[str], Client], name: str, body: bytes
) -> None:
    _plan, answer = _send_single(admin_client_for(Role.INSTRUCTOR), body, name)
    assert answer.status_code == 400
    assert "16 мегапикселей" in answer.json()["error"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_sizes_are_read_from_real_headers(kind: str) -> None:
    assert picture_size.size_of(_bytes(301, 202, kind)[:4096]) == (301, 202)
    assert picture_size.size_of(_bytes(301, 202, kind)[:12]) in {None, (301, 202)}


def test_both_forms_of_webp_are_read() -> None:
    for lossless in (True, False):
        assert picture_size.size_of(_bytes(31, 22, "WEBP", lossless=lossless)) == (31, 22)
