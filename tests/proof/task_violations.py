"""For each rule about tasks and changes one way to break it in the story."""

from tests.proof.violation import Violation

TASK_VIOLATIONS = (
    Violation(
        "task_waits_wrongly",
        "T-{ready_number} is asked and 1 tasks that it needs are not done",
        (
            (
                "INSERT INTO problems_taskneed (tenant_id, task_id, needed_id)"
                " VALUES (%(tenant)s, %(ready_task)s, %(third_task)s)"
            ),
        ),
    ),
    Violation(
        "tasks_in_a_circle",
        "T-{blocked_number} waits, through others, for itself",
        (
            "ALTER TABLE problems_taskneed DROP CONSTRAINT problems_taskneed_another",
            (
                "INSERT INTO problems_taskneed (tenant_id, task_id, needed_id)"
                " VALUES (%(tenant)s, %(blocked_task)s, %(blocked_task)s)"
            ),
        ),
    ),
    Violation(
        "task_without_clock",
        "T-{ready_number} is asked and has 0 such clocks",
        (
            (
                "UPDATE problems_taskclock SET state = 'met', stopped_at = now()"
                " WHERE task_id = %(ready_task)s AND metric = 'task'"
            ),
        ),
    ),
    Violation(
        "task_with_nobody",
        "Task {third_number} is with department {legal}",
        ("UPDATE workflow_department SET is_active = false WHERE id = %(legal)s",),
    ),
    Violation(
        "task_with_nobody",
        "Task {ready_number} is with department {network}",
        ("UPDATE problems_task SET assignee_id = %(gone)s WHERE id = %(ready_task)s",),
    ),
    Violation(
        "task_state_not_recorded",
        "T-{ready_number} is accepted after 1 changes",
        ("UPDATE problems_task SET state = 'accepted' WHERE id = %(ready_task)s",),
    ),
    Violation(
        "task_clock_unwatched",
        "(task of task id {ready_task})",
        (
            "ALTER TABLE problems_taskclock DROP CONSTRAINT problems_taskclock_is_looked_at",
            (
                "UPDATE problems_taskclock SET next_look_at = NULL"
                " WHERE task_id = %(ready_task)s AND metric = 'task'"
            ),
        ),
    ),
    Violation(
        "task_clock_against_history",
        "(task of task id {ready_task})",
        (
            (
                "UPDATE problems_taskclock SET due_at = due_at + interval '1 second'"
                " WHERE task_id = %(ready_task)s AND metric = 'task'"
            ),
        ),
    ),
    Violation(
        "change_state_not_recorded",
        "C-{change_number} is in_progress after 2 changes",
        ("UPDATE problems_change SET state = 'in_progress' WHERE id = %(change)s",),
    ),
    Violation(
        "change_made_without_a_yes",
        "C-{change_number} is approved",
        (
            (
                "UPDATE problems_change SET approved_at = NULL, approved_by_id = NULL"
                " WHERE id = %(change)s"
            ),
        ),
    ),
    Violation(
        "change_of_closed_department",
        "C-{change_number} is for department {archive}",
        (
            "UPDATE workflow_department SET is_active = false WHERE id = %(archive)s",
            "UPDATE problems_change SET department_id = %(archive)s WHERE id = %(change)s",
        ),
    ),
)
