"""Issues and revokes certificates; the rule is in docs/data-model.md, "Certificates"."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import CertificateNotFound, CertificateRevoked, CertificateStillValid
from lms.models import (
    Certificate,
    CertificateCounter,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    User,
    UserStats,
)
from lms.selectors.progress import certificates as selectors

# Without vowels, which would make words, and without letters that look like digits.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LETTERS_COUNT = 6


def issue_if_earned(
    user_id: UUID, program_id: int, *, issued_at: datetime | None = None
) -> Certificate | None:
    """Issue the certificate of a completed program; repeat as often as you like.

    Holds a lock on the enrollment. Returns the new certificate, or None when it is not earned, or
    when there has ever been one: a revoked certificate comes back by `issue_again` alone.
    """
    if selectors.was_issued(user_id, program_id):
        return None
    with transaction.atomic():
        rows = Enrollment.objects.select_for_update()
        row = rows.filter(user_id=user_id, course_program_id=program_id).first()
        # Asked again: whoever held the lock may have issued it meanwhile.
        return issue_to_locked(row, issued_at=issued_at) if row is not None else None


def issue_to_locked(row: Enrollment, *, issued_at: datetime | None = None) -> Certificate | None:
    """Do what `issue_if_earned` does, for an enrollment whose row the caller has locked."""
    if row.status != EnrollmentStatus.COMPLETED:
        return None
    if selectors.was_issued(row.user_id, row.course_program_id):
        return None
    earned, score = selectors.final_result(row.user_id, row.course_program_id)
    if not earned:
        return None
    program = CourseProgram.objects.get(pk=row.course_program_id)
    return _issue(
        _person(row.user_id),
        issued_at=issued_at or timezone.now(),
        course_program=program,
        program_title=program.title,
        hours=program.duration,
        score=score,
    )


def issue_missing(program_id: int) -> int:
    """Issue what people earned in a program without getting it; return how many that were."""
    issued = 0
    for user_id in selectors.completed_without_certificate(program_id):
        issued += issue_if_earned(user_id, program_id) is not None
    return issued


def revoke(certificate_id: UUID, *, reason: str) -> Certificate:
    """Revoke a certificate for good; its public page says so from now on.

    Raises:
        CertificateNotFound: no such certificate.
        CertificateRevoked: it is revoked already.
    """
    with transaction.atomic():
        certificate = _locked(certificate_id)
        if not certificate.is_valid:
            raise CertificateRevoked
        return _revoke(certificate, reason=reason)


def issue_again(certificate_id: UUID) -> Certificate:
    """Issue a certificate anew, under a new number, with today's name of person and program.

    A certificate that was still valid is revoked. The score stays; a certificate that another tool
    wrote gets its number in this way.

    Raises:
        CertificateNotFound: no such certificate.
        CertificateStillValid: the person has another, valid one of this program.
    """
    with transaction.atomic():
        old = _locked(certificate_id)
        if old.is_valid:
            _revoke(old, reason=_("Replaced by a new certificate."))
        elif _has_valid_successor(old):
            raise CertificateStillValid
        return _issue(_person(old.user_id), issued_at=timezone.now(), **_printed_anew(old))


def _locked(certificate_id: UUID) -> Certificate:
    found = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if found is None:
        raise CertificateNotFound
    return found


def _revoke(certificate: Certificate, *, reason: str) -> Certificate:
    certificate.revoked_at = timezone.now()
    certificate.revoked_reason = reason
    certificate.save(update_fields=["revoked_at", "revoked_reason"])
    count(certificate.user_id)
    return certificate


def count(user_id: UUID) -> None:
    """Store how many valid certificates a person has, in user_stats."""
    valid = Certificate.objects.valid().filter(user_id=user_id).count()
    UserStats.objects.bulk_create(
        [UserStats(user_id=user_id, certificates_count=valid)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["certificates_count", "last_updated"],
    )


def _has_valid_successor(old: Certificate) -> bool:
    same = Certificate.objects.valid().filter(user_id=old.user_id)
    if old.course_program_id is not None:
        return same.filter(course_program_id=old.course_program_id).exists()
    # Its program is gone, or it never had one: the title is all that is left of it.
    return same.filter(course_id=old.course_id, title=old.title).exists()


def _printed_anew(old: Certificate) -> dict[str, Any]:
    program, course = old.course_program, old.course
    if program is not None:
        title, hours = program.title, program.duration
    else:
        title, hours = old.program_title or old.title, old.hours
        if hours is None and course is not None and course.duration_hours:
            hours = str(course.duration_hours)
    return {
        "course_program": program,
        "course": course,
        "program_title": title,
        "hours": hours,
        "score": old.score,
    }


def _person(user_id: UUID) -> User:
    return User.objects.select_related("profile").get(pk=user_id)


def _issue(user: User, *, issued_at: datetime, program_title: str, **printed: Any) -> Certificate:
    profile = getattr(user, "profile", None)
    certificate = Certificate.objects.create(
        user=user,
        number=_next_number(timezone.localtime(issued_at).year),
        title=program_title[:255],
        program_title=program_title,
        holder_name=user.full_name or (profile and profile.full_name) or user.username,
        language=_language(profile.language if profile else None),
        issued_at=issued_at,
        **printed,
    )
    count(user.pk)
    return certificate


def _language(wanted: str | None) -> str:
    known = dict(settings.LANGUAGES)
    spoken = (wanted or "").lower()[:2]
    return spoken if spoken in known else settings.LANGUAGE_CODE


def _next_number(year: int) -> str:
    """Return a number that nobody else gets: the update locks the year's row until the commit."""
    row = CertificateCounter.objects.filter(year=year)
    if not row.update(last=F("last") + 1):
        # Somebody else's first certificate of the year may be faster: the row that is there counts.
        CertificateCounter.objects.get_or_create(year=year)
        row.update(last=F("last") + 1)
    letters = "".join(secrets.choice(_LETTERS) for _place in range(_LETTERS_COUNT))
    return f"ATG-{year}-{row.get().last:06d}-{letters}"
