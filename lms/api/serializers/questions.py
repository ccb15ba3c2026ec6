"""Serializers of tests and results, and the values of their answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import IdField, NameField, PositionField
from lms.errors import InvalidAnswers
from lms.models import TestKind, TestResult
from lms.selectors.questions.tests import AnyTest, QuestionRow, kind_of

_ANSWER_KEYS = ("questionId", "selectedAnswer", "correctAnswer", "isCorrect")
_MOST_ANSWERS = 1000


def test_json(test: AnyTest, questions: list[QuestionRow]) -> dict[str, Any]:
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
        # The admin editor's spelling: it sends the same request (contract, endpoint 36).
        "passing_score": test.passing_score or 70,
        "time_limit": test.time_limit or 0,
        "is_active": bool(test.is_active),
        "test_type": kind_of(test),
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


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": _MOST_ANSWERS,
        "additionalProperties": {
            "type": "object",
            "properties": {
                "questionId": {"type": "integer"},
                "selectedAnswer": {"type": ["integer", "null"]},
                "correctAnswer": {"type": ["integer", "null"]},
                "isCorrect": {"type": ["boolean", "null"]},
            },
            "required": ["questionId"],
        },
    }
)
class AnswersField(serializers.DictField):
    """The chosen options by the question's position; keeps the client's four keys, drops others."""

    def to_internal_value(self, data: Any) -> dict[str, dict[str, int | None]]:
        """Return the entries with numbers only.

        Raises:
            InvalidAnswers: an entry is no object of numbers, or there are absurdly many.
        """
        if not isinstance(data, dict) or len(data) > _MOST_ANSWERS:
            raise InvalidAnswers
        return {place: self._entry(place, entry) for place, entry in data.items()}

    def _entry(self, place: str, entry: Any) -> dict[str, int | None]:
        if not place.isdecimal() or len(place) > 6 or not isinstance(entry, dict):
            raise InvalidAnswers
        kept = {name: entry[name] for name in _ANSWER_KEYS if name in entry}
        if not all(value is None or isinstance(value, int) for value in kept.values()):
            raise InvalidAnswers
        return kept


class CreateResultRequest(serializers.Serializer):
    """Body of POST /courses/tests/results/create; the claims are compared, never stored."""

    test_id = IdField()
    test_type = NameField(TestKind.choices)
    score = PositionField(max_value=100, required=False, allow_null=True, default=None)
    time_spent = PositionField(required=False, allow_null=True, default=None)
    answers_data = AnswersField(required=False, allow_null=True, default=None)


class QuestionSerializer(serializers.Serializer):
    """A question; correctAnswer is an index from 0."""

    id = serializers.IntegerField()
    question = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    correctAnswer = serializers.IntegerField()
    points = serializers.IntegerField()
    image = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(allow_blank=True)
    order_index = serializers.IntegerField()


class TestSerializer(serializers.Serializer):
    """A test; score in percent, time in minutes, attempts null for any number."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    questions = QuestionSerializer(many=True)
    passingScore = serializers.IntegerField()
    timeLimit = serializers.IntegerField()
    attempts = serializers.IntegerField(allow_null=True)
    passing_score = serializers.IntegerField(required=False)
    time_limit = serializers.IntegerField(required=False)
    is_active = serializers.BooleanField(required=False)
    test_type = serializers.ChoiceField(TestKind.choices, required=False)


class TestResponse(serializers.Serializer):
    """The test of a lesson or program; null without one."""

    test = TestSerializer(allow_null=True)


class ResultSerializer(serializers.Serializer):
    """A result; score in percent, time in seconds."""

    id = serializers.IntegerField()
    score = serializers.IntegerField()
    is_passed = serializers.BooleanField()
    correct_answers = serializers.IntegerField()
    total_questions = serializers.IntegerField()
    time_spent = serializers.IntegerField(allow_null=True)
    completed_at = serializers.DateTimeField()


class StoredResultSerializer(ResultSerializer):
    """A result with its test."""

    test_id = serializers.IntegerField()
    test_type = serializers.ChoiceField(TestKind.choices)


ResultsResponse = inline_serializer(
    "ResultsResponse",
    {"data": ResultSerializer(many=True), "total_attempts": serializers.IntegerField()},
)
StoredResponse = inline_serializer("StoredResponse", {"data": StoredResultSerializer()})
