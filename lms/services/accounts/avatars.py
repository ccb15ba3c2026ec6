"""Stores profile pictures: checks them and writes them again without hidden data."""

import io
import struct
import time
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from lms.errors import AvatarTooLarge, NoImage, UnreadableImage
from lms.models import Profile, User
from media_admin.services import objects

MAX_BYTES = 5 * 1024 * 1024
SIDE_PIXELS = 512
_MAX_PIXELS = 50_000_000
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
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise UnreadableImage
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            square = ImageOps.fit(upright, (SIDE_PIXELS, SIDE_PIXELS))
            buffer = io.BytesIO()
            square.save(buffer, "WEBP", quality=85)
    except _BROKEN as error:
        raise UnreadableImage from error
    return buffer.getvalue()
