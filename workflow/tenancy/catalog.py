"""Does the database keep tenants apart? Read from PostgreSQL's own catalog."""

from typing import Any

# Tables without a wall, each with its reason. Everything else must be isolated.
OPEN_TABLES = {
    "workflow_tenant": "the list of tenants itself: names and settings, no customer data",
    "workflow_tenanthost": "host names are looked up before a tenant is known",
    "django_session": "keyed by an unguessable key; a session of another host is refused",
    "django_migrations": "the schema's own history",
}

WITHOUT_WALL = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
    SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive
      AND p.polname = 'tenant_wall'))
ORDER BY 1
"""
FOREIGN_KEYS_WITHOUT_TENANT = """
SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k
WHERE k.contype = 'f'
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.confrelid
              AND a.attname = 'tenant_id')
  AND NOT EXISTS (SELECT 1 FROM unnest(k.conkey) x JOIN pg_attribute a
                  ON a.attrelid = k.conrelid AND a.attnum = x WHERE a.attname = 'tenant_id')
ORDER BY 1
"""
REFERENCES_WITHOUT_KEY = """
SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relrowsecurity
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
                  AND a.attnum = ANY(k.conkey))
ORDER BY 1
"""
UNIQUE_WITHOUT_TENANT = """
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND i.indisunique AND NOT i.indisprimary AND c.relrowsecurity
  AND i.indkey[0] <> (SELECT a.attnum FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
ORDER BY 1
"""
MIGHTY_ROLE = """
SELECT r.rolname FROM pg_roles r WHERE r.rolname = current_user AND (
  r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
  OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relowner = r.oid)
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
    Costs six catalog queries.
    """
    faults: list[str] = []
    with connection.cursor() as cursor:

        def names(sql: str, *params: Any) -> list[str]:
            cursor.execute(sql, params)
            return [row[0] for row in cursor.fetchall()]

        faults += [
            f"Table {table} has no forced wall between tenants."
            for table in names(WITHOUT_WALL)
            if table not in OPEN_TABLES
        ]
        faults += [
            f"Foreign key {key} can point at another tenant."
            for key in names(FOREIGN_KEYS_WITHOUT_TENANT)
        ]
        faults += [
            f"Column {column} refers to a tenant table without a key."
            for column in names(REFERENCES_WITHOUT_KEY, referring_columns)
        ]
        faults += [
            f"Unique index {index} is not led by the tenant."
            for index in names(UNIQUE_WITHOUT_TENANT)
        ]
        faults += [f"Role {role} is too mighty to run the product." for role in names(MIGHTY_ROLE)]
        faults += [f"Role {role} inherits servicedesk_app." for role in names(OWNER_INHERITS_APP)]
    return faults
