"""Changes the questions of a test one at a time; stored results never change.

A request to change a question names the version that it changes. A version consists of the instant
of the last change of the question and a digest of its answers, because other forms of the admin
change answers without their question.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypedDict, cast

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.errors import QuestionChanged, QuestionNotFound, QuestionOrderChanged, UndoExpired
from lms.models import BinEntry, FinalTest, LessonTest, Option, Question, User
from lms.services import program_tree
from lms.services.history import recycle_bin
from lms.services.questions import rules
from media_admin.services.uploaded_files import ready_file
from portal.common.errors import Invalid

AnyTest = LessonTest | FinalTest
_CREATED_SECONDS = 60 * 60


@dataclass(frozen=True)
class Answer:
    """An answer as somebody typed it; `id` is None for a new answer."""

    text: str
    is_right: bool
    id: int | None = None


@dataclass(frozen=True)
class Content:
    """A question as somebody typed it."""

    question: str
    answers: list[Answer] = field(default_factory=list)
    explanation: str = ""
    points: int = 1
    image: str = ""


class OptionState(TypedDict):
    """An answer as the editor shows it."""

    id: int
    text: str
    isRight: bool


class QuestionState(TypedDict):
    """A question as the editor shows it."""

    id: int
    version: str
    question: str
    explanation: str
    points: int
    image: str
    options: list[OptionState]


def list_states(test: AnyTest) -> list[QuestionState]:
    """List the questions of a test as the editor shows them, in order; two queries."""
    return [state_of(question) for question in _rows(test)]


def state_of(question: Question) -> QuestionState:
    """Return a question as the editor shows it."""
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
) -> QuestionState:
    """Store a new question after the question `after`, or at the end; return its state.

    If a request with the same `key` is repeated within an hour, nothing new is stored, and the
    question of the first request is returned.

    Raises:
        Invalid: the question breaks a rule; `fields` says which.
    """
    with transaction.atomic():
        locked = _locked(test)
        cache_key = f"question-editor:{locked._meta.model_name}:{locked.pk}:{key}"
        known = locked.questions.filter(pk=cache.get(cache_key)).first() if key else None
        if known is not None:
            return state_of(known)
        _check(content, stored_image="")
        question = _insert(locked, content, after=after)
        program_tree.recount_questions(locked)
    if key:
        cache.set(cache_key, question.pk, _CREATED_SECONDS)
    return state_of(question)


def save(
    test: AnyTest, question_id: int, content: Content, *, version: str, by: User | None
) -> QuestionState:
    """Replace a question and its answers; return the new state. Missing answers go to the bin.

    Raises:
        QuestionNotFound: the test has no such question.
        QuestionChanged: somebody has saved it since; the error contains the stored state.
        Invalid: the question breaks a rule; `fields` says which.
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
        recycle_bin.put_all([row for pk, row in options.items() if pk not in kept], by=by)
        _save_answers(question, content.answers, options)
        return state_of(_fresh(question))


def duplicate(test: AnyTest, question_id: int) -> QuestionState:
    """Store a copy of a question after it; return the state of the copy.

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
    """Move a question to the bin; return the id of the bin entry, which `restore` needs.

    Raises:
        QuestionNotFound: the test has no such question.
        QuestionChanged: somebody has saved it since; the error contains the stored state.
    """
    with transaction.atomic():
        question = _locked_question(_locked(test), question_id, version=version)
        return recycle_bin.put(question, by=by).pk


def restore(test: AnyTest, question_id: int, *, entry_id: int, by: User | None) -> QuestionState:
    """Restore a question from the bin as it was; return its state. It is safe to repeat this.

    Raises:
        UndoExpired: the bin no longer has this entry of a question of this test.
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
        QuestionOrderChanged: these are not all questions of the test; the error contains the
            stored order.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(test).questions.all()}
        if len(ids) != len(rows) or set(ids) != rows.keys():
            stored = sorted(rows.values(), key=lambda row: (row.order_index, row.pk))
            raise QuestionOrderChanged([row.pk for row in stored])
        _number([rows[pk] for pk in ids])


def _rows(test: AnyTest) -> QuerySet[Question]:
    return test.questions.order_by("order_index", "pk").prefetch_related("options")


def _fresh(question: Question) -> Question:
    fresh: Question = Question.objects.prefetch_related("options").get(pk=question.pk)
    return fresh


def _locked(test: AnyTest) -> AnyTest:
    locked: AnyTest = type(test).objects.select_for_update().get(pk=test.pk)
    return locked


def _locked_question(test: AnyTest, question_id: int, *, version: str | None = None) -> Question:
    rows = test.questions.select_for_update().filter(pk=question_id)
    question: Question | None = rows.first()
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
    """Yield an error unless this is the stored key or a finished upload of a picture."""
    if not key or key == stored:
        return
    file = ready_file(key)
    if file is None:
        yield _("This upload has not finished. Upload the file again.")
    elif file.kind != "image":
        yield _("Files of this type are not accepted here.")


def _insert(test: AnyTest, content: Content, *, after: int | None) -> Question:
    rows = list(test.questions.order_by("order_index", "pk"))
    index = next((at + 1 for at, row in enumerate(rows) if row.pk == after), len(rows))
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
    if index < len(rows):
        _number([*rows[:index], question, *rows[index:]])
    return _fresh(question)


def _save_answers(question: Question, answers: list[Answer], stored: dict[int, Option]) -> None:
    for index, answer in enumerate(answers):
        row = stored.get(answer.id or 0) or Option(question=question)
        typed = (answer.text, answer.is_right, index)
        if row.pk is None or typed != (row.option_text, row.is_correct, row.order_index):
            row.option_text, row.is_correct, row.order_index = typed
            row.save()


def _number(rows: list[Question]) -> None:
    """Store the order of the rows, from 0; their contents and versions stay the same."""
    changed = [row for index, row in enumerate(rows) if row.order_index != index]
    for index, row in enumerate(rows):
        row.order_index = index
    Question.objects.bulk_update(changed, ["order_index"], batch_size=200)


def _from_bin(test: AnyTest, question_id: int, entry_id: int, *, by: User | None) -> Question:
    name = Question._meta.model_name
    entry = BinEntry.objects.filter(pk=entry_id, model=name, object_id=str(question_id)).first()
    deleted = Question.everything.filter(pk=question_id, bin_entry=entry)
    if entry is None or not deleted.filter(**{_link(test): test}).exists():
        raise UndoExpired
    restored, _notes = recycle_bin.restore(entry, by=by)
    return cast("Question", restored)


def _link(test: AnyTest) -> str:
    return "lesson_test" if isinstance(test, LessonTest) else "final_test"
