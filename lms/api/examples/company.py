"""Examples of departments, comments and the home page."""

from lms.api.examples.base import PDF_KEY, SIGNED_URL, USER_ID, row
from lms.models import Department

DEPARTMENT = row(
    Department,
    id=3,
    name="Служба КИПиА",
    short_name="КИПиА",
    description="Приборы и автоматика станций.",
    name_ru="Служба КИПиА",
    name_en="Instrumentation department",
    description_ru="Приборы и автоматика станций.",
    description_en="Instruments and automation.",
    image="departments/3/images/1763100000000_кипиа.jpg",
    status="active",
)
DEPARTMENT_DETAIL = {
    **DEPARTMENT,
    "created_at": "2026-02-01T00:00:00Z",
    "updated_at": "2026-02-01T00:00:00Z",
}
COMMENT_REQUEST = {
    "station_id": 1,
    "lesson_index": 0,
    "topic_index": 0,
    "file_object_key": PDF_KEY,
    "comment_text": "Где взять бланк переключений?",
}
COMMENT = {
    "id": 81,
    "userId": USER_ID,
    "userName": "Каримов Азиз Рустамович",
    "userRole": "user",
    "text": "Где взять бланк переключений?",
    "createdAt": "2026-11-20T09:15:00+00:00",
    "fileObjectKey": PDF_KEY,
}
HERO_IMAGE = {
    "image_key": "hero/1763200000_slide.webp",
    "url": SIGNED_URL,
}
HERO_SLIDER = {
    "items": [
        {
            "id": 1,
            "key": "hero/1763200000_slide.webp",
            "url": SIGNED_URL,
            "orderIndex": 0,
        }
    ],
}
