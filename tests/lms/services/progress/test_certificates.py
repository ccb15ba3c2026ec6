"""Certificates are issued once and only if earned, revoked for good, and issued again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from lms.errors import CertificateRevoked, CertificateStillValid
from lms.models import (
    Certificate,
    Course,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    FinalTest,
    Option,
    Profile,
    Question,
    TestResult,
    User,
    UserStats,
)
from lms.services.progress import certificates, enrollments, recompute
from lms.services.questions import attempts
from tests import learning
from tests.factories import (
    FinalTestFactory,
    LessonFactory,
    ProgramFactory,
    TopicFactory,
    TopicFileFactory,
)

pytestmark = pytest.mark.django_db
KEY = "stations/1/a.pdf"


@pytest.fixture
def program(db: None) -> CourseProgram:
    """Return a program of one file."""
    program = ProgramFactory(title="Эксплуатация КС", duration="40 часов")
    topic = TopicFactory(lesson=LessonFactory(course_program=program))
    TopicFileFactory(topic=topic, minio_object_name=KEY)
    return program


@pytest.fixture
def final_test(program: CourseProgram) -> FinalTest:
    """Return the program's final test of one question whose second answer is right."""
    test = FinalTestFactory(course_program=program)
    question = Question.objects.create(final_test=test, question="Давление?")
    Option.objects.create(question=question, option_text="7", order_index=0)
    Option.objects.create(question=question, option_text="10", order_index=1, is_correct=True)
    return test


@pytest.fixture
def learner(make_user: Callable[..., User]) -> User:
    """Return a learner."""
    return make_user("karimov", full_name="Каримов Шерзод")


def _open_the_file(user: User, program: CourseProgram) -> None:
    learning.open_file(user, program.pk, KEY)


def _answer(user: User, test: FinalTest, selected: int) -> None:
    question = test.questions.get()
    learning.start_and_think(user, test)
    attempts.record_result(
        user,
        kind="final",
        test_id=test.pk,
        answers={"0": {"questionId": question.pk, "selectedAnswer": selected}},
        claimed_score=None,
    )


def _complete(user: User, program: CourseProgram) -> None:
    Enrollment.objects.create(
        user=user, course_program=program, status="completed", progress_percent=100
    )


def test_completing_the_last_material_issues_one_certificate(
    learner: User, program: CourseProgram
) -> None:
    _open_the_file(learner, program)
    _open_the_file(learner, program)
    certificates.issue_if_earned(learner.pk, program.pk)

    certificate = Certificate.objects.get()
    assert re.fullmatch(r"ATG-\d{4}-000001-[A-Z]{6}", certificate.number)
    assert (certificate.user, certificate.course_program) == (learner, program)
    assert (certificate.holder_name, certificate.hours) == ("Каримов Шерзод", "40 часов")
    assert (certificate.program_title, certificate.title) == ("Эксплуатация КС",) * 2
    assert (certificate.score, certificate.language, certificate.revoked_at) == (None, "ru", None)


def test_an_unfinished_program_earns_none(learner: User, program: CourseProgram) -> None:
    enrollments.enroll(learner.pk, program.pk)

    assert certificates.issue_if_earned(learner.pk, program.pk) is None
    assert Certificate.objects.count() == 0


def test_passing_the_final_test_issues_it_with_the_score(
    learner: User, program: CourseProgram, final_test: FinalTest
) -> None:
    _open_the_file(learner, program)
    _answer(learner, final_test, 0)
    assert Certificate.objects.count() == 0

    _answer(learner, final_test, 1)

    assert Certificate.objects.get().score == 100


def test_the_file_opened_after_the_final_test_issues_it(
    learner: User, program: CourseProgram, final_test: FinalTest
) -> None:
    _answer(learner, final_test, 1)
    assert Certificate.objects.count() == 0

    _open_the_file(learner, program)

    assert Certificate.objects.count() == 1


def test_a_completed_program_without_a_passed_final_test_earns_none(
    learner: User, program: CourseProgram, final_test: FinalTest
) -> None:
    _complete(learner, program)
    TestResult.objects.create(user=learner, final_test=final_test, score=60, passed=False)

    assert certificates.issue_if_earned(learner.pk, program.pk) is None

    TestResult.objects.create(user=learner, final_test=final_test, score=80, passed=True)
    TestResult.objects.create(user=learner, final_test=final_test, score=90, passed=True)
    assert certificates.issue_if_earned(learner.pk, program.pk).score == 90


def test_a_passed_test_of_another_person_does_not_count(
    learner: User,
    program: CourseProgram,
    final_test: FinalTest,
    make_user: Callable[..., User],
) -> None:
    _complete(learner, program)
    other = make_user("other")
    TestResult.objects.create(user=other, final_test=final_test, score=90, passed=True)

    assert certificates.issue_if_earned(learner.pk, program.pk) is None


def test_a_switched_off_final_test_need_not_be_passed(
    learner: User, program: CourseProgram, final_test: FinalTest
) -> None:
    FinalTest.objects.update(is_active=False)
    _complete(learner, program)

    assert certificates.issue_if_earned(learner.pk, program.pk) is not None


def test_recomputing_issues_missing_certificates(learner: User, program: CourseProgram) -> None:
    _complete(learner, program)

    call_command("recompute_progress", verbosity=0)
    call_command("recompute_progress", verbosity=0)

    assert Certificate.objects.count() == 1


def test_a_later_rename_changes_nothing(learner: User, program: CourseProgram) -> None:
    _open_the_file(learner, program)
    User.objects.update(full_name="Иное Имя")
    CourseProgram.objects.update(title="Иная программа", duration="1 час")

    _open_the_file(learner, program)

    certificate = Certificate.objects.get()
    assert (certificate.holder_name, certificate.program_title, certificate.hours) == (
        "Каримов Шерзод",
        "Эксплуатация КС",
        "40 часов",
    )


def test_a_certificate_stays_when_its_program_is_deleted(
    learner: User, program: CourseProgram
) -> None:
    _open_the_file(learner, program)

    program.station.delete()

    certificate = Certificate.objects.get()
    assert (certificate.course_program, certificate.program_title) == (None, "Эксплуатация КС")


@pytest.mark.parametrize(
    ("preferred", "language"), [("en", "en"), ("ru", "ru"), ("uz-Latn", "ru"), (None, "ru")]
)
def test_the_language_is_that_of_the_profile(
    preferred: str | None, language: str, learner: User, program: CourseProgram
) -> None:
    Profile.objects.create(user=learner, language=preferred)

    _open_the_file(learner, program)

    assert Certificate.objects.get().language == language


def test_numbers_run_within_a_year_of_the_portals_time_zone(
    make_user: Callable[..., User], program: CourseProgram
) -> None:
    # 20:00 UTC is already the next day in Tashkent.
    moments = [datetime(2025, 12, 31, hour, tzinfo=UTC) for hour in (1, 2, 20)]
    for index, moment in enumerate(moments):
        user = make_user(f"user{index}")
        _complete(user, program)
        certificates.issue_if_earned(user.pk, program.pk, issued_at=moment)

    numbers = [number[:15] for number in Certificate.objects.values_list("number", flat=True)]
    assert sorted(numbers) == ["ATG-2025-000001", "ATG-2025-000002", "ATG-2026-000001"]


def test_a_revoked_certificate_is_not_issued_again_automatically(
    learner: User, program: CourseProgram
) -> None:
    _open_the_file(learner, program)

    certificates.revoke(Certificate.objects.get().pk, reason="Чужие ответы")
    _open_the_file(learner, program)

    certificate = Certificate.objects.get()
    assert (certificate.is_valid, certificate.revoked_reason) == (False, "Чужие ответы")
    with pytest.raises(CertificateRevoked):
        certificates.revoke(certificate.pk, reason="Ещё раз")


def test_issued_again_it_has_a_new_number_and_the_present_names(
    learner: User, program: CourseProgram
) -> None:
    _open_the_file(learner, program)
    old = Certificate.objects.get()
    User.objects.update(full_name="Каримова Дилноза")

    new = certificates.issue_again(old.pk)

    old.refresh_from_db()
    assert (old.is_valid, old.holder_name) == (False, "Каримов Шерзод")
    assert (new.is_valid, new.holder_name) == (True, "Каримова Дилноза")
    assert new.number != old.number
    with pytest.raises(CertificateStillValid):
        certificates.issue_again(old.pk)


def test_a_revoked_certificate_can_be_issued_again(learner: User, program: CourseProgram) -> None:
    _open_the_file(learner, program)
    old = certificates.revoke(Certificate.objects.get().pk, reason="Ошибка")

    certificates.issue_again(old.pk)

    old.refresh_from_db()
    assert old.revoked_reason == "Ошибка"
    assert Certificate.objects.valid().count() == 1


def test_a_row_of_another_tool_gets_its_number_when_issued_again(learner: User) -> None:
    course = Course.objects.create(title="Охрана труда", duration_hours=16)
    old = Certificate.objects.create(user=learner, course=course, title="Охрана труда")

    new = certificates.issue_again(old.pk)

    assert (new.course, new.course_program, new.hours) == (course, None, "16")
    assert (new.title, new.number is not None) == ("Охрана труда", True)


def test_the_database_refuses_a_second_valid_one(learner: User, program: CourseProgram) -> None:
    _open_the_file(learner, program)

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(user=learner, course_program=program, title="Второй")


@pytest.mark.services
def test_plain_sql_of_other_tools_still_works(learner: User, program: CourseProgram) -> None:
    _open_the_file(learner, program)
    course = Course.objects.create(title="Охрана труда")

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO certificates (user_id, course_id, title) VALUES (%s, %s, 'Т')",
            [learner.pk, course.pk],
        )
        cursor.execute("DELETE FROM course_programs WHERE id = %s", [program.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Certificate.objects.filter(course_program=None).count() == 2


def test_the_number_of_valid_certificates_is_always_up_to_date(make_user):
    person = make_user()
    program = ProgramFactory()
    Enrollment.objects.create(
        user=person, course_program=program, status=EnrollmentStatus.COMPLETED
    )
    test = FinalTestFactory(course_program=program)
    TestResult.objects.create(user=person, final_test=test, score=90, passed=True)

    def figure() -> int:
        return UserStats.objects.get(user=person).certificates_count

    first = certificates.issue_if_earned(person.pk, program.pk)
    assert figure() == 1
    second = certificates.issue_again(first.pk)
    assert figure() == 1
    certificates.revoke(second.pk, reason="Ошибка")
    assert figure() == 0
    UserStats.objects.update(certificates_count=7)
    recompute.recompute_all()
    assert figure() == 0
