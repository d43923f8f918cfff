"""Above how many customers a lead says yes; the tick sees what is left to hold or drop."""

import django.db.models.deletion
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One row a tenant behind the wall, and a wider index."""

    dependencies = [
        ('problems', '0029_after_the_fix'),
        ('workflow', '0019_what_is_held'),
    ]

    operations = [
        migrations.CreateModel(
            name='BroadcastPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval_size', models.IntegerField(default=1000)),
            ],
            options={
                'db_table': 'problems_broadcastpolicy',
            },
        ),
        migrations.RemoveIndex(
            model_name='broadcast',
            name='broadcast_due',
        ),
        migrations.AddIndex(
            model_name='broadcast',
            index=models.Index(condition=models.Q(('state__in', ['scheduled', 'sending', 'paused', 'stopped'])), fields=['due_at'], name='broadcast_due'),
        ),
        migrations.AddField(
            model_name='broadcastpolicy',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddConstraint(
            model_name='broadcastpolicy',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_broadcastpolicy_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='broadcastpolicy',
            constraint=models.UniqueConstraint(fields=('tenant',), name='problems_broadcastpolicy_one'),
        ),
        migrations.AddConstraint(
            model_name='broadcastpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('approval_size__gte', 0)), name='problems_broadcastpolicy_size'),
        ),
        IsolateByTenant('BroadcastPolicy'),
    ]
