"""Signs people in and out; ends sessions; switches accounts off."""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lms.errors import (
    LastAdministrator,
    SessionEnded,
    SessionNotFound,
    WeakPassword,
    WrongCredentials,
)
from lms.models import Role, SessionKind, User, UserSession
from lms.services.accounts import known_devices, login_limits, passwords, sessions, tokens

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The user, the session and the tokens of a sign-in or refresh."""

    user: User
    session: UserSession
    access_token: str
    expires_in_seconds: int
    refresh_token: str
    media_token: str


def check_credentials(
    username: str, password: str, *, address: str | None, device_cookie: str | None = None
) -> User:
    """Return the user with this name and password; count a failure.

    `device_cookie` is what known_devices has stored on the device.

    Raises:
        TooManyLogins: the account or the address has to wait.
        WrongCredentials: the name is unknown, the password is wrong or the account is switched off.
        SignInsBusy: too many passwords are being checked at this moment.
    """
    found = passwords.find_user(username.replace("\x00", ""))
    with login_limits.limited_password_check():
        limits = login_limits.reserve(
            username,
            found,
            address=address,
            is_known_device=known_devices.knows(device_cookie, found),
        )
        user = passwords.verified_user(found, password)
    if user is None:
        logger.info("sign-in refused address=%s", address)
        raise WrongCredentials
    login_limits.succeeded(limits)
    return user


def log_in(user: User, *, address: str | None = None, device: str = "") -> SignedIn:
    """Open a session for a user whose password was checked."""
    expires_at = timezone.now() + settings.REFRESH_TOKEN_LIFETIME
    refresh_token = tokens.new_refresh_token(user, expires_at=expires_at)
    session = UserSession.objects.create(
        user=user,
        session_token=tokens.digest(refresh_token),
        account_state=user.session_state,
        expires_at=expires_at,
        ip_address=address,
        user_agent=device[:500],
    )
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    logger.info("signed in user=%s session=%s", user.pk, session.pk)
    return _signed_in(session, user, refresh_token)


def open_admin_session(user: User, *, address: str | None, device: str) -> UserSession:
    """Note a sign-in to the admin in the table of sessions, so that it is seen and can be ended."""
    session: UserSession = UserSession.objects.create(
        user=user,
        kind=SessionKind.ADMIN,
        session_token=tokens.digest(secrets.token_urlsafe(32)),
        account_state=user.session_state,
        expires_at=timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        ip_address=address,
        user_agent=device[:500],
    )
    return session


def refresh(refresh_token: str) -> SignedIn:
    """Make a new access token; the refresh token stays the same.

    The client always sends its first refresh token, also in parallel requests, so there is no
    rotation.

    Raises:
        SessionEnded: the token is malformed or expired, or its session has ended.
    """
    if not tokens.is_valid_refresh_token(refresh_token):
        raise SessionEnded
    known = UserSession.objects.alive().select_related("user")
    session = known.filter(session_token=tokens.digest(refresh_token)).first()
    if session is None or not sessions.fits_account(session):
        raise SessionEnded
    UserSession.objects.filter(pk=session.pk).update(last_activity=timezone.now())
    return _signed_in(session, session.user, refresh_token)


def log_out(refresh_token: str) -> None:
    """End the session of this refresh token; do nothing if there is none."""
    session = UserSession.objects.filter(session_token=tokens.digest(refresh_token)).first()
    if session is not None:
        revoke_session(session)


def log_out_by_access_token(access_token: str) -> None:
    """End the session of this access token; do nothing for one that is bad or has expired."""
    session_id = tokens.session_id(access_token)
    if session_id is not None:
        end_session(session_id)


def end_session(session_id: str) -> None:
    """End the session with this id, if it is open."""
    _revoke(UserSession.objects.filter(pk=session_id))


def revoke_session(session: UserSession) -> None:
    """End one session: its refresh token and its access tokens stop working at once."""
    _revoke(UserSession.objects.filter(pk=session.pk))


def revoke_own_session(user: User, session_id: UUID) -> None:
    """End one session of a person.

    Raises:
        SessionNotFound: the person has no open session with this id.
    """
    if not _revoke(UserSession.objects.filter(pk=session_id, user=user)):
        raise SessionNotFound


def change_own_password(user_id: UUID, present: str, new: str, *, kept_id: str | None) -> None:
    """Set a new password for a person who knows the present one; end all other sessions.

    Raises:
        WrongPassword: the present password is wrong.
        TooManyLogins: it was guessed too often.
        WeakPassword: the new one breaks a rule.
    """
    user: User = User.objects.get(pk=user_id)
    with login_limits.limited_password_check():
        passwords.require_password(user, present)
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise WeakPassword(fields={"new_password": error.messages}) from error
    user.set_password(new)
    user.save(update_fields=["password", "updated_at"])
    own_password_changed(user, kept_id or "")


def own_password_changed(user: User, kept_id: str) -> None:
    """End all sessions of a person who has just set a new password, but the one that did it."""
    with transaction.atomic():
        revoke_other_sessions(user, kept_id)
        if kept_id:
            UserSession.objects.filter(pk=kept_id).update(account_state=user.session_state)
        sessions.forget_user(user)


def revoke_other_sessions(user: User, kept_id: str | None) -> int:
    """End all sessions of a person but one; return how many were open."""
    others = UserSession.objects.filter(user=user)
    return _revoke(others.exclude(pk=kept_id) if kept_id else others)


def revoke_sessions_of(user: User) -> int:
    """End every session of a user; return how many were open."""
    return _revoke(UserSession.objects.filter(user=user))


def deactivate(user: User) -> None:
    """Switch an account off and end its sessions; its results and progress are kept.

    Raises:
        LastAdministrator: no other active administrator would remain.
    """
    with transaction.atomic():
        require_another_admin(user)
        user.is_active = False
        user.save(update_fields=["is_active", "updated_at"])
        revoke_sessions_of(user)


def require_another_admin(user: User) -> None:
    """Check that there is another active administrator; lock all of them until the commit.

    Raises:
        LastAdministrator: `user` is the last active administrator.
    """
    admins = User.objects.active().filter(role=Role.ADMIN).select_for_update()
    remaining = [admin.pk for admin in admins]
    if user.pk in remaining and len(remaining) == 1:
        raise LastAdministrator


def user_changed(user: User, changed: Collection[str]) -> None:
    """Let the next request see a changed account; `changed` names the columns.

    A new role, password or state ends all sessions: what somebody may do is decided at sign-in.
    """
    if user.is_active and not {"role", "password", "is_active"} & set(changed):
        sessions.forget_user(user)
    else:
        revoke_sessions_of(user)


def _revoke(rows: QuerySet[UserSession]) -> int:
    with transaction.atomic():
        open_rows = rows.filter(revoked_at__isnull=True)
        ids = list(open_rows.values_list("pk", flat=True))
        count = open_rows.update(revoked_at=timezone.now())
        sessions.forget(ids, ended=True)
    return count


def _signed_in(session: UserSession, user: User, refresh_token: str) -> SignedIn:
    access_token, expires_in_seconds = tokens.new_access_token(session, user)
    return SignedIn(
        user=user,
        session=session,
        access_token=access_token,
        expires_in_seconds=expires_in_seconds,
        refresh_token=refresh_token,
        media_token=tokens.new_media_token(session),
    )
