"""Say under which brand a web form is."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints


class Migration(migrations.Migration):
    """One reference; null is the default brand."""

    dependencies = [
        ('cases', '0013_plans_of_running_clocks'),
        ('workflow', '0013_colour_of_a_brand'),
    ]

    operations = [
        migrations.AddField(
            model_name='webform',
            name='brand',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.brand'),
        ),
        migrations.AddConstraint(
            model_name='webform',
            constraint=workflow.tenancy.constraints.SameTenant(field='brand', name='cases_webform_brand_same_tenant'),
        ),
    ]
