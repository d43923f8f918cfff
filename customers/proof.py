"""What must always hold of customers and what they have."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule

RULES = (
    Rule(
        code="version_of_another_product",
        says=_("What customers have and bought is of a version of that very product."),
        finding=_("Row %(id)s (%(what)s) of product %(product_id)s names version %(version_id)s."),
        broken="""
            SELECT thing.id, thing.what, thing.product_id, thing.version_id FROM (
              SELECT id, tenant_id, product_id, version_id, 'installed' AS what
              FROM customers_installedproduct WHERE tenant_id = %(tenant)s
              UNION ALL
              SELECT id, tenant_id, product_id, version_id, 'purchase' AS what
              FROM customers_purchase WHERE tenant_id = %(tenant)s) thing
            LEFT JOIN customers_productversion version
              ON version.tenant_id = thing.tenant_id AND version.id = thing.version_id
            WHERE thing.version_id IS NOT NULL
              AND version.product_id IS DISTINCT FROM thing.product_id
        """,
    ),
    Rule(
        code="belonging_of_a_joined_contact",
        says=_("What a customer has is with the one who stayed when two were joined."),
        finding=_("Row %(id)s (%(what)s) stayed with contact %(contact_id)s, who was joined."),
        broken="""
            SELECT thing.id, thing.what, thing.contact_id FROM (
              SELECT id, tenant_id, contact_id, 'installed' AS what
              FROM customers_installedproduct WHERE tenant_id = %(tenant)s
              UNION ALL
              SELECT id, tenant_id, contact_id, 'purchase' AS what
              FROM customers_purchase WHERE tenant_id = %(tenant)s) thing
            JOIN customers_contact contact
              ON contact.tenant_id = thing.tenant_id AND contact.id = thing.contact_id
            WHERE contact.joined_to_id IS NOT NULL
        """,
    ),
)
