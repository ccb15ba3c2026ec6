"""Computed values of the program tree: counts, keys of lessons and topics, details of files."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.models import (
    CourseProgram,
    FinalTest,
    Lesson,
    LessonTest,
    Question,
    Topic,
    TopicFile,
)
from media_admin.models import MediaFile
from media_admin.services import objects
from portal.common.errors import Invalid, NotFound

_UNITS = [_("B"), _("KB"), _("MB"), _("GB"), _("TB")]


def recount_programs(program_ids: Iterable[int | None]) -> None:
    """Store how many active lessons, topics and tests these programs have; safe to repeat.

    The client and other tools read the stored numbers.
    """
    ids = {program_id for program_id in program_ids if program_id is not None}
    if not ids:
        return
    active_lessons = Q(is_active=True, lesson__is_active=True)
    topics_by_lesson = _total(Topic.objects.active().filter(lesson=OuterRef("pk")), "lesson")
    topics = _total(
        Topic.objects.filter(active_lessons, lesson__course_program=OuterRef("pk")),
        "lesson__course_program",
    )
    lessons = _total(
        Lesson.objects.active().filter(course_program=OuterRef("pk")), "course_program"
    )
    lesson_tests = _total(
        LessonTest.objects.filter(active_lessons, lesson__course_program=OuterRef("pk")),
        "lesson__course_program",
    )
    final_tests = _total(
        FinalTest.objects.active().filter(course_program=OuterRef("pk")), "course_program"
    )
    with transaction.atomic():
        Lesson.objects.filter(course_program__in=ids).update(topics_count=topics_by_lesson)
        CourseProgram.objects.filter(pk__in=ids).update(
            topics_count=topics, lessons_count=lessons, tests_count=lesson_tests + final_tests
        )


def recount_questions(test: LessonTest | FinalTest) -> None:
    """Store how many questions a test has."""
    test.questions_count = test.questions.count()
    type(test).objects.filter(pk=test.pk).update(questions_count=test.questions_count)


def recount_questions_of(question: Question) -> None:
    """Store the number of questions of the test that a question belongs to."""
    test = question.lesson_test or question.final_test
    if test is not None:
        recount_questions(test)


def give_key(row: Lesson | Topic) -> None:
    """Give a lesson or topic the key by which other tools know it, if it has none; no save."""
    field = "lesson_key" if isinstance(row, Lesson) else "topic_key"
    if not getattr(row, field):
        setattr(row, field, str(uuid.uuid4()))


def fill_from_upload(file: TopicFile) -> None:
    """Copy name, size and type from the upload with the row's key; does not save.

    A key without an upload is accepted if the store has the object: somebody typed the key of a
    file that is older than the portal.

    Raises:
        Invalid: there is no key, the upload is not finished, or the store has no such object.
    """
    key = (file.minio_object_name or "").strip()
    if not key:
        raise _refused_key(_("Upload a file."))
    file.minio_object_name = key
    upload = MediaFile.objects.filter(key=key).first()
    if upload is None:
        _fill_from_object(file, key)
        return
    if upload.state != MediaFile.State.READY:
        raise _refused_key(_("This upload has not finished. Upload it again."))
    file.original_name = upload.original_name
    file.file_size = upload.size_bytes
    file.size_formatted = size_text(upload.size_bytes)
    file.mime_type = upload.content_type


def choose_kind(file: TopicFile, *, main_taken: bool | None = None) -> None:
    """Choose the kind of a file from its content type if none is set; does not save.

    A second PDF of a topic becomes a document. `main_taken` says whether the topic has a main PDF
    already; None asks the database.
    """
    if file.file_type:
        return
    content_type = file.mime_type or ""
    if content_type.startswith("video/"):
        file.file_type = TopicFile.FileType.ADDITIONAL_VIDEO
    elif content_type == "application/pdf" and not _main_is_taken(file, main_taken):
        file.file_type = TopicFile.FileType.MAIN_PDF
    else:
        file.file_type = TopicFile.FileType.ADDITIONAL_DOCUMENT


def size_text(size_bytes: int) -> str:
    """Format a size in units of 1024: 512 B, 3.4 MB."""
    size = float(size_bytes)
    for unit in _UNITS:
        if size < 1024 or unit is _UNITS[-1]:
            break
        size /= 1024
    number = f"{size:.0f}" if unit is _UNITS[0] else f"{size:.1f}"
    return f"{number} {unit}"


def release_main_pdf(file_ids: Iterable[int]) -> None:
    """Turn main PDFs among these rows into documents before their forms are saved.

    A topic has at most one main PDF. Two files can exchange their kinds only if neither is the
    main PDF while the first of them is saved.
    """
    TopicFile.objects.filter(pk__in=list(file_ids), file_type=TopicFile.FileType.MAIN_PDF).update(
        file_type=TopicFile.FileType.ADDITIONAL_DOCUMENT, updated_at=timezone.now()
    )


def _fill_from_object(file: TopicFile, key: str) -> None:
    try:
        found = objects.stat(key)
    except (NotFound, Invalid):
        raise _refused_key(_("The store has no file with this key.")) from None
    file.original_name = key.rsplit("/", 1)[-1][:500]
    file.file_size = found.size_bytes
    file.size_formatted = size_text(found.size_bytes)
    file.mime_type = objects.guessed_type(key)


def _refused_key(text: str | Promise) -> Invalid:
    return Invalid(fields={"minio_object_name": [text]})


def _main_is_taken(file: TopicFile, known: bool | None) -> bool:
    if known is not None:
        return known
    others = TopicFile.objects.active().filter(
        topic_id=file.topic_id, file_type=TopicFile.FileType.MAIN_PDF
    )
    return others.exclude(pk=file.pk).exists()


def _total[Row: Model](rows: QuerySet[Row], field: str) -> Coalesce:
    counted = rows.order_by().values(field).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counted), 0)
