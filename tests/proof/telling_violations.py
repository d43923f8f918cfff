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
            (
                "UPDATE problems_told SET seen_at = now() WHERE affected_id = %(reached)s"
                " AND broadcast_id = %(broadcast)s"
            ),
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
    Violation(
        "promise_without_clock",
        "A promise (date) of P-{outbreak_number} is due at",
        (
            (
                "UPDATE problems_problempromise SET due_at = due_at + interval '1 second'"
                " WHERE id = %(date)s"
            ),
        ),
    ),
    Violation(
        "promise_of_no_estimate",
        "A date of P-{outbreak_number} that customers were told",
        ("UPDATE problems_estimate SET is_public = false WHERE problem_id = %(outbreak)s",),
    ),
    Violation(
        "watch_not_ended",
        "The watch over the fix of P-{solved_number} was to end at",
        (
            (
                "UPDATE problems_fixwatch SET fixed_at = now() - interval '99 days',"
                " began_at = now() - interval '99 days', grace_until = now() - interval '98 days',"
                " ends_at = now() - interval '9 days' WHERE problem_id = %(solved)s"
            ),
        ),
    ),
    Violation(
        "watch_over_no_fix",
        "A watch goes on over P-{outbreak_number}, which is root_cause",
        ("UPDATE problems_fixwatch SET problem_id = %(outbreak)s WHERE problem_id = %(solved)s",),
    ),
    Violation(
        "prevention_not_looked_at",
        "Action 1 of P-{outbreak_number} was to be looked at at",
        (
            (
                "UPDATE problems_prevention SET next_look_at = now() - interval '8 days'"
                " WHERE id = %(prevention)s"
            ),
        ),
    ),
    Violation(
        "closed_before_prevented",
        "P-{closed_number} is closed, and its action 1 is open",
        ("UPDATE problems_prevention SET problem_id = %(closed)s WHERE id = %(prevention)s",),
    ),
    Violation(
        "review_approved_by_its_writer",
        "Edition 1 of P-{outbreak_number} was approved by whoever wrote it",
        (
            (
                "UPDATE problems_review SET decided_by_id = written_by_id"
                " WHERE problem_id = %(outbreak)s"
            ),
        ),
    ),
    Violation(
        "broadcast_overdue",
        "B-{date_broadcast_number} was to be carried on at",
        (
            (
                "UPDATE problems_broadcast SET due_at = now() - interval '61 minutes'"
                " WHERE id = %(date_broadcast)s"
            ),
        ),
    ),
    Violation(
        "broadcast_passed_over",
        "B-{broadcast_number} told contact {having} nothing",
        (
            (
                "DELETE FROM problems_told WHERE affected_id = %(reached)s"
                " AND broadcast_id = %(broadcast)s"
            ),
        ),
    ),
    Violation(
        "told_though_held_back",
        "B-{broadcast_number} told contact {having}, whom “away” held back",
        (
            (
                "INSERT INTO problems_heldback (tenant_id, broadcast_id, contact_id, rule,"
                " is_stopped, at) VALUES (%(tenant)s, %(broadcast)s, %(having)s, 'away', true, now())"
            ),
        ),
    ),
    Violation(
        "broadcast_state_not_recorded",
        "B-{broadcast_number} is stopped after",
        ("UPDATE problems_broadcast SET state = 'stopped' WHERE id = %(broadcast)s",),
    ),
)
