"""For each rule of the proof one way to break it in the story, and how the row is named."""

from tests.proof.pattern_violations import PATTERN_VIOLATIONS
from tests.proof.task_violations import TASK_VIOLATIONS
from tests.proof.telling_violations import TELLING_VIOLATIONS
from tests.proof.violation import Violation

VIOLATIONS = (
    Violation(
        "problem_without_one_open_leg",
        "P-{waiting_number} is assess and has 0 open legs",
        (
            (
                "UPDATE problems_leg SET left_at = entered_at + interval '1 hour'"
                " WHERE problem_id = %(waiting)s AND left_at IS NULL"
            ),
        ),
    ),
    Violation(
        "leg_without_department_or_due",
        "Leg 1 of P-{waiting_number}",
        (
            "ALTER TABLE problems_leg ALTER due_at DROP NOT NULL",
            (
                "UPDATE problems_leg SET due_at = NULL"
                " WHERE problem_id = %(waiting)s AND left_at IS NULL"
            ),
        ),
    ),
    Violation(
        "leg_without_department_or_due",
        "Leg 1 of P-{waiting_number}",
        (
            (
                "UPDATE problems_leg SET department_id = 0"
                " WHERE problem_id = %(waiting)s AND left_at IS NULL"
            ),
        ),
    ),
    Violation(
        "legs_with_gap",
        "Leg 1 of P-{waiting_number}",
        (
            (
                "UPDATE problems_leg SET entered_at = entered_at + interval '1 minute'"
                " WHERE problem_id = %(waiting)s AND position = 1"
            ),
        ),
    ),
    Violation(
        "legs_with_gap",
        "Leg 1 of P-{waiting_number}",
        (
            (
                "UPDATE problems_leg SET left_at = left_at + interval '1 second'"
                " WHERE problem_id = %(waiting)s AND position = 0"
            ),
        ),
    ),
    Violation(
        "legs_without_discovery",
        "P-{waiting_number} was discovered at",
        (
            (
                "UPDATE problems_problem SET discovered_at = discovered_at - interval '1 hour'"
                " WHERE id = %(waiting)s"
            ),
        ),
    ),
    Violation(
        "legs_without_resolution",
        "P-{solved_number} ended at",
        (
            (
                "UPDATE problems_problem SET resolved_at = resolved_at + interval '1 second'"
                " WHERE id = %(solved)s"
            ),
        ),
    ),
    Violation(
        "leg_of_closed_department",
        "P-{waiting_number} is with department {payments}",
        ("UPDATE workflow_department SET is_active = false WHERE id = %(payments)s",),
    ),
    Violation(
        "problem_of_deactivated_person",
        "P-{waiting_number} belongs to user {gone}",
        ("UPDATE problems_problem SET lead_id = %(gone)s WHERE id = %(waiting)s",),
    ),
    Violation(
        "problem_of_deactivated_person",
        "P-{waiting_number} belongs to user {gone}",
        (
            (
                "UPDATE problems_leg SET assignee_id = %(gone)s"
                " WHERE problem_id = %(waiting)s AND left_at IS NULL"
            ),
        ),
    ),
    Violation(
        "problem_not_looked_at",
        "P-{waiting_number} was to be looked at again at",
        (
            (
                "UPDATE problems_problem SET next_look_at = now() - interval '8 days'"
                " WHERE id = %(waiting)s"
            ),
        ),
    ),
    Violation(
        "problem_in_no_stage",
        "P-{waiting_number} is assess, and “inbox” is no stage",
        ("UPDATE problems_problem SET stage_key = 'inbox' WHERE id = %(waiting)s",),
    ),
    Violation(
        "problem_in_no_stage",
        "P-{waiting_number} is assess, and “inbox” is no stage",
        (
            (
                "INSERT INTO workflow_workflowversion (id, tenant_id, workflow_id, number, state,"
                " definition, edition, note, created_at) OVERRIDING SYSTEM VALUE VALUES (-7,"
                ' %(tenant)s, 0, 1, \'published\', \'{"stages": [{"key": "inbox",'
                ' "state": "new"}, {"key": "waiting", "state": "assess"}]}\','
                " 1, '', now())"
            ),
            (
                "UPDATE problems_problem SET workflow_version_id = -7, stage_key = 'inbox'"
                " WHERE id = %(waiting)s"
            ),
        ),
    ),
    Violation(
        "approval_not_asked",
        "The step “check” of problem id {waiting} waits since",
        (
            (
                "INSERT INTO problems_steprequest (tenant_id, problem_id, workflow_version_id,"
                " department_id, stage_key, step_key, given, state, quorum, asked_round, asked_at,"
                " due_at, failed_asks, ask_error) VALUES (%(tenant)s, %(waiting)s, 0, %(payments)s,"
                " 'new', 'check', '{}', 'open', 100, 0, now(), now() - interval '2 days', 0, '')"
            ),
        ),
    ),
    Violation(
        "decision_ended_nowhere",
        "Mail {mail} ended as “noted”",
        (("UPDATE servicedesk_rawmail SET outcome = 'noted', problem_id = 0 WHERE id = %(mail)s"),),
    ),
    Violation(
        "link_without_affected",
        "case #{linked_number} is missing among those of P-{waiting_number}",
        ("DELETE FROM problems_affected WHERE problem_id = %(waiting)s",),
    ),
    Violation(
        "problem_state_not_recorded",
        "P-{waiting_number} is assess after 2 changes; its history tells 1",
        (
            (
                "DELETE FROM workflow_entry WHERE subject_kind = 'problem'"
                " AND subject_id = %(waiting)s AND state_version = 1"
            ),
        ),
    ),
    Violation(
        "problem_state_not_recorded",
        "P-{waiting_number} is root_cause after 3 changes; its history tells 2",
        (
            (
                "UPDATE problems_problem SET state = 'root_cause', state_version = 3"
                " WHERE id = %(waiting)s"
            ),
        ),
    ),
    Violation(
        "problem_clock_unwatched",
        "Clock {waiting_clock} (stage of problem id {waiting})",
        (
            "ALTER TABLE problems_problemclock DROP CONSTRAINT problems_problemclock_is_looked_at",
            "UPDATE problems_problemclock SET next_look_at = NULL WHERE id = %(waiting_clock)s",
        ),
    ),
    Violation(
        "problem_clock_after_end",
        "Clock {solved_clock} (stage) is running, but P-{solved_number} is resolved",
        (
            (
                "UPDATE problems_problemclock SET state = 'running', next_look_at = now()"
                " WHERE id = %(solved_clock)s"
            ),
        ),
    ),
    Violation(
        "case_without_owner",
        "Case #{queued_number} is new and has neither owner nor queue",
        (
            "ALTER TABLE cases_case DROP CONSTRAINT cases_case_has_owner_or_queue",
            "UPDATE cases_case SET owner_id = NULL, queue_id = NULL WHERE id = %(queued)s",
        ),
    ),
    Violation(
        "case_of_deactivated_owner",
        "Case #{owned_number} belongs to user {owner}",
        ("UPDATE workflow_user SET is_active = false WHERE id = %(owner)s",),
    ),
    Violation(
        "case_in_closed_queue",
        "Case #{queued_number} waits for department {empty}",
        (
            "UPDATE workflow_department SET is_active = false WHERE id = %(empty)s",
            "UPDATE cases_case SET queue_id = %(empty)s WHERE id = %(queued)s",
        ),
    ),
    Violation(
        "case_not_looked_at",
        "Case #{queued_number} was to be looked at",
        (
            (
                "UPDATE cases_case SET needs_attention = false, next_look_at = now() - interval '8 days'"
                " WHERE id = %(queued)s"
            ),
        ),
    ),
    Violation(
        "case_not_looked_at",
        "Case #{queued_number} was to be looked at",
        (
            "ALTER TABLE cases_case ALTER next_look_at DROP NOT NULL",
            "UPDATE cases_case SET next_look_at = NULL WHERE id = %(queued)s",
        ),
    ),
    Violation(
        "case_waits_for_nothing",
        "Case #{pending_number} is pending",
        ("UPDATE cases_blockedby SET cleared_at = now() WHERE case_id = %(pending)s",),
    ),
    Violation(
        "message_without_case",
        "Message {queued_message} (in, mail)",
        ("UPDATE cases_message SET case_id = 0 WHERE id = %(queued_message)s",),
    ),
    Violation(
        "case_state_not_recorded",
        "Case #{queued_number} is open after 2 changes; its history tells 1",
        ("UPDATE cases_case SET state = 'open', state_version = 2 WHERE id = %(queued)s",),
    ),
    Violation(
        "case_state_not_recorded",
        "Case #{owned_number} is new after 2 changes; its history tells 2 and ends with open",
        ("UPDATE cases_case SET state = 'new' WHERE id = %(owned)s",),
    ),
    Violation(
        "case_clock_unwatched",
        "Clock {queued_clock} (first_response of case id {queued})",
        (
            "ALTER TABLE cases_caseclock DROP CONSTRAINT cases_caseclock_is_looked_at",
            "UPDATE cases_caseclock SET next_look_at = NULL WHERE id = %(queued_clock)s",
        ),
    ),
    Violation(
        "case_clock_against_history",
        "Clock {queued_clock} (first_response of case id {queued}) is due at",
        (
            (
                "UPDATE cases_caseclock SET due_at = due_at + interval '1 second'"
                " WHERE id = %(queued_clock)s"
            ),
        ),
    ),
    Violation(
        "problem_clock_against_history",
        "Clock {waiting_clock} (stage of problem id {waiting}) is due at",
        ("DELETE FROM problems_problemclockmark WHERE clock_id = %(waiting_clock)s",),
    ),
    Violation(
        "message_without_due_time",
        "Case #{queued_number} has a message from",
        (
            (
                "UPDATE cases_caseclock SET state = 'cancelled', next_look_at = NULL"
                " WHERE id = %(queued_clock)s"
            ),
        ),
    ),
    Violation(
        "case_clock_against_state",
        "Clock {queued_clock} (first_response) is paused, but case #{queued_number} is new",
        ("UPDATE cases_caseclock SET state = 'paused' WHERE id = %(queued_clock)s",),
    ),
    Violation(
        "news_without_event",
        "Entry {entry} (case.opened of case {queued})",
        ("UPDATE workflow_outboxevent SET entry_id = NULL WHERE id = %(event)s",),
    ),
    Violation(
        "event_without_deliveries",
        "News {event} (cases.case.opened of case:{queued}) has 4 of 5 deliveries",
        ("DELETE FROM workflow_delivery WHERE id = %(delivery)s",),
    ),
    Violation(
        "delivery_dead",
        "Delivery {delivery} (case:{queued} to confirm_receipt)",
        ("UPDATE workflow_delivery SET state = 'dead' WHERE id = %(delivery)s",),
    ),
    Violation(
        "effect_dead",
        "Effect {effect} (",
        ("UPDATE workflow_effect SET state = 'dead' WHERE id = %(effect)s",),
    ),
    Violation(
        "effect_stuck",
        "Effect {effect} (",
        (
            (
                "UPDATE workflow_effect SET state = 'sending',"
                " locked_until = now() - interval '61 minutes' WHERE id = %(effect)s"
            ),
        ),
    ),
    Violation(
        "mail_unread",
        "Mail {mail} came at",
        (
            (
                "UPDATE servicedesk_rawmail SET outcome = 'received',"
                " received_at = now() - interval '11 minutes' WHERE id = %(mail)s"
            ),
        ),
    ),
    Violation(
        "mail_ended_nowhere",
        "Mail {mail} ended as “case”",
        ("UPDATE servicedesk_rawmail SET message_id = 0 WHERE id = %(mail)s",),
    ),
    Violation(
        "mail_ended_nowhere",
        "Mail {mail} ended as “case”",
        (
            "ALTER TABLE servicedesk_rawmail DROP CONSTRAINT servicedesk_rawmail_ends_somewhere",
            "UPDATE servicedesk_rawmail SET message_id = NULL WHERE id = %(mail)s",
        ),
    ),
    Violation(
        "told_without_notification",
        "P-{solved_number} says that contact {told_contact} was told “fixed:",
        ("DELETE FROM servicedesk_notification WHERE id = %(told_notification)s",),
    ),
    Violation(
        "notification_without_effect",
        "Notification {told_notification} (fixed:",
        (
            (
                "DELETE FROM workflow_effect WHERE (payload ->> 'notification')::bigint"
                " = %(told_notification)s"
            ),
        ),
    ),
    *PATTERN_VIOLATIONS,
    *TASK_VIOLATIONS,
    *TELLING_VIOLATIONS,
)
