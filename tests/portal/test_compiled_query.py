"""A compiled query returns what the ORM returns, for every kind of column and parameter."""

from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import IntegerField
from django.utils import timezone

from lms.models import Enrollment, Lesson, Station
from lms.selectors.courses import outline
from lms.selectors.progress import enrollments
from portal.fastpath.compiled_query import CompiledQuery
from tests import factories

pytestmark = pytest.mark.django_db


def test_rows_equal_those_of_the_orm_with_every_column():
    """Dates, texts, booleans and numbers are converted as the ORM converts them."""
    program = factories.ProgramFactory()
    factories.LessonFactory.create_batch(3, course_program=program)
    fields = [field.attname for field in Lesson._meta.concrete_fields]
    query = CompiledQuery(
        lambda number: Lesson.objects.filter(course_program=number).order_by("pk").values(*fields),
        IntegerField(),
        sample=-5,
    )

    expected = list(Lesson.objects.filter(course_program=program).order_by("pk").values(*fields))

    assert query.rows(program.pk) == expected
    assert query.rows(program.pk + 1) == []


def test_a_key_that_is_a_uuid_is_prepared_for_the_database(make_user):
    row, _other = (
        Enrollment.objects.create(
            user=make_user(f"person{n}"),
            course_program=factories.ProgramFactory(),
            last_activity=timezone.now(),
        )
        for n in range(2)
    )

    (found,) = enrollments.my_programs(row.user_id)

    assert (found["id"], found["last_activity"]) == (row.pk, row.last_activity)
    assert found["course_program__title"] == row.course_program.title
    assert enrollments.my_programs(uuid4()) == []


@pytest.mark.fastpath
def test_the_second_run_builds_no_query(django_assert_num_queries, monkeypatch):
    program = factories.ProgramFactory()
    outline.active_program(program.station_id)
    monkeypatch.setattr(type(Station.objects), "get_queryset", None)

    with django_assert_num_queries(1):
        assert outline.active_program(program.station_id)["id"] == program.pk


@pytest.mark.fastpath
def test_a_query_without_its_parameter_is_refused():
    query = CompiledQuery(lambda number: Enrollment.objects.values("pk"), IntegerField(), sample=-5)

    with pytest.raises(ValueError, match="sample"):
        query.rows(1)


def test_values_are_parameters_never_text():
    """The value of the caller reaches the database as a parameter, not inside the statement."""
    program = factories.ProgramFactory()
    with connection.execute_wrapper(_refusing_literals(str(program.station_id))):
        outline.active_program(program.station_id)


def _refusing_literals(text: str):
    def check(execute, sql, params, many, context):
        assert f"= {text}" not in sql
        return execute(sql, params, many, context)

    return check
