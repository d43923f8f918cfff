"""Give each tenant the brand that it begins with: its own name."""

from django.db import migrations

BEGIN = """
INSERT INTO workflow_brand (tenant_id, name, sender_name, sign_off, is_default)
SELECT t.id, left(t.name, 80), left(t.name, 80), '', true FROM workflow_tenant t
WHERE NOT EXISTS (SELECT 1 FROM workflow_brand b WHERE b.tenant_id = t.id);
"""


class Migration(migrations.Migration):
    """One row for each tenant."""

    dependencies = [("workflow", "0007_brand")]

    operations = [migrations.RunSQL(BEGIN, migrations.RunSQL.noop)]
