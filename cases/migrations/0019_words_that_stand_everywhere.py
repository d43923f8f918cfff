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
  said tsquery := websearch_to_tsquery('simple', wanted);{declared}
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
# all before the newest could be told, which took longer than a statement may. Where it expects very
# many of each word and of the tenant, it now gives a part of what it finds, by chance, and that soon;
# the newest messages are looked at one by one, so that none of those is missed. A part of less than
# a hundred may stand for few or for many, and so it is asked again for all, up to 20,000. A part is
# compared once more with what was asked: to the index a word that it left out is one that is not
# there. The plan is one for all words: for one that stands everywhere PostgreSQL would read the whole
# table instead.
AFTER = """
  SELECT array_agg(part.id), array_agg(part.case_id) INTO ids, cases FROM (
    SELECT m.id, m.case_id FROM cases_message m
    WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
          @@ (quote_literal(' ' || the_tenant)::tsquery && said)
      AND m.tenant_id + 0 = the_tenant AND m.words @@ said) part;
  IF coalesce(cardinality(ids), 0) < 100 THEN
    PERFORM set_config('gin_fuzzy_search_limit', '0', true);
    SELECT array_agg(every.id), array_agg(every.case_id) INTO ids, cases FROM (
      SELECT m.id, m.case_id FROM cases_message m
      WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
            @@ (quote_literal(' ' || the_tenant)::tsquery && said)
        AND m.tenant_id + 0 = the_tenant LIMIT 20000) every;
  END IF;
  RETURN QUERY
    SELECT found.case_id FROM (
      SELECT * FROM unnest(ids, cases) AS matched(id, case_id)
      UNION ALL
      SELECT last.id, last.case_id FROM (
        SELECT m.id, m.case_id, m.words FROM cases_message m
        WHERE m.tenant_id = the_tenant ORDER BY m.id DESC LIMIT 500) last
      WHERE coalesce(cardinality(ids), 0) >= 100 AND last.words @@ said) found
    GROUP BY found.case_id ORDER BY max(found.id) DESC LIMIT at_most;
"""
BEFORE = """
  RETURN QUERY
    SELECT m.case_id FROM cases_message m
    WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
          @@ (quote_literal(' ' || the_tenant)::tsquery && said)
      AND m.tenant_id + 0 = the_tenant
    GROUP BY m.case_id ORDER BY max(m.id) DESC LIMIT at_most;
"""
SETTINGS = """
  SET gin_fuzzy_search_limit = '50000' SET plan_cache_mode = 'force_generic_plan'"""
DECLARED = """
  ids bigint[];
  cases bigint[];"""
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
            HEAD.format(settings=SETTINGS, declared=DECLARED) + AFTER + TAIL,
            HEAD.format(settings="", declared="") + BEFORE + TAIL,
        )
    ]
