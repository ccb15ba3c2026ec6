"""The list of mails in the admin: what became of each, a second try, and a test message."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from lms.admin.base import ReadOnlyModelAdmin, for_each_row
from lms.admin.filters import ChoiceFilter, PeriodFilter, PlainLabelMixin
from lms.admin.labels import time_column
from lms.admin.request_user import request_user
from lms.models import MAIL_KINDS, Mail, MailStatus, User
from lms.services.notices import mails
from lms.services.notices.recipients import mail_address
from lms.services.notices.trial import queue_test_mail
from portal.common.confirmation import Question, confirmed
from portal.common.errors import AppError

MAIL_COLOURS = {
    MailStatus.QUEUED.value: "info",
    MailStatus.SENT.value: "success",
    MailStatus.FAILED.value: "danger",
    MailStatus.SKIPPED.value: "default",
}
_ON_PERSONS_PAGE = 5
_SEND_AGAIN = Question(
    title=ngettext_lazy("Send %(count)d mail again?", "Send %(count)d mails again?", "count"),
    note=gettext_lazy("They go to the addresses that the people have now."),
    button=gettext_lazy("Send again"),
    changing=lambda selected: selected.filter(status=MailStatus.FAILED),
    lines=lambda rows: [_("People: %(count)d") % {"count": rows.values("user").distinct().count()}],
)


class MailKindFilter(PlainLabelMixin, DropdownFilter):
    """The kind of mail."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the kinds that have a word."""
        return list(MAIL_KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyModelAdmin):
    """Mails, the latest first."""

    list_display = [
        "recipient",
        "kind_word",
        "state",
        "error",
        time_column("created_at", gettext_lazy("created")),
        time_column("sent_at", gettext_lazy("sent")),
    ]
    list_select_related = ["user"]
    list_filter = [("status", ChoiceFilter), MailKindFilter, ("created_at", PeriodFilter)]
    search_fields = ["user__full_name", "user__username", "address"]
    list_before_template = "lms/admin/notices/test_mail.html"
    change_form_outer_before_template = "lms/admin/notices/mail.html"
    ordering = ["-created_at"]
    fields = [
        "user",
        "address",
        "kind_word",
        "subject",
        "status_word",
        "error",
        "attempts",
        "created_at",
        "sent_at",
    ]
    readonly_fields = ["kind_word", "status_word"]
    actions = ["send_again"]

    def get_urls(self) -> list[URLPattern]:
        """Add the view that sends a test message."""
        view = self.admin_site.admin_view(self.test_view)
        return [path("test/", view, name="lms_mail_test"), *super().get_urls()]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Let roles that may change mails send them; nobody edits the form."""
        return request.user.has_perm("lms.change_mail")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add what the form of the test message needs."""
        context = {
            "mail_is_on": settings.MAIL_ENABLED,
            "is_outbox": settings.MAIL_OUTBOX,
            "may_send": self.has_send_permission(request),
            "own_address": mail_address(request_user(request)),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the job of the mail, and its texts where they are kept."""
        mail = context["original"]
        context |= {
            "mail": mail,
            "job": mails.job_of(mail) if mail.status != MailStatus.SENT else None,
            "is_outbox": settings.MAIL_OUTBOX,
            "show_history": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Queue a test message and show its row."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_send_permission(request):
            raise PermissionDenied
        address = request.POST.get("address", "").strip()
        try:
            mail = queue_test_mail(request_user(request), address=_checked(address))
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
        except forms.ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, _("The test message is in the queue."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:lms_mail_change", args=[mail.pk]))
        return HttpResponseRedirect(reverse("admin:lms_mail_changelist"))

    @admin.action(description=gettext_lazy("Send the selected mails again"), permissions=["send"])
    @confirmed(_SEND_AGAIN)
    def send_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Queue the failed ones among the selected mails again, all or none."""
        count = for_each_row(queryset.filter(status=MailStatus.FAILED), mails.send_again)
        text = ngettext("%d mail is in the queue again.", "%d mails are in the queue again.", count)
        self.message_user(request, text % count, messages.SUCCESS if count else messages.WARNING)

    @display(description=gettext_lazy("recipient"), header=True, ordering="user__full_name")
    def recipient(self, obj: Mail) -> tuple[str, str]:
        """Return the name, and the address that the mail went to or would go to."""
        return str(obj.user), obj.address or obj.user.email or ""

    @display(description=gettext_lazy("kind"), ordering="kind")
    def kind_word(self, obj: Mail) -> str:
        """Return the kind in words."""
        return obj.kind_word

    @display(description=gettext_lazy("status"), label=MAIL_COLOURS, ordering="status")
    def state(self, obj: Mail) -> tuple[str, str | Promise]:
        """Return the status with its word."""
        return obj.status, obj.get_status_display()

    @display(description=gettext_lazy("status"))
    def status_word(self, obj: Mail) -> str:
        """Return the word alone, for the detail page."""
        return obj.get_status_display()


def mails_of(request: HttpRequest, person: User) -> list[Mail] | None:
    """Return a person's last mails for their page; None for those who may not see mails."""
    if not request.user.has_perm("lms.view_mail"):
        return None
    mails_of_person = Mail.objects.filter(user=person).order_by("-created_at")
    return list(mails_of_person[:_ON_PERSONS_PAGE])


def _checked(address: str) -> str:
    if address:
        validate_email(address)
    return address
