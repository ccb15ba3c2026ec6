"""Writes the generated parts of docs/data-model.md: the diagram and the table of every column."""

import os
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "data-model.md"
START, END = "<!-- generated: {} -->", "<!-- end: {} -->"


def _models() -> list:
    from django.apps import apps

    found = [
        *apps.get_app_config("lms").get_models(),
        *apps.get_app_config("media_admin").get_models(),
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def _type(field: Any, connection: Any) -> str:
    target = field.target_field if field.remote_field else field
    while target.remote_field:
        target = target.target_field
    if field.remote_field:
        return target.rel_db_type(connection)
    return field.db_type(connection)


def _default(field: Any) -> str:
    from django.db.models import NOT_PROVIDED, Expression

    if field.db_default is NOT_PROVIDED:
        return "identity" if field.get_internal_type() == "AutoField" else ""
    value = getattr(field.db_default, "value", field.db_default)
    if isinstance(value, Expression):
        return f"{type(value).__name__}()"
    return str(value).lower() if isinstance(value, bool) else str(value) or "''"


def _note(field: Any) -> str:
    parts = []
    if field.primary_key:
        parts.append("primary key")
    if field.remote_field:
        rule = field.remote_field.on_delete.__name__.lower().replace("_", " ")
        bound = "" if field.db_constraint else ", no constraint"
        parts.append(f"→ `{field.remote_field.model._meta.db_table}` ({rule}{bound})")
    if field.unique and not field.primary_key and not field.remote_field:
        parts.append("unique")
    if field.choices:
        parts.append("one of " + ", ".join(f"`{value}`" for value, _label in field.flatchoices))
    return "; ".join(parts)


def _tables(connection: Any) -> str:
    lines = []
    for model in _models():
        meta = model._meta
        summary = (model.__doc__ or "").strip().splitlines()[0]
        lines += [f"### `{meta.db_table}`", "", summary, ""]
        lines += [
            "| column | type | null | default | meaning | rules |",
            "|---|---|---|---|---|---|",
        ]
        for field in meta.local_fields:
            cells = [
                f"`{field.column}`",
                _type(field, connection),
                "yes" if field.null else "",
                _default(field),
                str(field.verbose_name),
                _note(field),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        rules = [f"- `{rule.name}`: {_rule(rule)}" for rule in meta.constraints]
        rules += [
            f"- index `{index.name}` on {', '.join(index.fields) or 'an expression'}"
            for index in meta.indexes
        ]
        lines += ["", *rules, ""] if rules else [""]
    return "\n".join(lines).strip()


def _rule(rule: Any) -> str:
    from django.db.models import UniqueConstraint

    if isinstance(rule, UniqueConstraint):
        fields = ", ".join(rule.fields)
        return f"unique ({fields})" + (
            f" where {_condition(rule.condition)}" if rule.condition else ""
        )
    return f"check {_condition(rule.condition)}"


def _condition(condition: Any) -> str:
    words = []
    for child in condition.children:
        if isinstance(child, tuple):
            name, value = child
            words.append(f"{name.replace('__', ' ')} {value}")
        else:
            words.append(f"({_condition(child)})")
    return f" {condition.connector.lower()} ".join(words)


def _diagram() -> str:
    lines = ["```mermaid", "erDiagram"]
    for model in _models():
        for field in model._meta.local_fields:
            if field.remote_field:
                parent = field.remote_field.model._meta.db_table
                many = "||" if field.unique else "o{"
                one = "|o" if field.null else "||"
                lines.append(f"  {parent} {one}--{many} {model._meta.db_table} : {field.column}")
    return "\n".join([*lines, "```"])


def render(page: str) -> str:
    """Return the page with its generated parts made afresh; the column types are PostgreSQL's."""
    from django.db.backends.postgresql.base import DatabaseWrapper
    from django.utils import translation

    settings = {"NAME": "x", "ENGINE": "postgresql", "OPTIONS": {}, "TIME_ZONE": None}
    connection = DatabaseWrapper(settings, "docs")
    with translation.override("en"):
        parts = {"diagram": _diagram(), "tables": _tables(connection)}
    for name, text in parts.items():
        start, end = START.format(name), END.format(name)
        before, _start, rest = page.partition(start)
        _old, _end, after = rest.partition(end)
        page = f"{before}{start}\n\n{text}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    django.setup()
    PAGE.write_text(render(PAGE.read_text("utf-8")), "utf-8")
