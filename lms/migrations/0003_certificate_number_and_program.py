"""Numbers, programs and printed fields of certificates; a certificate outlives its program.

Nothing is filled in: what older certificates said when they were printed is not known here.
"""

import django.db.models.deletion
from django.db import migrations, models

_FIND = """
SELECT con.conname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conrelid = 'certificates'::regclass AND att.attname = %s
"""
_ACTIONS = [
    ("course_program_id", "course_programs", "SET NULL"),
    # Django makes this one anew when its column becomes nullable.
    ("course_id", "courses", "CASCADE"),
]


def act_in_the_database(apps, schema_editor):
    """Plain SQL that deletes a program keeps its certificates; 0002 does this for other tables."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        for column, table, action in _ACTIONS:
            cursor.execute(_FIND, [column])
            for (name,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER TABLE certificates DROP CONSTRAINT {quote(name)}, "
                    f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({column}) "
                    f"REFERENCES {table} (id) ON DELETE {action} DEFERRABLE INITIALLY DEFERRED"
                )


class Migration(migrations.Migration):

    dependencies = [
        ('lms', '0002_database_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificateCounter',
            fields=[
                ('year', models.IntegerField(primary_key=True, serialize=False, verbose_name='year')),
                ('last', models.IntegerField(db_default=0, default=0, verbose_name='last number')),
            ],
            options={
                'verbose_name': 'certificate counter',
                'verbose_name_plural': 'certificate counters',
                'db_table': 'certificate_counters',
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='course_program',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='certificates', to='lms.courseprogram', verbose_name='course program'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='holder_name',
            field=models.CharField(blank=True, max_length=255, null=True, verbose_name='holder'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='hours',
            field=models.CharField(blank=True, max_length=100, null=True, verbose_name='duration'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='language',
            field=models.CharField(blank=True, max_length=10, null=True, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='number',
            field=models.CharField(blank=True, max_length=40, null=True, unique=True, verbose_name='number'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='program_title',
            field=models.CharField(blank=True, max_length=500, null=True, verbose_name='program'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='revoked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='revoked'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='revoked_reason',
            field=models.TextField(blank=True, null=True, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='score',
            field=models.IntegerField(blank=True, null=True, verbose_name='score, %'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='course',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='lms.course', verbose_name='course'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('user', 'course_program'), name='certificates_one_valid_per_program'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 100)), name='certificates_score'),
        ),
        migrations.RunPython(act_in_the_database, migrations.RunPython.noop),
    ]
