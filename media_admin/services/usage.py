"""Sums over all uploads: space used by kind, the largest files, unfinished uploads."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from media_admin.models import MediaFile

Files = QuerySet[MediaFile]
_PENDING = Q(state=MediaFile.State.PENDING)


class KindUsage(TypedDict):
    """How many files of a kind are ready, and the sum of their sizes."""

    kind: str
    files: int
    size_bytes: int


def being_uploaded(files: Files) -> Files:
    """Keep uploads that may still finish."""
    return files.filter(_PENDING, created_at__gte=_limit())


def abandoned(files: Files) -> Files:
    """Keep uploads that were started too long ago; purge_abandoned_uploads deletes them."""
    return files.filter(_PENDING, created_at__lt=_limit())


def upload_counts() -> dict[str, int]:
    """Return how many uploads are uploading, abandoned and failed; one query."""
    limit = _limit()
    return MediaFile.objects.aggregate(
        uploading=Count("pk", filter=_PENDING & Q(created_at__gte=limit)),
        abandoned=Count("pk", filter=_PENDING & Q(created_at__lt=limit)),
        failed=Count("pk", filter=Q(state=MediaFile.State.FAILED)),
    )


def storage_by_kind() -> list[KindUsage]:
    """List kind, files and size_bytes of ready files, largest sum first; one query."""
    ready = MediaFile.objects.filter(state=MediaFile.State.READY).order_by()
    rows = ready.values("kind").annotate(files=Count("pk"), size_bytes=Sum("size_bytes"))
    return [KindUsage(**row) for row in rows.order_by("-size_bytes", "kind")]


def largest_files(count: int) -> list[MediaFile]:
    """List the largest files that are ready; one query."""
    ready = MediaFile.objects.filter(state=MediaFile.State.READY)
    return list(ready.order_by("-size_bytes", "pk")[:count])


def total_bytes(files: Files) -> int:
    """Return the sum of the sizes of these files; one query."""
    return files.order_by().aggregate(total=Sum("size_bytes"))["total"] or 0


def _limit() -> datetime:
    return timezone.now() - timedelta(hours=settings.UPLOAD_ABANDONED_HOURS)
