"""Put every table of this room behind the tenant's wall, and keep its promises by triggers."""

from django.db import migrations

from workflow.tenancy.isolation import AppendOnly, IsolateByTenant

# Run as the owner, which sees every tenant: a check at commit must not depend on whose scope
# happens to be open then. They look only at rows of the tenant of the row that changed.
NEWS_TRIGGERS = """
CREATE FUNCTION entry_is_published() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflow_outboxevent e
                 WHERE e.tenant_id = NEW.tenant_id AND e.entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry_without_event: history entry % (%) was not published', NEW.id, NEW.action
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_is_published AFTER INSERT ON workflow_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_news)
  EXECUTE FUNCTION entry_is_published();

CREATE FUNCTION event_is_delivered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF (SELECT count(*) FROM workflow_delivery d
      WHERE d.tenant_id = NEW.tenant_id AND d.event_id = NEW.id) <> NEW.subscribers THEN
    RAISE EXCEPTION 'event_without_delivery: event % (%) lacks a delivery', NEW.id, NEW.kind
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER event_is_delivered AFTER INSERT OR UPDATE OF subscribers
  ON workflow_outboxevent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION event_is_delivered();

CREATE FUNCTION delivery_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'delivery_stays: a delivery is never deleted or moved'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER delivery_stays BEFORE DELETE OR UPDATE OF event_id, subscriber, tenant_id
  ON workflow_delivery FOR EACH ROW EXECUTE FUNCTION delivery_stays();

-- One function for every record with states: a change of state counts up, and at commit its
-- history entry is there.
CREATE FUNCTION state_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state_version <> OLD.state_version + (NEW.state <> OLD.state)::int
     AND NOT (NEW.state = OLD.state AND NEW.state_version = OLD.state_version + 1) THEN
    RAISE EXCEPTION 'state_is_counted: a change of state counts state_version up by one'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION state_is_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflow_entry e
                 WHERE e.tenant_id = NEW.tenant_id AND e.subject_kind = TG_ARGV[0]
                   AND e.subject_id = NEW.id AND e.state_version = NEW.state_version
                   AND e.to_state = NEW.state) THEN
    RAISE EXCEPTION 'change_without_entry: % % became % without a history entry',
      TG_ARGV[0], NEW.id, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
NEWS_TRIGGERS_BACK = """
DROP FUNCTION entry_is_published() CASCADE;
DROP FUNCTION event_is_delivered() CASCADE;
DROP FUNCTION delivery_stays() CASCADE;
DROP FUNCTION state_is_counted() CASCADE;
DROP FUNCTION state_is_recorded() CASCADE;
"""


class Migration(migrations.Migration):
    """Isolation of the ground floor."""

    dependencies = [("workflow", "0001_initial")]

    operations = [
        *[
            IsolateByTenant(model)
            for model in (
                "User",
                "Department",
                "Membership",
                "ApiToken",
                "SignInAttempt",
                "Calendar",
                "ServiceLevel",
                "Target",
                "RoutingRule",
                "Entry",
            )
        ],
        IsolateByTenant("OutboxEvent"),
        IsolateByTenant("Delivery", sweeper=["select"]),
        IsolateByTenant("Effect", sweeper=["select", "update"]),
        AppendOnly("Entry"),
        AppendOnly("OutboxEvent"),
        migrations.RunSQL(NEWS_TRIGGERS, NEWS_TRIGGERS_BACK),
    ]
