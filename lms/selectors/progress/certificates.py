"""Reads certificates, and whether one has been earned (docs/data-model.md, "Certificates")."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from lms.errors import CertificateNotFound
from lms.models import Certificate, Enrollment, EnrollmentStatus, FinalTest, TestResult, User

# The letters are drawn at random: without them nobody could count through the public pages.
NUMBER = re.compile(r"ATG-[0-9]{4}-[0-9]{6,9}-[A-Z]{6}")


def certificate_rows(user_id: UUID) -> list[dict[str, Any]]:
    """List a person's valid certificates, newest first."""
    return list(valid_certificates(user_id).values("id", "title", "issued_at"))


def valid_certificates(user_id: UUID) -> Any:
    """Return a person's valid certificates, newest first."""
    return Certificate.objects.valid().filter(user_id=user_id).order_by("-issued_at", "pk")


def certificates_of(user_id: UUID) -> list[Certificate]:
    """List a person's certificates, revoked ones included, newest first."""
    return list(Certificate.objects.filter(user_id=user_id).order_by("-issued_at", "pk"))


def by_number(number: str) -> Certificate | None:
    """Return the certificate with this number in any case of letters, or None."""
    wanted = number.strip().upper()
    if not NUMBER.fullmatch(wanted):
        return None
    return Certificate.objects.filter(number=wanted).first()


def readable_by_number(user: User, number: str) -> Certificate:
    """Return a certificate for its holder, or for whom the role shows all certificates.

    Raises:
        CertificateNotFound: no such number, or not for this person.
    """
    found = by_number(number)
    if found is None:
        raise CertificateNotFound
    if found.user_id != user.pk and not user.has_perm("lms.view_certificate"):
        raise CertificateNotFound
    return found


def was_issued(user_id: UUID, program_id: int) -> bool:
    """Tell whether a person ever got a certificate of a program, revoked ones included."""
    return Certificate.objects.filter(user_id=user_id, course_program_id=program_id).exists()


def completed_without_certificate(program_id: int) -> list[UUID]:
    """List the people who completed a program and never got its certificate, first ones first."""
    theirs = Certificate.objects.filter(user=OuterRef("user"), course_program=program_id)
    rows = Enrollment.objects.filter(
        ~Exists(theirs), course_program_id=program_id, status=EnrollmentStatus.COMPLETED
    )
    return list(rows.order_by("completed_at", "pk").values_list("user_id", flat=True))


def final_result(user_id: UUID, program_id: int) -> tuple[bool, int | None]:
    """Return whether the program's final test is passed or absent, and the best score if passed."""
    passed = TestResult.objects.filter(user_id=user_id, final_test=OuterRef("pk"), passed=True)
    best = Subquery(passed.order_by("-score").values("score")[:1])
    tests = FinalTest.objects.active().filter(course_program_id=program_id).order_by("pk")
    test = tests.values(best=best).first()
    if test is None:
        return True, None
    return test["best"] is not None, test["best"]
