"""Files that somebody hands in to be imported, and the parts in which they are taken."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Two tables behind the wall."""

    dependencies = [
        ('customers', '0011_calls_absences_and_why_mail_came_back'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('sort', models.CharField(max_length=20)),
                ('file_name', models.CharField(blank=True, default='', max_length=120)),
                ('state', models.CharField(default='checking', max_length=12)),
                ('lines', models.IntegerField()),
                ('parts', models.IntegerField()),
                ('parts_done', models.IntegerField(default=0)),
                ('expected', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('made_by_kind', models.CharField(max_length=8)),
                ('made_by', models.BigIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('begun_by_kind', models.CharField(blank=True, default='', max_length=8)),
                ('begun_by', models.BigIntegerField(default=0)),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_fileimport',
            },
        ),
        migrations.CreateModel(
            name='ImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('lines', models.JSONField(default=list)),
                ('file_import', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.fileimport')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_importpart',
            },
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_fileimport_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='customers_fileimport_number'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['checking', 'checked', 'importing', 'done', 'dropped'])), name='customers_fileimport_state_known'),
        ),
        migrations.AddConstraint(
            model_name='importpart',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_importpart_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='importpart',
            constraint=workflow.tenancy.constraints.SameTenant(field='file_import', name='customers_importpart_file_import_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='importpart',
            constraint=models.UniqueConstraint(fields=('tenant', 'file_import', 'position'), name='customers_importpart_position'),
        ),
        IsolateByTenant('FileImport'),
        IsolateByTenant('ImportPart'),
    ]
