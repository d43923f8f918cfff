"""What must always hold at the doors: mail that came, and what people were told."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule

RULES = (
    Rule(
        code="mail_unread",
        says=_("Every mail that came was read within ten minutes."),
        finding=_("Mail %(id)s came at %(received_at)s and was not read yet."),
        broken="""
            SELECT id, received_at FROM servicedesk_rawmail
            WHERE tenant_id = %(tenant)s AND outcome = 'received'
              AND received_at < %(at)s - interval '10 minutes'
        """,
    ),
    Rule(
        code="mail_ended_nowhere",
        says=_("Every mail that was taken is a message of a case."),
        finding=_("Mail %(id)s ended as “%(outcome)s”, but its message is not there."),
        broken="""
            SELECT mail.id, mail.outcome FROM servicedesk_rawmail mail
            LEFT JOIN cases_message m
              ON m.tenant_id = mail.tenant_id AND m.id = mail.message_id
            WHERE mail.tenant_id = %(tenant)s AND mail.outcome IN ('case', 'message')
              AND (m.id IS NULL OR m.case_id IS DISTINCT FROM mail.case_id)
        """,
    ),
    Rule(
        code="decision_ended_nowhere",
        says=_("Every answer of a colleague that was taken stands at a problem."),
        finding=_("Mail %(id)s ended as “%(outcome)s”, but what it is about is not there."),
        broken="""
            SELECT mail.id, mail.outcome FROM servicedesk_rawmail mail
            WHERE mail.tenant_id = %(tenant)s AND mail.outcome IN ('acted', 'noted')
              AND NOT EXISTS (
                SELECT 1 FROM problems_problem p
                WHERE p.tenant_id = mail.tenant_id AND p.id = mail.problem_id)
        """,
    ),
    Rule(
        code="told_without_notification",
        says=_("Whoever the ledger says was told by mail has a notification."),
        finding=_(
            "The ledger of P-%(number)s says that contact %(contact_id)s was told “%(message)s”,"
            " but there is no notification."
        ),
        # The problem may have been merged since, and the contact joined with another one.
        broken="""
            SELECT told.id, told.message, p.number, a.contact_id FROM problems_told told
            JOIN problems_affected a ON a.tenant_id = told.tenant_id AND a.id = told.affected_id
            JOIN problems_problem p ON p.tenant_id = a.tenant_id AND p.id = a.problem_id
            WHERE told.tenant_id = %(tenant)s AND told.channel = 'mail' AND NOT EXISTS (
              SELECT 1 FROM servicedesk_notification n
              WHERE n.tenant_id = told.tenant_id AND n.contact_id = a.contact_id
                AND starts_with(n.key, told.message || ':'))
              AND NOT EXISTS (
                SELECT 1 FROM customers_joining j JOIN servicedesk_notification n
                  ON n.tenant_id = j.tenant_id AND n.contact_id IN (j.kept_id, j.joined_id)
                WHERE j.tenant_id = told.tenant_id AND a.contact_id IN (j.kept_id, j.joined_id)
                  AND starts_with(n.key, told.message || ':'))
        """,
    ),
    Rule(
        code="notification_without_effect",
        says=_("Every notification is sent, or will be."),
        finding=_("Notification %(id)s (%(key)s) has nothing that would send it."),
        broken="""
            SELECT n.id, n.key FROM servicedesk_notification n
            WHERE n.tenant_id = %(tenant)s AND NOT EXISTS (
              SELECT 1 FROM workflow_effect e
              WHERE e.tenant_id = n.tenant_id AND e.key = n.key)
        """,
    ),
)
