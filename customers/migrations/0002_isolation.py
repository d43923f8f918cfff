"""Put every table of this room behind the tenant's wall."""

from django.db import migrations

from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Isolation of the customers."""

    dependencies = [("customers", "0001_initial"), ("workflow", "0002_isolation")]

    operations = [
        IsolateByTenant(model)
        for model in (
            "Organisation",
            "Contact",
            "ContactAddress",
            "Product",
            "Entitlement",
            "PortalLink",
            "PortalSession",
        )
    ]
