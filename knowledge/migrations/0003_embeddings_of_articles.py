"""Articles as the matching model reads them."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One table behind the wall."""

    dependencies = [
        ('knowledge', '0002_tables_and_walls'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticleEmbedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=32)),
                ('vector', models.BinaryField()),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.article')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'knowledge_articleembedding',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_articleembedding_tenant_key'), workflow.tenancy.constraints.SameTenant(field='article', name='knowledge_articleembedding_article_same_tenant'), models.UniqueConstraint(fields=('tenant', 'article'), name='knowledge_articleembedding_once')],
            },
        ),
        IsolateByTenant("ArticleEmbedding"),
    ]
