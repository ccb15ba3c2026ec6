"""Fills course programs: lists, lessons, topics, files, tests and questions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lms.management.demo.content import DemoFile, fixed_uuid, load
from lms.management.demo.media import DemoFiles
from lms.models import (
    CourseProgram,
    FinalTest,
    LearningOutcome,
    Lesson,
    LessonMaterial,
    LessonTest,
    Option,
    ProgramRequirement,
    Question,
    Station,
    TargetAudience,
    Topic,
    TopicFile,
)
from lms.services import program_tree

AnyTest = LessonTest | FinalTest


@dataclass
class TestPaper:
    """A test with its questions and the index of the right option of each."""

    __test__ = False  # Not a test of ours: pytest must leave it alone.
    test: AnyTest
    questions: list[Question]
    right: list[int]
    options: list[int]


@dataclass
class Chapter:
    """A lesson with its topics, the files of each, and its test."""

    lesson: Lesson
    topics: list[tuple[Topic, list[TopicFile]]] = field(default_factory=list)
    paper: TestPaper | None = None


@dataclass
class Outline:
    """A program as learners walk through it; `video_seconds` by object key."""

    program: CourseProgram
    chapters: list[Chapter] = field(default_factory=list)
    final: TestPaper | None = None
    video_seconds: dict[str, int] = field(default_factory=dict)

    @property
    def total_units(self) -> int:
        """Count what the progress counts: files and tests."""
        papers = [chapter.paper for chapter in self.chapters] + [self.final]
        files = sum(len(files) for chapter in self.chapters for _topic, files in chapter.topics)
        return files + sum(paper is not None for paper in papers)


def create_programs(stations: dict[str, Station], files_to_store: DemoFiles) -> dict[str, Outline]:
    """Create the programs; return the active ones by the short name of their station."""
    outlines = {}
    ids = []
    for order, row in enumerate(load("programs")):
        outline = _create_program(
            stations[row["station"]], row, order=order, files_to_store=files_to_store
        )
        ids.append(outline.program.pk)
        if row["is_active"]:
            outlines[row["station"]] = outline
    program_tree.recount_programs(ids)
    return outlines


def _create_program(
    station: Station, row: dict[str, Any], *, order: int, files_to_store: DemoFiles
) -> Outline:
    names = ("title", "description", "duration", "format", "is_active")
    program = CourseProgram.objects.create(
        station=station,
        order_index=0 if row["is_active"] else 1,
        **{name: row[name] for name in names},
    )
    _create_lists(program, row)
    outline = Outline(program)
    for place, lesson_row in enumerate(row["lessons"]):
        outline.chapters.append(_create_lesson(outline, lesson_row, (order, place), files_to_store))
    if row["final_test"]:
        outline.final = _create_test(FinalTest(course_program=program), row["final_test"])
    return outline


def _create_lists(program: CourseProgram, row: dict[str, Any]) -> None:
    for model, column, name in (
        (LearningOutcome, "outcome_text", "learning_outcomes"),
        (ProgramRequirement, "requirement_text", "requirements"),
        (TargetAudience, "audience_text", "target_audience"),
    ):
        model.objects.bulk_create(
            model(course_program=program, order_index=place, **{column: text})
            for place, text in enumerate(row[name])
        )


def _create_lesson(
    outline: Outline, row: dict[str, Any], place: tuple[int, int], files_to_store: DemoFiles
) -> Chapter:
    lesson = Lesson.objects.create(
        course_program=outline.program,
        lesson_key=str(fixed_uuid("lesson", *place)),
        title=row["title"],
        duration=row["duration"],
        order_index=place[1],
    )
    LessonMaterial.objects.bulk_create(
        LessonMaterial(lesson=lesson, order_index=index, material_name=name)
        for index, name in enumerate(row["materials"])
    )
    chapter = Chapter(lesson)
    for index, topic_row in enumerate(row["topics"]):
        topic = Topic.objects.create(
            lesson=lesson,
            topic_key=str(fixed_uuid("topic", *place, index)),
            code=topic_row["code"],
            title=topic_row["title"],
            duration=topic_row["duration"],
            order_index=index,
        )
        files = TopicFile.objects.bulk_create(
            _files(outline, topic, topic_row["files"], files_to_store)
        )
        chapter.topics.append((topic, files))
    if row["test"]:
        chapter.paper = _create_test(LessonTest(lesson=lesson), row["test"])
    return chapter


def _files(
    outline: Outline, topic: Topic, rows: list[dict[str, Any]], files_to_store: DemoFiles
) -> Iterable[TopicFile]:
    folder = f"stations/{outline.program.station_id}/course_program/topics/{topic.topic_key}"
    for place, row in enumerate(rows):
        file = DemoFile(row["file"])
        key = files_to_store.add(row["file"], folder)
        if "duration_seconds" in row:
            outline.video_seconds[key] = row["duration_seconds"]
        yield TopicFile(
            topic=topic,
            file_type=row["kind"],
            title=row["title"],
            original_name=file.name,
            file_size=file.size_bytes,
            size_formatted=program_tree.size_text(file.size_bytes),
            minio_object_name=key,
            mime_type=file.content_type,
            order_index=place,
        )


def _create_test(test: AnyTest, row: dict[str, Any]) -> TestPaper:
    for name in ("title", "description", "passing_score", "time_limit", "attempts"):
        setattr(test, name, row[name])
    test.questions_count = len(row["questions"])
    test.save()
    owner = {"lesson_test" if isinstance(test, LessonTest) else "final_test": test}
    questions = Question.objects.bulk_create(
        Question(
            **owner,
            order_index=place,
            question=item["question"],
            points=item["points"],
            explanation=item["explanation"],
        )
        for place, item in enumerate(row["questions"])
    )
    Option.objects.bulk_create(
        Option(
            question=question,
            order_index=place,
            option_text=text,
            is_correct=place == item["correct"],
        )
        for question, item in zip(questions, row["questions"], strict=True)
        for place, text in enumerate(item["options"])
    )
    return TestPaper(
        test=test,
        questions=questions,
        right=[item["correct"] for item in row["questions"]],
        options=[len(item["options"]) for item in row["questions"]],
    )
