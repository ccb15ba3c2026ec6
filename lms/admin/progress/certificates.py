"""Certificates in the admin: view, download, revoke and issue again; nobody edits them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from lms.admin.accounts.users import initials
from lms.admin.base import ReadOnlyModelAdmin
from lms.admin.filters import ListedFilter, PeriodFilter, PlainLabelMixin, RelatedFilter
from lms.admin.labels import time_column
from lms.models import Certificate
from lms.selectors import reports
from lms.services.progress import certificate_pdf, certificates
from portal.common.downloads import pdf_download
from portal.common.errors import AppError
from portal.common.public_address import public_address

LINK_CLASSES = "text-primary-600 dark:text-primary-500"
STATE_COLOURS = {True: "success", False: "danger"}


class RevokeForm(BaseDialogForm):
    """Asks why a certificate is revoked; the public page does not show the reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_(
            "The reason is stored here. The public page shows only that the certificate is revoked."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class StateFilter(PlainLabelMixin, DropdownFilter):
    """Filters by valid or revoked."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both states."""
        return [("valid", _("valid")), ("revoked", _("revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the rows of the chosen state."""
        if self.value() in {"valid", "revoked"}:
            return queryset.filter(revoked_at__isnull=self.value() == "valid")
        return queryset


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyModelAdmin):
    """Certificates that people earned."""

    list_display = [
        "number_column",
        "holder",
        "program",
        "state",
        time_column("issued_at", _("issued")),
        "download",
    ]
    list_select_related = ["user__profile__station", "user__profile__department"]
    list_filter = [
        StateFilter,
        ("course_program", ListedFilter),
        ("user__profile__department", RelatedFilter),
        ("issued_at", PeriodFilter),
    ]
    search_fields = [
        "number",
        "holder_name",
        "program_title",
        "title",
        "user__full_name",
        "user__username",
    ]
    date_hierarchy = "issued_at"
    fieldsets = [
        (None, {"fields": ["number", "state_word", "issued_at", "download", "public_page"]}),
        (
            _("As printed"),
            {"fields": ["holder_name", "program_title", "hours", "score", "language"]},
        ),
        (_("Belongs to"), {"fields": ["user", "course_program", "course"]}),
        (_("Revocation"), {"fields": ["revoked_at", "revoked_reason"]}),
    ]
    readonly_fields = ["state_word", "download", "public_page"]
    # The menu of a row is the same in every row, so "Revoke" is only on the page of a valid one.
    actions_row = ["issue_again"]
    actions_detail = ["revoke", "issue_again"]

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        view = self.admin_site.admin_view(self.pdf_view)
        return [
            path("<uuid:certificate_id>/pdf/", view, name="lms_certificate_pdf"),
            *super().get_urls(),
        ]

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let roles that may change certificates revoke and issue; nobody edits the form."""
        return request.user.has_perm("lms.change_certificate")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Offer "Revoke" only for a valid certificate."""
        actions = super().get_actions_detail(request, object_id)
        shown = self.get_object(request, object_id)
        if shown is None or shown.is_valid:
            return actions
        return [row for row in actions if row.method.original_function_name != "revoke"]

    def pdf_view(self, request: HttpRequest, certificate_id: UUID) -> HttpResponse:
        """Send the PDF to everyone who may view certificates."""
        certificate = self.get_object(request, str(certificate_id))
        if not self.has_view_permission(request) or certificate is None or not certificate.number:
            raise Http404
        content = certificate_pdf.render(
            certificate,
            portal=public_address(request),
            language=certificate_pdf.language_of(certificate, request.GET.get("lang")),
        )
        return pdf_download(content, name=certificate.number)

    @action(
        description=_("Revoke…"),
        icon="block",
        permissions=["revoke"],
        dialog={
            "title": _("Revoke this certificate?"),
            "description": _(
                "Its public page will then show that it is revoked. This cannot be undone."
            ),
            "form_class": RevokeForm,
            "form_submit_text": _("Revoke"),
        },
    )
    def revoke(self, request: HttpRequest, form: RevokeForm, object_id: str) -> HttpResponse:
        """Revoke with a reason."""
        reason = form.cleaned_data["reason"]
        return self._run(
            request,
            object_id,
            lambda old: certificates.revoke(old.pk, reason=reason),
            _("The certificate was revoked."),
        )

    @action(
        description=_("Issue again…"),
        icon="autorenew",
        permissions=["revoke"],
        dialog={
            "title": _("Issue this certificate again?"),
            "description": _(
                "A new certificate gets a new number and the present names of person and program."
                " The old one is revoked."
            ),
            "form_submit_text": _("Issue again"),
        },
    )
    def issue_again(
        self, request: HttpRequest, form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """Issue under a new number."""
        return self._run(
            request,
            object_id,
            lambda old: certificates.issue_again(old.pk),
            _("The certificate was issued under a new number."),
        )

    def _run(
        self,
        request: HttpRequest,
        object_id: str,
        act: Callable[[Certificate], Certificate],
        message: Any,
    ) -> HttpResponse:
        """Act, write the history, and lead to the certificate; a refusal becomes a message."""
        shown = self.get_object(request, object_id)
        if shown is None:
            raise Http404
        try:
            changed = act(shown)
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            for row in {shown.pk: shown, changed.pk: changed}.values():
                self.log_change(request, row, str(message))
            self.message_user(request, message, messages.SUCCESS)
            shown = changed
        # The dialog was sent by htmx, which goes where this header says.
        address = reverse("admin:lms_certificate_change", args=[shown.pk])
        return HttpResponse(headers={"HX-Redirect": address})

    @display(description=_("number"), ordering="number")
    def number_column(self, obj: Certificate) -> str:
        """Return the number; certificates of other tools have none."""
        return obj.number or self.empty_value_display

    @display(description=_("holder"), header=True, ordering="holder_name")
    def holder(self, obj: Certificate) -> tuple[str, str, str]:
        """Return the printed name, the workplace and the initials."""
        name = obj.holder_name or str(obj.user)
        return name, reports.workplace(obj.user), initials(name)

    @display(description=_("program"), ordering="title")
    def program(self, obj: Certificate) -> str:
        """Return the printed title."""
        return obj.program_title or obj.title

    @display(description=_("status"), label=STATE_COLOURS, ordering="revoked_at")
    def state(self, obj: Certificate) -> tuple[bool, Any]:
        """Return whether the certificate is valid, with its label."""
        return obj.is_valid, _("valid") if obj.is_valid else _("revoked")

    @display(description=_("status"))
    def state_word(self, obj: Certificate) -> Any:
        """Return only the label, for the form."""
        return self.state(obj)[1]

    @display(description=_("PDF"))
    def download(self, obj: Certificate) -> str | None:
        """Return a link to the PDF, or to the file that another tool stored."""
        if obj.number:
            address = reverse("admin:lms_certificate_pdf", args=[obj.pk])
        elif obj.pdf_url and "://" not in obj.pdf_url:
            address = f"{reverse('media-preview')}?{urlencode({'key': obj.pdf_url})}"
        else:
            return None
        return format_html('<a class="{}" href="{}">{}</a>', LINK_CLASSES, address, _("Download"))

    @display(description=_("public page"))
    def public_page(self, obj: Certificate) -> str | None:
        """Return a link to the public page, which the QR code opens too."""
        if not obj.number:
            return None
        address = f"{settings.PORTAL_PUBLIC_URL}{reverse('certificate', args=[obj.number])}"
        return format_html(
            '<a class="{}" href="{}" target="_blank" rel="noopener">{}</a>',
            LINK_CLASSES,
            address,
            obj.number,
        )
