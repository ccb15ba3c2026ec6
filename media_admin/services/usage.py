"""What the register of uploads adds up to: space used by kind, the largest files, open uploads."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from media_admin.models import MediaFile

_PENDING = Q(state=MediaFile.State.PENDING)


def being_uploaded(files: QuerySet) -> QuerySet:
    """Keep uploads that may still finish."""
    return files.filter(_PENDING, created_at__gte=_limit())


def abandoned(files: QuerySet) -> QuerySet:
    """Keep uploads that were begun too long ago; purge_abandoned_uploads deletes them."""
    return files.filter(_PENDING, created_at__lt=_limit())


def upload_figures() -> dict[str, int]:
    """Return how many uploads are uploading, abandoned and failed; one query."""
    limit = _limit()
    return MediaFile.objects.aggregate(
        uploading=Count("pk", filter=_PENDING & Q(created_at__gte=limit)),
        abandoned=Count("pk", filter=_PENDING & Q(created_at__lt=limit)),
        failed=Count("pk", filter=Q(state=MediaFile.State.FAILED)),
    )


def storage_by_kind() -> list[dict[str, Any]]:
    """List kind, files and size_bytes of what is ready, the most space first; one query."""
    ready = MediaFile.objects.filter(state=MediaFile.State.READY).order_by()
    rows = ready.values("kind").annotate(files=Count("pk"), size_bytes=Sum("size_bytes"))
    return list(rows.order_by("-size_bytes", "kind"))


def largest_files(count: int) -> list[MediaFile]:
    """List the largest files that are ready; one query."""
    ready = MediaFile.objects.filter(state=MediaFile.State.READY)
    return list(ready.order_by("-size_bytes", "pk")[:count])


def total_bytes(files: QuerySet) -> int:
    """Return how much the files of a query take together; one query."""
    return files.order_by().aggregate(total=Sum("size_bytes"))["total"] or 0


def _limit() -> datetime:
    return timezone.now() - timedelta(hours=settings.UPLOAD_ABANDONED_HOURS)
