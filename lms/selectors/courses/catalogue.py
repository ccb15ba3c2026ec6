"""Reads the course catalogue, departments, comments and the home page's pictures."""

from typing import Any
from uuid import UUID

from lms.errors import CourseNotFound, DepartmentNotFound, TopicNotFound
from lms.models import (
    Comment,
    Course,
    CourseProgram,
    Department,
    HeroSliderImage,
    PromoVideo,
    SiteSettings,
    Topic,
    TopicFile,
)

Row = dict[str, Any]
COMMENT_LIMIT = 500


def course_rows(station_id: int) -> list[Row]:
    """List the active courses of a station."""
    rows = Course.objects.active().filter(station_id=station_id)
    return list(rows.order_by("title", "pk").values(*Course.API_FIELDS))


def course_row(course_id: UUID) -> Row:
    """Return one active course with its instants.

    Raises:
        CourseNotFound: no such course.
    """
    rows = Course.objects.active().filter(pk=course_id)
    row: Row | None = rows.values(*Course.API_DETAIL_FIELDS).first()
    if row is None:
        raise CourseNotFound
    return row


def program_rows(station_id: int | None) -> list[Row]:
    """List the active programs of a station; a course without a station has none."""
    if station_id is None:
        return []
    rows = CourseProgram.objects.active().filter(station_id=station_id)
    return list(rows.order_by("order_index", "pk").values(*CourseProgram.API_FIELDS))


def topic_files(station_id: int, topic_id: int) -> list[Row]:
    """List the active files of a station's topic as rows, in order.

    Raises:
        TopicNotFound: the topic does not belong to a program of this station.
    """
    topics = Topic.objects.filter(pk=topic_id, lesson__course_program__station_id=station_id)
    if not topics.exists():
        raise TopicNotFound
    files = TopicFile.objects.active().filter(topic_id=topic_id).order_by("order_index", "pk")
    return list(files.values(*TopicFile.API_FIELDS))


def promo_video(station_id: int) -> PromoVideo | None:
    """Return the newest active introduction video of a station, or None."""
    rows = PromoVideo.objects.filter(station_id=station_id, is_active=True)
    newest: PromoVideo | None = rows.order_by("-pk").first()
    return newest


def department_rows() -> list[Row]:
    """List the departments; plain name and description fall back to the Russian ones."""
    rows = Department.objects.order_by("pk").values(*Department.API_FIELDS)
    return [_with_plain_texts(row) for row in rows]


def department_row(department_id: int) -> Row:
    """Return one department with its instants.

    Raises:
        DepartmentNotFound: no such department.
    """
    rows = Department.objects.filter(pk=department_id)
    row = rows.values(*Department.API_DETAIL_FIELDS).first()
    if row is None:
        raise DepartmentNotFound
    return _with_plain_texts(row)


def _with_plain_texts(row: Row) -> Row:
    row["name"] = row["name"] or row["name_ru"] or row["short_name"]
    row["description"] = row["description"] or row["description_ru"] or ""
    return row


def comments(
    station_id: int,
    *,
    lesson_index: int | None,
    topic_index: int | None,
    file_object_key: str | None,
) -> list[Comment]:
    """List the newest 500 comments of a place, newest first, with their authors."""
    rows = Comment.objects.filter(station_id=station_id).select_related("user")
    if lesson_index is not None:
        rows = rows.filter(lesson_index=lesson_index)
    if topic_index is not None:
        rows = rows.filter(topic_index=topic_index)
    if file_object_key:
        rows = rows.filter(file_object_key=file_object_key)
    return list(rows.order_by("-created_at", "-pk")[:COMMENT_LIMIT])


def hero_image_key() -> str | None:
    """Return the key of the home page's background, or None."""
    return SiteSettings.objects.values_list("hero_background_image", flat=True).first() or None


def hero_slides() -> list[HeroSliderImage]:
    """List the active pictures of the home page's slider."""
    return list(HeroSliderImage.objects.filter(is_active=True).order_by("order_index", "pk"))
