"""Keep what a version would have meant last month."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """One table behind the wall."""

    dependencies = [
        ('workflow', '0013_colour_of_a_brand'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicySimulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused')], default='waiting', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('found', models.IntegerField(default=0)),
                ('planned', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('after', models.BigIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='simulations', to='workflow.policyversion')),
            ],
            options={
                'db_table': 'workflow_policysimulation',
                'indexes': [models.Index(fields=['tenant', 'version', '-id'], name='policysimulation_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_policysimulation_tenant_key'), workflow.tenancy.constraints.SameTenant(field='version', name='workflow_policysimulation_version_same_tenant'), workflow.tenancy.constraints.SameTenant(field='asked_by', name='workflow_policysimulation_asked_by_same_tenant')],
            },
        ),
        IsolateByTenant("PolicySimulation"),
    ]
