"""What must always hold of tasks of departments and of changes."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule, recorded_states, retold_clocks, watched_clocks

RULES = (
    Rule(
        code="task_waits_wrongly",
        says=_("A task waits exactly while something that it needs is not done."),
        finding=_("T-%(number)s is %(state)s and %(open_needs)s tasks that it needs are not done."),
        broken="""
            SELECT task.id, task.number, task.state, task.blocked_at,
                   count(needed.id) AS open_needs
            FROM problems_task task
            LEFT JOIN problems_taskneed need
              ON need.tenant_id = task.tenant_id AND need.task_id = task.id
            LEFT JOIN problems_task needed
              ON needed.tenant_id = need.tenant_id AND needed.id = need.needed_id
             AND needed.state IN ('asked', 'accepted', 'refused')
            WHERE task.tenant_id = %(tenant)s AND task.state IN ('asked', 'accepted')
            GROUP BY task.id, task.number, task.state, task.blocked_at
            HAVING (count(needed.id) > 0) <> (task.blocked_at IS NOT NULL)
        """,
    ),
    Rule(
        code="tasks_in_a_circle",
        says=_("No tasks wait for one another in a circle."),
        finding=_("T-%(number)s waits, through others, for itself."),
        broken="""
            SELECT id, number FROM (
              WITH RECURSIVE way AS (
                SELECT task_id AS beginning, needed_id AS reached FROM problems_taskneed
                WHERE tenant_id = %(tenant)s
                UNION
                SELECT way.beginning, need.needed_id FROM way
                JOIN problems_taskneed need
                  ON need.tenant_id = %(tenant)s AND need.task_id = way.reached)
              SELECT task.id, task.number FROM way
              JOIN problems_task task ON task.tenant_id = %(tenant)s AND task.id = way.beginning
              WHERE way.beginning = way.reached) circles
        """,
    ),
    Rule(
        code="task_without_clock",
        says=_("Every open task has one clock of its own, of the department that was asked."),
        finding=_("T-%(number)s is %(state)s and has %(clocks)s such clocks."),
        broken="""
            SELECT task.id, task.number, task.state, count(clock.id) AS clocks
            FROM problems_task task
            LEFT JOIN problems_taskclock clock
              ON clock.tenant_id = task.tenant_id AND clock.task_id = task.id
             AND clock.metric = 'task' AND clock.state IN ('running', 'paused')
             AND clock.department_id = task.department_id
             AND (clock.state = 'paused') = (task.blocked_at IS NOT NULL)
            WHERE task.tenant_id = %(tenant)s AND task.state IN ('asked', 'accepted')
            GROUP BY task.id, task.number, task.state HAVING count(clock.id) <> 1
        """,
    ),
    recorded_states(
        code="task_state_not_recorded",
        says=_("Every change of a task's state stands in its history."),
        finding=_(
            "T-%(number)s is %(state)s after %(state_version)s changes; its history tells"
            " %(entries)s and ends with %(told_state)s."
        ),
        table="problems_task",
        kind="task",
    ),
    watched_clocks(
        code="task_clock_unwatched",
        says=_("Every running clock of a task is looked at again until it has spoken."),
        finding=_("Clock %(id)s (%(metric)s of task id %(owner)s) runs and nobody looks at it."),
        table="problems_taskclock",
        owner="task",
    ),
    retold_clocks(
        code="task_clock_against_history",
        says=_("Every clock of a task is due when its history says, to the second."),
        finding=_(
            "Clock %(id)s (%(metric)s of task id %(owner)s) is due at %(due_at)s; its history"
            " says %(told_at)s."
        ),
        table="problems_taskclock",
        owner="task",
    ),
    recorded_states(
        code="change_state_not_recorded",
        says=_("Every change record's states stand in its history."),
        finding=_(
            "C-%(number)s is %(state)s after %(state_version)s changes; its history tells"
            " %(entries)s and ends with %(told_state)s."
        ),
        table="problems_change",
        kind="change",
    ),
    Rule(
        code="change_made_without_a_yes",
        says=_("No change that needs a yes was made without one, or with the yes of who asked."),
        finding=_("C-%(number)s is %(state)s, and nobody else than who asked has approved it."),
        broken="""
            SELECT id, number, state FROM problems_change
            WHERE tenant_id = %(tenant)s AND kind <> 'standard'
              AND state IN ('approved', 'in_progress', 'done', 'backed_out')
              AND (approved_at IS NULL OR approved_by_id = asked_by_id)
        """,
    ),
    Rule(
        code="change_of_closed_department",
        says=_("No change that is planned or begun is a closed department's."),
        finding=_("C-%(number)s is for department %(department_id)s, which was closed."),
        broken="""
            SELECT c.id, c.number, c.department_id FROM problems_change c
            JOIN workflow_department d ON d.tenant_id = c.tenant_id AND d.id = c.department_id
            WHERE c.tenant_id = %(tenant)s AND NOT d.is_active
              AND c.state IN ('planned', 'approved', 'in_progress')
        """,
    ),
)
