"""A learner's way through a program over HTTP: enroll, open files, take tests, finish."""

import pytest

from lms.models import (
    CompletedMaterial,
    Enrollment,
    LessonTest,
    Option,
    Question,
    TestResult,
    TopicProgress,
)
from tests import factories, learning

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(db):
    """Build a program: one lesson with a test of two questions, one topic with two files."""
    program = factories.ProgramFactory()
    lesson = factories.LessonFactory(course_program=program)
    topic = factories.TopicFactory(lesson=lesson, topic_key="topic_a")
    for name in ("а №1.pdf", "б.mp4"):
        factories.TopicFileFactory(topic=topic, minio_object_name=f"s/{name}")
    test = factories.LessonTestFactory(lesson=lesson, passing_score=50, attempts=3)
    for number in range(2):
        question = Question.objects.create(
            lesson_test=test, question=f"В{number}", order_index=number
        )
        for index in range(3):
            Option.objects.create(
                question=question, option_text=str(index), is_correct=index == 1, order_index=index
            )
    program.test = test
    program.topic = topic
    return program


def _complete(client, program, kind, key):
    body = {"material_type": kind, "material_key": key}
    if kind != "text":
        learning.deliver(client.user, key)
    return client.post(
        f"/courses/programs/{program.pk}/materials/complete", body, format="json"
    ).json()["data"]


def _answers(test, *chosen):
    questions = test.questions.order_by("order_index")
    return {
        str(index): {"questionId": question.pk, "selectedAnswer": choice}
        for index, (question, choice) in enumerate(zip(questions, chosen, strict=True))
    }


def _post_result(client, test, **body):
    """Post a result; with answers it is one of ten minutes."""
    named = {"test_id": test.pk, "test_type": "lesson", **body}
    if "answers_data" in body:
        assert client.get(f"/courses/tests/lesson/{test.pk}/results").status_code == 200
        learning.let_time_pass()
    return client.post("/courses/tests/results/create", named, format="json")


def test_progress_of_someone_not_enrolled_is_404_in_english(sign_in, program):
    response = sign_in().get(f"/courses/programs/{program.pk}/progress")

    assert response.status_code == 404
    assert response.json()["error"] == "Enrollment not found"


def test_enrolling_twice_creates_one_enrollment(sign_in, program):
    client = sign_in()
    path = f"/courses/programs/{program.pk}/enroll"

    answers = [client.post(path, content_type="application/json") for _time in range(2)]

    assert [answer.json()["created"] for answer in answers] == [True, False]
    assert Enrollment.objects.count() == 1


def test_completing_all_materials_completes_the_program(sign_in, program):
    client = sign_in()

    first = _complete(client, program, "pdf", "s/а №1.pdf")
    again = _complete(client, program, "pdf", "s/а №1.pdf")
    second = _complete(client, program, "video", "s/б.mp4")
    result = _post_result(client, program.test, score=0, answers_data=_answers(program.test, 1, 1))
    final = client.get(f"/courses/programs/{program.pk}/progress").json()["data"]

    assert first["totals"] == {"total_units": 3, "topics": 1, "files": 2, "tests": 1}
    assert (first["progress_percent"], again["progress_percent"]) == (33, 33)
    assert (second["progress_percent"], second["completed_units"]) == (66, 2)
    assert TopicProgress.objects.get().completed
    assert (result.status_code, result.json()["data"]["score"]) == (201, 100)
    assert (final["progress_percent"], final["status"]) == (100, "completed")
    assert final["completed_at"]


def test_the_button_completes_a_topic(sign_in, program):
    _complete(sign_in(), program, "text", "topic:topic_a")

    assert TopicProgress.objects.get().completed


def test_keys_that_the_program_does_not_have_are_not_stored(sign_in, program):
    data = _complete(sign_in(), program, "pdf", "s/invented.pdf")

    assert data["progress_percent"] == 0
    assert CompletedMaterial.objects.count() == 0


def test_one_persons_progress_is_not_anothers(sign_in, program):
    _complete(sign_in(username="a"), program, "pdf", "s/а №1.pdf")

    response = sign_in(username="b").get(f"/courses/programs/{program.pk}/progress")

    assert response.status_code == 404


def test_a_get_of_progress_writes_nothing(sign_in, program, django_assert_num_queries):
    client = sign_in()
    _complete(client, program, "pdf", "s/а №1.pdf")
    before = Enrollment.objects.values().get()

    client.get(f"/courses/programs/{program.pk}/progress")

    assert Enrollment.objects.values().get() == before


def test_answers_are_graded_on_the_server(sign_in, program):
    response = _post_result(
        sign_in(),
        program.test,
        score=100,
        is_passed=True,
        time_spent=12,
        answers_data=_answers(program.test, 0, None),
    )

    data = response.json()["data"]
    assert (data["score"], data["is_passed"], data["correct_answers"]) == (0, False, 0)
    # The time is the server's, and not that of the browser.
    assert data["time_spent"] == 600


def test_the_second_short_report_is_the_same_result(sign_in, program):
    client = sign_in()
    full = _post_result(client, program.test, score=50, answers_data=_answers(program.test, 1, 0))

    short = _post_result(client, program.test, score=50, is_passed=True)

    assert short.json()["data"]["id"] == full.json()["data"]["id"]
    assert TestResult.objects.count() == 1


def test_a_short_report_without_a_result_is_refused(sign_in, program):
    response = _post_result(sign_in(), program.test, score=100, is_passed=True)

    assert (response.status_code, TestResult.objects.count()) == (400, 0)


def test_attempts_are_limited(sign_in, program):
    client = sign_in()
    codes = [
        _post_result(client, program.test, answers_data=_answers(program.test, 0, 0)).status_code
        for _time in range(4)
    ]

    assert codes == [201, 201, 201, 400]
    results = client.get(f"/courses/tests/lesson/{program.test.pk}/results").json()
    assert (results["total_attempts"], len(results["data"])) == (3, 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"test_id": "test-module-1", "test_type": "lesson"}, 400),
        ({"test_id": 999999, "test_type": "lesson", "answers_data": {}}, 404),
        ({"test_id": 1, "test_type": "quiz"}, 400),
        ({"test_id": -1, "test_type": "final"}, 400),
        ({"test_id": 2**40, "test_type": "final"}, 400),
        ([], 400),
    ],
)
def test_bad_results_are_refused_with_text(sign_in, body, status):
    response = sign_in().post("/courses/tests/results/create", body, format="json")

    assert response.status_code == status
    assert isinstance(response.json()["error"], str)


def test_the_test_of_a_lesson_has_the_data_for_the_clients_score(sign_in, program):
    lesson_id = program.test.lesson_id
    LessonTest.objects.update(shuffle=False)
    client = sign_in()
    client.post(f"/courses/programs/{program.pk}/enroll")

    test = client.get(f"/courses/tests/lesson/{lesson_id}").json()["test"]

    assert [question["correctAnswer"] for question in test["questions"]] == [1, 1]
    assert test["questions"][0]["options"] == ["0", "1", "2"]
    assert (test["passingScore"], test["attempts"]) == (50, 3)


def test_a_program_without_a_final_test_has_null(sign_in, program):
    response = sign_in().get(f"/courses/tests/course-program/{program.pk}")

    assert response.json() == {"test": None}


def test_a_position_is_saved_and_found_by_a_key_with_slashes(sign_in, program):
    client = sign_in()
    key = "s/папка/б № 1 100%.mp4"
    body = {
        "course_program_id": program.pk,
        "material_key": key,
        "material_type": "video",
        "position_seconds": 570.4,
        "duration_seconds": 600,
    }

    saved = client.post("/courses/progress/save", body, format="json").json()
    path = (
        "/courses/progress/s%2F%D0%BF%D0%B0%D0%BF%D0%BA%D0%B0%2F%D0%B1%20%E2%84%96%201%20100%25.mp4"
    )
    found = client.get(path).json()
    batch = client.post(
        "/courses/progress/batch", {"material_keys": [key, "x"]}, format="json"
    ).json()
    back = client.post("/courses/progress/save", body | {"position_seconds": 3}, format="json")

    assert (saved["data"]["position_seconds"], saved["data"]["is_completed"]) == (570, True)
    assert (found["found"], found["data"]["material_key"]) == (True, key)
    assert (batch["found"], list(batch["data"])) == (1, [key])
    assert back.json()["data"]["is_completed"] is True


def test_an_unknown_position_is_null(sign_in):
    assert sign_in().get("/courses/progress/none").json() == {"data": None, "found": False}


def test_own_programs_and_figures(sign_in, program):
    client = sign_in()
    _complete(client, program, "pdf", "s/а №1.pdf")
    _post_result(client, program.test, answers_data=_answers(program.test, 1, 1))

    programs = client.get("/courses/me/programs").json()["data"]
    figures = client.get("/courses/me/stats").json()["data"]

    assert [row["course_program_id"] for row in programs] == [program.pk]
    assert figures == {
        "active_courses": 1,
        "completed_courses": 0,
        "materials": {"video": 0, "pdf": 1, "text": 0, "presentation": 0, "test": 1},
        "average_test_score": 100.0,
    }


def test_comments_are_stored_and_listed_newest_first(sign_in, program):
    client = sign_in()
    lesson = {"station_id": program.station_id, "lesson_index": 0, "topic_index": 0}
    for text in ("Первый", "Второй"):
        client.post("/courses/comments", lesson | {"comment_text": text}, format="json")

    rows = client.get("/courses/comments", lesson).json()["data"]

    assert [row["text"] for row in rows] == ["Второй", "Первый"]
    empty = client.post("/courses/comments", lesson | {"comment_text": " "}, format="json")
    assert empty.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/courses/programs/1/progress",
        "/courses/me/programs",
        "/courses/me/stats",
        "/courses/me/enrollments",
        "/courses/progress/x",
        "/courses/tests/lesson/1",
        "/courses/comments?station_id=1",
    ],
)
def test_a_learners_routes_need_a_sign_in(api_client, path):
    assert api_client.get(path).status_code == 401
