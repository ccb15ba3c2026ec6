"""Shapes for programs; the translation of our names into the client's camelCase."""

from typing import Any

from rest_framework import serializers

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


class FileShape(serializers.Serializer):
    """A file of a topic; size in bytes."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    originalName = serializers.CharField()
    objectKey = serializers.CharField()
    fileType = serializers.ChoiceField(["pdf", "video", "document"])
    isMain = serializers.BooleanField()
    orderIndex = serializers.IntegerField()
    fileSize = serializers.IntegerField(allow_null=True)
    mimeType = serializers.CharField(allow_null=True)


class TopicShape(serializers.Serializer):
    """A topic."""

    id = serializers.IntegerField()
    topicKey = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    files = FileShape(many=True)


class LessonTestShape(serializers.Serializer):
    """A lesson's test; score in percent, time in minutes, attempts null for any number."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    questionsCount = serializers.IntegerField()
    passingScore = serializers.IntegerField()
    timeLimit = serializers.IntegerField()
    attempts = serializers.IntegerField(allow_null=True)


class FinalTestShape(LessonTestShape):
    """The final test, in both spellings."""

    description = serializers.CharField(allow_null=True)
    questions_count = serializers.IntegerField()
    passing_score = serializers.IntegerField()
    time_limit = serializers.IntegerField()


class LessonShape(serializers.Serializer):
    """A lesson."""

    id = serializers.IntegerField()
    lessonKey = serializers.CharField()
    title = serializers.CharField()
    duration = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()
    test = LessonTestShape(allow_null=True)
    topics = TopicShape(many=True)


class ProgramShape(serializers.Serializer):
    """A program as one tree."""

    id = serializers.IntegerField()
    stationId = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    duration = serializers.CharField(allow_null=True)
    format = serializers.CharField(allow_null=True)
    isActive = serializers.BooleanField()
    orderIndex = serializers.IntegerField()
    topicsCount = serializers.IntegerField()
    lessonsCount = serializers.IntegerField()
    testsCount = serializers.IntegerField()
    learningOutcomes = serializers.ListField(child=serializers.CharField())
    requirements = serializers.ListField(child=serializers.CharField())
    targetAudience = serializers.ListField(child=serializers.CharField())
    finalTest = FinalTestShape(allow_null=True)
    lessons = LessonShape(many=True)


class ActiveFileShape(FileShape):
    """A file of a topic with its state."""

    isActive = serializers.BooleanField()


class TopicFilesResponse(serializers.Serializer):
    """Answer of GET topics/{id}/files."""

    data = ActiveFileShape(many=True)


class CourseProgramResponse(serializers.Serializer):
    """Answer of GET /stations/{id}/course-program."""

    courseProgram = ProgramShape(allow_null=True)
