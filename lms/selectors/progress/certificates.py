"""Reads certificates, and what decides whether one has been earned."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from lms.models import Certificate, Enrollment, EnrollmentStatus, FinalTest, TestResult

# Because the letters are random, nobody can find other people's public pages by counting.
NUMBER = re.compile(r"ATG-[0-9]{4}-[0-9]{6,9}-[A-Z]{6}")


def certificate_rows(user_id: UUID) -> list[dict[str, Any]]:
    """List a person's valid certificates as rows, newest first."""
    valid = Certificate.objects.valid().filter(user_id=user_id).order_by("-issued_at", "pk")
    return list(valid.values("id", "title", "issued_at"))


def certificates_of(user_id: UUID) -> list[Certificate]:
    """List a person's certificates, revoked ones included, newest first."""
    return list(Certificate.objects.filter(user_id=user_id).order_by("-issued_at", "pk"))


def is_number(text: str) -> bool:
    """Tell whether a text has the form of a number, in capital or small letters."""
    return NUMBER.fullmatch(text.strip().upper()) is not None


def by_number(number: str) -> Certificate | None:
    """Return the certificate with this number, in capital or small letters, or None."""
    if not is_number(number):
        return None
    return Certificate.objects.filter(number=number.strip().upper()).first()


def has_certificate(user_id: UUID, program_id: int) -> bool:
    """Tell whether a person ever got a certificate of a program, revoked ones included."""
    return Certificate.objects.filter(user_id=user_id, course_program_id=program_id).exists()


def completed_without_certificate(program_id: int) -> list[UUID]:
    """List the people who completed a program and never got its certificate, in that order."""
    issued = Certificate.objects.filter(user=OuterRef("user"), course_program=program_id)
    rows = Enrollment.objects.filter(
        ~Exists(issued), course_program_id=program_id, status=EnrollmentStatus.COMPLETED
    )
    return list(rows.order_by("completed_at", "pk").values_list("user_id", flat=True))


def final_test_result(user_id: UUID, program_id: int) -> tuple[bool, int | None]:
    """Return whether a program has an active final test, and the person's best score that passed.

    The score is None if the person has not passed the test.
    """
    passed = TestResult.objects.filter(user_id=user_id, final_test=OuterRef("pk"), passed=True)
    best = Subquery(passed.order_by("-score").values("score")[:1])
    tests = FinalTest.objects.active().filter(course_program_id=program_id).order_by("pk")
    test = tests.values(best=best).first()
    return (False, None) if test is None else (True, test["best"])
