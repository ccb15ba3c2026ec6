"""What shows that people learn: starts of tests, deliveries of files, and rules about both.

Nothing that people have earned changes: completions from before count as confirmed.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


_FIND = """
SELECT con.conname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conrelid = %s::regclass AND att.attname = %s
"""
_PARENTS = [
    ("file_deliveries", "user_id", "users"),
    ("test_starts", "user_id", "users"),
    ("test_starts", "lesson_test_id", "lesson_tests"),
    ("test_starts", "final_test_id", "final_tests"),
]


def cascade_in_the_database(apps, schema_editor):
    """Plain SQL that deletes a person or a test deletes these rows too, as 0002 says."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        for table, column, parent in _PARENTS:
            cursor.execute(_FIND, [table, column])
            for (name,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER TABLE {table} DROP CONSTRAINT {quote(name)}, "
                    f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({column}) "
                    f"REFERENCES {parent} (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
                )


class Migration(migrations.Migration):

    dependencies = [
        ('lms', '0012_attempt_counters'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileDelivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('object_key', models.TextField(verbose_name='key')),
                ('etag', models.CharField(max_length=100, verbose_name='version of the file')),
                ('delivered_on', models.DateField(verbose_name='day')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, verbose_name='first sent')),
            ],
            options={
                'verbose_name': 'file delivery',
                'verbose_name_plural': 'file deliveries',
                'db_table': 'file_deliveries',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='TestStart',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('served_at', models.DateTimeField(blank=True, null=True, verbose_name='questions sent')),
                ('served_with_answers', models.BooleanField(blank=True, null=True, verbose_name='sent with the answers')),
                ('served_attempt', models.IntegerField(blank=True, null=True, verbose_name='order of attempt')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
            ],
            options={
                'verbose_name': 'start of a test',
                'verbose_name_plural': 'starts of tests',
                'db_table': 'test_starts',
            },
        ),
        migrations.RemoveIndex(
            model_name='completedmaterial',
            name='user_course_materials_time',
        ),
        migrations.AddField(
            model_name='completedmaterial',
            name='is_confirmed',
            field=models.BooleanField(db_default=True, default=True, verbose_name='confirmed'),
        ),
        migrations.AddField(
            model_name='courseprogram',
            name='lessons_in_order',
            field=models.BooleanField(db_default=False, default=False, help_text='A lesson counts only once the lessons before it are completed.', verbose_name='lessons in order'),
        ),
        migrations.AddField(
            model_name='courseprogram',
            name='min_hours_before_certificate',
            field=models.IntegerField(blank=True, help_text='At least so long after enrolling. Leave empty for no limit.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(8760)], verbose_name='hours until the certificate'),
        ),
        migrations.AddField(
            model_name='finaltest',
            name='min_seconds_per_question',
            field=models.IntegerField(blank=True, db_default=2, default=2, help_text='A faster attempt is used up and does not count. Empty: 2 seconds; 0: no limit.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(600)], verbose_name='shortest time per question, seconds'),
        ),
        migrations.AddField(
            model_name='finaltest',
            name='shuffle',
            field=models.BooleanField(db_default=False, default=True, help_text='Everybody gets another order, and another one at each attempt.', verbose_name='shuffle questions and answers'),
        ),
        migrations.AddField(
            model_name='lessontest',
            name='min_seconds_per_question',
            field=models.IntegerField(blank=True, db_default=2, default=2, help_text='A faster attempt is used up and does not count. Empty: 2 seconds; 0: no limit.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(600)], verbose_name='shortest time per question, seconds'),
        ),
        migrations.AddField(
            model_name='lessontest',
            name='shuffle',
            field=models.BooleanField(db_default=False, default=True, help_text='Everybody gets another order, and another one at each attempt.', verbose_name='shuffle questions and answers'),
        ),
        migrations.AddField(
            model_name='testresult',
            name='refused',
            field=models.CharField(blank=True, choices=[('too_fast', 'answered too fast')], max_length=20, null=True, verbose_name='not counted because'),
        ),
        migrations.AddField(
            model_name='testresult',
            name='sheet_digest',
            field=models.CharField(blank=True, editable=False, max_length=64, null=True),
        ),
        migrations.AddIndex(
            model_name='completedmaterial',
            index=models.Index(fields=['viewed_at'], include=('user', 'is_completed', 'is_confirmed'), name='user_course_materials_time'),
        ),
        migrations.AddField(
            model_name='filedelivery',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='file_deliveries', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddField(
            model_name='teststart',
            name='final_test',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='starts', to='lms.finaltest', verbose_name='final test'),
        ),
        migrations.AddField(
            model_name='teststart',
            name='lesson_test',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='starts', to='lms.lessontest', verbose_name='lesson test'),
        ),
        migrations.AddField(
            model_name='teststart',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='test_starts', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddConstraint(
            model_name='filedelivery',
            constraint=models.UniqueConstraint(fields=('user', 'object_key', 'etag', 'delivered_on'), name='file_deliveries_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='teststart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('final_test__isnull', True), ('lesson_test__isnull', False)), models.Q(('final_test__isnull', False), ('lesson_test__isnull', True)), _connector='OR'), name='test_starts_one_test'),
        ),
        migrations.AddConstraint(
            model_name='teststart',
            constraint=models.UniqueConstraint(fields=('user', 'lesson_test'), name='test_starts_lesson_once'),
        ),
        migrations.AddConstraint(
            model_name='teststart',
            constraint=models.UniqueConstraint(fields=('user', 'final_test'), name='test_starts_final_once'),
        ),
        migrations.RunPython(cascade_in_the_database, migrations.RunPython.noop),
    ]
