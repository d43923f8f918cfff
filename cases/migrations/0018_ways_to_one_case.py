"""Mailed links open one case."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Which links, whose, and until when, behind the wall."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('customers', '0010_belongings_and_segments'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='CasePass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_casepass',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'case'], name='casepass_case'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'contact'], name='casepass_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_casepass_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_casepass_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_casepass_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='ended_by', name='cases_casepass_ended_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'digest'), name='cases_casepass_digest'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='cases_casepass_ends')],
            },
        ),
        IsolateByTenant('CasePass'),
    ]
