"""Suggestions that nobody has decided on are found in order."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """A small index: only what waits stands in it."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('problems', '0018_patterns_and_the_radar'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='caselink',
            index=models.Index(condition=models.Q(('kind', 'suggested')), fields=['tenant', 'id'], name='caselink_waiting'),
        ),
    ]
