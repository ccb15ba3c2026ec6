"""The daily mail about notices that were not read and not mailed by themselves."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models import Notice, User
from lms.selectors import notices as selectors
from lms.services.notices import mails
from lms.services.notices.batches import in_batches
from portal.jobs.tasks import task

# A mail names the first of them and says how many more there are.
_SHOWN = 20
_MOST = 1000


# Not atomic: each person has a transaction of their own, and gets one mail of the day.
@task(title=_("Daily digests of notices"), atomic=False, time_limit_seconds=3600)
def queue_digests() -> int:
    """Queue a digest for everybody with unread news; return how many."""
    if not settings.MAIL_ENABLED:
        return 0
    return sum(
        queue_digest(user) for batch in in_batches(selectors.people_for_digest()) for user in batch
    )


def queue_digest(user: User) -> bool:
    """Queue the digest of a person unless today's was queued before; tell whether it was.

    Its notices are marked as mailed in the same transaction.
    """
    with transaction.atomic():
        ids = selectors.digest_notice_ids(user.pk, limit=_MOST)
        if not ids:
            return False
        data = {"notices": [str(pk) for pk in ids[:_SHOWN]], "count": len(ids)}
        key = f"digest:{user.pk}:{timezone.localdate()}"
        mail = mails.queue(user, kind="digest", task=send_digest, data=data, unique_key=key)
        if mail is None or mail.data != data:
            # No address any more, or today's mail tells other news: these wait for tomorrow.
            return False
        Notice.objects.filter(pk__in=ids).update(mailed_at=timezone.now())
        return True


@task(title=_("Send a daily digest"), atomic=False)
def send_digest(mail_id: str) -> None:
    """Send the mail; what was read in the meantime is named too."""
    mails.deliver(mail_id, _context)


def _context(_user: User, data: dict[str, Any]) -> dict[str, Any]:
    shown = Notice.objects.filter(pk__in=data["notices"]).order_by("-created_at", "pk")
    return {
        "notices": list(shown),
        "count": data["count"],
        "more": data["count"] - len(data["notices"]),
    }
