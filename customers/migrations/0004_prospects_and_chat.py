"""Tell prospects from customers, and keep the names that people have in chats."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two fields and a kind of address."""

    dependencies = [
        ("customers", "0003_preferences"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="became_customer_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="is_prospect",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="contactaddress",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mail", "Mail"),
                    ("phone", "Phone"),
                    ("social", "Social"),
                    ("chat", "Chat"),
                ],
                max_length=8,
            ),
        ),
    ]
