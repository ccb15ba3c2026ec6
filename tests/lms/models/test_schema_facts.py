"""The database on PostgreSQL against the facts file, column by column."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.services, pytest.mark.django_db]

FACTS = json.loads((Path(__file__).parents[2] / "facts" / "schema.json").read_text("utf-8"))
TABLES = {**FACTS["required"], **FACTS["client_tables"]}
# Read through a view over user_test_results: docs/data-model.md, "Test results".
VIEWS = {"test_results"}
# Deliberate differences, each the mending of a fault that the facts file names.
MENDED_UNIQUE = {"topic_files": "UNIQUE (topic_id, file_type) DEFERRABLE INITIALLY DEFERRED"}

_FAMILIES = {
    "serial": "integer",
    "integer": "integer",
    "bigint": "bigint",
    "uuid": "uuid",
    "boolean": "boolean",
    "jsonb": "jsonb",
    "inet": "inet",
    "text": "text",
    "varchar": "text",
    "character varying": "text",
    "numeric": "numeric",
    "timestamp": "instant",
    "timestamptz": "instant",
    "timestamp with time zone": "instant",
    "timestamp without time zone": "instant",
}


def _query(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def _columns(table: str) -> dict[str, dict[str, Any]]:
    rows = _query(
        """SELECT column_name, data_type, character_maximum_length, is_nullable,
                  column_default, is_identity
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s""",
        table,
    )
    names = ("type", "length", "nullable", "default", "identity")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _constraints(table: str, kind: str) -> list[str]:
    rows = _query(
        """SELECT pg_get_constraintdef(oid) FROM pg_constraint
           WHERE conrelid = %s::regclass AND contype = %s""",
        f"public.{table}",
        kind,
    )
    return [row[0] for row in rows]


def _fact_columns() -> list[tuple[str, str, str]]:
    return [
        (table, column, definition)
        for table, facts in TABLES.items()
        for column, definition in facts["columns"].items()
    ]


@pytest.mark.parametrize(("table", "column", "definition"), _fact_columns())
def test_every_column_of_the_facts_exists(table: str, column: str, definition: str) -> None:
    ours = _columns(table)[column]

    word = re.match(r"[a-z]+", definition).group()
    assert _FAMILIES[ours["type"]] == _FAMILIES[word]
    wanted_length = re.match(r"varchar\((\d+)\)", definition)
    if wanted_length and ours["length"]:
        assert ours["length"] >= int(wanted_length.group(1))
    if table in VIEWS:
        return
    has_default = ours["default"] is not None or ours["identity"] == "YES"
    if word == "serial" or " default " in definition:
        assert has_default, "a plain INSERT without this column would fail"
    if "not null" not in definition and word != "serial":
        assert ours["nullable"] == "YES" or has_default


@pytest.mark.parametrize(
    ("table", "definition", "expected"),
    [
        ("course_programs", "format", "Онлайн"),
        ("stations", "status", "active"),
        ("users", "role", "user"),
        ("user_profiles", "language", "ru"),
        ("user_stats", "achievements", "{}"),
        ("station_equipment", "quantity", "1"),
        ("lesson_tests", "passing_score", "70"),
        ("lesson_tests", "time_limit", "30"),
    ],
)
def test_defaults_have_the_value_of_the_facts(table: str, definition: str, expected: str) -> None:
    assert expected in _columns(table)[definition]["default"]


@pytest.mark.parametrize("table", [name for name in TABLES if name not in VIEWS])
def test_keys_and_foreign_keys_match(table: str) -> None:
    facts = TABLES[table]

    for primary_key in facts.get("primary_key", []):
        assert _constraints(table, "p") == [primary_key]
    ours = [
        definition.replace(" DEFERRABLE INITIALLY DEFERRED", "")
        for definition in _constraints(table, "f")
    ]
    for foreign_key in facts.get("foreign_keys", []):
        assert foreign_key in ours


@pytest.mark.parametrize(
    ("table", "unique"),
    [
        (table, unique)
        for table, facts in TABLES.items()
        if table not in VIEWS
        for unique in facts.get("unique", [])
        if MENDED_UNIQUE.get(table) != unique
    ],
)
def test_unique_constraints_match(table: str, unique: str) -> None:
    wanted = unique if unique.startswith("UNIQUE") else f"UNIQUE {unique}"

    assert wanted in _constraints(table, "u")


def test_a_topic_has_one_main_pdf_but_many_documents() -> None:
    indexes = _query("SELECT indexdef FROM pg_indexes WHERE tablename = 'topic_files'")

    assert any("UNIQUE" in row[0] and "main_pdf" in row[0] for row in indexes)
    assert _constraints("topic_files", "u") == []


def test_a_station_has_one_active_program() -> None:
    indexes = [
        row[0]
        for row in _query("SELECT indexdef FROM pg_indexes WHERE tablename='course_programs'")
    ]

    # Of those outside of the bin.
    rule = re.compile(r"UNIQUE.*\(station_id\) WHERE \(?\(?bin_entry_id IS NULL\)? AND is_active")
    assert any(rule.search(index) for index in indexes), indexes


def test_check_constraints_hold_the_allowed_values() -> None:
    for table, facts in FACTS["required"].items():
        for check in facts.get("checks", []):
            values = set(re.findall(r"'(\w+)'", check))
            ours = " ".join(_constraints(table, "c"))
            assert values <= set(re.findall(r"'(\w+)'", ours)), table


def test_no_trigger_counts_topics() -> None:
    triggers = _query("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")

    assert [row[0] for row in triggers] == ["test_questions"]


def test_plain_inserts_of_other_tools_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (username, password_hash) VALUES ('sql', 'x') RETURNING id, role"
        )
        user_id, role = cursor.fetchone()
        cursor.execute(
            "INSERT INTO stations (name, short_name) VALUES ('С', 'S1') RETURNING id, status"
        )
        station_id, status = cursor.fetchone()
        cursor.execute(
            "INSERT INTO course_programs (station_id, title) VALUES (%s, 'П') RETURNING id, format",
            [station_id],
        )
        program_id, program_format = cursor.fetchone()
        cursor.execute(
            "INSERT INTO lessons (course_program_id, title) VALUES (%s, 'У') RETURNING id",
            [program_id],
        )
        lesson_id = cursor.fetchone()[0]
        cursor.execute("INSERT INTO topics (lesson_id, title) VALUES (%s, 'Т')", [lesson_id])
        cursor.execute(
            "INSERT INTO lesson_tests (lesson_id, title) VALUES (%s, 'К') RETURNING id", [lesson_id]
        )
        test_id = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO test_questions (test_id, test_type, question) VALUES (%s, 'lesson', 'В') "
            "RETURNING lesson_test_id, final_test_id",
            [test_id],
        )
        assert cursor.fetchone() == (test_id, None)
        cursor.execute("INSERT INTO user_stats (user_id) VALUES (%s)", [user_id])
        cursor.execute("DELETE FROM stations WHERE id = %s", [station_id])
        cursor.execute("SELECT count(*) FROM test_questions")
        assert cursor.fetchone() == (0,)
    assert (role, status, program_format) == ("user", "active", "Онлайн")
