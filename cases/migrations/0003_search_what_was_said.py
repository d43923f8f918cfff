"""Find cases by the words of their messages, under row-level security, with an index."""

from django.db import migrations

# The match operator of full-text search is not leakproof: under row-level security PostgreSQL
# would read every row of the tenant and leave the index aside. So a function of the role searcher
# asks, names the tenant itself, and returns ids only; the rows are then read as the app.
SEARCH = """
ALTER TABLE cases_message ADD COLUMN words tsvector
  GENERATED ALWAYS AS (to_tsvector('simple', left(text, 100000))) STORED;
CREATE INDEX message_words ON cases_message USING gin (words);

CREATE FUNCTION cases_that_say(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE the_tenant bigint := app_tenant();
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    SELECT m.case_id FROM cases_message m
    WHERE m.words @@ websearch_to_tsquery('simple', wanted) AND m.tenant_id = the_tenant
    GROUP BY m.case_id ORDER BY max(m.id) DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION cases_that_say(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_that_say(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION cases_that_say(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION cases_that_say(text, integer);
RESET ROLE;
DROP INDEX message_words;
ALTER TABLE cases_message DROP COLUMN words;
"""


class Migration(migrations.Migration):
    """A column, its index and the function that asks it."""

    dependencies = [("cases", "0002_isolation")]

    operations = [migrations.RunSQL(SEARCH, BACK)]
