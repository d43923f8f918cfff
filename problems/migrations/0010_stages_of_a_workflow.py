"""Say in which stage of which drawing a problem and each of its stays stand."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints


class Migration(migrations.Migration):
    """Columns of problems and legs."""

    dependencies = [
        ('customers', '0008_rights_for_a_product'),
        ('problems', '0009_how_much_was_used'),
        ('workflow', '0015_drawn_workflows'),
    ]

    operations = [
        migrations.AddField(
            model_name='leg',
            name='stage_key',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='leg',
            name='step_key',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='leg',
            name='workflow_version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion'),
        ),
        migrations.AddField(
            model_name='problem',
            name='next_stage_key',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='problem',
            name='stage_key',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='problem',
            name='workflow_version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=workflow.tenancy.constraints.SameTenant(field='workflow_version', name='problems_leg_workflow_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=workflow.tenancy.constraints.SameTenant(field='workflow_version', name='problems_problem_workflow_version_same_tenant'),
        ),
    ]
