"""Give brands a colour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One field; empty is the colour that the name gives."""

    dependencies = [
        ('workflow', '0012_promises_stand_in_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='colour',
            field=models.CharField(blank=True, default='', max_length=7),
        ),
    ]
