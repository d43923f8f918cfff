"""Targets and hours belong to a version, no longer to the service level itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Take the old columns away."""

    dependencies = [('workflow', '0011_first_versions')]

    operations = [
        migrations.RemoveField(
            model_name='servicelevel',
            name='calendar',
        ),
        migrations.RemoveField(
            model_name='target',
            name='service_level',
        ),
        migrations.AlterField(
            model_name='target',
            name='version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='workflow.policyversion'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('tenant', 'version', 'metric', 'priority'), name='workflow_target_once'),
        ),
    ]
