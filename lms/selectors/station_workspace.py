"""What the head of a station's page shows: its programs and how many people learn."""

from typing import Any

from lms.models import CourseProgram, Enrollment, Station
from lms.selectors.reports import count_of


def programs_of(station: Station) -> list[Any]:
    """Return the programs of a station by title, each with learners_total; one query."""
    programs = CourseProgram.objects.filter(station=station).only("title", "is_active", "station")
    programs = programs.annotate(learners_total=count_of(Enrollment, "course_program"))
    return list(programs.order_by("-is_active", "title", "pk"))


def learners_of(station: Station) -> int:
    """Count the people who are enrolled in at least one program of a station."""
    enrollments = Enrollment.objects.filter(
        course_program__station=station, course_program__bin_entry__isnull=True
    )
    return enrollments.order_by().values("user").distinct().count()
