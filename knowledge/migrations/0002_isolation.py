"""Put every table of this room behind the tenant's wall."""

from django.db import migrations

from workflow.tenancy.isolation import AppendOnly, IsolateByTenant


class Migration(migrations.Migration):
    """Isolation of the articles."""

    dependencies = [("knowledge", "0001_initial"), ("problems", "0002_isolation")]

    operations = [
        *[IsolateByTenant(model) for model in ("Article", "ArticleVersion", "Feedback")],
        AppendOnly("ArticleVersion"),
    ]
