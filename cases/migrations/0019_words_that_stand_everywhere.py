"""A search for a word that stands in very many messages ends."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

HEAD = """
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
SET LOCAL ROLE servicedesk_searcher;
CREATE OR REPLACE FUNCTION cases_that_say(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public{settings} AS $$
DECLARE
  the_tenant bigint := app_tenant();
  said tsquery := websearch_to_tsquery('simple', wanted);
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF numnode(said) = 0 THEN
    RETURN;
  END IF;
"""
# The index of words knows no order. Of a word that stands in each second of 5,000,000 messages it found
# all before the newest could be told, which took longer than a statement may. Where it expects more
# than twice the limit both of the word and of the tenant, it now gives a part of them, by chance (the
# square of the limit over the greater of the two: 500 of 5,000,000); the newest are looked at one
# by one, so that none of those is missed. Of any other word all are found, as ever. The plan is one
# for all words: for one that stands everywhere PostgreSQL would read the whole table instead.
AFTER = """
  RETURN QUERY
    WITH matched AS MATERIALIZED (
      SELECT m.id, m.case_id FROM cases_message m
      WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
            @@ (quote_literal(' ' || the_tenant)::tsquery && said)
        AND m.tenant_id + 0 = the_tenant
    ), newest AS (
      SELECT last.id, last.case_id FROM (
        SELECT m.id, m.case_id, m.words FROM cases_message m
        WHERE m.tenant_id = the_tenant ORDER BY m.id DESC LIMIT 500) last
      WHERE (SELECT count(*) > 100 FROM matched) AND last.words @@ said
    )
    SELECT found.case_id FROM (SELECT * FROM matched UNION ALL SELECT * FROM newest) found
    GROUP BY found.case_id ORDER BY max(found.id) DESC LIMIT at_most;
"""
SETTINGS = """
  SET gin_fuzzy_search_limit = '50000' SET plan_cache_mode = 'force_generic_plan'"""
BEFORE = """
  RETURN QUERY
    SELECT m.case_id FROM cases_message m
    WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
          @@ (quote_literal(' ' || the_tenant)::tsquery && said)
      AND m.tenant_id + 0 = the_tenant
    GROUP BY m.case_id ORDER BY max(m.id) DESC LIMIT at_most;
"""
TAIL = """
END $$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""


class Migration(OneStepMigration):
    """The function that looks for words of messages, bounded for words that stand everywhere."""

    dependencies = [("cases", "0018_ways_to_one_case")]

    operations = [
        migrations.RunSQL(
            HEAD.format(settings=SETTINGS) + AFTER + TAIL,
            HEAD.format(settings="") + BEFORE + TAIL,
        )
    ]
