"""Ways to one problem's page, how a fix was for customers, and followers beside the ledger."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Two tables behind the wall, one more way to be found, one more kind of broadcast."""

    dependencies = [
        ('customers', '0012_file_imports'),
        ('problems', '0033_versions_of_patterns_and_settings'),
        ('workflow', '0019_what_is_held'),
    ]

    operations = [
        migrations.CreateModel(
            name='FixRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fixed_at', models.DateTimeField()),
                ('feeling', models.SmallIntegerField()),
                ('comment', models.CharField(blank=True, default='', max_length=1000)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'problems_fixrating',
            },
        ),
        migrations.CreateModel(
            name='ProblemPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'problems_problempass',
            },
        ),
        migrations.RemoveConstraint(
            model_name='broadcast',
            name='problems_broadcast_kind_known',
        ),
        migrations.AlterField(
            model_name='affected',
            name='found',
            field=models.CharField(choices=[('case', 'case'), ('me_too', 'me_too'), ('product', 'product'), ('version', 'version'), ('region', 'region'), ('segment', 'segment'), ('follow', 'follow')], max_length=8),
        ),
        migrations.AlterField(
            model_name='broadcast',
            name='kind',
            field=models.CharField(choices=[('workaround', 'Workaround'), ('estimate', 'Estimate'), ('fixed', 'Fixed'), ('wont_fix', 'Wont Fix'), ('regression', 'Regression'), ('promise', 'Promise')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('found', 'follow'), _negated=True), ('left_at__isnull', False), _connector='OR'), name='problems_affected_follows'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['workaround', 'estimate', 'fixed', 'wont_fix', 'regression', 'promise'])), name='problems_broadcast_kind_known'),
        ),
        migrations.AddField(
            model_name='fixrating',
            name='affected',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='problems.affected'),
        ),
        migrations.AddField(
            model_name='fixrating',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='problempass',
            name='contact',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact'),
        ),
        migrations.AddField(
            model_name='problempass',
            name='ended_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='problempass',
            name='problem',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='problems.problem'),
        ),
        migrations.AddField(
            model_name='problempass',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddConstraint(
            model_name='fixrating',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_fixrating_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='fixrating',
            constraint=workflow.tenancy.constraints.SameTenant(field='affected', name='problems_fixrating_affected_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='fixrating',
            constraint=models.UniqueConstraint(fields=('tenant', 'affected', 'fixed_at'), name='problems_fixrating_once'),
        ),
        migrations.AddConstraint(
            model_name='fixrating',
            constraint=models.CheckConstraint(condition=models.Q(('feeling__range', (1, 5))), name='problems_fixrating_feeling'),
        ),
        migrations.AddIndex(
            model_name='problempass',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'problem', 'id'], name='problempass_problem'),
        ),
        migrations.AddIndex(
            model_name='problempass',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'contact'], name='problempass_contact'),
        ),
        migrations.AddIndex(
            model_name='problempass',
            index=models.Index(fields=['tenant', 'ends_at'], name='problempass_ends'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problempass_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problempass_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=workflow.tenancy.constraints.SameTenant(field='contact', name='problems_problempass_contact_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=workflow.tenancy.constraints.SameTenant(field='ended_by', name='problems_problempass_ended_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=models.UniqueConstraint(fields=('tenant', 'digest'), name='problems_problempass_digest'),
        ),
        migrations.AddConstraint(
            model_name='problempass',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='problems_problempass_ends'),
        ),
        IsolateByTenant('FixRating'),
        IsolateByTenant('ProblemPass'),
    ]
