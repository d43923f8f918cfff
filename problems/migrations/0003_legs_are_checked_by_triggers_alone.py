"""Let only the triggers ask whether legs are whole: the function looks past the tenant's wall."""

from django.db import migrations

ONLY_TRIGGERS = """
ALTER FUNCTION problem_has_leg() SECURITY DEFINER SET search_path = public;
ALTER FUNCTION leg_fits() SECURITY DEFINER SET search_path = public;
REVOKE EXECUTE ON FUNCTION legs_are_whole(bigint, bigint) FROM PUBLIC;
"""
EVERYBODY = """
GRANT EXECUTE ON FUNCTION legs_are_whole(bigint, bigint) TO PUBLIC;
ALTER FUNCTION leg_fits() SECURITY INVOKER RESET search_path;
ALTER FUNCTION problem_has_leg() SECURITY INVOKER RESET search_path;
"""


class Migration(migrations.Migration):
    """Who may ask about legs."""

    dependencies = [("problems", "0002_isolation")]

    operations = [migrations.RunSQL(ONLY_TRIGGERS, EVERYBODY)]
