"""Changes the questions of a test one at a time; results of people are never impact.

Every change of a question carries the version that it was made on. A version is the instant of the
question's last change with a digest of its answers, because the other forms of the admin change
answers without the question.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import QuestionChanged, QuestionNotFound, QuestionOrderChanged, UndoExpired
from lms.models import BinEntry, FinalTest, LessonTest, Option, Question, User
from lms.services import program_tree
from lms.services.history import bin as content_bin
from lms.services.questions import rules
from media_admin.services.uploaded_files import ready_file
from portal.common.errors import Invalid

AnyTest = LessonTest | FinalTest
_CREATED_SECONDS = 60 * 60


@dataclass(frozen=True)
class Answer:
    """An answer as typed; `id` is None for a new one."""

    text: str
    is_right: bool
    id: int | None = None


@dataclass(frozen=True)
class Content:
    """A question as typed."""

    question: str
    answers: list[Answer] = field(default_factory=list)
    explanation: str = ""
    points: int = 1
    image: str = ""


def list_states(test: AnyTest) -> list[dict[str, Any]]:
    """List the questions of a test as the editor shows them, in order; two queries."""
    return [state_of(question) for question in _rows(test)]


def state_of(question: Question) -> dict[str, Any]:
    """Return a question for the editor.

    Shape: {"id", "version", "question", "explanation", "points", "image",
    "options": [{"id", "text", "isRight"}]}.
    """
    options = sorted(question.options.all(), key=lambda row: (row.order_index, row.pk))
    return {
        "id": question.pk,
        "version": _version(question, options),
        "question": question.question,
        "explanation": question.explanation or "",
        "points": question.points or 1,
        "image": question.image or "",
        "options": [
            {"id": row.pk, "text": row.option_text, "isRight": bool(row.is_correct)}
            for row in options
        ],
    }


def create(
    test: AnyTest, content: Content, *, after: int | None = None, key: str = ""
) -> dict[str, Any]:
    """Store a new question behind another, or behind all; return its state.

    With a `key`, a repeated request within an hour returns what the first one stored.

    Raises:
        Invalid: a rule is broken; `fields` says which.
    """
    with transaction.atomic():
        locked = _locked(test)
        place = f"question-editor:{locked._meta.model_name}:{locked.pk}:{key}"
        known = locked.questions.filter(pk=cache.get(place)).first() if key else None
        if known is not None:
            return state_of(known)
        _check(content, stored_image="")
        question = _insert(locked, content, after=after)
        program_tree.recount_questions(locked)
    if key:
        cache.set(place, question.pk, _CREATED_SECONDS)
    return state_of(question)


def save(
    test: AnyTest, question_id: int, content: Content, *, version: str, by: User | None
) -> dict[str, Any]:
    """Replace a question and its answers; return the new state. Answers left out go to the bin.

    Raises:
        QuestionNotFound: the test has no such question.
        QuestionChanged: somebody has saved it since; carries the stored state.
        Invalid: a rule is broken; `fields` says which.
    """
    with transaction.atomic():
        question = _locked_question(test, question_id, version=version)
        options = {row.pk: row for row in question.options.all()}
        _check(content, stored_image=question.image or "")
        if {answer.id for answer in content.answers if answer.id} - options.keys():
            raise Invalid(fields={"options": [_("An answer belongs to another question.")]})
        question.question = content.question
        question.explanation = content.explanation or None
        question.points = content.points
        question.image = content.image or None
        question.save()
        kept = {answer.id for answer in content.answers}
        content_bin.put_all([row for pk, row in options.items() if pk not in kept], by=by)
        _save_answers(question, content.answers, options)
        return state_of(_fresh(question))


def duplicate(test: AnyTest, question_id: int) -> dict[str, Any]:
    """Store a copy behind a question; return the state of the copy.

    Raises:
        QuestionNotFound: the test has no such question.
    """
    with transaction.atomic():
        locked = _locked(test)
        source = state_of(_locked_question(locked, question_id))
        content = Content(
            question=source["question"],
            explanation=source["explanation"],
            points=source["points"],
            image=source["image"],
            answers=[Answer(row["text"], row["isRight"]) for row in source["options"]],
        )
        question = _insert(locked, content, after=question_id)
        program_tree.recount_questions(locked)
        return state_of(question)


def delete(test: AnyTest, question_id: int, *, version: str, by: User | None) -> int:
    """Move a question to the bin; return the number of the entry that `restore` takes.

    Raises:
        QuestionNotFound: the test has no such question.
        QuestionChanged: somebody has saved it since; carries the stored state.
    """
    with transaction.atomic():
        question = _locked_question(_locked(test), question_id, version=version)
        return content_bin.put(question, by=by).pk


def restore(test: AnyTest, question_id: int, *, entry_id: int, by: User | None) -> dict[str, Any]:
    """Bring a question back from the bin as it was; return its state. Safe to repeat.

    Raises:
        UndoExpired: the bin has no such entry of a question of this test any more.
    """
    with transaction.atomic():
        locked = _locked(test)
        found = locked.questions.filter(pk=question_id).first()
        if found is None:
            found = _from_bin(locked, question_id, entry_id, by=by)
        return state_of(_fresh(found))


def sort(test: AnyTest, ids: list[int]) -> None:
    """Put the questions of a test in this order.

    Raises:
        QuestionOrderChanged: these are not all questions of the test; carries the stored order.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(test).questions.all()}
        if len(ids) != len(rows) or set(ids) != rows.keys():
            stored = sorted(rows.values(), key=lambda row: (row.order_index, row.pk))
            raise QuestionOrderChanged([row.pk for row in stored])
        _number([rows[pk] for pk in ids])


def _rows(test: AnyTest) -> Iterable[Question]:
    return test.questions.order_by("order_index", "pk").prefetch_related("options")


def _fresh(question: Question) -> Question:
    return Question.objects.prefetch_related("options").get(pk=question.pk)


def _locked(test: AnyTest) -> AnyTest:
    return type(test).objects.select_for_update().get(pk=test.pk)


def _locked_question(test: AnyTest, question_id: int, *, version: str | None = None) -> Question:
    question = test.questions.select_for_update().filter(pk=question_id).first()
    if question is None:
        raise QuestionNotFound
    if version is not None:
        state = state_of(question)
        if state["version"] != version:
            raise QuestionChanged(state)
    return question


def _version(question: Question, options: list[Option]) -> str:
    answers = repr([(row.pk, row.option_text, bool(row.is_correct)) for row in options])
    digest = hashlib.sha256(answers.encode()).hexdigest()[:12]
    return f"{question.updated_at.isoformat()}/{digest}"


def _check(content: Content, *, stored_image: str) -> None:
    errors = {
        "question": list(rules.question_errors(content.question)),
        "explanation": list(rules.explanation_errors(content.explanation)),
        "options": list(_answer_errors(content.answers)),
        "points": [],
        "image": list(_image_errors(content.image, stored=stored_image)),
    }
    if not rules.points_are_right(content.points):
        errors["points"].append(_("Points are a whole number from 1 to 100."))
    found = {name: texts for name, texts in errors.items() if texts}
    if found:
        raise Invalid(next(iter(found.values()))[0], fields=found)


def _answer_errors(answers: list[Answer]) -> Iterable[str]:
    if any(not answer.text for answer in answers):
        yield _("An answer is empty.")
    yield from rules.option_errors([answer.text for answer in answers])
    if sum(answer.is_right for answer in answers) != 1:
        yield _("Mark exactly one answer as right.")
    ids = [answer.id for answer in answers if answer.id is not None]
    if len(set(ids)) < len(ids):
        yield _("Two answers are the same.")


def _image_errors(key: str, *, stored: str) -> Iterable[str]:
    """Accept the stored key or a finished upload of a picture, as the forms of the admin do."""
    if not key or key == stored:
        return
    file = ready_file(key)
    if file is None:
        yield _("This upload has not finished. Upload the file again.")
    elif file.kind != "image":
        yield _("Files of this type are not accepted here.")


def _insert(test: AnyTest, content: Content, *, after: int | None) -> Question:
    rows = list(test.questions.order_by("order_index", "pk"))
    place = next((at + 1 for at, row in enumerate(rows) if row.pk == after), len(rows))
    order = 0 if not rows else rows[-1].order_index + 1
    question = Question.objects.create(
        **{_link(test): test},
        question=content.question,
        explanation=content.explanation or None,
        points=content.points,
        image=content.image or None,
        order_index=order,
    )
    _save_answers(question, content.answers, {})
    if place < len(rows):
        _number([*rows[:place], question, *rows[place:]])
    return _fresh(question)


def _save_answers(question: Question, answers: list[Answer], stored: dict[int, Option]) -> None:
    for place, answer in enumerate(answers):
        row = stored.get(answer.id or 0) or Option(question=question)
        wanted = (answer.text, answer.is_right, place)
        if row.pk is None or wanted != (row.option_text, row.is_correct, row.order_index):
            row.option_text, row.is_correct, row.order_index = wanted
            row.save()


def _number(rows: list[Question]) -> None:
    """Give the rows the places 0, 1, 2; their versions stay, as their contents do."""
    changed = [row for place, row in enumerate(rows) if row.order_index != place]
    for place, row in enumerate(rows):
        row.order_index = place
    Question.objects.bulk_update(changed, ["order_index"], batch_size=200)


def _from_bin(test: AnyTest, question_id: int, entry_id: int, *, by: User | None) -> Question:
    name = Question._meta.model_name
    entry = BinEntry.objects.filter(pk=entry_id, model=name, object_id=str(question_id)).first()
    gone = Question.everything.filter(pk=question_id, bin_entry=entry)
    if entry is None or not gone.filter(**{_link(test): test}).exists():
        raise UndoExpired
    question, _notes = content_bin.restore(entry, by=by)
    return question


def _link(test: AnyTest) -> str:
    return "lesson_test" if isinstance(test, LessonTest) else "final_test"
