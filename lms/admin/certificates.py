"""Certificates in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin
from lms.admin.filters import ListedFilter, PeriodFilter, RelatedFilter
from lms.admin.labels import time_column
from lms.admin.uploads import Upload
from lms.models import Certificate


@admin.register(Certificate)
class CertificateAdmin(PortalModelAdmin):
    """Certificates that people earned."""

    list_display = ["title", "learner", "course", time_column("issued_at", _("issued"))]
    list_select_related = ["user", "course"]
    list_filter = [
        ("course", ListedFilter),
        ("course__station", RelatedFilter),
        ("user__profile__department", RelatedFilter),
        ("issued_at", PeriodFilter),
    ]
    search_fields = ["title", "user__full_name", "user__username", "course__title"]
    date_hierarchy = "issued_at"
    autocomplete_fields = ["user", "course"]
    fields = ["user", "course", "title", "issued_at", "pdf_url"]
    upload_fields = {"pdf_url": Upload(("pdf",), "certificates")}

    @display(description=_("learner"), ordering="user__full_name")
    def learner(self, obj: Certificate) -> str:
        """Return the name of the person."""
        return str(obj.user)
