"""Put every table of the doors behind the tenant's wall; a stored mail stays as it came."""

from django.db import migrations

from workflow.tenancy.isolation import IsolateByTenant

RAW_STAYS = """
CREATE FUNCTION raw_mail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'raw_mail_stays: a stored mail is never changed or deleted'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER raw_mail_stays BEFORE DELETE OR UPDATE OF raw, digest, size, received_at, tenant_id
  ON servicedesk_rawmail FOR EACH ROW EXECUTE FUNCTION raw_mail_stays();
"""


class Migration(migrations.Migration):
    """Isolation of the doors."""

    dependencies = [("servicedesk", "0001_initial"), ("knowledge", "0002_isolation")]

    operations = [
        IsolateByTenant("RawMail", sweeper=["select"]),
        IsolateByTenant("Notification"),
        migrations.RunSQL(RAW_STAYS, "DROP FUNCTION raw_mail_stays() CASCADE;"),
    ]
