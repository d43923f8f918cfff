"""Keep brands, and which mail domains belong to which tenant."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Brands behind the wall; mail domains before it, as host names are."""

    dependencies = [
        ('workflow', '0006_token_rate'),
    ]

    operations = [
        migrations.CreateModel(
            name='TenantMailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253, unique=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_domains', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_tenantmaildomain',
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('sender_name', models.CharField(max_length=80)),
                ('sign_off', models.TextField(blank=True, default='')),
                ('is_default', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_brand',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_brand_tenant_key'), models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('name'), name='workflow_brand_name'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_brand_one_default')],
            },
        ),
        IsolateByTenant("Brand"),
    ]
