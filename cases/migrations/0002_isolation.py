"""Put every table of this room behind the tenant's wall; messages and states keep their word."""

from django.db import migrations

from workflow.tenancy.isolation import AppendOnly, IsolateByTenant

STATE_TRIGGERS = """
CREATE TRIGGER case_state_is_counted BEFORE UPDATE ON cases_case
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER case_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON cases_case DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('case');
"""
STATE_TRIGGERS_BACK = """
DROP TRIGGER case_state_is_counted ON cases_case;
DROP TRIGGER case_state_is_recorded ON cases_case;
"""


class Migration(migrations.Migration):
    """Isolation of the cases."""

    dependencies = [("cases", "0001_initial"), ("customers", "0002_isolation")]

    operations = [
        IsolateByTenant("NumberSeries"),
        IsolateByTenant("Case", searcher=True),
        IsolateByTenant("BlockedBy"),
        IsolateByTenant("CaseClock", sweeper=["select"]),
        IsolateByTenant("Message", searcher=True),
        IsolateByTenant("Attachment"),
        AppendOnly("Message", but=["is_unverified"]),
        AppendOnly("Attachment"),
        migrations.RunSQL(STATE_TRIGGERS, STATE_TRIGGERS_BACK),
    ]
