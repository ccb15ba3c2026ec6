"""Parallel requests of one person, on a real database: none is lost, none counts twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from rest_framework.test import APIClient

from lms import models
from lms.services.accounts import sign_in
from lms.services.progress import completions
from tests import factories, learning

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

POSTS = 20
LIMIT = 3


@pytest.fixture
def test_of_one_question():
    """Make a test with one question and three attempts."""
    test = factories.LessonTestFactory(attempts=LIMIT)
    question = models.Question.objects.create(lesson_test=test, question="В?")
    for index in range(2):
        models.Option.objects.create(
            question=question, option_text=str(index), is_correct=index == 1, order_index=index
        )
    return test


def _post_at_once(tokens: list[str], path: str, bodies: list[dict]) -> list[int]:
    start = Barrier(len(tokens))

    def post(token: str, body: dict) -> int:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        try:
            client.get("/courses/me/programs")
            start.wait(timeout=30)
            return client.post(path, body, format="json").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tokens)) as pool:
        return sorted(pool.map(post, tokens, bodies))


@pytest.mark.parametrize(("is_same", "refused"), [(True, 0), (False, POSTS - 1)])
def test_twenty_parallel_posts_after_one_start_are_one_attempt(
    make_user, test_of_one_question, is_same, refused
):
    user = make_user()
    token = sign_in.log_in(user).access_token
    question = test_of_one_question.questions.get()
    answer = {"questionId": question.pk, "selectedAnswer": 1}
    report = {"test_id": test_of_one_question.pk, "test_type": "lesson", "score": 100}
    learning.start_and_think(user, test_of_one_question)
    bodies = [
        # An unknown question does not count, and makes another sheet.
        report | {"answers_data": {"0": answer, "1": {"questionId": 0 if is_same else -number}}}
        for number in range(POSTS)
    ]

    codes = _post_at_once([token] * POSTS, "/courses/tests/results/create", bodies)

    assert codes == [201] * (POSTS - refused) + [400] * refused
    assert models.TestResult.objects.filter(user=user).count() == 1
    assert models.CompletedMaterial.objects.count() == 1
    assert models.Enrollment.objects.count() == 1


def test_parallel_first_steps_make_one_enrollment_with_the_right_percentage(make_user):
    topic = factories.TopicFactory()
    program = topic.lesson.course_program
    factories.TopicFileFactory(topic=topic, minio_object_name="a.pdf")
    factories.TopicFileFactory(topic=topic, minio_object_name="b.pdf")
    user = make_user()
    token = sign_in.log_in(user).access_token
    learning.deliver(user, "a.pdf")
    path = f"/courses/programs/{program.pk}/materials/complete"

    bodies = [{"material_type": "pdf", "material_key": "a.pdf"}] * 8
    codes = _post_at_once([token] * 8, path, bodies)

    assert codes == [200] * 8
    assert models.Enrollment.objects.get().progress_percent == 50
    assert models.CompletedMaterial.objects.count() == 1
    assert models.TopicProgress.objects.get().completed is False


def test_a_file_reported_and_read_at_once_always_counts(make_user):
    """Neither of two parallel transactions sees the other; each looks again after its commit."""
    topic = factories.TopicFactory()
    program = topic.lesson.course_program
    keys = [f"{number}.pdf" for number in range(POSTS)]
    for key in keys:
        factories.TopicFileFactory(topic=topic, minio_object_name=key)
    user = make_user()
    start = Barrier(2)

    def report(key: str) -> None:
        start.wait(timeout=30)
        completions.complete_material(user.pk, program.pk, material_type="pdf", material_key=key)

    def read(key: str) -> None:
        start.wait(timeout=30)
        learning.deliver(user, key)

    def all_of(work: Callable[[str], None]) -> None:
        try:
            for key in keys:
                work(key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(all_of, report), pool.submit(all_of, read)]:
            done.result()

    assert models.CompletedMaterial.objects.filter(is_confirmed=True).count() == POSTS
    assert models.Enrollment.objects.get().status == "completed"
