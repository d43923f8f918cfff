"""What gives a right to a service level, and under which name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_joining"),
        ("workflow", "0014_simulations_of_policies"),
    ]

    operations = [
        migrations.AddField(
            model_name="entitlement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("account", "Account"),
                    ("product", "Product"),
                    ("asset", "Asset"),
                    ("contract", "Contract"),
                ],
                default="account",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="reference",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["account", "product", "asset", "contract"])),
                name="customers_entitlement_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "product"), _negated=True),
                    ("product__isnull", False),
                    _connector="OR",
                ),
                name="customers_entitlement_names_product",
            ),
        ),
    ]
