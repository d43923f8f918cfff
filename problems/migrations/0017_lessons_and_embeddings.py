"""What matching learns, and texts as the model reads them."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Three tables behind the wall; lessons only grow."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('problems', '0016_changes_and_causes'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseEmbedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('vector', models.BinaryField()),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_caseembedding',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_caseembedding_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='problems_caseembedding_case_same_tenant'), models.UniqueConstraint(fields=('tenant', 'case'), name='problems_caseembedding_once')],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('linked', 'Linked'), ('unlinked', 'Unlinked'), ('rejected', 'Rejected'), ('similar', 'Similar'), ('opened', 'Opened'), ('retitled', 'Retitled'), ('ended', 'Ended'), ('articles', 'Articles')], max_length=8)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_lesson',
                'indexes': [models.Index(fields=['tenant', 'at', 'kind'], name='lesson_at')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_lesson_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_lesson_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='problems_lesson_case_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='ProblemEmbedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=32)),
                ('vector', models.BinaryField()),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_problemembedding',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemembedding_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problemembedding_problem_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem'), name='problems_problemembedding_once')],
            },
        ),
        IsolateByTenant("CaseEmbedding"),
        IsolateByTenant("ProblemEmbedding"),
        IsolateByTenant("Lesson"),
        AppendOnly("Lesson"),
    ]
