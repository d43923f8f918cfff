"""Colleagues follow problems."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Who follows what, behind the wall."""

    dependencies = [
        ('problems', '0021_how_known_a_case_was'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since_at', models.DateTimeField()),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'problems_follow',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_follow_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_follow_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='problems_follow_user_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'user'), name='problems_follow_once')],
            },
        ),
        IsolateByTenant('Follow'),
    ]
