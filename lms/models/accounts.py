"""People: the user, the profile, sessions, figures, and departments."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lms.models.base import ApiModel, TimestampedModel, UUIDModel
from lms.models.bin import BinnableModel
from lms.models.roles import Role, may_enter_admin, role_allows


class UserQuerySet(models.QuerySet):
    """Conditions on users."""

    def active(self) -> "UserQuerySet":
        """Keep the people who may sign in."""
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"]):
    """Makes users with a hashed password."""

    def get_queryset(self) -> UserQuerySet:
        """Return all users."""
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        """Keep the people who may sign in."""
        return self.get_queryset().active()

    def create_user(self, username: str, password: str | None = None, **extra: object) -> "User":
        """Create and return a user; without a password nobody can sign in as this user."""
        user = self.model(username=username, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **extra: object) -> "User":
        """Create an administrator, as `manage.py createsuperuser` does."""
        return self.create_user(username, password, role=Role.ADMIN, **extra)


class User(UUIDModel, TimestampedModel, AbstractBaseUser):
    """A person with an account; the role alone determines the permissions."""

    username = models.CharField(_("username"), max_length=50, unique=True)
    password = models.CharField(_("password"), max_length=255, db_column="password_hash")
    full_name = models.CharField(_("full name"), max_length=100, null=True, blank=True)
    email = models.EmailField(_("e-mail"), max_length=100, null=True, blank=True)
    role = models.CharField(
        _("role"), max_length=20, choices=Role, default=Role.USER, db_default=Role.USER.value
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        db_default=True,
        help_text=_("Switch off instead of deleting: the results are kept, all sessions end."),
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "email"]
    objects = UserManager()

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["full_name", "username"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="users_role")
        ]
        indexes = [models.Index(models.functions.Lower("username"), name="users_username_lower")]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this person in."""
        return may_enter_admin(self.role)

    @property
    def is_superuser(self) -> bool:
        """Whether every permission is granted."""
        return self.is_active and self.role == Role.ADMIN

    @property
    def is_editor(self) -> bool:
        """Whether this person may write course content."""
        return self.role in {Role.ADMIN, Role.INSTRUCTOR}

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Tell whether the role grants a permission such as `lms.change_lesson`."""
        if not self.is_active:
            return False
        action, _sep, model_name = perm.rpartition(".")[2].partition("_")
        return role_allows(self.role, action, model_name)

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Tell whether every permission of the list is granted."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the admin shows this app at all."""
        return self.is_active and self.is_staff

    @property
    def session_state(self) -> str:
        """A digest of what ends all sessions when it changes."""
        return salted_hmac("lms.session", f"{self.role}:{self.password}").hexdigest()

    def get_full_name(self) -> str:
        """Return the name for greetings."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the short form of the name."""
        return self.username


class Department(BinnableModel, TimestampedModel, ApiModel):
    """A department of the company, shown on the client's page of departments."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        MAINTENANCE = "maintenance", _("maintenance")
        INACTIVE = "inactive", _("inactive")

    name = models.CharField(
        _("name"), max_length=255, null=True, blank=True, help_text=_("Shown to employees.")
    )
    short_name = models.CharField(_("short name"), max_length=50, unique=True)
    description = models.TextField(_("description"), null=True, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=255, null=True, blank=True)
    name_en = models.CharField(_("name in English"), max_length=255, null=True, blank=True)
    description_ru = models.TextField(_("description in Russian"), null=True, blank=True)
    description_en = models.TextField(_("description in English"), null=True, blank=True)
    image = models.CharField(_("picture"), max_length=1000, null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        default=Status.ACTIVE,
        db_default=Status.ACTIVE.value,
        null=True,
    )

    API_FIELDS = (
        "id",
        "name",
        "short_name",
        "description",
        "name_ru",
        "name_en",
        "description_ru",
        "description_en",
        "image",
        "status",
    )
    API_DETAIL_FIELDS = (*API_FIELDS, "created_at", "updated_at")

    class Meta:
        db_table = "departments"
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name", "short_name"]

    def __str__(self) -> str:
        return self.name or self.name_ru or self.short_name


class Profile(TimestampedModel):
    """Details that a person gives; HR filters people by station and department."""

    user = models.OneToOneField(
        User,
        verbose_name=_("user"),
        primary_key=True,
        db_column="id",
        on_delete=models.CASCADE,
        related_name="profile",
    )
    full_name = models.CharField(_("full name"), max_length=255, null=True, blank=True)
    email = models.CharField(_("e-mail"), max_length=255, null=True, blank=True)
    avatar_url = models.TextField(
        _("avatar"), null=True, blank=True, help_text=_("Object key or address of the picture.")
    )
    company = models.CharField(_("station as written"), max_length=255, null=True, blank=True)
    position = models.CharField(_("position"), max_length=255, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=50, null=True, blank=True)
    bio = models.TextField(_("about"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=10, default="ru", db_default="ru", null=True
    )
    email_notifications = models.BooleanField(
        _("e-mail notifications"), default=True, db_default=True, null=True
    )
    push_notifications = models.BooleanField(
        _("push notifications"), default=True, db_default=True, null=True
    )
    weekly_report = models.BooleanField(
        _("weekly report"), default=False, db_default=False, null=True
    )
    station = models.ForeignKey(
        "lms.Station",
        verbose_name=_("station"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="profiles",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="profiles",
    )

    class Meta:
        db_table = "user_profiles"
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return self.full_name or str(self.user)


class SessionKind(models.TextChoices):
    """Where a session was opened."""

    API = "api", _("client")
    ADMIN = "admin", _("admin")


class UserSessionQuerySet(models.QuerySet):
    """Conditions on sessions."""

    def alive(self) -> "UserSessionQuerySet":
        """Keep the sessions that are neither ended nor expired nor idle for too long."""
        now = timezone.now()
        idle = Q(kind=SessionKind.API, last_activity__lt=now - settings.SESSION_IDLE_TIME) | Q(
            kind=SessionKind.ADMIN, last_activity__lt=now - settings.ADMIN_IDLE_TIME
        )
        return self.filter(~idle, revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)


class UserSession(UUIDModel):
    """One sign-in on one device; holds a digest of the refresh token, never the token.

    A session of the admin has no refresh token: its digest is that of a random number.
    """

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="sessions"
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=SessionKind,
        default=SessionKind.API,
        db_default=SessionKind.API.value,
    )
    session_token = models.CharField(_("digest of the refresh token"), max_length=255, unique=True)
    # A digest of password and role at sign-in: the session ends when either changes, however that
    # happens. Empty in sessions that are older than this column.
    account_state = models.CharField(
        _("state of the account"), max_length=64, blank=True, default="", db_default=""
    )
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("signed in"), auto_now_add=True, db_default=Now())
    last_activity = models.DateTimeField(
        _("last activity"), default=timezone.now, db_default=Now(), null=True
    )
    ip_address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    user_agent = models.TextField(_("device"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        db_table = "user_sessions"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-last_activity"]
        indexes = [models.Index(fields=["expires_at"], name="user_sessions_expires")]

    def __str__(self) -> str:
        return f"{self.user} ({self.ip_address or '?'})"

    def is_current(self, now: datetime) -> bool:
        """Tell whether the session has neither expired nor been idle for too long."""
        is_admin = self.kind == SessionKind.ADMIN
        idle_time = settings.ADMIN_IDLE_TIME if is_admin else settings.SESSION_IDLE_TIME
        last = self.last_activity or self.created_at
        return self.expires_at > now and now - last <= idle_time


class UserStats(models.Model):
    """Statistics of one person for other tools; the portal updates the numbers of programs."""

    user = models.OneToOneField(
        User,
        verbose_name=_("user"),
        primary_key=True,
        db_column="user_id",
        on_delete=models.CASCADE,
        related_name="stats",
    )
    active_courses = models.IntegerField(_("active courses"), default=0, db_default=0)
    completed_courses = models.IntegerField(_("completed courses"), default=0, db_default=0)
    total_hours_studied = models.DecimalField(
        _("hours studied"), max_digits=10, decimal_places=2, default=0, db_default=0
    )
    certificates_count = models.IntegerField(_("certificates"), default=0, db_default=0)
    achievements = models.JSONField(
        _("achievements"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    last_updated = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        db_table = "user_stats"
        verbose_name = _("user figures")
        verbose_name_plural = _("user figures")

    def __str__(self) -> str:
        return str(self.user)


class LdapTempSession(UUIDModel):
    """A person of the company's directory who has not registered yet."""

    ldap_email = models.CharField(_("e-mail"), max_length=100)
    ldap_username = models.CharField(_("username"), max_length=50)
    ldap_full_name = models.CharField(_("full name"), max_length=100, null=True, blank=True)
    ldap_phone = models.CharField(_("phone"), max_length=50, null=True, blank=True)
    ldap_department = models.CharField(_("department"), max_length=255, null=True, blank=True)
    ldap_position = models.CharField(_("position"), max_length=255, null=True, blank=True)
    ldap_groups = models.JSONField(_("groups"), null=True, blank=True)
    session_token = models.TextField(_("digest of the token"), unique=True, null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now(), null=True)

    class Meta:
        db_table = "ldap_temp_sessions"
        verbose_name = _("directory sign-in")
        verbose_name_plural = _("directory sign-ins")

    def __str__(self) -> str:
        return self.ldap_username
