"""For each rule about affected customers and what they are told one way to break it in the story."""

from tests.proof.violation import Violation

TELLING_VIOLATIONS = (
    Violation(
        "version_of_another_product",
        "Row {installed} (installed) of product {app} names version {radio_version}",
        (
            (
                "UPDATE customers_installedproduct SET version_id = %(radio_version)s"
                " WHERE id = %(installed)s"
            ),
        ),
    ),
    Violation(
        "version_of_another_product",
        "Row {purchase} (purchase) of product {app} names version {radio_version}",
        (("UPDATE customers_purchase SET version_id = %(radio_version)s WHERE id = %(purchase)s"),),
    ),
    Violation(
        "belonging_of_a_joined_contact",
        "Row {installed} (installed) stayed with contact {having}",
        ("UPDATE customers_contact SET joined_to_id = %(buyer)s WHERE id = %(having)s",),
    ),
    Violation(
        "scope_of_another_product",
        "A scope of P-{outbreak_number} names version {radio_version}",
        ("UPDATE problems_scope SET version_id = %(radio_version)s WHERE id = %(scope)s",),
    ),
    Violation(
        "scope_not_looked_at",
        "A scope of P-{outbreak_number} was to be looked at again at None",
        ("UPDATE problems_scope SET next_reach_at = NULL WHERE id = %(scope)s",),
    ),
    Violation(
        "affected_behind_what_was_told",
        "P-{outbreak_number} has no “told” for contact {having}",
        ("UPDATE problems_affected SET told_at = NULL WHERE id = %(reached)s",),
    ),
    Violation(
        "affected_behind_what_was_told",
        "P-{outbreak_number} has no “seen” for contact {having}",
        (
            "UPDATE problems_told SET seen_at = now() WHERE affected_id = %(reached)s",
            (
                "UPDATE problems_affected SET delivered_at = now(), seen_at = NULL"
                " WHERE id = %(reached)s"
            ),
        ),
    ),
    Violation(
        "affected_by_an_ended_scope",
        "Contact {having} stands in the ledger of P-{outbreak_number} by scope {ended_scope}",
        ("UPDATE problems_affected SET scope_id = %(ended_scope)s WHERE id = %(reached)s",),
    ),
    Violation(
        "excuse_of_nobody",
        "The exception for contact {buyer} in the ledger of P-{outbreak_number}",
        (
            (
                "UPDATE problems_affected SET excused_by_id = NULL"
                " WHERE problem_id = %(outbreak)s AND contact_id = %(buyer)s"
            ),
        ),
    ),
)
