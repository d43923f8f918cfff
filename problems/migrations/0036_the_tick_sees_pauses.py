"""The tick sees when a request that could not be asked on is tried again."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

GRANT = "GRANT SELECT (ask_again_at) ON problems_steprequest TO servicedesk_sweeper;"
GRANT_BACK = "REVOKE SELECT (ask_again_at) ON problems_steprequest FROM servicedesk_sweeper;"


class Migration(OneStepMigration):
    """One column more for the sweeper."""

    dependencies = [
        ("problems", "0035_failed_asks"),
    ]

    operations = [
        migrations.RunSQL(GRANT, GRANT_BACK),
    ]
