"""How known a case was when it came is kept, so that the past can be compared with the present."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Cases of before were not asked about."""

    dependencies = [
        ('problems', '0020_what_matching_may_do'),
    ]

    operations = [
        migrations.AddField(
            model_name='caseembedding',
            name='known',
            field=models.FloatField(null=True),
        ),
    ]
