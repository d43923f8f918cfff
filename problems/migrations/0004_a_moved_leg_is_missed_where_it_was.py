"""Look at both problems when a leg is moved from one to another: the first must not be left bare."""

from django.db import migrations

BOTH = """
CREATE OR REPLACE FUNCTION leg_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM legs_are_whole(OLD.tenant_id, OLD.problem_id);
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.problem_id <> OLD.problem_id) THEN
    PERFORM legs_are_whole(NEW.tenant_id, NEW.problem_id);
  END IF;
  RETURN NULL;
END $$;
"""
THE_NEW_ONE = """
CREATE OR REPLACE FUNCTION leg_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM legs_are_whole(coalesce(NEW.tenant_id, OLD.tenant_id),
                         coalesce(NEW.problem_id, OLD.problem_id));
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Legs that are moved."""

    dependencies = [("problems", "0003_legs_are_checked_by_triggers_alone")]

    operations = [migrations.RunSQL(BOTH, THE_NEW_ONE)]
