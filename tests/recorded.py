"""The recorded examples of the client's requests, and the rows that they need.

The rows are built from the examples' own answers under their own numbers, so that every recorded
request can be sent as it is, without replacing anything.
"""

import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from PIL import Image

from lms import models
from lms.models import Role
from lms.services.accounts import sign_in
from media_admin.services import objects
from tests import learning
from tests.kept_rows import KeptRows

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "facts" / "examples.json").read_text("utf-8")
)
# The client copes without these (contract, endpoint 6): a session that exists gets no new tokens.
_REGISTER = ("POST", "/auth/register-profile")
for _example in EXAMPLES:
    if (_example["method"], _example["path"]) == _REGISTER:
        for _name in ("token", "refreshToken", "user"):
            _example["response"].pop(_name, None)
BY_ROUTE = {(example["method"], example["path"]): example for example in EXAMPLES}
PASSWORD = "сложный-пароль-1"
PROGRAM = BY_ROUTE["GET", "/stations/{id}/course-program"]["response"]["courseProgram"]
STATION = BY_ROUTE["GET", "/stations/{id}"]["response"]
FILES = PROGRAM["lessons"][0]["topics"][0]["files"]
PDF, VIDEO, DOCUMENT = (file["objectKey"] for file in FILES)
PLAYLIST = "videos/hls/topic_file/502/1/master.m3u8"
HERO = "hero/1763200000_slide.webp"
PROMO = "stations/1/promo_video/1763000000000_О_станции.mp4"
_EMPLOYEE = BY_ROUTE["GET", "/users/me"]["response"]["data"]
CERTIFICATE = "ATG-2026-000001-BCDFGH"
NOTE = "Памятки смены/памятка.pdf"
BODY = b"%PDF-1.7\n" + bytes(range(256)) * 8
# An employee may not upload, and is shown files but no folders.
_EDITORS_ONLY = {("POST", "/files/presign-upload"), ("GET", "/files/folder-contents")}
_PLAYLIST_BODY = b"#EXTM3U\n#EXTINF:6,\nseg0.ts\n#EXT-X-ENDLIST\n"


@dataclass
class ExampleRows:
    """Who signed in, with their tokens."""

    employee: models.User
    instructor: models.User
    tokens: sign_in.SignedIn
    instructor_tokens: sign_in.SignedIn

    def bearer(self, role: str = Role.USER) -> dict[str, str]:
        """Return the header that the client sends with every service call."""
        signed_in = self.tokens if role == Role.USER else self.instructor_tokens
        return {"Authorization": f"Bearer {signed_in.access_token}"}


@cache
def picture(kind: str = "webp") -> bytes:
    """Return a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, kind.upper())
    return buffer.getvalue()


def build() -> ExampleRows:
    """Build a station with everything below it, and people with results; store the files."""
    _store_files()
    _KEPT.insert()
    employee = models.User.objects.select_related("profile").get(username=_EMPLOYEE["username"])
    instructor = models.User.objects.get(username="instructor")
    return ExampleRows(
        employee=employee,
        instructor=instructor,
        tokens=sign_in.log_in(employee),
        instructor_tokens=sign_in.log_in(instructor),
    )


def _build() -> None:
    station = _station()
    program = _program(station)
    _home_page_and_departments()
    _catalogue(station)
    _learning(_employee(station), program)
    models.User.objects.create_user(
        "instructor", PASSWORD, role=Role.INSTRUCTOR, full_name="Инструктор", email="i@example.uz"
    )


_KEPT = KeptRows(_build)


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@cache
def _store_files() -> None:
    """Store the files once per process: the store outlives a test's rows."""
    keys = [photo["image_url"] for photo in STATION["photos"]]
    keys += [document["file_url"] for document in STATION["normativeDocs"]]
    keys += [PDF, VIDEO, DOCUMENT, HERO, PROMO, NOTE, "Памятки смены/Схемы/схема.png"]
    for key in keys:
        objects.store_bytes(key, BODY, content_type=objects.guessed_type(key))
    folder = PLAYLIST.rpartition("/")[0]
    objects.store_bytes(PLAYLIST, _PLAYLIST_BODY, content_type="application/octet-stream")
    objects.store_bytes(f"{folder}/seg0.ts", BODY, content_type="application/octet-stream")


def _station() -> models.Station:
    station = models.Station.objects.create(**STATION["station"])
    children = {
        "equipment": models.StationEquipment,
        "specs": models.StationSpecification,
        "gas_sources": models.GasSource,
        "photos": models.StationPhoto,
        "normativeDocs": models.NormativeDocument,
    }
    for name, model in children.items():
        for row in STATION[name]:
            model.objects.create(**row)
    for row in STATION["safety"]:
        system = models.SafetySystem.objects.create(**_without(row, "features", "feature_names"))
        for feature in row["features"]:
            models.SafetyFeature.objects.create(safety_system=system, **feature)
    models.NormativeDocument.objects.create(pk=72, station=station, title="Памятка", file_url=NOTE)
    models.PromoVideo.objects.create(station=station, pk=91, title="О станции", object_key=PROMO)
    return station


def _program(station: models.Station) -> models.CourseProgram:
    program = models.CourseProgram.objects.create(
        pk=PROGRAM["id"],
        station=station,
        title=PROGRAM["title"],
        description=PROGRAM["description"],
        duration=PROGRAM["duration"],
        lessons_count=1,
        topics_count=2,
        tests_count=2,
    )
    for text in PROGRAM["learningOutcomes"]:
        models.LearningOutcome.objects.create(course_program=program, outcome_text=text)
    for text in PROGRAM["requirements"]:
        models.ProgramRequirement.objects.create(course_program=program, requirement_text=text)
    for text in PROGRAM["targetAudience"]:
        models.TargetAudience.objects.create(course_program=program, audience_text=text)
    for row in PROGRAM["lessons"]:
        _lesson(program, row)
    final = PROGRAM["finalTest"]
    test = models.FinalTest.objects.create(
        course_program=program, **_settings(final), description=final["description"]
    )
    recorded = BY_ROUTE["GET", "/courses/tests/course-program/{programId}"]["response"]["test"]
    _questions(recorded["questions"], shift=2, final_test=test)
    return program


def _settings(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "pk": row["id"],
        "title": row["title"],
        "questions_count": row["questionsCount"],
        "passing_score": row["passingScore"],
        "time_limit": row["timeLimit"],
        "attempts": row["attempts"],
    }


def _lesson(program: models.CourseProgram, row: dict[str, Any]) -> None:
    lesson = models.Lesson.objects.create(
        pk=row["id"],
        course_program=program,
        lesson_key=row["lessonKey"],
        title=row["title"],
        duration=row["duration"],
    )
    test = models.LessonTest.objects.create(lesson=lesson, **_settings(row["test"]))
    recorded = BY_ROUTE["GET", "/courses/tests/lesson/{lessonId}"]["response"]["test"]
    _questions(recorded["questions"], lesson_test=test)
    for entry in row["topics"]:
        topic = models.Topic.objects.create(
            pk=entry["id"],
            lesson=lesson,
            topic_key=entry["topicKey"],
            code=entry["code"],
            title=entry["title"],
            duration=entry["duration"],
            order_index=entry["orderIndex"],
        )
        for file in entry["files"]:
            _topic_file(topic, file)


def _topic_file(topic: models.Topic, row: dict[str, Any]) -> None:
    kinds = {"pdf": "main_pdf", "video": "additional_video", "document": "additional_document"}
    models.TopicFile.objects.create(
        pk=row["id"],
        topic=topic,
        file_type=kinds[row["fileType"]],
        title=row["title"],
        original_name=row["originalName"],
        minio_object_name=row["objectKey"],
        file_size=row["fileSize"],
        mime_type=row["mimeType"],
        order_index=row["orderIndex"],
    )
    if row["objectKey"] == VIDEO:
        models.VideoTranscodeJob.objects.create(
            target_type="topic_file",
            target_id=row["id"],
            source_object_key=VIDEO,
            master_object_key=PLAYLIST,
            status="done",
        )


def _questions(rows: list[dict[str, Any]], *, shift: int = 0, **owner: Any) -> None:
    for row in rows:
        question = models.Question.objects.create(
            **owner,
            pk=row["id"] + shift,
            question=row["question"],
            points=row["points"],
            explanation=row["explanation"],
            order_index=row["order_index"],
        )
        for index, text in enumerate(row["options"]):
            models.Option.objects.create(
                question=question,
                option_text=text,
                is_correct=index == row["correctAnswer"],
                order_index=index,
            )


def _home_page_and_departments() -> None:
    models.SiteSettings.objects.update_or_create(pk=1, defaults={"hero_background_image": HERO})
    models.HeroSliderImage.objects.create(key=HERO)
    row = BY_ROUTE["GET", "/stations/departments/{id}"]["response"]["data"]
    models.Department.objects.create(**row)


def _catalogue(station: models.Station) -> None:
    row = BY_ROUTE["GET", "/courses/{courseId}"]["response"]["course"]
    models.Course.objects.create(**_without(row, "station_id"), station=station)


def _employee(station: models.Station) -> models.User:
    row = _EMPLOYEE
    user = models.User.objects.create_user(
        row["username"], PASSWORD, full_name=row["full_name"], email=row["email"]
    )
    key = f"avatars/{user.pk}/1763900000_photo.webp"
    # Once, as the rows: an old picture is deleted on commit, and the tests roll back.
    objects.store_bytes(key, picture(), content_type="image/webp")
    models.Profile.objects.create(
        user=user,
        avatar_url=key,
        station=station,
        position=row["position"],
        phone=row["phone"],
        bio=row["bio"],
    )
    return user


def _learning(user: models.User, program: models.CourseProgram) -> None:
    """Enroll the employee; one file opened, one place saved, one test passed, one comment."""
    client = Client(headers={"Authorization": f"Bearer {sign_in.log_in(user).access_token}"})
    for route in (
        ("POST", "/courses/{courseId}/enroll"),
        ("POST", "/courses/programs/{programId}/materials/complete"),
        ("POST", "/courses/progress/save"),
        ("POST", "/courses/comments"),
    ):
        assert send(client, BY_ROUTE[route]).status_code in {200, 201}, route
    learning.deliver(user, PDF)
    for test in (*models.LessonTest.objects.all(), *models.FinalTest.objects.all()):
        kind = "lesson_test" if isinstance(test, models.LessonTest) else "final_test"
        models.TestResult.objects.create(
            user=user,
            score=100,
            passed=True,
            correct_answers=2,
            total_questions=2,
            time_spent=95,
            **{kind: test},
        )
    models.Notice.objects.create(user=user, kind="test", title="Новая программа", path="/courses")
    course = models.Course.objects.get()
    models.Certificate.objects.create(
        user=user, course=course, title="Допуск к пуску агрегата", number=CERTIFICATE
    )


def send(
    client: Client,
    example: dict[str, Any],
    *,
    path: str | None = None,
    body: Any = ...,
    headers: dict[str, str] | None = None,
) -> Any:
    """Send an example's request as the client does; `path` and `body` replace the recorded ones.

    The client names JSON as the content type on every service call, on GET and with an empty body
    too, except on calls of files. A stream is consumed, so that its file is closed.
    """
    path = path or example["example_path"]
    content = example["request"] if body is ... else body
    sent = dict(headers or {})
    data: Any = b""
    content_type = "" if example["path"].startswith("/files/") else "application/json"
    if example.get("request_content_type") == "multipart/form-data":
        data, content_type = _multipart(content)
    elif content is not None:
        content_type = "application/json"
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = client.generic(
        example["method"], path, data, content_type=content_type, headers=sent
    )
    if response.streaming:
        response.received = b"".join(response.streaming_content)
    return response


def browser_of(example_rows: ExampleRows) -> Client:
    """Return the employee's browser: it sends the media cookie with <video>, and no header."""
    browser = Client()
    browser.cookies[settings.MEDIA_COOKIE_NAME] = example_rows.tokens.media_token
    return browser


def send_as_recorded(example_rows: ExampleRows, example: dict[str, Any]) -> Any:
    """Send an example's request as the person whom it needs, with a live refresh token."""
    headers = {}
    if example["auth"] == "bearer":
        is_editors = (example["method"], example["path"]) in _EDITORS_ONLY
        headers = example_rows.bearer(Role.INSTRUCTOR if is_editors else Role.USER)
    if "/video/" in example["path"] or "/hls/" in example["path"]:
        return send(browser_of(example_rows), example, headers={"Range": "bytes=0-"})
    body = example["request"]
    if example["path"] == "/courses/tests/results/create":
        start_test(example_rows.employee, body)
    if body and "refreshToken" in body:
        body = {"refreshToken": example_rows.tokens.refresh_token}
    return send(Client(), example, body=body, headers=headers)


def start_test(user: models.User, report: dict[str, Any]) -> None:
    """Start the test that a report names, ten minutes before it is sent."""
    model = models.FinalTest if report["test_type"] == "final" else models.LessonTest
    learning.start_and_think(user, model.objects.get(pk=report["test_id"]))


def _multipart(content: Any) -> tuple[bytes, str]:
    name, kind, body = "photo.webp", "image/webp", picture()
    if isinstance(content, bytes):
        name, kind, body = "приказ.pdf", "application/pdf", content
    head = (
        "--mark\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n--mark--\r\n", "multipart/form-data; boundary=mark"
