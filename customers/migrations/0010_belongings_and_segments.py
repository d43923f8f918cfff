"""What customers have, by version and place; what they bought; sorts of customers."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Tables behind the wall."""

    dependencies = [
        ('customers', '0009_regions_and_segments'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('released_on', models.DateField(null=True)),
                ('supported_until', models.DateField(null=True)),
                ('product', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_productversion',
            },
        ),
        migrations.CreateModel(
            name='InstalledProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(blank=True, default='', max_length=40)),
                ('place', models.CharField(blank=True, default='', max_length=120)),
                ('reference', models.CharField(blank=True, default='', max_length=80)),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('external_key', models.CharField(blank=True, default='', max_length=120)),
                ('changed_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='installed', to='customers.contact')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='installed', to='customers.organisation')),
                ('product', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='installed', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.productversion')),
            ],
            options={
                'db_table': 'customers_installedproduct',
            },
        ),
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.IntegerField(default=1)),
                ('reference', models.CharField(blank=True, default='', max_length=80)),
                ('bought_on', models.DateField()),
                ('external_key', models.CharField(blank=True, default='', max_length=120)),
                ('changed_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='purchases', to='customers.contact')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='purchases', to='customers.organisation')),
                ('product', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='purchases', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.productversion')),
            ],
            options={
                'db_table': 'customers_purchase',
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('rule', models.JSONField(default=dict)),
                ('is_active', models.BooleanField(default=True)),
                ('version', models.IntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_segment',
            },
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_productversion_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='customers_productversion_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'product', 'name'), name='customers_productversion_name'),
        ),
        migrations.AddIndex(
            model_name='installedproduct',
            index=models.Index(fields=['tenant', 'product', 'version'], name='installed_product'),
        ),
        migrations.AddIndex(
            model_name='installedproduct',
            index=models.Index(fields=['tenant', 'contact'], name='installed_contact'),
        ),
        migrations.AddIndex(
            model_name='installedproduct',
            index=models.Index(fields=['tenant', 'organisation'], name='installed_organisation'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_installedproduct_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=workflow.tenancy.constraints.SameTenant(field='contact', name='customers_installedproduct_contact_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=workflow.tenancy.constraints.SameTenant(field='organisation', name='customers_installedproduct_organisation_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='customers_installedproduct_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='customers_installedproduct_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('organisation__isnull', True)), models.Q(('contact__isnull', True), ('organisation__isnull', False)), _connector='OR'), name='customers_installedproduct_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=models.UniqueConstraint(condition=models.Q(('external_key', ''), _negated=True), fields=('tenant', 'external_key'), name='customers_installedproduct_key'),
        ),
        migrations.AddConstraint(
            model_name='installedproduct',
            constraint=models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='customers_installedproduct_span'),
        ),
        migrations.AddIndex(
            model_name='purchase',
            index=models.Index(fields=['tenant', 'product', 'version'], name='purchase_product'),
        ),
        migrations.AddIndex(
            model_name='purchase',
            index=models.Index(fields=['tenant', 'contact', '-bought_on'], name='purchase_contact'),
        ),
        migrations.AddIndex(
            model_name='purchase',
            index=models.Index(fields=['tenant', 'organisation', '-bought_on'], name='purchase_organisation'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_purchase_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=workflow.tenancy.constraints.SameTenant(field='contact', name='customers_purchase_contact_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=workflow.tenancy.constraints.SameTenant(field='organisation', name='customers_purchase_organisation_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='customers_purchase_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='customers_purchase_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('organisation__isnull', True)), models.Q(('contact__isnull', True), ('organisation__isnull', False)), _connector='OR'), name='customers_purchase_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.UniqueConstraint(condition=models.Q(('external_key', ''), _negated=True), fields=('tenant', 'external_key'), name='customers_purchase_key'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='customers_purchase_quantity'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='customers_segment_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=workflow.tenancy.constraints.SameTenant(field='changed_by', name='customers_segment_changed_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='customers_segment_number'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='customers_segment_name'),
        ),
        IsolateByTenant('ProductVersion'),
        IsolateByTenant('InstalledProduct'),
        IsolateByTenant('Purchase'),
        IsolateByTenant('Segment'),
    ]
