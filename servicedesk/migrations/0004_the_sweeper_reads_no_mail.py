"""The sweeper finds mails that nobody read; what is in them is none of its business."""

from django.db import migrations

NARROW = """
REVOKE SELECT ON servicedesk_rawmail FROM servicedesk_sweeper;
GRANT SELECT (tenant_id, id, outcome, received_at) ON servicedesk_rawmail TO servicedesk_sweeper;
"""
WIDE = """
REVOKE SELECT (tenant_id, id, outcome, received_at) ON servicedesk_rawmail
  FROM servicedesk_sweeper;
GRANT SELECT ON servicedesk_rawmail TO servicedesk_sweeper;
"""


class Migration(migrations.Migration):
    """Four columns instead of the whole row."""

    dependencies = [("servicedesk", "0003_answered")]

    operations = [migrations.RunSQL(NARROW, WIDE)]
