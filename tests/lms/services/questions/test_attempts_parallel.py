"""Parallel posts of one person, on a real database: the limit of attempts holds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from rest_framework.test import APIClient

from lms import models
from lms.services.accounts import sign_in
from tests import factories

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


def _post_at_once(tokens: list[str], path: str, body: dict) -> list[int]:
    start = Barrier(len(tokens))

    def post(token: str) -> int:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        try:
            client.get("/courses/me/programs")
            start.wait(timeout=30)
            return client.post(path, body, format="json").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tokens)) as pool:
        return sorted(pool.map(post, tokens))


def test_of_twenty_parallel_posts_three_are_stored(make_user, test_of_one_question):
    user = make_user()
    token = sign_in.log_in(user).access_token
    question = test_of_one_question.questions.get()
    body = {
        "test_id": test_of_one_question.pk,
        "test_type": "lesson",
        "score": 100,
        "answers_data": {"0": {"questionId": question.pk, "selectedAnswer": 1}},
    }

    codes = _post_at_once([token] * POSTS, "/courses/tests/results/create", body)

    assert codes == [201] * LIMIT + [400] * (POSTS - LIMIT)
    assert models.TestResult.objects.filter(user=user).count() == LIMIT
    assert models.CompletedMaterial.objects.count() == 1
    assert models.Enrollment.objects.count() == 1


def test_parallel_first_steps_make_one_enrollment_with_the_right_percentage(make_user):
    topic = factories.TopicFactory()
    program = topic.lesson.course_program
    factories.TopicFileFactory(topic=topic, minio_object_name="a.pdf")
    factories.TopicFileFactory(topic=topic, minio_object_name="b.pdf")
    token = sign_in.log_in(make_user()).access_token
    path = f"/courses/programs/{program.pk}/materials/complete"

    codes = _post_at_once([token] * 8, path, {"material_type": "pdf", "material_key": "a.pdf"})

    assert codes == [200] * 8
    assert models.Enrollment.objects.get().progress_percent == 50
    assert models.CompletedMaterial.objects.count() == 1
    assert models.TopicProgress.objects.get().completed is False
