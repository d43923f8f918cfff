"""Find cases by the beginnings of words of their subjects, with an index."""

from django.db import migrations

# As with the words of messages (0003): the match is not leakproof, so a function of the role
# searcher asks, names the tenant itself, and returns ids only.
SEARCH = """
CREATE INDEX case_subject_words ON cases_case USING gin (to_tsvector('simple', subject));

CREATE FUNCTION cases_about(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  the_tenant bigint := app_tenant();
  begins tsquery;
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT to_tsquery('simple', string_agg(word || ':*', ' & ')) INTO begins
    FROM regexp_split_to_table(lower(left(wanted, 200)), '[^[:alnum:]]+') word WHERE word <> '';
  RETURN QUERY
    SELECT found.id FROM (
      SELECT c.id FROM cases_case c
      WHERE to_tsvector('simple', c.subject) @@ begins AND c.tenant_id = the_tenant
      LIMIT 2000) found
    ORDER BY found.id DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION cases_about(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_about(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION cases_about(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION cases_about(text, integer);
RESET ROLE;
DROP INDEX case_subject_words;
"""


class Migration(migrations.Migration):
    """An index and the function that asks it."""

    dependencies = [("cases", "0006_saved_views")]

    operations = [migrations.RunSQL(SEARCH, BACK)]
