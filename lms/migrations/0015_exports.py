"""The table of exports that a worker prepares; plain SQL that deletes a person deletes theirs too."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import lms.models.base
import uuid
from django.conf import settings
from django.db import migrations, models


_FIND = """
SELECT con.conname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conrelid = 'exports'::regclass AND att.attname = 'user_id'
"""


def delete_in_the_database(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # Django makes foreign keys at the end of a migration.
    while schema_editor.deferred_sql:
        schema_editor.execute(schema_editor.deferred_sql.pop(0))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_FIND)
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"ALTER TABLE exports DROP CONSTRAINT {schema_editor.quote_name(name)}, "
                f"ADD CONSTRAINT {schema_editor.quote_name(name)} FOREIGN KEY (user_id) "
                "REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
            )


class Migration(migrations.Migration):

    dependencies = [
        ('lms', '0014_cascades_of_messages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.UUIDField(db_default=lms.models.base.GenRandomUUID(), default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('model', models.CharField(max_length=100, verbose_name='list')),
                ('query', models.TextField(blank=True, default='', verbose_name='filters')),
                ('format', models.CharField(max_length=10, verbose_name='format')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('request_key', models.CharField(blank=True, max_length=64, null=True, verbose_name='unique key')),
                ('object_key', models.CharField(blank=True, default='', max_length=200, verbose_name='file')),
                ('rows', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, verbose_name='created')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready')),
                ('expires_at', models.DateTimeField(verbose_name='kept until')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'db_table': 'exports',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['expires_at'], name='exports_expire')],
                'constraints': [models.UniqueConstraint(fields=('user', 'request_key'), name='exports_being_prepared')],
            },
        ),
        migrations.RunPython(delete_in_the_database, migrations.RunPython.noop),
    ]
