"""A program and its parts in the client's names; the API answers them, the admin shows them."""

from typing import Any

from lms.models import TopicFile

Row = dict[str, Any]

_CLIENT_FILE_TYPES = {
    TopicFile.FileType.MAIN_PDF.value: "pdf",
    TopicFile.FileType.ADDITIONAL_VIDEO.value: "video",
    TopicFile.FileType.ADDITIONAL_DOCUMENT.value: "document",
}
_MAIN = TopicFile.FileType.MAIN_PDF.value


def file_json(file: Row) -> dict[str, Any]:
    """Return the row of a topic file in the client's names."""
    kind = _CLIENT_FILE_TYPES[file["file_type"]]
    if kind == "document" and file["mime_type"] == "application/pdf":
        kind = "pdf"
    return {
        "id": file["id"],
        "title": file["title"] or file["original_name"],
        "originalName": file["original_name"],
        "objectKey": file["minio_object_name"],
        "fileType": kind,
        "isMain": file["file_type"] == _MAIN,
        "orderIndex": file["order_index"],
        "fileSize": file["file_size"],
        "mimeType": file["mime_type"],
    }


def _settings(test: Row) -> dict[str, Any]:
    return {
        "questionsCount": test["questions_count"] or 0,
        "passingScore": test["passing_score"] or 70,
        "timeLimit": test["time_limit"] or 0,
        "attempts": test["attempts"],
    }


def lesson_test_json(test: Row | None) -> dict[str, Any] | None:
    """Return a lesson's test as the Training page reads it."""
    return {"id": test["id"], "title": test["title"], **_settings(test)} if test else None


def final_test_json(test: Row | None) -> dict[str, Any] | None:
    """Return the final test in both spellings: two pages of the client read different ones."""
    if test is None:
        return None
    names = _settings(test)
    return {
        "id": test["id"],
        "title": test["title"],
        "description": test["description"],
        "questions_count": names["questionsCount"],
        "passing_score": names["passingScore"],
        "time_limit": names["timeLimit"],
        **names,
    }


def _topic_json(topic: Row) -> dict[str, Any]:
    return {
        "id": topic["id"],
        "topicKey": topic["topic_key"] or f"topic_{topic['id']}",
        "code": topic["code"],
        "title": topic["title"],
        "duration": topic["duration"],
        "orderIndex": topic["order_index"],
        "files": [file_json(file) for file in topic["files"]],
    }


def _lesson_json(lesson: Row) -> dict[str, Any]:
    return {
        "id": lesson["id"],
        "lessonKey": lesson["lesson_key"] or f"lesson_{lesson['id']}",
        "title": lesson["title"],
        "duration": lesson["duration"],
        "orderIndex": lesson["order_index"],
        "test": lesson_test_json(lesson["test"]),
        "topics": [_topic_json(topic) for topic in lesson["topics"]],
    }


def program_json(
    program: Row, outline: dict[str, Any], texts: dict[str, list[str]]
) -> dict[str, Any]:
    """Return the whole program; counts are of what the learner sees, not of stored columns."""
    lessons = [_lesson_json(lesson) for lesson in outline["lessons"]]
    final_test = final_test_json(outline["final_test"])
    tests = sum(1 for lesson in lessons if lesson["test"]) + (1 if final_test else 0)
    return {
        "id": program["id"],
        "stationId": program["station_id"],
        "title": program["title"],
        "description": program["description"],
        "duration": program["duration"],
        "format": program["format"],
        "isActive": bool(program["is_active"]),
        "orderIndex": program["order_index"],
        "topicsCount": sum(len(lesson["topics"]) for lesson in lessons),
        "lessonsCount": len(lessons),
        "testsCount": tests,
        "learningOutcomes": texts["outcomes"],
        "requirements": texts["requirements"],
        "targetAudience": texts["audience"],
        "finalTest": final_test,
        "lessons": lessons,
    }
