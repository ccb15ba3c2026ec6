"""Links by which people set their password themselves: invitations and resets.

A link holds a signed token about the state of the account: it ends with the first use, with a
sign-in, with a changed password or e-mail, when the account is switched off, and after its time.
Nothing is stored.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lms.errors import LinkExpired, MailNotSetUp, NoMailAddress, TooManyFromNetwork
from lms.models import User
from lms.services.accounts import attempt_limits, sign_in
from lms.services.accounts.attempt_limits import Limit
from lms.services.notices import mails
from lms.services.notices.notices import notify
from lms.services.notices.recipients import language_of, mail_address
from portal.jobs.tasks import task

RESET = "reset"
INVITATION = "invitation"
_SALT = "lms.password-link"
# At most one mail for each account in this time, however often somebody asks.
_RESET_PAUSE_SECONDS = 600
_REQUESTS_PER_ADDRESS = 20
_LONGEST_WAIT_SECONDS = 3600


def lifetime(purpose: str) -> timedelta:
    """Return how long a link of this purpose works."""
    if purpose == INVITATION:
        return timedelta(days=settings.INVITATION_DAYS)
    return timedelta(minutes=settings.PASSWORD_LINK_MINUTES)


def make_link(user: User, purpose: str) -> str:
    """Return the address of the page where this person sets a password."""
    token = signing.dumps([str(user.pk), purpose, _state(user)], salt=_SALT, compress=False)
    return f"{settings.MAIL_LINK_BASE}/account/password/{token}?lang={language_of(user)}"


def user_of_link(token: str) -> User:
    """Return the person of a link that still works.

    Raises:
        LinkExpired: it was used, is too old, or is no link of ours.
    """
    try:
        user_id, purpose, state = signing.loads(token, salt=_SALT)
        # Read again with the age that belongs to the purpose.
        signing.loads(token, salt=_SALT, max_age=lifetime(purpose))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkExpired from error
    user: User | None = User.objects.active().filter(pk=user_id).first()
    if user is None or _state(user) != state:
        raise LinkExpired
    return user


def set_password_by_link(token: str, password: str) -> User:
    """Set the password of the person of a link, and end all sessions.

    Raises:
        LinkExpired: the link does not work any more.
        ValidationError: the password is too weak; its messages say why.
    """
    user = user_of_link(token)
    validate_password(password, user)
    with transaction.atomic():
        # Of two uses at the same moment the second finds another state.
        locked = User.objects.select_for_update().get(pk=user.pk)
        if _state(locked) != _state(user):
            raise LinkExpired
        locked.set_password(password)
        locked.save(update_fields=["password", "updated_at"])
        sign_in.revoke_sessions_of(locked)
        notify(
            locked,
            kind="password_changed",
            title=_("Your password was changed"),
            text=_("If it was not you, tell the administrator of the portal at once."),
            by_mail="now",
        )
    return locked


def request_reset(name: str, *, address: str | None) -> None:
    """Queue a link for each account with this user name or e-mail address.

    Does the same for known and unknown names, so that nobody learns which exist.

    Raises:
        MailNotSetUp: this installation sends no mail.
        TooManyFromNetwork: too many requests from this network address.
    """
    if not settings.MAIL_ENABLED:
        raise MailNotSetUp
    _count_request(address)
    name = name.strip().replace("\x00", "")
    matching = Q(username__iexact=name) | Q(email__iexact=name)
    found = User.objects.active().filter(matching)[:10]
    send_reset_links.enqueue([str(user.pk) for user in found if mail_address(user)])


@task(title=_("Prepare links to reset passwords"), priority=mails.MAIL_PRIORITY, keep_days=1)
def send_reset_links(user_ids: Sequence[str]) -> None:
    """Queue the mails of one request; the list is empty when nobody has the name."""
    period = int(time.time()) // _RESET_PAUSE_SECONDS
    for user in User.objects.active().filter(pk__in=user_ids):
        mails.queue(
            user,
            kind="password_reset",
            task=send_reset_mail,
            unique_key=f"password_reset:{user.pk}:{period}",
        )


@task(title=_("Send a link to reset a password"), atomic=False, priority=mails.MAIL_PRIORITY)
def send_reset_mail(mail_id: str) -> None:
    """Send the mail with the link, which is made now and stored nowhere."""
    mails.deliver(mail_id, lambda user, _data: _link_context(user, RESET))


def invite(users: Sequence[User]) -> int:
    """Queue an invitation for each person with an e-mail address; return how many.

    Raises:
        MailNotSetUp: this installation sends no mail.
        NoMailAddress: nobody of them has an address, or their accounts are switched off.
    """
    if not settings.MAIL_ENABLED:
        raise MailNotSetUp
    with transaction.atomic():
        queued = [mails.queue(user, kind="invitation", task=send_invitation_mail) for user in users]
    count = sum(mail is not None for mail in queued)
    if not count:
        raise NoMailAddress
    return count


@task(title=_("Send an invitation"), atomic=False, priority=mails.MAIL_PRIORITY)
def send_invitation_mail(mail_id: str) -> None:
    """Send the mail with the link to set the first password."""
    mails.deliver(mail_id, lambda user, _data: _link_context(user, INVITATION))


def _link_context(user: User, purpose: str) -> dict[str, Any]:
    return {
        "link": make_link(user, purpose),
        "minutes": settings.PASSWORD_LINK_MINUTES,
        "days": settings.INVITATION_DAYS,
    }


def _state(user: User) -> str:
    """Return a digest of what ends a link when it changes."""
    parts = [user.password, user.last_login, user.email, user.username]
    return salted_hmac(_SALT, "\x00".join(map(str, parts)), algorithm="sha256").hexdigest()[:32]


def _count_request(address: str | None) -> None:
    key = f"password-link-from:{address or 'unknown'}"
    limit = Limit(key, _REQUESTS_PER_ADDRESS, _LONGEST_WAIT_SECONDS)
    wait_seconds = attempt_limits.reserve([limit])
    if wait_seconds:
        raise TooManyFromNetwork(retry_after_seconds=wait_seconds)
