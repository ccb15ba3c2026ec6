"""Examples of courses and training programs."""

from lms.api.examples.base import COURSE_ID, PDF_KEY, VIDEO_KEY, row
from lms.models import Course, CourseProgram

COURSE = row(
    Course,
    id=COURSE_ID,
    title="Работа на станции WKC1",
    description="Базовый курс",
    station_id=1,
    duration_hours=24,
    level="Средний",
    is_active=True,
    icon="Setting",
)
PROGRAM_LIST_ITEM = row(
    CourseProgram,
    id=7,
    station_id=1,
    title="Эксплуатация агрегатов WKC1",
    description="Программа для сменного персонала.",
    duration="3 недели",
    topics_count=2,
    lessons_count=1,
    tests_count=2,
    format="Онлайн",
    is_active=True,
    order_index=0,
    created_at="2026-02-03T06:40:00Z",
    updated_at="2026-10-01T05:00:00Z",
)
COURSE_WITH_PROGRAMS = {
    "course": {
        **COURSE,
        "created_at": "2026-02-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z",
    },
    "programs": [PROGRAM_LIST_ITEM],
}
_PDF = {
    "id": 501,
    "title": "Порядок пуска агрегата.pdf",
    "originalName": "Порядок пуска агрегата.pdf",
    "objectKey": PDF_KEY,
    "fileType": "pdf",
    "isMain": True,
    "orderIndex": 0,
    "fileSize": 2483112,
    "mimeType": "application/pdf",
}
_VIDEO = {
    "id": 502,
    "title": "Обход машинного зала.mp4",
    "originalName": "Обход машинного зала.mp4",
    "objectKey": VIDEO_KEY,
    "fileType": "video",
    "isMain": False,
    "orderIndex": 1,
    "fileSize": 84120034,
    "mimeType": "video/mp4",
}
_TOPICS = [
    {
        "id": 401,
        "topicKey": "topic_3b9e5c1a-0d42-4a7f-8f2e-6c1d9a7be402",
        "code": "Тема 1.1",
        "title": "Подготовка к пуску",
        "duration": "2 часа",
        "orderIndex": 0,
        "files": [_PDF, _VIDEO],
    },
    {
        "id": 402,
        "topicKey": "topic_91c7f0aa-7d55-4e1c-a3b8-12f4de90c6aa",
        "code": None,
        "title": "Аварийный останов",
        "duration": None,
        "orderIndex": 1,
        "files": [],
    },
]
_LESSON_TEST = {
    "id": 1001,
    "title": "Проверка к уроку 1",
    "questionsCount": 2,
    "passingScore": 70,
    "timeLimit": 20,
    "attempts": None,
}
_FINAL_TEST = {
    "id": 1003,
    "title": "Итоговая проверка",
    "description": "По всей программе",
    "questions_count": 2,
    "questionsCount": 2,
    "passing_score": 70,
    "passingScore": 70,
    "time_limit": 30,
    "timeLimit": 30,
    "attempts": 3,
}
PROGRAM = {
    "id": 7,
    "stationId": 1,
    "title": "Эксплуатация агрегатов WKC1",
    "description": "Программа для сменного персонала.",
    "duration": "3 недели",
    "format": "Онлайн",
    "isActive": True,
    "orderIndex": 0,
    "topicsCount": 2,
    "lessonsCount": 1,
    "testsCount": 2,
    "learningOutcomes": [
        "Пускать и останавливать агрегат по инструкции",
        "Распознавать предаварийные признаки",
    ],
    "requirements": ["Допуск по электробезопасности"],
    "targetAudience": ["Машинисты технологических компрессоров"],
    "finalTest": _FINAL_TEST,
    "lessons": [
        {
            "id": 301,
            "lessonKey": "lesson_c2f4a7d0-5e11-4b3d-9a60-77d1e0b8f3c9",
            "title": "Урок № 1. Пуск и останов",
            "duration": "6 часов",
            "orderIndex": 0,
            "test": _LESSON_TEST,
            "topics": _TOPICS,
        }
    ],
}
TOPIC_FILES = [
    {
        **_PDF,
        "isActive": True,
    },
    {
        **_VIDEO,
        "isActive": True,
    },
]
