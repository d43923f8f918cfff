"""What was shown to somebody because it may help, opened, and used."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One table behind the wall."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('customers', '0009_regions_and_segments'),
        ('knowledge', '0003_embeddings_of_articles'),
        ('problems', '0018_patterns_and_the_radar'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(choices=[('case', 'Case'), ('form', 'Form'), ('phone', 'Phone'), ('portal', 'Portal'), ('queue', 'Queue')], max_length=6)),
                ('shown_on', models.DateField()),
                ('shown_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('is_relevant', models.BooleanField(null=True)),
                ('alike', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('article', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='knowledge.article')),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'knowledge_offer',
                'indexes': [models.Index(fields=['tenant', 'shown_on', 'id'], name='offer_by_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_offer_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='knowledge_offer_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='knowledge_offer_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='knowledge_offer_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='problem', name='knowledge_offer_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='alike', name='knowledge_offer_alike_same_tenant'), workflow.tenancy.constraints.SameTenant(field='article', name='knowledge_offer_article_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', True), ('user__isnull', False)), models.Q(('contact__isnull', False), ('user__isnull', True)), _connector='OR'), name='knowledge_offer_to_one'), models.CheckConstraint(condition=models.Q(models.Q(('alike__isnull', True), ('article__isnull', True), ('problem__isnull', False)), models.Q(('alike__isnull', False), ('article__isnull', True), ('problem__isnull', True)), models.Q(('alike__isnull', True), ('article__isnull', False), ('problem__isnull', True)), _connector='OR'), name='knowledge_offer_of_one'), models.UniqueConstraint(condition=models.Q(('case__isnull', False)), fields=('tenant', 'case', 'door', 'problem', 'alike', 'article'), name='knowledge_offer_once_beside', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('case__isnull', True)), fields=('tenant', 'user', 'contact', 'door', 'problem', 'alike', 'article', 'shown_on'), name='knowledge_offer_once_a_day', nulls_distinct=False)],
            },
        ),
        IsolateByTenant("Offer"),
    ]
