"""An effect can be held, until whoever holds it lets it go on."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One more state."""

    dependencies = [
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='effect',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('sending', 'Sending'), ('sent', 'Sent'), ('dropped', 'Dropped'), ('dead', 'Dead'), ('given_up', 'Given Up')], default='pending', max_length=8),
        ),
    ]
