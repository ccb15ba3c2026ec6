"""Certificates under parallel requests, on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from lms.models import Certificate, CourseProgram, Enrollment, User
from lms.services.progress import certificates
from tests.factories import ProgramFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PARALLEL = 8


def _issue_all(pairs: list[tuple[UUID, int]]) -> None:
    barrier = Barrier(len(pairs))

    def issue(pair: tuple[UUID, int]) -> None:
        try:
            barrier.wait(timeout=20)
            certificates.issue_if_earned(*pair)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pairs)) as pool:
        list(pool.map(issue, pairs))


def _complete(user: User, program: CourseProgram) -> None:
    Enrollment.objects.create(user=user, course_program=program, status="completed")


def test_parallel_completions_issue_one_certificate(make_user: Callable[..., User]) -> None:
    user, program = make_user(), ProgramFactory()
    _complete(user, program)

    _issue_all([(user.pk, program.pk)] * PARALLEL)

    assert Certificate.objects.count() == 1


def test_parallel_certificates_have_numbers_of_their_own(make_user: Callable[..., User]) -> None:
    program = ProgramFactory()
    users = [make_user(f"user{index}") for index in range(PARALLEL)]
    for user in users:
        _complete(user, program)

    _issue_all([(user.pk, program.pk) for user in users])

    numbers = Certificate.objects.values_list("number", flat=True)
    running = sorted(int(number.split("-")[2]) for number in numbers)
    assert running == list(range(1, PARALLEL + 1))
