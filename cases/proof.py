"""What must always hold of cases."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule, recorded_states, retold_clocks, watched_clocks

RULES = (
    Rule(
        code="case_without_owner",
        says=_("Every open case has somebody who answers for it: an owner or a queue."),
        finding=_("Case #%(number)s is %(state)s and has neither owner nor queue."),
        broken="""
            SELECT id, number, state FROM cases_case
            WHERE tenant_id = %(tenant)s AND state IN ('new', 'open', 'pending', 'on_problem')
              AND owner_id IS NULL AND queue_id IS NULL
        """,
    ),
    Rule(
        code="case_of_deactivated_owner",
        says=_("No open case belongs to somebody who cannot sign in."),
        finding=_("Case #%(number)s belongs to user %(owner_id)s, who was deactivated."),
        broken="""
            SELECT c.id, c.number, c.owner_id FROM cases_case c JOIN workflow_user u
              ON u.tenant_id = c.tenant_id AND u.id = c.owner_id
            WHERE c.tenant_id = %(tenant)s
              AND c.state IN ('new', 'open', 'pending', 'on_problem') AND NOT u.is_active
        """,
    ),
    Rule(
        code="case_in_closed_queue",
        says=_("No open case waits in the queue of a department that has been closed."),
        finding=_("Case #%(number)s waits for department %(queue_id)s, which was closed."),
        broken="""
            SELECT c.id, c.number, c.queue_id FROM cases_case c JOIN workflow_department d
              ON d.tenant_id = c.tenant_id AND d.id = c.queue_id
            WHERE c.tenant_id = %(tenant)s AND c.owner_id IS NULL
              AND c.state IN ('new', 'open', 'pending', 'on_problem') AND NOT d.is_active
        """,
    ),
    Rule(
        code="case_not_looked_at",
        says=_("Every open case has a time at which somebody looks, and is shown when it is over."),
        finding=_("Case #%(number)s was to be looked at again at %(next_look_at)s."),
        # A week of grace: the upkeep raises attention each hour while the program runs.
        broken="""
            SELECT id, number, next_look_at FROM cases_case
            WHERE tenant_id = %(tenant)s AND state IN ('new', 'open', 'pending', 'on_problem')
              AND (next_look_at IS NULL
                   OR (NOT needs_attention AND next_look_at < %(at)s - interval '7 days'))
        """,
    ),
    Rule(
        code="case_waits_for_nothing",
        says=_("A case that waits says what for."),
        finding=_("Case #%(number)s is %(state)s, but nothing stands in its way."),
        broken="""
            SELECT c.id, c.number, c.state FROM cases_case c
            WHERE c.tenant_id = %(tenant)s AND c.state IN ('pending', 'on_problem')
              AND NOT EXISTS (
                SELECT 1 FROM cases_blockedby b
                WHERE b.tenant_id = c.tenant_id AND b.case_id = c.id AND b.cleared_at IS NULL
                  AND b.kind = CASE c.state WHEN 'pending' THEN 'customer_answer'
                                            ELSE 'problem_fix' END)
        """,
    ),
    Rule(
        code="message_without_case",
        says=_("Every message belongs to a case."),
        finding=_("Message %(id)s (%(direction)s, %(channel)s) has no case."),
        broken="""
            SELECT m.id, m.direction, m.channel FROM cases_message m
            WHERE m.tenant_id = %(tenant)s AND NOT EXISTS (
              SELECT 1 FROM cases_case c WHERE c.tenant_id = m.tenant_id AND c.id = m.case_id)
        """,
    ),
    recorded_states(
        code="case_state_not_recorded",
        says=_("Every change of a case's state stands in its history."),
        finding=_(
            "Case #%(number)s is %(state)s after %(state_version)s changes; its history tells"
            " %(entries)s and ends with %(told_state)s."
        ),
        table="cases_case",
        kind="case",
    ),
    watched_clocks(
        code="case_clock_unwatched",
        says=_("Every running clock of a case is looked at again until it has spoken."),
        finding=_("Clock %(id)s (%(metric)s of case id %(owner)s) runs and nobody looks at it."),
        table="cases_caseclock",
        owner="case",
    ),
    Rule(
        code="case_clock_against_state",
        says=_("The clocks of a case follow its state: they pause only while it waits, and end."),
        finding=_("Clock %(id)s (%(metric)s) is %(clock)s, but case #%(number)s is %(state)s."),
        broken="""
            SELECT clock.id, clock.metric, clock.state AS clock, c.number, c.state
            FROM cases_caseclock clock JOIN cases_case c
              ON c.tenant_id = clock.tenant_id AND c.id = clock.case_id
            WHERE clock.tenant_id = %(tenant)s AND (
              (clock.state = 'paused' AND c.state <> 'pending'
               AND (c.state <> 'on_problem' OR clock.metric <> 'agent_work')
               -- A target with conditions of its own decides itself when it stands still.
               AND NOT EXISTS (
                 SELECT 1 FROM workflow_target t
                 WHERE t.tenant_id = clock.tenant_id AND t.id = clock.target_id
                   AND t.conditions::text <> '{}'))
              OR (clock.state IN ('running', 'paused')
                  AND c.state IN ('resolved', 'closed', 'merged', 'spam')))
        """,
    ),
    retold_clocks(
        code="case_clock_against_history",
        says=_("Every clock of a case is due when its history says, to the second."),
        finding=_(
            "Clock %(id)s (%(metric)s of case id %(owner)s) is due at %(due_at)s; its history says"
            " %(told_at)s."
        ),
        table="cases_caseclock",
        owner="case",
    ),
    Rule(
        code="message_without_due_time",
        says=_(
            "Every message of a customer that waits for an answer has a time by which it comes,"
            " where one is promised."
        ),
        finding=_(
            "Case #%(number)s has a message from %(since)s, and no clock runs for its answer."
        ),
        # By the version that serves the case; a target with conditions of its own decides itself.
        broken="""
            SELECT c.id, c.number, waiting.since FROM cases_case c
            CROSS JOIN LATERAL (
              SELECT max(m.id) FILTER (WHERE m.direction = 'out') AS answer FROM cases_message m
              WHERE m.tenant_id = c.tenant_id AND m.case_id = c.id AND NOT m.is_automatic) said
            CROSS JOIN LATERAL (
              SELECT min(m.at) AS since FROM cases_message m
              WHERE m.tenant_id = c.tenant_id AND m.case_id = c.id AND m.direction = 'in'
                AND NOT m.is_automatic AND m.id > coalesce(said.answer, 0)) waiting
            JOIN workflow_servicelevel level
              ON level.tenant_id = c.tenant_id AND level.id = c.service_level_id
            CROSS JOIN LATERAL (
              SELECT coalesce(max(t.version_id), level.version_id) AS version
              FROM cases_caseclock k JOIN workflow_target t
                ON t.tenant_id = k.tenant_id AND t.id = k.target_id
              WHERE k.tenant_id = c.tenant_id AND k.case_id = c.id
                AND k.state IN ('running', 'paused')) served
            WHERE c.tenant_id = %(tenant)s AND c.external_id IS NULL
              AND c.state IN ('new', 'open', 'pending', 'on_problem')
              AND waiting.since IS NOT NULL
              AND EXISTS (
                SELECT 1 FROM workflow_target t
                WHERE t.tenant_id = c.tenant_id AND t.version_id = served.version
                  AND t.priority = c.priority AND t.conditions::text = '{}'
                  AND t.metric = CASE WHEN said.answer IS NULL THEN 'first_response'
                                      ELSE 'next_response' END)
              AND NOT EXISTS (
                SELECT 1 FROM cases_caseclock k
                WHERE k.tenant_id = c.tenant_id AND k.case_id = c.id
                  AND k.state IN ('running', 'paused')
                  AND k.metric IN ('first_response', 'next_response'))
        """,
    ),
)
