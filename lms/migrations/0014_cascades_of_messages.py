"""Plain SQL that deletes a person deletes their notices and mails too, as 0002 says of other tables."""

from django.db import migrations

_FIND = """
SELECT con.conname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conrelid = %s::regclass AND att.attname = %s
"""
_COLUMNS = [
    ("notices", "user_id", "CASCADE"),
    ("mails", "user_id", "CASCADE"),
    ("jobs", "requested_by_id", "SET NULL"),
]


def delete_in_the_database(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        for table, column, action in _COLUMNS:
            cursor.execute(_FIND, [table, column])
            for (name,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER TABLE {table} DROP CONSTRAINT {quote(name)}, "
                    f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({column}) "
                    f"REFERENCES users (id) ON DELETE {action} DEFERRABLE INITIALLY DEFERRED"
                )


class Migration(migrations.Migration):
    dependencies = [("lms", "0013_evidence_of_learning"), ("jobs", "0001_initial")]

    operations = [migrations.RunPython(delete_in_the_database, migrations.RunPython.noop)]
