"""Sessions in the admin: of the client and of the admin itself, and sign-ins by the directory."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from unfold.decorators import display

from lms.admin.accounts.users import initials
from lms.admin.base import ReadOnlyModelAdmin, for_each_row
from lms.admin.confirmation import counted
from lms.admin.filters import ChoiceFilter, OpenSessionFilter, PeriodFilter, RelatedFilter
from lms.admin.labels import time_column
from lms.models import LdapTempSession, UserSession
from lms.selectors.history import impact
from lms.services.accounts import sign_in
from portal.common.confirmation import Question, confirmed

_END = Question(
    title=ngettext_lazy("End %(count)d session?", "End %(count)d sessions?", "count"),
    note=_("These devices are signed out at once; the people have to sign in again."),
    button=_("End the sessions"),
    changing=lambda selected: selected.filter(revoked_at__isnull=True),
    lines=counted(impact.by_sessions),
)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyModelAdmin):
    """Sessions of people; ending a session takes effect at once."""

    list_display = [
        "person",
        "kind",
        "ip_address",
        "device",
        time_column("created_at", _("signed in")),
        time_column("last_activity", _("last activity")),
        "state",
    ]
    list_select_related = ["user"]
    list_filter = [
        OpenSessionFilter,
        ("kind", ChoiceFilter),
        ("user", RelatedFilter),
        ("last_activity", PeriodFilter),
    ]
    search_fields = ["user__full_name", "user__username", "ip_address"]
    date_hierarchy = "created_at"
    fields = [
        "user",
        "kind",
        "ip_address",
        "user_agent",
        "created_at",
        "last_activity",
        "expires_at",
        "revoked_at",
    ]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Let roles that may change sessions end them; nobody edits the form."""
        return request.user.has_perm("lms.change_usersession")

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        """End the session, then delete its row."""
        sign_in.revoke_session(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """End the sessions, then delete their rows."""
        for_each_row(queryset, sign_in.revoke_session)
        super().delete_queryset(request, queryset)

    @admin.action(description=_("End the selected sessions"), permissions=["revoke"])
    @confirmed(_END)
    def revoke(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Sign out the selected devices."""
        count = for_each_row(queryset.filter(revoked_at__isnull=True), sign_in.revoke_session)
        self.message_user(
            request,
            ngettext("%d session ended.", "%d sessions ended.", count) % count,
            messages.SUCCESS,
        )

    @display(description=_("person"), header=True, ordering="user__full_name")
    def person(self, obj: UserSession) -> tuple[str, str, str]:
        """Return name, user name and initials."""
        return str(obj.user), obj.user.username, initials(str(obj.user))

    @display(description=_("device"))
    def device(self, obj: UserSession) -> str:
        """Return the start of the name that the browser sent."""
        return (obj.user_agent or "")[:60] or self.empty_value_display

    @display(
        description=_("state"), label={"alive": "success", "ended": "default", "expired": "warning"}
    )
    def state(self, obj: UserSession) -> tuple[str, str | Promise]:
        """Return whether the session is open, ended or expired."""
        if obj.revoked_at is not None or not obj.user.is_active:
            return "ended", _("ended")
        if not obj.is_current(timezone.now()):
            return "expired", _("expired")
        return "alive", _("signed in")


@admin.register(LdapTempSession)
class LdapTempSessionAdmin(ReadOnlyModelAdmin):
    """People who are in the company's directory and have not registered yet."""

    list_display = [
        "ldap_username",
        "ldap_full_name",
        "ldap_department",
        "ldap_position",
        time_column("created_at", _("created")),
        time_column("expires_at", _("expires")),
    ]
    search_fields = ["ldap_username", "ldap_full_name", "ldap_email"]
    fields = [
        "ldap_username",
        "ldap_full_name",
        "ldap_email",
        "ldap_phone",
        "ldap_department",
        "ldap_position",
        "created_at",
        "expires_at",
    ]
