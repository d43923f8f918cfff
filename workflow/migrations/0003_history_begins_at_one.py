"""Let nothing begin in the middle of its history: a row inserted at state 3 brings all three."""

from django.db import migrations

WHOLE = """
CREATE OR REPLACE FUNCTION state_is_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflow_entry e
                 WHERE e.tenant_id = NEW.tenant_id AND e.subject_kind = TG_ARGV[0]
                   AND e.subject_id = NEW.id AND e.state_version = NEW.state_version
                   AND e.to_state = NEW.state) THEN
    RAISE EXCEPTION 'change_without_entry: % % became % without a history entry',
      TG_ARGV[0], NEW.id, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  -- Later changes count up by one, so that only the first row can leave something out.
  IF TG_OP = 'INSERT' AND NEW.state_version <> 1
     AND (NEW.state_version < 1 OR NEW.state_version <> (
       SELECT count(*) FROM workflow_entry e
       WHERE e.tenant_id = NEW.tenant_id AND e.subject_kind = TG_ARGV[0]
         AND e.subject_id = NEW.id AND e.state_version BETWEEN 1 AND NEW.state_version)) THEN
    RAISE EXCEPTION 'history_with_gap: % % begins at change % without those before it',
      TG_ARGV[0], NEW.id, NEW.state_version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
LAST_ONLY = """
CREATE OR REPLACE FUNCTION state_is_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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


class Migration(migrations.Migration):
    """Histories without a beginning."""

    dependencies = [("workflow", "0002_isolation")]

    operations = [migrations.RunSQL(WHOLE, LAST_ONLY)]
