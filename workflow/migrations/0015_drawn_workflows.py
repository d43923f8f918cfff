"""Make room for workflows that admins draw, in versions."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Two tables behind the wall."""

    dependencies = [
        ('workflow', '0014_simulations_of_policies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Workflow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.IntegerField(default=0)),
                ('is_default', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('applies_when', models.JSONField(blank=True, default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_workflow',
            },
        ),
        migrations.CreateModel(
            name='WorkflowVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                ('definition', models.JSONField()),
                ('edition', models.IntegerField(default=1)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('workflow', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='workflow.workflow')),
            ],
            options={
                'db_table': 'workflow_workflowversion',
            },
        ),
        migrations.AddField(
            model_name='workflow',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_workflowversion_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='workflow', name='workflow_workflowversion_workflow_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='created_by', name='workflow_workflowversion_created_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='published_by', name='workflow_workflowversion_published_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'workflow', 'number'), name='workflow_workflowversion_number'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('tenant', 'workflow'), name='workflow_workflowversion_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='workflowversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('tenant', 'workflow'), name='workflow_workflowversion_one_published'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_workflow_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='workflow_workflow_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_workflow_name'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_workflow_default'),
        ),
        IsolateByTenant("Workflow"),
        IsolateByTenant("WorkflowVersion"),
    ]
