"""Find customers by the beginnings of their names and addresses, with indexes."""

from django.db import migrations

# The role searcher may read names and addresses within its function, which names the tenant
# itself and returns ids only; the rows are then read as the app, behind the wall.
SEARCH = """
GRANT SELECT ON customers_contact, customers_contactaddress, customers_organisation
  TO servicedesk_searcher;
CREATE POLICY searcher_rows ON customers_contact AS PERMISSIVE FOR SELECT
  TO servicedesk_searcher USING (true);
CREATE POLICY searcher_rows ON customers_contactaddress AS PERMISSIVE FOR SELECT
  TO servicedesk_searcher USING (true);
CREATE POLICY searcher_rows ON customers_organisation AS PERMISSIVE FOR SELECT
  TO servicedesk_searcher USING (true);
CREATE INDEX contact_name_words ON customers_contact USING gin (to_tsvector('simple', name));
CREATE INDEX organisation_name_words ON customers_organisation
  USING gin (to_tsvector('simple', name));
CREATE INDEX contactaddress_begins ON customers_contactaddress
  (tenant_id, lower(value) text_pattern_ops);
CREATE INDEX contactaddress_ends ON customers_contactaddress
  (tenant_id, reverse(value) text_pattern_ops) WHERE kind = 'phone';

CREATE FUNCTION customers_called(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  the_tenant bigint := app_tenant();
  words tsquery;
  plain text := replace(replace(lower(trim(left(wanted, 200))), '\\', ''), '%', '');
  digits text := regexp_replace(left(wanted, 200), '[^0-9]', '', 'g');
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT to_tsquery('simple', string_agg(word || ':*', ' & ')) INTO words
    FROM regexp_split_to_table(plain, '[^[:alnum:]]+') word WHERE word <> '';
  RETURN QUERY
    SELECT DISTINCT found.id FROM (
      (SELECT c.id FROM customers_contact c
        WHERE to_tsvector('simple', c.name) @@ words AND c.tenant_id = the_tenant LIMIT 500)
      UNION ALL
      (SELECT c.id FROM customers_organisation o
        JOIN customers_contact c ON c.tenant_id = the_tenant AND c.organisation_id = o.id
        WHERE to_tsvector('simple', o.name) @@ words AND o.tenant_id = the_tenant LIMIT 500)
      UNION ALL
      (SELECT a.contact_id FROM customers_contactaddress a
        WHERE a.tenant_id = the_tenant AND plain <> ''
          AND lower(a.value) LIKE replace(plain, '_', '\\_') || '%' LIMIT 500)
      UNION ALL
      (SELECT a.contact_id FROM customers_contactaddress a
        WHERE a.tenant_id = the_tenant AND a.kind = 'phone' AND length(digits) >= 5
          AND reverse(a.value) LIKE reverse(ltrim(digits, '0')) || '%' LIMIT 500)
    ) found ORDER BY found.id DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION customers_called(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_called(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION customers_called(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION customers_called(text, integer);
RESET ROLE;
DROP INDEX contactaddress_ends;
DROP INDEX contactaddress_begins;
DROP INDEX organisation_name_words;
DROP INDEX contact_name_words;
DROP POLICY searcher_rows ON customers_organisation;
DROP POLICY searcher_rows ON customers_contactaddress;
DROP POLICY searcher_rows ON customers_contact;
REVOKE SELECT ON customers_contact, customers_contactaddress, customers_organisation
  FROM servicedesk_searcher;
"""


class Migration(migrations.Migration):
    """Indexes, and the function that asks them."""

    dependencies = [("customers", "0004_prospects_and_chat")]

    operations = [migrations.RunSQL(SEARCH, BACK)]
