"""Examples of enrollments and progress."""

from lms.api.examples.base import COURSE_ID, PDF_KEY, VIDEO_KEY

ENROLLMENT = {
    "course_program_id": 7,
    "progress_percent": 0,
    "status": "in_progress",
    "started_at": "2026-11-02T04:10:00+00:00",
    "completed_at": None,
}
ENROLLED = {
    "success": True,
    "created": True,
    "data": ENROLLMENT,
}
PROGRESS = {
    "course_program_id": 7,
    "progress_percent": 40,
    "status": "in_progress",
    "started_at": "2026-11-02T04:10:00+00:00",
    "completed_at": None,
    "totals": {
        "total_units": 5,
        "topics": 2,
        "files": 3,
        "tests": 2,
    },
    "completed_units": 2,
}
COMPLETE_REQUEST = {
    "material_type": "pdf",
    "material_key": PDF_KEY,
}
MY_COURSES = [
    {
        "course_id": COURSE_ID,
        "progress_percent": 40,
        "title": "Работа на станции WKC1",
        "description": "Базовый курс",
        "station_id": 1,
    }
]
MY_PROGRAMS = [
    {
        "id": "7f7e6d5c-1a2b-4c3d-9e8f-0a1b2c3d4e5f",
        "course_program_id": 7,
        "progress_percent": 40,
        "status": "in_progress",
        "started_at": "2026-11-02T04:10:00Z",
        "completed_at": None,
        "last_activity": "2026-11-21T07:00:00Z",
        "course_program": {
            "id": 7,
            "title": "Эксплуатация агрегатов WKC1",
            "description": "Программа для сменного персонала.",
            "station_id": 1,
            "duration": "3 недели",
            "lessons_count": 1,
            "topics_count": 2,
            "tests_count": 2,
        },
    }
]
LEARNING_FIGURES = {
    "active_courses": 1,
    "completed_courses": 0,
    "materials": {
        "video": 1,
        "pdf": 1,
        "text": 0,
        "presentation": 0,
        "test": 1,
    },
    "average_test_score": 86.5,
}
SAVE_REQUEST = {
    "course_program_id": 7,
    "material_key": VIDEO_KEY,
    "material_type": "video",
    "position_seconds": 125,
    "duration_seconds": 600,
    "lesson_id": 301,
    "topic_id": 401,
}
SAVED = {
    "success": True,
    "data": {
        "id": "b6d1a0c2-92f0-4e57-9f4f-5f3a1f7f1c01",
        "material_key": VIDEO_KEY,
        "position_seconds": 125,
        "duration_seconds": 600,
        "progress_percent": 21,
        "is_completed": False,
        "last_viewed_at": "2026-11-20T09:12:44+00:00",
    },
}
POSITION = {
    "data": {
        "id": "b6d1a0c2-92f0-4e57-9f4f-5f3a1f7f1c01",
        "course_program_id": 7,
        "material_key": VIDEO_KEY,
        "material_type": "video",
        "lesson_id": 301,
        "topic_id": 401,
        "position_seconds": 125,
        "duration_seconds": 600,
        "progress_percent": 21,
        "is_completed": False,
        "last_viewed_at": "2026-11-20T09:12:44+00:00",
    },
    "found": True,
}
BATCH_REQUEST = {
    "material_keys": [VIDEO_KEY, PDF_KEY],
    "course_program_id": 7,
}
BATCH = {
    "data": {
        VIDEO_KEY: {
            "id": "b6d1a0c2-92f0-4e57-9f4f-5f3a1f7f1c01",
            "course_program_id": 7,
            "material_type": "video",
            "lesson_id": 301,
            "topic_id": 401,
            "position_seconds": 125,
            "duration_seconds": 600,
            "progress_percent": 21,
            "is_completed": False,
            "last_viewed_at": "2026-11-20T09:12:44+00:00",
        },
    },
    "found": 1,
}
