"""A mail that an administrator sends to see whether mail works."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.errors import MailNotSetUp, NoMailAddress
from lms.models import Mail, User
from lms.services.notices import mails
from portal.jobs.tasks import task


def queue_test_mail(user: User, *, address: str = "") -> Mail:
    """Queue a test message to a person's own or to another address.

    Raises:
        MailNotSetUp: mail is not set up.
        NoMailAddress: none was given, and the person has none.
    """
    if not settings.MAIL_ENABLED:
        raise MailNotSetUp(
            _("Mail is not set up: EMAIL_HOST is missing in the settings of the portal.")
        )
    data = {"address": address} if address else {}
    mail = mails.queue(user, kind="test", task=send_test_mail, data=data)
    if mail is None:
        raise NoMailAddress(_("Your account has no e-mail address. Enter one."))
    return mail


@task(title=_("Send a test message"), atomic=False, priority=mails.MAIL_PRIORITY, max_attempts=2)
def send_test_mail(mail_id: str) -> None:
    """Send the message; somebody waits for the result, so there is one more attempt and no more."""
    mails.deliver(mail_id, lambda _user, _data: {})
