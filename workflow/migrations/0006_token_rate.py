"""How often each token may call within a minute."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0005_teams'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='requests_per_minute',
            field=models.PositiveIntegerField(default=600),
        ),
    ]
