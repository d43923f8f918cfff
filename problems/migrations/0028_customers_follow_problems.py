"""Customers who follow a problem in the portal."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration



class Migration(OneStepMigration):
    """A table behind the wall."""

    dependencies = [
        ('customers', '0010_belongings_and_segments'),
        ('problems', '0027_priority_as_severity'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactFollow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='contact_follows', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_contactfollow',
                'indexes': [models.Index(fields=['tenant', 'contact'], name='contactfollow_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_contactfollow_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_contactfollow_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='problems_contactfollow_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'contact'), name='problems_contactfollow_once')],
            },
        ),
        IsolateByTenant('ContactFollow'),
    ]
