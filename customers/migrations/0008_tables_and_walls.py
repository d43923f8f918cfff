"""The customers as they begin: tables, the wall between tenants, search by name."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

# The role searcher may read names and addresses within its function, which names the tenant
# itself and returns ids only; the rows are then read as the app, behind the wall.
SEARCH = """
CREATE INDEX contact_name_words ON customers_contact USING gin (to_tsvector('simple', name));
CREATE INDEX organisation_name_words ON customers_organisation
  USING gin (to_tsvector('simple', name));
CREATE INDEX contactaddress_begins ON customers_contactaddress
  (tenant_id, lower(value) text_pattern_ops);
CREATE INDEX contactaddress_ends ON customers_contactaddress
  (tenant_id, reverse(value) text_pattern_ops) WHERE kind = 'phone';

CREATE FUNCTION customers_called(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  the_tenant bigint := app_tenant();
  words tsquery;
  plain text := replace(replace(lower(trim(left(wanted, 200))), '\\', ''), '%', '');
  digits text := regexp_replace(left(wanted, 200), '[^0-9]', '', 'g');
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT to_tsquery('simple', string_agg(word || ':*', ' & ')) INTO words
    FROM regexp_split_to_table(plain, '[^[:alnum:]]+') word WHERE word <> '';
  RETURN QUERY
    SELECT DISTINCT found.id FROM (
      (SELECT c.id FROM customers_contact c
        WHERE to_tsvector('simple', c.name) @@ words AND c.tenant_id = the_tenant LIMIT 500)
      UNION ALL
      (SELECT c.id FROM customers_organisation o
        JOIN customers_contact c ON c.tenant_id = the_tenant AND c.organisation_id = o.id
        WHERE to_tsvector('simple', o.name) @@ words AND o.tenant_id = the_tenant LIMIT 500)
      UNION ALL
      (SELECT a.contact_id FROM customers_contactaddress a
        WHERE a.tenant_id = the_tenant AND plain <> ''
          AND lower(a.value) LIKE replace(plain, '_', '\\_') || '%' LIMIT 500)
      UNION ALL
      (SELECT a.contact_id FROM customers_contactaddress a
        WHERE a.tenant_id = the_tenant AND a.kind = 'phone' AND length(digits) >= 5
          AND reverse(a.value) LIKE reverse(ltrim(digits, '0')) || '%' LIMIT 500)
    ) found ORDER BY found.id DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION customers_called(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_called(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION customers_called(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION customers_called(text, integer);
RESET ROLE;
DROP INDEX contactaddress_ends;
DROP INDEX contactaddress_begins;
DROP INDEX organisation_name_words;
DROP INDEX contact_name_words;
"""


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_isolation"),
        ("customers", "0003_preferences"),
        ("customers", "0004_prospects_and_chat"),
        ("customers", "0005_search_names"),
        ("customers", "0006_joining"),
        ("customers", "0007_strength_of_entitlements"),
        ("customers", "0008_rights_for_a_product"),
    ]

    dependencies = [
        ('workflow', '0015_tables_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('domain', models.CharField(blank=True, default='', max_length=253)),
                ('created_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_organisation',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_organisation_tenant_key'), models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('domain'), condition=models.Q(('domain', ''), _negated=True), name='customers_organisation_domain')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('language', models.CharField(default='en', max_length=12)),
                ('timezone', models.CharField(default='UTC', max_length=64)),
                ('tier', models.CharField(blank=True, default='', max_length=40)),
                ('may_be_mailed', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='customers.organisation')),
                ('sees_organisation', models.BooleanField(default=False)),
                ('became_customer_at', models.DateTimeField(null=True)),
                ('is_prospect', models.BooleanField(default=False)),
                ('joined_to', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
            ],
            options={
                'db_table': 'customers_contact',
                'indexes': [models.Index(fields=['tenant', 'organisation'], name='contact_organisation'), models.Index(condition=models.Q(('joined_to__isnull', False)), fields=['tenant', 'joined_to'], name='contact_joined_to')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_contact_tenant_key'), workflow.tenancy.constraints.SameTenant(field='organisation', name='customers_contact_organisation_same_tenant'), workflow.tenancy.constraints.SameTenant(field='joined_to', name='customers_contact_joined_to_same_tenant'), models.CheckConstraint(condition=models.Q(('joined_to', models.F('id')), _negated=True), name='customers_contact_not_itself')],
            },
        ),
        migrations.CreateModel(
            name='PortalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_portallink',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_portallink_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='customers_portallink_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'digest'), name='customers_portallink_key')],
            },
        ),
        migrations.CreateModel(
            name='PortalSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_portalsession',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_portalsession_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='customers_portalsession_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'digest'), name='customers_portalsession_key')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('slug', models.SlugField(max_length=80)),
                ('is_active', models.BooleanField(default=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_product',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_product_tenant_key'), models.UniqueConstraint(fields=('tenant', 'slug'), name='customers_product_slug')],
            },
        ),
        migrations.CreateModel(
            name='Entitlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('service_level', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.servicelevel')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.organisation')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('kind', models.CharField(choices=[('account', 'Account'), ('product', 'Product'), ('asset', 'Asset'), ('contract', 'Contract')], default='account', max_length=8)),
                ('reference', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'db_table': 'customers_entitlement',
                'indexes': [models.Index(fields=['tenant', 'organisation'], name='entitlement_organisation'), models.Index(fields=['tenant', 'contact'], name='entitlement_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_entitlement_tenant_key'), workflow.tenancy.constraints.SameTenant(field='organisation', name='customers_entitlement_organisation_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='customers_entitlement_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='product', name='customers_entitlement_product_same_tenant'), workflow.tenancy.constraints.SameTenant(field='service_level', name='customers_entitlement_service_level_same_tenant'), models.CheckConstraint(condition=models.Q(('organisation__isnull', False), ('contact__isnull', False), _connector='OR'), name='customers_entitlement_for_somebody'), models.CheckConstraint(condition=models.Q(('kind__in', ['account', 'product', 'asset', 'contract'])), name='customers_entitlement_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'product'), _negated=True), ('product__isnull', False), _connector='OR'), name='customers_entitlement_names_product')],
            },
        ),
        migrations.CreateModel(
            name='ContactAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mail', 'Mail'), ('phone', 'Phone'), ('social', 'Social'), ('chat', 'Chat')], max_length=8)),
                ('value', models.CharField(max_length=254)),
                ('is_primary', models.BooleanField(default=False)),
                ('verified_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_contactaddress',
                'indexes': [models.Index(fields=['tenant', 'contact'], name='contactaddress_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_contactaddress_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='customers_contactaddress_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'kind', 'value'), name='customers_contactaddress_value')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail_answers', models.BooleanField(default=True)),
                ('mail_progress', models.BooleanField(default=True)),
                ('mail_solutions', models.BooleanField(default=True)),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_preference',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_preference_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='customers_preference_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'contact'), name='customers_preference_contact'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='customers_preference_quiet')],
            },
        ),
        migrations.CreateModel(
            name='Joining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('parted_at', models.DateTimeField(null=True)),
                ('joined', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('joined_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('kept', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('parted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'customers_joining',
                'indexes': [models.Index(fields=['tenant', 'kept', '-id'], name='joining_kept')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_joining_tenant_key'), workflow.tenancy.constraints.SameTenant(field='kept', name='customers_joining_kept_same_tenant'), workflow.tenancy.constraints.SameTenant(field='joined', name='customers_joining_joined_same_tenant'), workflow.tenancy.constraints.SameTenant(field='joined_by', name='customers_joining_joined_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='parted_by', name='customers_joining_parted_by_same_tenant'), models.UniqueConstraint(condition=models.Q(('parted_at__isnull', True)), fields=('tenant', 'joined'), name='customers_joining_in_force')],
            },
        ),
        migrations.CreateModel(
            name='JoinedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('row', models.BigIntegerField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('joining', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='customers.joining')),
            ],
            options={
                'db_table': 'customers_joinedrow',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='customers_joinedrow_tenant_key'), workflow.tenancy.constraints.SameTenant(field='joining', name='customers_joinedrow_joining_same_tenant'), models.UniqueConstraint(fields=('tenant', 'joining', 'code', 'row'), name='customers_joinedrow_once')],
            },
        ),
        IsolateByTenant("Organisation", searcher=True),
        IsolateByTenant("Contact", searcher=True),
        IsolateByTenant("ContactAddress", searcher=True),
        IsolateByTenant("Product"),
        IsolateByTenant("Entitlement"),
        IsolateByTenant("PortalLink"),
        IsolateByTenant("PortalSession"),
        IsolateByTenant("Preference"),
        IsolateByTenant("Joining"),
        IsolateByTenant("JoinedRow"),
        migrations.RunSQL(SEARCH, BACK),
    ]
