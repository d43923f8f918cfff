"""What must always hold of problems."""

from django.utils.translation import gettext_lazy as _

from problems import after_fix_proof, pattern_proof, task_proof, telling_proof
from workflow.proof import Rule, recorded_states, retold_clocks, watched_clocks

RULES = (
    Rule(
        code="problem_without_one_open_leg",
        says=_("Every open problem is with exactly one department."),
        finding=_("P-%(number)s is %(state)s and has %(legs)s open legs."),
        broken="""
            SELECT p.id, p.number, p.state, count(l.id) AS legs
            FROM problems_problem p LEFT JOIN problems_leg l
              ON l.tenant_id = p.tenant_id AND l.problem_id = p.id AND l.left_at IS NULL
            WHERE p.tenant_id = %(tenant)s AND p.state NOT IN ('resolved', 'closed')
            GROUP BY p.id, p.number, p.state HAVING count(l.id) <> 1
        """,
    ),
    Rule(
        code="leg_without_department_or_due",
        says=_("Every stay of a problem has a department and a due time."),
        finding=_("Leg %(position)s of P-%(number)s lacks its department or due time."),
        broken="""
            SELECT l.id, l.position, p.number FROM problems_leg l
            LEFT JOIN problems_problem p ON p.tenant_id = l.tenant_id AND p.id = l.problem_id
            LEFT JOIN workflow_department d
              ON d.tenant_id = l.tenant_id AND d.id = l.department_id
            WHERE l.tenant_id = %(tenant)s AND (d.id IS NULL OR l.due_at IS NULL)
        """,
    ),
    Rule(
        code="legs_with_gap",
        says=_("The stays of a problem follow one another without gap or overlap."),
        finding=_("Leg %(position)s of P-%(number)s does not begin when the one before it ended."),
        broken="""
            SELECT l.id, l.position, p.number FROM (
              SELECT id, tenant_id, problem_id, position, entered_at, left_at,
                     row_number() OVER line AS place, lag(left_at) OVER line AS previous_left
              FROM problems_leg WHERE tenant_id = %(tenant)s
              WINDOW line AS (PARTITION BY problem_id ORDER BY position)) l
            LEFT JOIN problems_problem p ON p.tenant_id = l.tenant_id AND p.id = l.problem_id
            WHERE (l.place > 1 AND l.previous_left IS DISTINCT FROM l.entered_at)
               OR l.left_at < l.entered_at
        """,
    ),
    Rule(
        code="legs_without_discovery",
        says=_("The stays of a problem begin with its discovery."),
        finding=_(
            "P-%(number)s was discovered at %(discovered_at)s, its first leg begins at %(began)s."
        ),
        broken="""
            SELECT p.id, p.number, p.discovered_at, min(l.entered_at) AS began
            FROM problems_problem p LEFT JOIN problems_leg l
              ON l.tenant_id = p.tenant_id AND l.problem_id = p.id
            WHERE p.tenant_id = %(tenant)s
            GROUP BY p.id, p.number, p.discovered_at
            HAVING min(l.entered_at) IS DISTINCT FROM p.discovered_at
        """,
    ),
    Rule(
        code="legs_without_resolution",
        says=_("The stays of an ended problem end with its resolution."),
        finding=_("P-%(number)s ended at %(resolved_at)s, its last leg at %(ended)s."),
        broken="""
            SELECT p.id, p.number, p.resolved_at, max(l.left_at) AS ended
            FROM problems_problem p LEFT JOIN problems_leg l
              ON l.tenant_id = p.tenant_id AND l.problem_id = p.id
            WHERE p.tenant_id = %(tenant)s AND p.state IN ('resolved', 'closed')
            GROUP BY p.id, p.number, p.resolved_at
            HAVING max(l.left_at) IS DISTINCT FROM p.resolved_at
                OR count(l.id) FILTER (WHERE l.left_at IS NULL) > 0
        """,
    ),
    Rule(
        code="leg_of_closed_department",
        says=_("No problem is with a department that has been closed."),
        finding=_("P-%(number)s is with department %(department_id)s, which was closed."),
        broken="""
            SELECT l.id, p.number, l.department_id FROM problems_leg l
            JOIN workflow_department d ON d.tenant_id = l.tenant_id AND d.id = l.department_id
            JOIN problems_problem p ON p.tenant_id = l.tenant_id AND p.id = l.problem_id
            WHERE l.tenant_id = %(tenant)s AND l.left_at IS NULL AND NOT d.is_active
        """,
    ),
    Rule(
        code="problem_of_deactivated_person",
        says=_("No open problem belongs to somebody who cannot sign in."),
        finding=_("P-%(number)s belongs to user %(user_id)s, who was deactivated."),
        broken="""
            SELECT p.id, p.number, u.id AS user_id FROM problems_problem p
            LEFT JOIN problems_leg l
              ON l.tenant_id = p.tenant_id AND l.problem_id = p.id AND l.left_at IS NULL
            JOIN workflow_user u
              ON u.tenant_id = p.tenant_id AND u.id IN (p.lead_id, l.assignee_id)
            WHERE p.tenant_id = %(tenant)s AND p.state NOT IN ('resolved', 'closed')
              AND NOT u.is_active
        """,
    ),
    Rule(
        code="problem_not_looked_at",
        says=_("Every open problem has a time at which somebody looks at it again."),
        finding=_("P-%(number)s was to be looked at again at %(next_look_at)s."),
        # A week of grace: the watchdog plans the next look each hour while the program runs.
        broken="""
            SELECT id, number, next_look_at FROM problems_problem
            WHERE tenant_id = %(tenant)s AND state NOT IN ('resolved', 'closed')
              AND (next_look_at IS NULL OR next_look_at < %(at)s - interval '7 days')
        """,
    ),
    Rule(
        code="task_with_nobody",
        says=_("No open task is with a closed department, or with somebody who cannot sign in."),
        finding=_("Task %(number)s is with department %(department_id)s, and nobody can do it."),
        broken="""
            SELECT t.id, t.number, t.department_id FROM problems_task t
            JOIN workflow_department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
            LEFT JOIN workflow_user u ON u.tenant_id = t.tenant_id AND u.id = t.assignee_id
            WHERE t.tenant_id = %(tenant)s AND t.state IN ('asked', 'accepted')
              AND (NOT d.is_active OR NOT u.is_active)
        """,
    ),
    Rule(
        code="problem_in_no_stage",
        says=_("Every problem stands in a stage of its drawn workflow that belongs to its state."),
        finding=_(
            "P-%(number)s is %(state)s, and “%(stage_key)s” is no stage of its workflow there."
        ),
        # A state that the drawing leaves out has no stage; without a drawing there is none at all.
        broken="""
            SELECT p.id, p.number, p.state, p.stage_key FROM problems_problem p
            LEFT JOIN workflow_workflowversion v
              ON v.tenant_id = p.tenant_id AND v.id = p.workflow_version_id
            CROSS JOIN LATERAL (
              SELECT count(*) AS of_state, count(*) FILTER (WHERE s ->> 'key' = p.stage_key) AS here
              FROM jsonb_array_elements(v.definition -> 'stages') s WHERE s ->> 'state' = p.state
            ) drawn
            WHERE p.tenant_id = %(tenant)s
              AND CASE WHEN p.stage_key = '' THEN drawn.of_state > 0 ELSE drawn.here = 0 END
        """,
    ),
    Rule(
        code="approval_not_asked",
        says=_("Every step that waits for an approval is asked about again in time."),
        finding=_("The step “%(step_key)s” of problem id %(problem_id)s waits since %(due_at)s."),
        broken="""
            SELECT id, step_key, problem_id, due_at FROM problems_steprequest
            WHERE tenant_id = %(tenant)s AND state = 'open'
              AND (due_at IS NULL OR due_at < %(at)s - interval '1 day')
        """,
    ),
    Rule(
        code="link_without_affected",
        says=_("The customer of every linked case stands in the problem's ledger."),
        finding=_("The contact of case #%(case_number)s is missing among those of P-%(number)s."),
        broken="""
            SELECT link.id, p.number, c.number AS case_number FROM problems_caselink link
            JOIN problems_problem p
              ON p.tenant_id = link.tenant_id AND p.id = link.problem_id
            JOIN cases_case c ON c.tenant_id = link.tenant_id AND c.id = link.case_id
            WHERE link.tenant_id = %(tenant)s AND link.kind = 'confirmed' AND NOT EXISTS (
              SELECT 1 FROM problems_affected a
              WHERE a.tenant_id = link.tenant_id AND a.problem_id = link.problem_id
                AND a.contact_id = c.contact_id)
        """,
    ),
    recorded_states(
        code="problem_state_not_recorded",
        says=_("Every change of a problem's state stands in its history."),
        finding=_(
            "P-%(number)s is %(state)s after %(state_version)s changes; its history tells"
            " %(entries)s and ends with %(told_state)s."
        ),
        table="problems_problem",
        kind="problem",
    ),
    watched_clocks(
        code="problem_clock_unwatched",
        says=_("Every running clock of a problem is looked at again until it has spoken."),
        finding=_("Clock %(id)s (%(metric)s of problem id %(owner)s) runs and nobody looks at it."),
        table="problems_problemclock",
        owner="problem",
    ),
    retold_clocks(
        code="problem_clock_against_history",
        says=_("Every clock of a problem is due when its history says, to the second."),
        finding=_(
            "Clock %(id)s (%(metric)s of problem id %(owner)s) is due at %(due_at)s; its history"
            " says %(told_at)s."
        ),
        table="problems_problemclock",
        owner="problem",
    ),
    Rule(
        code="problem_clock_after_end",
        says=_("No clock counts against a department once the problem has ended."),
        finding=_("Clock %(id)s (%(metric)s) is %(clock)s, but P-%(number)s is %(state)s."),
        broken="""
            SELECT clock.id, clock.metric, clock.state AS clock, p.number, p.state
            FROM problems_problemclock clock JOIN problems_problem p
              ON p.tenant_id = clock.tenant_id AND p.id = clock.problem_id
            WHERE clock.tenant_id = %(tenant)s AND clock.state IN ('running', 'paused')
              AND p.state IN ('resolved', 'closed')
        """,
    ),
    *task_proof.RULES,
    *telling_proof.RULES,
    *after_fix_proof.RULES,
    *pattern_proof.RULES,
)
