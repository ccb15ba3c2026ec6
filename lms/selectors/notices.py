"""Reads notices, and who is told something at fixed times."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lms.models import Enrollment, EnrollmentStatus, Notice, User
from lms.selectors.progress.activity import Days

WEEKLY_REPORT = "weekly_report"
# Older ones stay inside the portal: who gives an address late gets no flood of old news.
DIGEST_DAYS = 7


def notice_rows(user_id: UUID, *, limit: int, before: UUID | None = None) -> list[dict[str, Any]]:
    """List a person's notices as rows, newest first; with `before`, those older than this one."""
    rows = Notice.objects.filter(user_id=user_id)
    if before is not None:
        last = rows.filter(pk=before).values("created_at").first()
        if last is None:
            return []
        at = last["created_at"]
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__gt=before))
    return list(rows.order_by("-created_at", "pk").values(*Notice.API_FIELDS)[:limit])


def unread_count(user_id: UUID) -> int:
    """Count a person's unread notices."""
    return Notice.objects.filter(user_id=user_id).unread().count()


def digest_notice_ids(user_id: UUID, *, limit: int) -> list[UUID]:
    """List the notices for a person's next digest, newest first."""
    rows = _for_digest().filter(user_id=user_id).order_by("-created_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def people_for_digest() -> QuerySet[User]:
    """Return the people with unread news who have an address and left mails switched on."""
    return _reachable(User.objects.active()).filter(
        Exists(_for_digest().filter(user=OuterRef("pk")))
    )


def people_for_weekly_report(days: Days) -> QuerySet[User]:
    """Return who asked for the report, learns in a program or completed one, and has no report yet.

    Whoever completed everything before these days gets none.
    """
    learning = Enrollment.objects.filter(
        ~Q(status=EnrollmentStatus.COMPLETED) | Q(completed_at__gte=days.starts_at),
        user=OuterRef("pk"),
        course_program__is_active=True,
        course_program__bin_entry__isnull=True,
    )
    told = Notice.objects.filter(
        user=OuterRef("pk"), kind=WEEKLY_REPORT, created_at__gte=days.ends_at
    )
    people = User.objects.active().filter(profile__weekly_report=True)
    return people.filter(Exists(learning), ~Exists(told)).select_related("profile")


def _for_digest() -> Any:
    since = timezone.now() - timedelta(days=DIGEST_DAYS)
    return Notice.objects.all().for_digest().filter(created_at__gte=since)


def _reachable(people: QuerySet[User]) -> QuerySet[User]:
    people = people.exclude(email=None).exclude(email="")
    # A person without a profile has switched nothing off.
    return people.exclude(profile__email_notifications=False).select_related("profile")
