"""The weekly report that people switch on in their profile: a notice, and a mail for who has one.

It goes to those who learn in a program or completed one within the week. A week without results
says so kindly. Whoever completed everything before, or is enrolled nowhere, gets none.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lms.models import User
from lms.selectors.notices import WEEKLY_REPORT, people_for_weekly_report
from lms.selectors.progress.activity import Days
from lms.selectors.progress.weekly import ProgramWeek, last_full_week, program_weeks
from lms.services.notices import mails
from lms.services.notices.batches import in_batches
from lms.services.notices.notices import notify
from lms.services.notices.recipients import language_of, wants_mail
from portal.jobs.tasks import task


# Not atomic: each person has a transaction of their own. Whoever has the notice is left out.
@task(title=gettext_lazy("Weekly reports"), atomic=False, time_limit_seconds=3600)
def queue_weekly_reports() -> int:
    """Tell everybody who asked for it about their last full week; return how many people."""
    days = last_full_week()
    count = 0
    for batch in in_batches(people_for_weekly_report(days)):
        weeks = program_weeks([user.pk for user in batch], days)
        for user in batch:
            queue_weekly_report(user, days, weeks[user.pk])
            count += 1
    return count


def queue_weekly_report(user: User, days: Days, weeks: list[ProgramWeek]) -> None:
    """Store the notice of one person and queue the mail."""
    with override(language_of(user)):
        title, text = title_of(days), _text_of(weeks)
    key = f"{WEEKLY_REPORT}:{user.pk}:{days.first}"
    with transaction.atomic():
        notify(user, kind=WEEKLY_REPORT, title=title, text=text, path="/", by_mail="never")
        if wants_mail(user):
            data = {"first": str(days.first), "last": str(days.last)}
            mails.queue(
                user, kind=WEEKLY_REPORT, task=send_weekly_report, data=data, unique_key=key
            )


@task(title=gettext_lazy("Send a weekly report"), atomic=False)
def send_weekly_report(mail_id: str) -> None:
    """Send the mail with the figures as they are now."""
    mails.deliver(mail_id, _context)


def _context(user: User, data: dict[str, Any]) -> dict[str, Any]:
    days = Days(date.fromisoformat(data["first"]), date.fromisoformat(data["last"]))
    weeks = program_weeks([user.pk], days)[user.pk]
    return {
        "title": title_of(days),
        "programs": weeks,
        "has_news": any(week.has_news for week in weeks),
    }


def title_of(days: Days) -> str:
    """Return the heading in the active language: Weekly report: 16–22 November."""
    last = date_format(days.last, "j E")
    if days.first.month == days.last.month:
        span = f"{days.first.day}–{last}"
    else:
        span = f"{date_format(days.first, 'j E')} – {last}"
    return _("Weekly report: %s") % span


def _text_of(weeks: list[ProgramWeek]) -> str:
    lines = [_line_of(week) for week in weeks]
    if not any(week.has_news for week in weeks):
        lines.insert(0, _("No new results this week. You can go on where you stopped."))
    return "\n".join(lines)


def _line_of(week: ProgramWeek) -> str:
    parts = [f"{week.title}: {week.percent} %"]
    for words, titles in (
        (_("lessons completed: %d"), week.lessons),
        (_("tests passed: %d"), week.tests),
        (_("certificates: %d"), week.certificates),
    ):
        if titles:
            parts.append(words % len(titles))
    return ", ".join(parts)
