"""Shapes for tests and results."""

from typing import Any

from rest_framework import serializers

from lms.models import TestKind, TestResult
from lms.selectors.assessments import AnyTest

LARGEST_INTEGER = 2**31 - 1


def test_json(test: AnyTest, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a test with questions; the client scores it itself and needs the right index."""
    return {
        "id": test.pk,
        "title": test.title,
        "description": test.description or "",
        "questions": [
            {
                **{name: value for name, value in row.items() if name != "correct_index"},
                "correctAnswer": row["correct_index"],
            }
            for row in questions
        ],
        "passingScore": test.passing_score or 70,
        "timeLimit": test.time_limit or 0,
        "attempts": test.attempts,
    }


def result_json(result: TestResult) -> dict[str, Any]:
    """Return a result as the list shows it."""
    return {
        "id": result.pk,
        "score": result.score,
        "is_passed": result.passed,
        "correct_answers": result.correct_answers,
        "total_questions": result.total_questions,
        "time_spent": result.time_spent,
        "completed_at": result.completed_at,
    }


def stored_json(result: TestResult) -> dict[str, Any]:
    """Return a result with the test that it belongs to."""
    kind = TestKind.FINAL if result.lesson_test_id is None else TestKind.LESSON
    return {
        **result_json(result),
        "test_id": result.lesson_test_id or result.final_test_id,
        "test_type": kind.value,
    }


class CreateResultRequest(serializers.Serializer):
    """Body of POST /courses/tests/results/create; the claims are compared, never stored."""

    test_id = serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER)
    test_type = serializers.ChoiceField(TestKind.choices)
    score = serializers.IntegerField(
        min_value=0, max_value=100, required=False, allow_null=True, default=None
    )
    time_spent = serializers.IntegerField(
        min_value=0, max_value=LARGEST_INTEGER, required=False, allow_null=True, default=None
    )
    answers_data = serializers.DictField(required=False, allow_null=True, default=None)


class QuestionShape(serializers.Serializer):
    """A question; correctAnswer is an index from 0."""

    id = serializers.IntegerField()
    question = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    correctAnswer = serializers.IntegerField()
    points = serializers.IntegerField()
    image = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(allow_blank=True)
    order_index = serializers.IntegerField()


class TestShape(serializers.Serializer):
    """A test; score in percent, time in minutes, attempts null for any number."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    questions = QuestionShape(many=True)
    passingScore = serializers.IntegerField()
    timeLimit = serializers.IntegerField()
    attempts = serializers.IntegerField(allow_null=True)


class TestResponse(serializers.Serializer):
    """Answer of GET a lesson's or program's test."""

    test = TestShape(allow_null=True)


class ResultShape(serializers.Serializer):
    """A result; score in percent, time in seconds."""

    id = serializers.IntegerField()
    score = serializers.IntegerField()
    is_passed = serializers.BooleanField()
    correct_answers = serializers.IntegerField()
    total_questions = serializers.IntegerField()
    time_spent = serializers.IntegerField(allow_null=True)
    completed_at = serializers.DateTimeField()


class ResultsResponse(serializers.Serializer):
    """Answer of GET results."""

    data = ResultShape(many=True)
    total_attempts = serializers.IntegerField()


class StoredShape(ResultShape):
    """A result with its test."""

    test_id = serializers.IntegerField()
    test_type = serializers.ChoiceField(TestKind.choices)


class StoredResponse(serializers.Serializer):
    """Answer of POST results/create."""

    data = StoredShape()
