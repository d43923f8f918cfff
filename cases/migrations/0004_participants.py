"""Who else takes part in a case; behind the tenant's wall."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """People whom customers copied, and who was let in."""

    dependencies = [
        ('cases', '0003_search_what_was_said'),
        ('customers', '0003_preferences'),
        ('workflow', '0005_teams'),
    ]

    operations = [
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, default='', max_length=160)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('let_in', 'Let In'), ('removed', 'Removed')], default='asked', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('decided_by_contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('decided_by_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_participant',
                'indexes': [models.Index(condition=models.Q(('state', 'let_in')), fields=['tenant', 'contact', 'case'], name='participant_let_in')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_participant_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_participant_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_participant_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='cases_participant_message_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by_user', name='cases_participant_decided_by_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by_contact', name='cases_participant_decided_by_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'case', 'address'), name='cases_participant_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'let_in'), _negated=True), models.Q(('contact__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='cases_participant_let_in_by_decision'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'let_in', 'removed'])), name='cases_participant_state_known')],
            },
        ),
        IsolateByTenant("Participant"),
    ]
