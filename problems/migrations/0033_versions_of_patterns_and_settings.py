"""Suspected problems, the radar and the matching say which edition of them somebody looked at."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """A number beside each row, one at first."""

    dependencies = [
        ('problems', '0032_dates_that_were_told_before'),
    ]

    operations = [
        migrations.AddField(
            model_name='matchingpolicy',
            name='version',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='pattern',
            name='version',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='radar',
            name='version',
            field=models.IntegerField(default=1),
        ),
    ]
