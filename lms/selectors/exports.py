"""Reads exports that a worker prepares: what is to be prepared, and who may fetch a file."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lms.models import Export, User


def unfinished_export(export_id: str) -> Export | None:
    """Return an export with its person, or None once its file is ready or it was given up."""
    exports = Export.objects.filter(pk=export_id, ready_at=None)
    return exports.select_related("user__profile").first()


def ready_export(export_id: UUID, *, user: User) -> Export | None:
    """Return a file that this person asked for and may still fetch."""
    export = Export.objects.filter(
        pk=export_id, user=user, ready_at__isnull=False, expires_at__gt=timezone.now()
    ).first()
    may_export = export is not None and user.has_perm(f"lms.export_{export.model}")
    return export if may_export else None


def expired_exports() -> QuerySet[Export]:
    """List the exports whose time is over."""
    return Export.objects.filter(expires_at__lte=timezone.now())


def exports_being_prepared() -> QuerySet[Export]:
    """List the exports that have no file yet, with their persons."""
    return Export.objects.filter(ready_at=None).select_related("user__profile")


def known_object_keys(keys: Iterable[str]) -> set[str]:
    """Return those of these keys that a row names."""
    rows = Export.objects.filter(object_key__in=list(keys))
    return set(rows.values_list("object_key", flat=True))
