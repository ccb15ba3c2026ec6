"""Uploaded files: key, size, type, state, uploader."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MediaFile(models.Model):
    """One upload; `pending` until the server has checked what arrived, then `ready`."""

    class State(models.TextChoices):
        PENDING = "pending", _("uploading")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        VIDEO = "video", _("video")
        PDF = "pdf", _("PDF")
        DOCUMENT = "document", _("document")
        IMAGE = "image", _("picture")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("key"), max_length=1000, unique=True)
    original_name = models.CharField(_("file name"), max_length=500)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    content_type = models.CharField(_("content type"), max_length=100)
    size_bytes = models.BigIntegerField(_("size, bytes"))
    etag = models.CharField(_("ETag"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.PENDING, db_default="pending"
    )
    upload_id = models.TextField(_("multipart upload"), blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="media_files",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        db_table = "media_files"
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="media_files_state_created")]

    def __str__(self) -> str:
        return self.original_name
