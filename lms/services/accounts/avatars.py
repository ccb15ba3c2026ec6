"""Stores profile pictures: checks them and writes them again without hidden data."""

import io
import struct
import time
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from lms.errors import AvatarTooLarge, NoImage, PictureTooLarge, UnreadableImage
from lms.models import Profile, User
from media_admin import picture_size
from media_admin.services import objects
from portal.fastpath import process_semaphore

MAX_BYTES = 5 * 1024 * 1024
SIDE_PIXELS = 512
# A picture of 16 megapixels takes up to 130 MB while it is decoded, so few are at a time.
_AT_ONCE = 2
_FORMATS = ("JPEG", "PNG", "WEBP")
# The library raises these for files that only look like pictures or are far too large.
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    EOFError,
    OSError,
    OverflowError,
    SyntaxError,
    ValueError,
    struct.error,
)


def store_avatar(
    user_id: UUID, file: BinaryIO, *, size_bytes: int, content_type: str = "image/*"
) -> str:
    """Check and store a picture of at most 5 MB; return its new object key.

    The picture is cut to a square, scaled to 512 pixels and written again as WebP. Nothing else of
    the original file (location, camera, scripts) is kept. The previous picture is deleted.

    Raises:
        AvatarTooLarge: the file has more than 5 MB.
        NoImage: the content type is not that of a picture.
        PictureTooLarge: the picture has more than 16 megapixels.
        UnreadableImage: the file is not a JPEG, PNG or WebP picture, or it is broken.
    """
    if size_bytes > MAX_BYTES:
        raise AvatarTooLarge
    if not content_type.startswith("image/"):
        raise NoImage
    body = _reencode(file)
    key = f"avatars/{user_id}/{int(time.time() * 1000)}_photo.webp"
    objects.store_bytes(key, body, content_type="image/webp")
    with transaction.atomic():
        user = User.objects.get(pk=user_id)
        profile, _created = Profile.objects.select_for_update().get_or_create(user=user)
        previous = profile.avatar_url or ""
        profile.avatar_url = key
        profile.save(update_fields=["avatar_url", "updated_at"])
        if previous.startswith(f"avatars/{user_id}/"):
            transaction.on_commit(lambda: objects.delete(previous))
    return key


def _reencode(file: BinaryIO) -> bytes:
    # Before the library opens it: for WebP that alone takes memory for all pixels.
    if picture_size.is_too_large(file.read(picture_size.HEADER_BYTES)):
        raise PictureTooLarge
    file.seek(0)
    try:
        with process_semaphore.acquire("picture", limit=_AT_ONCE):
            return _square(file)
    except _BROKEN as error:
        raise UnreadableImage from error


def _square(file: BinaryIO) -> bytes:
    with Image.open(file, formats=_FORMATS) as picture:
        if picture.width * picture.height > picture_size.MAX_PIXELS:
            raise PictureTooLarge
        # A JPEG is decoded at up to an eighth of its size; others are scaled down before any copy.
        picture.draft("RGB", (2 * SIDE_PIXELS, 2 * SIDE_PIXELS))
        small = _scaled_down(picture)
    buffer = io.BytesIO()
    ImageOps.fit(small, (SIDE_PIXELS, SIDE_PIXELS)).save(buffer, "WEBP", quality=85)
    return buffer.getvalue()


def _scaled_down(picture: Image.Image) -> Image.Image:
    """Return the picture upright in RGB; its shorter side stays at least twice what is needed."""
    picture.load()
    orientation = picture.getexif().get(ExifTags.Base.Orientation)
    plain = picture if picture.mode == "RGB" else picture.convert("RGB")
    factor = min(plain.size) // (2 * SIDE_PIXELS)
    small = plain.reduce(factor) if factor > 1 else plain
    return _upright(small, orientation)


def _upright(picture: Image.Image, orientation: object) -> Image.Image:
    exif = Image.Exif()
    if orientation in range(2, 9):
        exif[ExifTags.Base.Orientation] = orientation
    picture.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(picture)
