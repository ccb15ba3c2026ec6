"""Fills accounts, employees with their profiles, their comments and their figures."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import Count, Q, Sum

from lms.management.demo.content import between, fixed_uuid, load
from lms.management.demo.programs import Outline
from lms.models import (
    Certificate,
    Comment,
    Department,
    Enrollment,
    EnrollmentStatus,
    Profile,
    Role,
    Station,
    User,
    UserStats,
)

Person = tuple[User, dict[str, Any]]


def account_names() -> list[str]:
    """List the names of the four demo accounts."""
    return [row["username"] for row in load("people")["accounts"]]


def create_people(
    stations: dict[str, Station],
    departments: dict[str, Department],
    *,
    password: str,
    now: datetime,
) -> list[Person]:
    """Create the demo accounts and the employees; return each with its row of content.

    The password is hashed once: a slow hash per person would take most of the time.
    """
    content = load("people")
    rows = content["accounts"] + content["employees"]
    hashed = make_password(password)
    users = User.objects.bulk_create(
        User(
            id=fixed_uuid("user", row["username"]),
            username=row["username"],
            password=hashed,
            full_name=row["full_name"],
            email=row["email"],
            role=row.get("role", Role.USER),
        )
        for row in rows
    )
    people = list(zip(users, rows, strict=True))
    Profile.objects.bulk_create(
        _profile(user, row, stations=stations, departments=departments) for user, row in people
    )
    for user, row in people:
        joined = now - timedelta(days=between(95, 400, "joined", row["username"]))
        User.objects.filter(pk=user.pk).update(created_at=joined)
    return people


def _profile(
    user: User,
    row: dict[str, Any],
    *,
    stations: dict[str, Station],
    departments: dict[str, Department],
) -> Profile:
    station = stations.get(row["station"])
    return Profile(
        user=user,
        full_name=row["full_name"],
        email=row["email"],
        company=station.name if station else None,
        position=row["position"],
        phone=row["phone"],
        bio=departments[row["department"]].name,
        station=station,
        department=departments[row["department"]],
    )


def create_comments(people: list[Person], outlines: dict[str, Outline], *, now: datetime) -> None:
    """Create the comments on topics, each at the file that the topic opens with."""
    for user, row in people:
        for place, item in enumerate(row["comments"]):
            outline = outlines[item["program"]]
            _topic, files = outline.chapters[item["lesson"]].topics[item["topic"]]
            main = [file for file in files if file.file_type == "main_pdf"] or files
            comment = Comment.objects.create(
                user=user,
                station_id=outline.program.station_id,
                lesson_index=item["lesson"],
                topic_index=item["topic"],
                file_object_key=main[0].minio_object_name,
                comment_text=item["text"],
            )
            minutes = between(20, 600, "comment", row["username"], place)
            written = now - timedelta(days=item["days_ago"], minutes=minutes)
            Comment.objects.filter(pk=comment.pk).update(created_at=written, updated_at=written)


def create_figures(people: list[Person]) -> None:
    """Store each person's figures as they follow from enrollments and certificates."""
    done = Q(status=EnrollmentStatus.COMPLETED)
    figures: dict[UUID, dict[str, Any]] = {
        row["user"]: dict(row)
        for row in Enrollment.objects.order_by()
        .values("user")
        .annotate(
            active=Count("pk", filter=~done),
            completed=Count("pk", filter=done),
            hours=Sum("hours_studied"),
        )
    }
    counted = Certificate.objects.order_by().values_list("user").annotate(count=Count("pk"))
    certificates = dict(counted)
    rows = [
        UserStats(
            user=user,
            active_courses=figures.get(user.pk, {}).get("active", 0),
            completed_courses=figures.get(user.pk, {}).get("completed", 0),
            total_hours_studied=figures.get(user.pk, {}).get("hours", 0),
            certificates_count=certificates.get(user.pk, 0),
        )
        for user, _row in people
    ]
    # Issuing the certificates has made some of the rows.
    UserStats.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=[
            "active_courses",
            "completed_courses",
            "total_hours_studied",
            "certificates_count",
        ],
    )
