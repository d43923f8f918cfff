"""What matters most to customers is marked."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """No workflow of before is a key one."""

    dependencies = [
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='workflow',
            name='is_key',
            field=models.BooleanField(default=False),
        ),
    ]
