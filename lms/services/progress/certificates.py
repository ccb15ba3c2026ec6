"""Issues and revokes certificates; the rule is in docs/data-model.md, "Certificates"."""

import secrets
from datetime import datetime, timedelta
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

# No vowels, so that no words appear, and no letters that look like digits.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LETTERS_COUNT = 6


def issue_if_earned(
    user_id: UUID, program_id: int, *, issued_at: datetime | None = None
) -> Certificate | None:
    """Issue the certificate of a completed program, once; a repeated call issues nothing.

    Returns the new certificate, or None if it is not earned or was issued before. After a
    certificate was revoked, only `issue_again` issues a new one. Locks the enrollment.
    """
    if selectors.has_certificate(user_id, program_id):
        return None
    with transaction.atomic():
        rows = Enrollment.objects.select_for_update()
        enrollment = rows.filter(user_id=user_id, course_program_id=program_id).first()
        if enrollment is None:
            return None
        # This checks again whether it exists: another request may have issued it meanwhile.
        return issue_to_locked(enrollment, issued_at=issued_at)


def issue_to_locked(
    enrollment: Enrollment, *, issued_at: datetime | None = None
) -> Certificate | None:
    """Do what `issue_if_earned` does, for an enrollment whose row the caller has locked."""
    user_id, program_id = enrollment.user_id, enrollment.course_program_id
    if enrollment.status != EnrollmentStatus.COMPLETED:
        return None
    if selectors.has_certificate(user_id, program_id):
        return None
    has_final_test, score = selectors.final_test_result(user_id, program_id)
    if has_final_test and score is None:
        return None
    program = CourseProgram.objects.get(pk=program_id)
    at = issued_at or timezone.now()
    if _is_too_early(enrollment, program, at=at):
        return None
    return _issue(
        _holder(user_id),
        issued_at=at,
        course_program=program,
        program_title=program.title,
        hours=program.duration,
        score=score,
    )


def _is_too_early(enrollment: Enrollment, program: CourseProgram, *, at: datetime) -> bool:
    """Tell whether the hours between enrolling and the certificate are not over."""
    hours = program.min_hours_before_certificate
    if not hours:
        return False
    enrolled_at = min(filter(None, (enrollment.started_at, enrollment.created_at)))
    return at < enrolled_at + timedelta(hours=hours)


def issue_missing(program_id: int) -> int:
    """Issue the certificates of a program that people earned but never got; return how many."""
    issued = 0
    for user_id in selectors.completed_without_certificate(program_id):
        issued += issue_if_earned(user_id, program_id) is not None
    return issued


def revoke(certificate_id: UUID, *, reason: str) -> Certificate:
    """Revoke a certificate permanently; its public page then says that it is revoked.

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
    """Issue a certificate again: a new number, and the present names of person and program.

    A certificate that is still valid is revoked. The score stays the same. A certificate that
    another tool wrote gets a number in this way.

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
        return _issue(_holder(old.user_id), issued_at=timezone.now(), **_printed_fields(old))


def _locked(certificate_id: UUID) -> Certificate:
    found = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if found is None:
        raise CertificateNotFound
    return found


def _revoke(certificate: Certificate, *, reason: str) -> Certificate:
    certificate.revoked_at = timezone.now()
    certificate.revoked_reason = reason
    certificate.save(update_fields=["revoked_at", "revoked_reason"])
    count_certificates(certificate.user_id)
    return certificate


def count_certificates(user_id: UUID) -> None:
    """Store in user_stats how many valid certificates a person has."""
    valid = Certificate.objects.valid().filter(user_id=user_id).count()
    UserStats.objects.bulk_create(
        [UserStats(user_id=user_id, certificates_count=valid)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["certificates_count", "last_updated"],
    )


def _has_valid_successor(old: Certificate) -> bool:
    valid = Certificate.objects.valid().filter(user_id=old.user_id)
    if old.course_program_id is not None:
        return valid.filter(course_program_id=old.course_program_id).exists()
    # The program was deleted, or there never was one: only the title is left.
    return valid.filter(course_id=old.course_id, title=old.title).exists()


def _printed_fields(old: Certificate) -> dict[str, Any]:
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


def _holder(user_id: UUID) -> User:
    user: User = User.objects.select_related("profile").get(pk=user_id)
    return user


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
    count_certificates(user.pk)
    return certificate


def _language(preferred: str | None) -> str:
    code = (preferred or "").lower()[:2]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _next_number(year: int) -> str:
    """Return a unique number: the update locks the counter of the year until the commit."""
    counter = CertificateCounter.objects.filter(year=year)
    if not counter.update(last=F("last") + 1):
        # Another request may create the counter first; then that row is used.
        CertificateCounter.objects.get_or_create(year=year)
        counter.update(last=F("last") + 1)
    letters = "".join(secrets.choice(_LETTERS) for _index in range(_LETTERS_COUNT))
    return f"ATG-{year}-{counter.get().last:06d}-{letters}"
