"""Remember which contacts were found to be one person, and what moved."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Joinings and their rows, each behind the wall."""

    dependencies = [
        ('customers', '0005_search_names'),
        ('workflow', '0013_colour_of_a_brand'),
    ]

    operations = [
        migrations.CreateModel(
            name='JoinedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('row', models.BigIntegerField()),
            ],
            options={
                'db_table': 'customers_joinedrow',
            },
        ),
        migrations.CreateModel(
            name='Joining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('parted_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'customers_joining',
            },
        ),
        migrations.AddField(
            model_name='contact',
            name='joined_to',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('joined_to__isnull', False)), fields=['tenant', 'joined_to'], name='contact_joined_to'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=workflow.tenancy.constraints.SameTenant(field='joined_to', name='customers_contact_joined_to_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('joined_to', models.F('id')), _negated=True), name='customers_contact_not_itself'),
        ),
        migrations.AddField(
            model_name='joinedrow',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='joining',
            name='joined',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact'),
        ),
        migrations.AddField(
            model_name='joining',
            name='joined_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='joining',
            name='kept',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact'),
        ),
        migrations.AddField(
            model_name='joining',
            name='parted_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='joining',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='joinedrow',
            name='joining',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='customers.joining'),
        ),
        migrations.AddIndex(
            model_name='joining',
            index=models.Index(fields=['tenant', 'kept', '-id'], name='joining_kept'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_joining_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=workflow.tenancy.constraints.SameTenant(field='kept', name='customers_joining_kept_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=workflow.tenancy.constraints.SameTenant(field='joined', name='customers_joining_joined_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=workflow.tenancy.constraints.SameTenant(field='joined_by', name='customers_joining_joined_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=workflow.tenancy.constraints.SameTenant(field='parted_by', name='customers_joining_parted_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='joining',
            constraint=models.UniqueConstraint(condition=models.Q(('parted_at__isnull', True)), fields=('tenant', 'joined'), name='customers_joining_in_force'),
        ),
        migrations.AddConstraint(
            model_name='joinedrow',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_joinedrow_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='joinedrow',
            constraint=workflow.tenancy.constraints.SameTenant(field='joining', name='customers_joinedrow_joining_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='joinedrow',
            constraint=models.UniqueConstraint(fields=('tenant', 'joining', 'code', 'row'), name='customers_joinedrow_once'),
        ),
        IsolateByTenant('Joining'),
        IsolateByTenant('JoinedRow'),
    ]
