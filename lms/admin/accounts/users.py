"""People in the admin: users, profiles, sessions."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from unfold.decorators import display

from lms.admin.accounts.forms import PasswordForm, PersonChangeForm, PersonCreationForm
from lms.admin.base import (
    PortalModelAdmin,
    PortalStackedInline,
    ReadOnlyModelAdmin,
    UnorderedMixin,
    for_each_row,
)
from lms.admin.confirmation import counted
from lms.admin.filters import (
    ChoiceFilter,
    LearnedFilter,
    PeriodFilter,
    RelatedFilter,
    YesNoFilter,
)
from lms.admin.labels import FLAG_COLOURS, ROLE_COLOURS, time_column
from lms.admin.notices.mails import mails_of
from lms.admin.upload_fields import Upload
from lms.models import Profile, User, UserStats
from lms.selectors import reports
from lms.selectors.history import impact
from lms.services.accounts import password_links, sign_in
from portal.common.confirmation import Question, confirmed

_OFF = Question(
    title=ngettext_lazy("Switch off %(count)d account?", "Switch off %(count)d accounts?", "count"),
    note=_("These people are signed out at once and cannot sign in. Their results stay."),
    button=_("Switch off"),
    changing=lambda selected: selected.filter(is_active=True),
    lines=counted(impact.by_people_signed_in),
)
_INVITE = Question(
    title=ngettext_lazy(
        "Send a link to %(count)d person?", "Send a link to %(count)d people?", "count"
    ),
    note=_("By the link they set a password. Until then their present password works."),
    button=_("Send"),
    changing=lambda selected: selected.filter(is_active=True).exclude(email=None).exclude(email=""),
    lines=counted(impact.by_people),
)
_ON = Question(
    title=ngettext_lazy("Switch on %(count)d account?", "Switch on %(count)d accounts?", "count"),
    note=_("These people can sign in again with the password they had."),
    button=_("Switch on"),
    changing=lambda selected: selected.filter(is_active=False),
    lines=counted(impact.by_people),
)
_END_ALL = Question(
    title=ngettext_lazy(
        "End all sessions of %(count)d account?", "End all sessions of %(count)d accounts?", "count"
    ),
    note=_("These people are signed out everywhere and have to sign in again."),
    button=_("End the sessions"),
    changing=lambda selected: selected,
    lines=counted(impact.by_people_signed_in),
)
# Permissions follow only from the role (lms/models/roles.py).
admin.site.unregister(Group)


class ProfileInline(UnorderedMixin, PortalStackedInline):
    """The person's workplace, on the page of the account."""

    model = Profile
    max_num = 1
    can_delete = False
    collapsible = False
    show_title = False
    fields = ["position", "station", "department", "company", "phone", "language"]
    autocomplete_fields = ["station", "department"]


# Django's UserAdmin declares types that are narrower than those of the mixins and of unfold.
@admin.register(User)
class UserAdmin(PortalModelAdmin, DjangoUserAdmin):  # type: ignore[misc]
    """Accounts; only the role decides what a person may do."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = PasswordForm
    change_user_password_template = "lms/admin/accounts/change_password.html"  # noqa: S105  # a template
    list_display = [
        "person",
        "role_label",
        "workplace",
        "state",
        time_column("last_login", _("last sign-in")),  # type: ignore[list-item]  # may be None
    ]
    list_select_related = ["profile__station", "profile__department"]
    list_filter = [
        ("role", ChoiceFilter),
        ("is_active", YesNoFilter),
        ("profile__station", RelatedFilter),
        ("profile__department", RelatedFilter),
        ("last_login", PeriodFilter),
        ("created_at", LearnedFilter),
    ]
    search_fields = ["username", "full_name", "email"]
    ordering = ["full_name", "username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["full_name", ("username", "email"), "role", "is_active"]}),
        (_("Sign-in"), {"fields": ["password", "last_login", "created_at", "own_password"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["full_name", "username", "email", "role"]}),
        (
            _("Sign-in"),
            {
                "fields": ["password1", "password2"],
                "description": _(
                    "Leave both fields empty to send an invitation to the e-mail address: the "
                    "person then sets the password."
                ),
            },
        ),
    ]
    readonly_fields = ["last_login", "created_at"]
    inlines = [ProfileInline]
    change_form_outer_after_template = "lms/admin/notices/mails_of_person.html"
    actions = ["invite", "switch_off", "switch_on", "end_sessions"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Hide the password from people who may only view accounts."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [fieldsets[0], (_("Sign-in"), {"fields": ["last_login", "created_at"]})]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the last mails of the person."""
        person = context.get("original")
        if person is not None:
            context["mails"] = mails_of(request, person)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Save; a changed role applies at once, and switching an account off ends its sessions."""
        super().save_model(request, obj, form, change)
        if change:
            sign_in.user_changed(obj, form.changed_data)
        elif isinstance(form, PersonCreationForm) and form.needs_invitation:
            password_links.invite([obj])
            self.message_user(
                request, _("An invitation was sent to %s.") % obj.email, messages.SUCCESS
            )

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete an account and its sessions, unless it belongs to the last administrator."""
        with transaction.atomic():
            sign_in.require_another_admin(obj)
            sign_in.revoke_sessions_of(obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete the selected accounts one by one, all or none."""
        with transaction.atomic():
            for_each_row(queryset, lambda user: self.delete_model(request, user))

    @admin.action(
        description=_("Send the selected people a link to set a password"), permissions=["change"]
    )
    @confirmed(_INVITE)
    def invite(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Mail a link to everybody of the selected who has an address."""
        count = password_links.invite(list(queryset.select_related("profile")))
        left_out = queryset.count() - count
        sent = ngettext("%d invitation sent.", "%d invitations sent.", count) % count
        self.message_user(request, sent, messages.SUCCESS)
        if left_out:
            text = ngettext(
                "%d person has no e-mail address or is switched off.",
                "%d people have no e-mail address or are switched off.",
                left_out,
            )
            self.message_user(request, text % left_out, messages.WARNING)

    @admin.action(description=_("Switch off the selected accounts"), permissions=["change"])
    @confirmed(_OFF)
    def switch_off(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Switch accounts off, all or none; results are kept."""
        with transaction.atomic():
            count = for_each_row(queryset.filter(is_active=True), sign_in.deactivate)
        self.message_user(
            request,
            ngettext("%d account switched off.", "%d accounts switched off.", count) % count,
            messages.SUCCESS,
        )

    @admin.action(description=_("Switch on the selected accounts"), permissions=["change"])
    @confirmed(_ON)
    def switch_on(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Let people sign in again."""
        count = queryset.filter(is_active=False).update(is_active=True, updated_at=timezone.now())
        self.message_user(
            request,
            ngettext("%d account switched on.", "%d accounts switched on.", count) % count,
            messages.SUCCESS,
        )

    @admin.action(
        description=_("End all sessions of the selected accounts"), permissions=["change"]
    )
    @confirmed(_END_ALL)
    def end_sessions(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Sign people out everywhere."""
        count = sum(sign_in.revoke_sessions_of(user) for user in queryset)
        self.message_user(
            request,
            ngettext("%d session ended.", "%d sessions ended.", count) % count,
            messages.SUCCESS,
        )

    @display(description=_("person"), header=True, ordering="full_name")
    def person(self, obj: User) -> tuple[str, str, str]:
        """Return name, user name and initials."""
        return str(obj), obj.username, initials(str(obj))

    @display(description=_("role"), label=ROLE_COLOURS, ordering="role")
    def role_label(self, obj: User) -> tuple[str, str]:
        """Return the role with its label."""
        return obj.role, obj.get_role_display()

    @display(description=_("workplace"), header=True, ordering="profile__station__name")
    def workplace(self, obj: User) -> tuple[str, str]:
        """Return the position, and the department with the station."""
        profile = reports.profile_of(obj)
        position = profile.position if profile is not None else None
        return position or self.empty_value_display, reports.workplace(obj)

    @display(description=_("account"), label=FLAG_COLOURS, ordering="is_active")
    def state(self, obj: User) -> tuple[bool, str | Promise]:
        """Return whether the person may sign in."""
        return obj.is_active, _("active") if obj.is_active else _("switched off")


@admin.register(Profile)
class ProfileAdmin(PortalModelAdmin):
    """Personal data that people enter, and where they work."""

    list_display = ["person", "position", "station", "department", "phone", "language"]
    list_select_related = ["user", "station", "department"]
    list_filter = [("station", RelatedFilter), ("department", RelatedFilter)]
    search_fields = ["full_name", "user__full_name", "user__username", "position", "phone"]
    autocomplete_fields = ["user", "station", "department"]
    upload_fields = {"avatar_url": Upload(("image",), "avatars", bare_folder="avatars")}
    fieldsets = [
        (None, {"fields": ["user", "full_name", "position", ("station", "department")]}),
        (_("Contact"), {"fields": ["email", "phone", "company", "avatar_url", "bio"]}),
        (
            _("Preferences"),
            {"fields": ["language", "email_notifications", "push_notifications", "weekly_report"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Let nobody give a profile to another person."""
        return ["user"] if obj else []

    @display(description=_("person"), header=True, ordering="full_name")
    def person(self, obj: Profile) -> tuple[str, str, str]:
        """Return name, user name and initials."""
        return str(obj), obj.user.username, initials(str(obj))


@admin.register(UserStats)
class UserStatsAdmin(ReadOnlyModelAdmin):
    """Figures of people; other tools write some of them."""

    list_display = [
        "user",
        "active_courses",
        "completed_courses",
        "total_hours_studied",
        "certificates_count",
        time_column("last_updated", _("changed")),
    ]
    list_select_related = ["user"]
    search_fields = ["user__full_name", "user__username"]


def initials(name: str) -> str:
    """Return the first letters of the first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper()
