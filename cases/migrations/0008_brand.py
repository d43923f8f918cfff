"""Keep under which brand a case is dealt with."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints


class Migration(migrations.Migration):
    """One reference; null is the default brand."""

    dependencies = [
        ('cases', '0007_search_subjects'),
        ('customers', '0005_search_names'),
        ('workflow', '0007_brand'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='brand',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.brand'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=workflow.tenancy.constraints.SameTenant(field='brand', name='cases_case_brand_same_tenant'),
        ),
    ]
