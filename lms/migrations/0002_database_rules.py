"""What Django's schema editor does not write: cascades, the question trigger, a view.

Existing tools speak SQL to this database. Deleting a parent removes its children there too, a
question inserted with test_type and test_id finds its test, and test_results can be read.
"""

from django.db import migrations, models

_ACTIONS = {models.CASCADE: "CASCADE", models.SET_NULL: "SET NULL"}
_FIND = """
SELECT con.conname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conrelid = %s::regclass AND att.attname = %s
"""

_POSTGRES_RULES = """
CREATE FUNCTION test_questions_find_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.test_type = 'lesson' THEN
    NEW.lesson_test_id := NEW.test_id;
    NEW.final_test_id := NULL;
  ELSIF NEW.test_type = 'final' THEN
    NEW.final_test_id := NEW.test_id;
    NEW.lesson_test_id := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER test_questions_find_test BEFORE INSERT OR UPDATE OF test_id, test_type
  ON test_questions FOR EACH ROW EXECUTE FUNCTION test_questions_find_test();
"""
_SQLITE_RULES = """
CREATE TRIGGER test_questions_find_test AFTER INSERT ON test_questions
WHEN NEW.lesson_test_id IS NULL AND NEW.final_test_id IS NULL
BEGIN
  UPDATE test_questions SET
    lesson_test_id = CASE WHEN NEW.test_type = 'lesson' THEN NEW.test_id END,
    final_test_id = CASE WHEN NEW.test_type = 'final' THEN NEW.test_id END
  WHERE id = NEW.id;
END;
"""
_VIEW = """
CREATE VIEW test_results AS
SELECT id, COALESCE(lesson_test_id, final_test_id) AS test_id,
  CASE WHEN lesson_test_id IS NULL THEN 'final' ELSE 'lesson' END AS test_type,
  user_id, score, passed AS is_passed, correct_answers, total_questions, time_spent,
  answers_data, completed_at, created_at
FROM user_test_results
"""


def _cascade_in_the_database(apps, schema_editor):
    quote = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        for model in apps.get_app_config("lms").get_models():
            for field in model._meta.local_fields:
                action = field.remote_field and _ACTIONS.get(field.remote_field.on_delete)
                if not action or not field.db_constraint:
                    continue
                table, column = model._meta.db_table, field.column
                target = field.remote_field.model._meta
                cursor.execute(_FIND, [table, column])
                for (name,) in cursor.fetchall():
                    cursor.execute(
                        f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}, "
                        f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({quote(column)}) "
                        f"REFERENCES {quote(target.db_table)} ({quote(target.pk.column)}) "
                        f"ON DELETE {action} DEFERRABLE INITIALLY DEFERRED"
                    )


def add_rules(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "postgresql":
            _cascade_in_the_database(apps, schema_editor)
            cursor.execute(_POSTGRES_RULES)
        else:
            cursor.execute(_SQLITE_RULES)
        cursor.execute(_VIEW)


def drop_rules(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP VIEW test_results")
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER test_questions_find_test ON test_questions")
            cursor.execute("DROP FUNCTION test_questions_find_test()")
        else:
            cursor.execute("DROP TRIGGER test_questions_find_test")


class Migration(migrations.Migration):
    dependencies = [("lms", "0001_initial")]
    operations = [migrations.RunPython(add_rules, drop_rules)]
