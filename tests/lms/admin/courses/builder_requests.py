"""What the tests of the builder ask for and look at."""

from django.test import Client
from django.urls import reverse

from lms.models import CourseProgram, Lesson, Topic


def builder_url(program: CourseProgram, part: str) -> str:
    """Return the address of the builder or of an endpoint below it."""
    return reverse("admin:lms_courseprogram_builder", args=[program.pk]) + part


def tree_of(editor: Client, program: CourseProgram) -> dict:
    """Return the program as the builder reads it."""
    return editor.get(builder_url(program, "tree")).json()["program"]


def titles_of(editor: Client, program: CourseProgram) -> list[tuple[str, list[str]]]:
    """Return the titles of lessons, each with those of its topics."""
    lessons = tree_of(editor, program)["lessons"]
    return [(each["title"], [topic["title"] for topic in each["topics"]]) for each in lessons]


def lesson_at(place: int) -> Lesson:
    """Return a lesson of `builder_program`."""
    return Lesson.objects.get(title=f"Урок {place}")


def topic_at(name: str) -> Topic:
    """Return a topic of `builder_program`, such as 0.2."""
    return Topic.objects.get(title=f"Тема {name}")
