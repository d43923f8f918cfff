"""What must always hold of those whom a problem affects, and of what they are told."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule, recorded_states

RULES = (
    Rule(
        code="scope_of_another_product",
        says=_("A problem reaches versions of the very product that it names."),
        finding=_("A scope of P-%(number)s names version %(version_id)s of another product."),
        broken="""
            SELECT scope.id, p.number, scope.version_id FROM problems_scope scope
            JOIN problems_problem p ON p.tenant_id = scope.tenant_id AND p.id = scope.problem_id
            LEFT JOIN customers_productversion version
              ON version.tenant_id = scope.tenant_id AND version.id = scope.version_id
            WHERE scope.tenant_id = %(tenant)s AND scope.version_id IS NOT NULL
              AND version.product_id IS DISTINCT FROM scope.product_id
        """,
    ),
    Rule(
        code="affected_behind_what_was_told",
        says=_("The ledger says of everybody how far the messages came."),
        finding=_(
            "The ledger of P-%(number)s has no “%(stamp)s” for contact %(contact_id)s, a message has."
        ),
        broken="""
            SELECT a.id, p.number, a.contact_id, CASE
                WHEN a.told_at IS NULL THEN 'told'
                WHEN a.delivered_at IS NULL AND told.was_delivered THEN 'delivered'
                ELSE 'seen' END AS stamp
            FROM problems_affected a
            JOIN problems_problem p ON p.tenant_id = a.tenant_id AND p.id = a.problem_id
            JOIN (
              SELECT affected_id, bool_or(delivered_at IS NOT NULL) AS was_delivered,
                     bool_or(seen_at IS NOT NULL) AS was_seen
              FROM problems_told WHERE tenant_id = %(tenant)s GROUP BY affected_id) told
              ON told.affected_id = a.id
            WHERE a.tenant_id = %(tenant)s
              AND (a.told_at IS NULL OR (a.delivered_at IS NULL AND told.was_delivered)
                   OR (a.seen_at IS NULL AND told.was_seen))
        """,
    ),
    Rule(
        code="affected_by_an_ended_scope",
        says=_("Nobody is affected by a description that does not hold any more."),
        finding=_(
            "Contact %(contact_id)s stands in the ledger of P-%(number)s by scope %(scope_id)s,"
            " which has ended."
        ),
        broken="""
            SELECT a.id, p.number, a.contact_id, a.scope_id FROM problems_affected a
            JOIN problems_problem p ON p.tenant_id = a.tenant_id AND p.id = a.problem_id
            JOIN problems_scope scope
              ON scope.tenant_id = a.tenant_id AND scope.id = a.scope_id
            JOIN customers_contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id
            WHERE a.tenant_id = %(tenant)s AND a.left_at IS NULL AND c.joined_to_id IS NULL
              AND scope.ended_at < %(at)s - interval '1 hour'
              AND p.state NOT IN ('resolved', 'closed')
        """,
    ),
    Rule(
        code="scope_not_looked_at",
        says=_("Whom an open problem reaches is looked for again all the time."),
        finding=_("A scope of P-%(number)s was to be looked at again at %(next_reach_at)s."),
        # A week of grace, as with the problem itself: the program may have stood still.
        broken="""
            SELECT scope.id, p.number, scope.next_reach_at FROM problems_scope scope
            JOIN problems_problem p ON p.tenant_id = scope.tenant_id AND p.id = scope.problem_id
            WHERE scope.tenant_id = %(tenant)s AND scope.ended_at IS NULL
              AND p.state NOT IN ('resolved', 'closed')
              AND (scope.next_reach_at IS NULL
                   OR scope.next_reach_at < %(at)s - interval '7 days')
        """,
    ),
    Rule(
        code="excuse_of_nobody",
        says=_("Every exception in a ledger names its reason and who made it."),
        finding=_(
            "The exception for contact %(contact_id)s in the ledger of P-%(number)s names nobody"
            " or no reason."
        ),
        broken="""
            SELECT a.id, p.number, a.contact_id FROM problems_affected a
            JOIN problems_problem p ON p.tenant_id = a.tenant_id AND p.id = a.problem_id
            WHERE a.tenant_id = %(tenant)s AND a.excused_at IS NOT NULL
              AND (a.excuse = '' OR a.excused_by_id IS NULL)
        """,
    ),
    Rule(
        code="broadcast_overdue",
        says=_("Every broadcast is carried on when it is due."),
        finding=_("B-%(number)s was to be carried on at %(due_at)s and is %(state)s."),
        broken="""
            SELECT id, number, state, due_at FROM problems_broadcast
            WHERE tenant_id = %(tenant)s AND (
              (state IN ('scheduled', 'sending') AND due_at IS NULL)
              OR (state IN ('scheduled', 'sending', 'paused', 'stopped')
                  AND due_at < %(at)s - interval '1 hour'))
        """,
    ),
    Rule(
        code="broadcast_passed_over",
        says=_("Everybody whom a decision concerns was told it, or held back by a named rule."),
        finding=_("B-%(number)s told contact %(contact_id)s nothing and names no rule."),
        # Of what is over nobody is told any more who comes back into the ledger.
        # Those above what was allowed wait for a lead's yes in a later broadcast.
        broken="""
            SELECT a.id, b.number, a.contact_id FROM problems_broadcast b
            JOIN problems_problem p ON p.tenant_id = b.tenant_id AND p.id = b.problem_id
             AND b.occasion = CASE
                   WHEN p.state NOT IN ('resolved', 'closed') THEN
                     'workaround:' || to_char(p.workaround_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS')
                   WHEN p.outcome = 'fix_applied' THEN
                     'fixed:' || to_char(p.resolved_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') END
            JOIN problems_affected a
              ON a.tenant_id = b.tenant_id AND a.problem_id = b.problem_id
            JOIN customers_contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id
            WHERE b.tenant_id = %(tenant)s AND b.state = 'sent' AND b.filters::text = '{}'
              AND a.id <= b.prepared_to AND a.left_at IS NULL AND a.found_at <= b.released_at
              AND c.joined_to_id IS NULL
              AND NOT EXISTS (
                SELECT 1 FROM problems_told told
                WHERE told.tenant_id = a.tenant_id AND told.affected_id = a.id
                  AND told.message = b.occasion)
              AND NOT EXISTS (
                SELECT 1 FROM problems_heldback held
                WHERE held.tenant_id = a.tenant_id AND held.broadcast_id = b.id
                  AND held.contact_id = a.contact_id AND held.is_stopped)
              AND NOT EXISTS (
                SELECT 1 FROM problems_broadcast rest
                WHERE rest.tenant_id = b.tenant_id AND rest.problem_id = b.problem_id
                  AND rest.occasion = b.occasion AND rest.id > b.id AND rest.state <> 'sent')
        """,
    ),
    Rule(
        code="told_though_held_back",
        says=_("Whom a rule held back was not told by the same message."),
        finding=_("B-%(number)s told contact %(contact_id)s, whom “%(rule)s” held back."),
        broken="""
            SELECT told.id, b.number, a.contact_id, held.rule FROM problems_heldback held
            JOIN problems_broadcast b
              ON b.tenant_id = held.tenant_id AND b.id = held.broadcast_id
            JOIN problems_told told
              ON told.tenant_id = held.tenant_id AND told.broadcast_id = held.broadcast_id
            JOIN problems_affected a
              ON a.tenant_id = told.tenant_id AND a.id = told.affected_id
             AND a.contact_id = held.contact_id
            WHERE held.tenant_id = %(tenant)s AND held.is_stopped
        """,
    ),
    recorded_states(
        code="broadcast_state_not_recorded",
        says=_("Every change of a broadcast stands in its history."),
        finding=_(
            "B-%(number)s is %(state)s after %(state_version)s changes; its history tells"
            " %(entries)s and ends with %(told_state)s."
        ),
        table="problems_broadcast",
        kind="broadcast",
    ),
)
