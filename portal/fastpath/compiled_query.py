"""Queries that are compiled to SQL once per process, not at every request.

Benchmark rows: GET /courses/me/programs; cold, GET /stations/1 and its /course-program.
Figures: without it these cost 1.7, 3.0 and 2.6 times the CPU time (bench/results/overrides.json).
Upstream: Django has no cache of compiled queries, and no plan for one is known.
Off: FASTPATH_COMPILED_QUERIES=0 runs the same queryset in the ordinary way.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, QuerySet

# Values of a row have the types of its columns.
Row = dict[str, Any]


class CompiledQuery[Value]:
    """A `.values()` query with one parameter, built by the ORM and compiled once per database.

    The queryset stays the only description of the query: SQL, conditions and conversions of values
    come from Django's compiler.
    """

    def __init__(
        self,
        make: Callable[[Value], QuerySet[Any, Any]],
        field: "Field[Any, Any]",
        *,
        sample: Value,
    ) -> None:
        """Take the query as a function of its parameter.

        `field` prepares the parameter for the database. `sample` is a value that occurs nowhere
        else in the query, so that its positions among the parameters can be found.
        """
        self._make = make
        self._field = field
        self._sample = sample
        self._compiled: dict[str, _Statement] = {}

    def rows(self, value: Value, *, using: str = "default") -> list[Row]:
        """Run the query and return its rows as dicts."""
        if not settings.FASTPATH_COMPILED_QUERIES:
            return list(self._make(value).using(using))
        connection = connections[using]
        statement = self._compiled.get(connection.vendor)
        if statement is None:
            query = self._make(self._sample)
            statement = self._compiled[connection.vendor] = _Statement(
                query, self._prepared(self._sample, connection), using
            )
        return statement.rows(connection, self._prepared(value, connection))

    def _prepared(self, value: Value, connection: BaseDatabaseWrapper) -> object:
        return self._field.get_db_prep_value(value, connection, prepared=False)


class _Statement:
    """SQL, parameters and conversions of one query on one kind of database."""

    def __init__(self, queryset: QuerySet[Any, Row], sample: object, using: str) -> None:
        compiler = queryset.query.get_compiler(using=using)
        self._sql, params = compiler.as_sql()
        self._params = list(params)
        self._positions = [at for at, param in enumerate(params) if param == sample]
        if not self._positions:
            raise ValueError("The sample is not among the parameters of the query.")
        self._names = list(queryset.query.selected or ())
        columns = [expression for expression, *_rest in compiler.select]
        self._converters = list(compiler.get_converters(columns).items())

    def rows(self, connection: BaseDatabaseWrapper, value: object) -> list[Row]:
        """Run the statement with this value in the positions of the sample."""
        params = list(self._params)
        for position in self._positions:
            params[position] = value
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchall()
        rows = [dict(zip(self._names, row, strict=True)) for row in found]
        for position, (functions, expression) in self._converters:
            name = self._names[position]
            for row in rows:
                for function in functions:
                    row[name] = function(row[name], expression, connection)
        return rows
