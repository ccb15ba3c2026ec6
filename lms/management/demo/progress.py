"""Fills enrollments and everything that follows from them, so that all figures agree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Model

from lms.management.demo.content import between, chance
from lms.management.demo.people import Person
from lms.management.demo.programs import Outline, TestPaper
from lms.models import (
    CompletedMaterial,
    Course,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    MaterialProgress,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
    User,
)
from lms.selectors.progress.program_content import test_material_key, topic_material_key
from lms.services.progress import certificates
from lms.services.progress.completion_rules import percent

MaterialType = CompletedMaterial.MaterialType
_TYPE_OF_MEDIA = {"application/pdf": MaterialType.PDF, "video/mp4": MaterialType.VIDEO}


@dataclass
class OpenedFile:
    """A learner opened one of the files of a topic."""

    topic: Topic
    files: list[TopicFile]
    file: TopicFile

    @property
    def passed(self) -> bool:
        """Opening a file passes no test."""
        return False

    @property
    def minutes(self) -> float:
        """The time spent: the files of a topic share its minutes."""
        duration = self.topic.duration or "0"
        return int(duration.split()[0]) / len(self.files)


@dataclass
class TakenTest:
    """A learner took a test once; the score is in percent."""

    paper: TestPaper
    score: int

    @property
    def passed(self) -> bool:
        """Whether the score reaches the passing score."""
        return self.score >= (self.paper.test.passing_score or 0)

    @property
    def minutes(self) -> float:
        """The time spent."""
        return (self.paper.test.time_limit or 0) * 0.6


Step = OpenedFile | TakenTest


@dataclass
class RowBuffer:
    """Rows to be stored in bulk, collected over all people."""

    rows: dict[type[Model], list[Model]] = field(default_factory=dict)

    def add(self, row: Model) -> None:
        """Collect a row."""
        self.rows.setdefault(type(row), []).append(row)

    def store(self) -> None:
        """Store all rows; each gets the dates of what happened."""
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=500)
        CompletedMaterial.objects.update(created_at=F("viewed_at"))
        TestResult.objects.update(created_at=F("completed_at"), updated_at=F("completed_at"))
        MaterialProgress.objects.update(created_at=F("last_viewed_at"))
        completed = TopicProgress.objects.filter(completed=True)
        completed.update(created_at=F("completed_at"), updated_at=F("completed_at"))
        for model in (Enrollment, CourseEnrollment):
            model.objects.update(updated_at=F("last_activity"))
            started = model.objects.filter(started_at__isnull=False)
            started.update(created_at=F("started_at"))
            model.objects.filter(started_at__isnull=True).update(created_at=F("last_activity"))


def create_progress(
    people: list[Person],
    outlines: dict[str, Outline],
    courses: dict[str, Course],
    *,
    now: datetime,
) -> None:
    """Create the learning history of everyone."""
    buffer = RowBuffer()
    for user, row in people:
        for profile in row["enrollments"]:
            learner = Learner(user, outlines[profile["program"]], profile, now, buffer)
            learner.record(courses.get(profile["program"]))
    buffer.store()
    completed = Enrollment.objects.filter(status=EnrollmentStatus.COMPLETED)
    for enrollment in completed.order_by("completed_at"):
        certificates.issue_if_earned(
            enrollment.user_id, enrollment.course_program_id, issued_at=enrollment.completed_at
        )


def steps_of(outline: Outline, profile: dict[str, Any]) -> Iterator[Step]:
    """Yield the steps of a learner in the order of the program.

    As many files are opened as the progress needs besides the passed tests.
    """
    tests = [(row["test"], row["score"]) for row in profile["tests"]]
    papers: dict[int | str, TestPaper | None] = {
        index: chapter.paper for index, chapter in enumerate(outline.chapters)
    }
    papers["final"] = outline.final
    passed = {name for name, score in tests if _is_passed(papers[name], score)}
    total = outline.total_units
    units = next(n for n in range(total + 1) if percent(n, total) >= profile["progress"])
    left = units - len(passed)
    for place, chapter in enumerate(outline.chapters):
        for topic, files in chapter.topics:
            for file in files[:left]:
                yield OpenedFile(topic, files, file)
            left -= min(left, len(files))
        yield from _taken(tests, place, chapter.paper)
    yield from _taken(tests, "final", outline.final)


def _taken(
    tests: list[tuple[int | str, int]], name: int | str, paper: TestPaper | None
) -> Iterator[Step]:
    for tested, score in tests:
        if tested == name and paper is not None:
            yield TakenTest(paper, score)


def _is_passed(paper: TestPaper | None, score: int) -> bool:
    return paper is not None and TakenTest(paper, score).passed


class Learner:
    """One person in one program: turns steps into rows."""

    def __init__(
        self,
        user: User,
        outline: Outline,
        profile: dict[str, Any],
        now: datetime,
        buffer: RowBuffer,
    ) -> None:
        self.user, self.outline, self.buffer = user, outline, buffer
        self.seed = (user.username, profile["program"])
        self.steps = list(steps_of(outline, profile))
        self.started_at = now - timedelta(days=profile["started_days_ago"], hours=2)
        self.last_at = now - timedelta(
            days=profile["active_days_ago"], minutes=between(15, 90, *self.seed)
        )
        self.opened: dict[int, list[TopicFile]] = {}

    def record(self, course: Course | None) -> None:
        """Collect the rows of every step and of the enrollment."""
        for step, moment in zip(self.steps, self._moments(), strict=True):
            if isinstance(step, OpenedFile):
                self._open_file(step, moment)
            else:
                self._take_test(step, moment)
        self._begin_topics()
        self._enroll(course)

    def _moments(self) -> list[datetime]:
        count = len(self.steps)
        span = self.last_at - self.started_at
        shares = sorted(chance(*self.seed, "moment", index) for index in range(count))
        return [self.started_at + span * share for share in shares[:-1]] + [self.last_at] * (
            count > 0
        )

    def _open_file(self, step: OpenedFile, moment: datetime) -> None:
        kind = _TYPE_OF_MEDIA.get(step.file.mime_type or "", MaterialType.PRESENTATION)
        key = step.file.minio_object_name
        self._complete(kind, key, moment)
        if key in self.outline.video_seconds:
            self._watch(step, moment, seconds=self.outline.video_seconds[key])
        opened = self.opened.setdefault(step.topic.pk, [])
        opened.append(step.file)
        if len(opened) == len(step.files):
            self.buffer.add(
                TopicProgress(user=self.user, topic=step.topic, completed=True, completed_at=moment)
            )
            if chance(*self.seed, "button", step.topic.topic_key) < 0.6:
                text = topic_material_key(step.topic.topic_key, step.topic.pk)
                self._complete(MaterialType.TEXT, text, moment)

    def _complete(self, kind: str, key: str, moment: datetime) -> None:
        self.buffer.add(
            CompletedMaterial(
                user=self.user,
                course_program=self.outline.program,
                material_type=kind,
                material_key=key,
                is_completed=True,
                viewed_at=moment,
            )
        )

    def _watch(self, step: OpenedFile, moment: datetime, *, seconds: int) -> None:
        self.buffer.add(
            MaterialProgress(
                user=self.user,
                course_program=self.outline.program,
                lesson_id=step.topic.lesson_id,
                topic=step.topic,
                material_key=step.file.minio_object_name,
                material_type=MaterialProgress.MaterialType.VIDEO,
                position_seconds=seconds,
                duration_seconds=seconds,
                progress_percent=100,
                is_completed=True,
                last_viewed_at=moment,
            )
        )

    def _take_test(self, step: TakenTest, moment: datetime) -> None:
        paper, kind = step.paper, "final" if step.paper is self.outline.final else "lesson"
        total = len(paper.questions)
        right = round(step.score * total / 100)
        share = 0.35 + 0.5 * chance(*self.seed, kind, paper.test.title, step.score)
        self.buffer.add(
            TestResult(
                user=self.user,
                **{f"{kind}_test": paper.test},
                score=step.score,
                passed=step.passed,
                correct_answers=right,
                total_questions=total,
                time_spent=int((paper.test.time_limit or 0) * 60 * share),
                answers_data=self._answers(paper, right),
                completed_at=moment,
            )
        )
        if step.passed:
            self._complete(MaterialType.TEST, test_material_key(kind, paper.test.pk), moment)

    def _answers(self, paper: TestPaper, right: int) -> dict[str, dict[str, Any]]:
        places = range(len(paper.questions))
        order = sorted(places, key=lambda place: chance(*self.seed, paper.test.title, place))
        known = set(order[:right])
        answers = {}
        for place in places:
            correct = paper.right[place]
            shift = 0 if place in known else between(1, paper.options[place] - 1, self.seed, place)
            answers[str(place)] = {
                "questionId": paper.questions[place].pk,
                "selectedAnswer": (correct + shift) % paper.options[place],
                "correctAnswer": correct,
                "isCorrect": place in known,
            }
        return answers

    def _begin_topics(self) -> None:
        for chapter in self.outline.chapters:
            for topic, files in chapter.topics:
                if 0 < len(self.opened.get(topic.pk, [])) < len(files):
                    self.buffer.add(TopicProgress(user=self.user, topic=topic, completed=False))

    def _enroll(self, course: Course | None) -> None:
        files = sum(len(files) for files in self.opened.values())
        passed = sum(step.passed for step in self.steps)
        total = self.outline.total_units
        minutes = sum(step.minutes for step in self.steps)
        common = {
            "user": self.user,
            "progress_percent": percent(files + passed, total),
            "status": _status(files + passed, total),
            "started_at": self.started_at if self.steps else None,
            "completed_at": self.last_at if files + passed == total else None,
            "hours_studied": Decimal(round(minutes / 60, 2)).quantize(Decimal("0.01")),
            "last_activity": self.last_at if self.steps else self.started_at,
        }
        self.buffer.add(Enrollment(course_program=self.outline.program, **common))
        if course is not None:
            self.buffer.add(CourseEnrollment(course=course, **common))


def _status(done: int, total: int) -> str:
    if done == total:
        return EnrollmentStatus.COMPLETED
    return EnrollmentStatus.IN_PROGRESS if done else EnrollmentStatus.NOT_STARTED
