"""What the matching may do by itself, and why suggestions were rejected."""

import django.db.models.deletion
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """A policy of each tenant behind the wall; short words beside each link."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('problems', '0019_suggestions_that_wait'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchingPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('links_alone', models.BooleanField(default=False)),
                ('wanted_precision', models.SmallIntegerField(default=97)),
                ('doors', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'problems_matchingpolicy',
            },
        ),
        migrations.AddField(
            model_name='caselink',
            name='is_automatic',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='caselink',
            name='note',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='caselink',
            name='place',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='caselink',
            name='reason',
            field=models.CharField(blank=True, choices=[('', 'Not said'), ('other_problem', 'Another problem is behind it'), ('other_product', 'Another product or version'), ('no_fault', 'A question or a wish, nothing is broken'), ('other_time', 'Before it began, or after its fix'), ('only_words', 'Only words in common'), ('other', 'Something else')], default='', max_length=13),
        ),
        migrations.AddField(
            model_name='caselink',
            name='source',
            field=models.CharField(blank=True, default='', max_length=5),
        ),
        migrations.AddIndex(
            model_name='caselink',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['tenant', 'decided_at'], name='caselink_decided'),
        ),
        migrations.AddField(
            model_name='matchingpolicy',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddConstraint(
            model_name='matchingpolicy',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_matchingpolicy_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='matchingpolicy',
            constraint=models.UniqueConstraint(fields=('tenant',), name='problems_matchingpolicy_one'),
        ),
        migrations.AddConstraint(
            model_name='matchingpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('wanted_precision__gte', 80), ('wanted_precision__lte', 99)), name='problems_matchingpolicy_precision'),
        ),
        IsolateByTenant('MatchingPolicy'),
    ]
