"""The articles as they begin: tables and the wall between tenants."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("knowledge", "0001_initial"),
        ("knowledge", "0002_isolation"),
    ]

    dependencies = [
        ('customers', '0008_tables_and_walls'),
        ('problems', '0010_tables_and_walls'),
        ('workflow', '0015_tables_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                ('kind', models.CharField(choices=[('known_error', 'known_error'), ('resolution', 'resolution'), ('how_to', 'how_to')], default='how_to', max_length=12)),
                ('current', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'knowledge_article',
                'indexes': [models.Index(fields=['tenant', 'state', '-id'], name='article_state')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_article_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='knowledge_article_problem_same_tenant'), models.UniqueConstraint(fields=('tenant', 'number'), name='knowledge_article_number'), models.UniqueConstraint(condition=models.Q(('problem__isnull', False)), fields=('tenant', 'problem', 'kind'), name='knowledge_article_of_problem')],
            },
        ),
        migrations.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('body', models.TextField()),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='knowledge.article')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'knowledge_articleversion',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_articleversion_tenant_key'), workflow.tenancy.constraints.SameTenant(field='article', name='knowledge_articleversion_article_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='knowledge_articleversion_user_same_tenant'), models.UniqueConstraint(fields=('tenant', 'article', 'version'), name='knowledge_articleversion_once')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helped', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='knowledge.article')),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'knowledge_feedback',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_feedback_tenant_key'), workflow.tenancy.constraints.SameTenant(field='article', name='knowledge_feedback_article_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='knowledge_feedback_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'article', 'contact'), name='knowledge_feedback_once')],
            },
        ),
        IsolateByTenant("Article"),
        IsolateByTenant("ArticleVersion"),
        IsolateByTenant("Feedback"),
        AppendOnly("ArticleVersion"),
    ]
