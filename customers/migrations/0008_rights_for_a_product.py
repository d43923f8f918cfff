"""Rights that name a product were given by it."""

from django.db import migrations

FORWARD = "UPDATE customers_entitlement SET kind = 'product' WHERE product_id IS NOT NULL"
BACK = "UPDATE customers_entitlement SET kind = 'account' WHERE kind = 'product'"


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_strength_of_entitlements")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
