"""Values that several examples share, and examples of rows."""

from typing import Any

from django.utils import translation

from lms.models.base import ApiModel
from portal.common.openapi import EXAMPLE_LANGUAGE

USER_ID = "5d0f7c52-8a1e-4f0b-9b55-0c7a4f6e2d11"
AVATAR = "avatars/5d0f7c52-8a1e-4f0b-9b55-0c7a4f6e2d11/1763900000_photo.webp"
SIGNED_URL = "/api/files/local/signed-token"
COURSE_ID = "0a7b1c6e-3f0d-4c55-8a24-9be1f2d3c4a5"
_TOPIC = "stations/1/course_program/topics/topic_3b9e5c1a-0d42-4a7f-8f2e-6c1d9a7be402"
PDF_KEY = f"{_TOPIC}/1763971200000_Порядок_пуска_агрегата.pdf"
VIDEO_KEY = f"{_TOPIC}/1763971260000_Обход_машинного_зала.mp4"
CERTIFICATE_NUMBER = "ATG-2026-000001-BCDFGH"
ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.access-example.sig"  # noqa: S105 - an example
REFRESH_TOKEN = "eyJhbGciOiJIUzI1NiJ9.refresh-example.sig"  # noqa: S105 - an example


def row(model: type[ApiModel], /, **values: Any) -> dict[str, Any]:
    """Return an example of a row that the API answers as it is.

    A column without a value here has the example that its model gives.
    """
    unknown = values.keys() - set(model.API_FIELDS)
    if unknown:
        raise ValueError(f"{model.__name__}.API_FIELDS has no {sorted(unknown)}.")
    with translation.override(EXAMPLE_LANGUAGE):
        return {
            name: values[name] if name in values else model.api_example(name)
            for name in model.API_FIELDS
        }
