"""Signs people in and out; ends sessions; switches accounts off."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lms.errors import LastAdministrator, SessionEnded, WrongCredentials
from lms.models import Role, User, UserSession
from lms.services.accounts import login_limits, passwords, sessions, tokens

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


def check_credentials(username: str, password: str, *, address: str | None) -> User:
    """Return the user with this name and password; count a failure.

    Raises:
        TooManyLogins: the account or the address has to wait.
        WrongCredentials: the name is unknown, the password is wrong or the account is switched off.
        SignInsBusy: too many passwords are being checked at this moment.
    """
    login_limits.check(username, address=address)
    with login_limits.limited_password_check():
        user = passwords.verified_user(username, password)
    if user is None:
        login_limits.record_failure(username, address=address)
        logger.info("sign-in refused address=%s", address)
        raise WrongCredentials
    login_limits.record_success(username)
    return user


def log_in(user: User, *, address: str | None = None, device: str = "") -> SignedIn:
    """Open a session for a user whose password was checked."""
    expires_at = timezone.now() + settings.REFRESH_TOKEN_LIFETIME
    refresh_token = tokens.new_refresh_token(user, expires_at=expires_at)
    session = UserSession.objects.create(
        user=user,
        session_token=tokens.digest(refresh_token),
        expires_at=expires_at,
        ip_address=address,
        user_agent=device[:500],
    )
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    logger.info("signed in user=%s session=%s", user.pk, session.pk)
    return _signed_in(session, user, refresh_token)


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
    if session is None:
        raise SessionEnded
    UserSession.objects.filter(pk=session.pk).update(last_activity=timezone.now())
    return _signed_in(session, session.user, refresh_token)


def log_out(refresh_token: str) -> None:
    """End the session of this refresh token; do nothing if there is none."""
    session = UserSession.objects.filter(session_token=tokens.digest(refresh_token)).first()
    if session is not None:
        revoke_session(session)


def revoke_session(session: UserSession) -> None:
    """End one session: its refresh token and its access tokens stop working at once."""
    _revoke(UserSession.objects.filter(pk=session.pk))


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


def user_changed(user: User) -> None:
    """Let the next request see a changed account; end the sessions if it was switched off."""
    if user.is_active:
        sessions.forget_user(user)
    else:
        revoke_sessions_of(user)


def _revoke(rows: QuerySet[UserSession]) -> int:
    with transaction.atomic():
        open_rows = rows.filter(revoked_at__isnull=True)
        ids = list(rows.values_list("pk", flat=True))
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
