"""Does the database keep tenants apart? Read from PostgreSQL's own catalog."""

from typing import Any

# Tables without a wall, each with its reason. Everything else must be isolated.
OPEN_TABLES = {
    "workflow_tenant": "the list of tenants itself: names and settings, no customer data",
    "workflow_tenanthost": "host names are looked up before a tenant is known",
    "workflow_tenantmaildomain": "mail domains are looked up before a tenant is known",
    "django_session": "keyed by an unguessable key; a session of another host is refused",
    "django_migrations": "the schema's own history",
}

# A policy counts as the wall only with the wall's own words: one that is merely named so does not.
WORDS_OF_WALL = "(tenant_id = ( SELECT app_tenant() AS app_tenant))"
WITHOUT_WALL = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'f')
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
    SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive
      AND p.polname = 'tenant_wall' AND p.polcmd = '*'
      AND EXISTS (SELECT 1 FROM pg_roles r
                  WHERE r.rolname = 'servicedesk_app' AND p.polroles && ARRAY[r.oid, 0::oid])
      AND pg_get_expr(p.polqual, p.polrelid) = %s
      AND pg_get_expr(p.polwithcheck, p.polrelid) = %s))
ORDER BY 1
"""
FOREIGN_KEYS_WITHOUT_TENANT = """
SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k
JOIN pg_attribute theirs ON theirs.attrelid = k.confrelid AND theirs.attname = 'tenant_id'
WHERE k.contype = 'f'
  AND NOT EXISTS (SELECT 1 FROM unnest(k.conkey, k.confkey) AS pair(ours, theirs)
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.ours
                  WHERE a.attname = 'tenant_id' AND pair.theirs = theirs.attnum)
ORDER BY 1
"""
REFERENCES_WITHOUT_KEY = """
SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind = 'r' AND c.relrowsecurity
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
                  AND a.attnum = ANY(k.conkey) AND k.convalidated AND k.conenforced)
ORDER BY 1
"""
UNIQUE_WITHOUT_TENANT = """
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND i.indisunique AND NOT i.indisprimary AND c.relrowsecurity
  AND i.indkey[0] <> (SELECT a.attnum FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
ORDER BY 1
"""
# A view reads with its owner's eyes unless it says otherwise; a materialised one always did.
VIEWS_OF_THE_OWNER = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce(
  c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'],
  false)))
ORDER BY 1
"""
# A trigger cannot be called; what the app can call with its owner's rights is the searcher's.
FUNCTIONS_OF_THE_OWNER = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_roles r ON r.oid = p.proowner
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
  AND r.rolname <> 'servicedesk_searcher'
  AND has_function_privilege('servicedesk_app', p.oid, 'EXECUTE')
ORDER BY 1
"""
MIGHTY_ROLE = """
SELECT r.rolname FROM pg_roles r WHERE r.rolname = current_user AND (
  r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
  OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relowner = r.oid)
  OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))
"""
# Roles that are members of app and inherit would count as app, and the wall would apply to them:
# a data migration of the owner then silently sees no row.
OWNER_INHERITS_APP = """
SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
JOIN pg_roles a ON a.oid = m.roleid
WHERE a.rolname = 'servicedesk_app' AND m.inherit_option AND NOT r.rolsuper
"""


def faults_of_isolation(connection: Any, referring_columns: list[str]) -> list[str]:
    """Return a sentence for each fault; empty when tenants are kept apart.

    `referring_columns` are the columns of foreign keys between tenant tables, from the models.
    Costs eight catalog queries.
    """
    questions: list[tuple[str, str, tuple[Any, ...]]] = [
        ("Table {} has no forced wall between tenants.", WITHOUT_WALL, (WORDS_OF_WALL,) * 2),
        ("Foreign key {} can point at another tenant.", FOREIGN_KEYS_WITHOUT_TENANT, ()),
        (
            "Column {} refers to a tenant table without a key.",
            REFERENCES_WITHOUT_KEY,
            (referring_columns,),
        ),
        ("Unique index {} is not led by the tenant.", UNIQUE_WITHOUT_TENANT, ()),
        ("View {} shows what its owner may see.", VIEWS_OF_THE_OWNER, ()),
        ("Function {} runs with its owner's rights.", FUNCTIONS_OF_THE_OWNER, ()),
        ("Role {} is too mighty to run the product.", MIGHTY_ROLE, ()),
        ("Role {} inherits servicedesk_app.", OWNER_INHERITS_APP, ()),
    ]
    faults: list[str] = []
    with connection.cursor() as cursor:
        for sentence, question, values in questions:
            cursor.execute(question, values)
            faults += [
                sentence.format(name) for (name,) in cursor.fetchall() if name not in OPEN_TABLES
            ]
    return faults
