"""What is due? Asked across tenants with the role that sees only these tables."""

from datetime import datetime

from django.db import connections

DUE = """
SELECT
  EXISTS (SELECT 1 FROM workflow_delivery WHERE state = 'pending' AND due_at <= %(at)s),
  EXISTS (SELECT 1 FROM cases_caseclock WHERE state = 'running' AND next_look_at <= %(at)s)
    OR EXISTS (SELECT 1 FROM problems_problemclock
               WHERE state = 'running' AND next_look_at <= %(at)s)
    OR EXISTS (SELECT 1 FROM problems_taskclock
               WHERE state = 'running' AND next_look_at <= %(at)s),
  EXISTS (SELECT 1 FROM servicedesk_rawmail
          WHERE outcome = 'received' AND received_at < %(at)s - interval '1 minute'),
  ARRAY(SELECT DISTINCT queue FROM workflow_effect
        WHERE state IN ('pending', 'sending') AND due_at <= %(at)s
          AND (state = 'pending' OR locked_until < %(at)s)),
  EXISTS (SELECT 1 FROM servicedesk_mailbox
          WHERE incoming = 'imap' AND is_active AND next_fetch_at <= %(at)s),
  EXISTS (SELECT 1 FROM problems_steprequest WHERE state = 'open' AND due_at <= %(at)s
          AND (ask_again_at IS NULL OR ask_again_at <= %(at)s)),
  EXISTS (SELECT 1 FROM problems_radar WHERE is_on AND next_look_at <= %(at)s
          AND (looking_until IS NULL OR looking_until < %(at)s)),
  EXISTS (SELECT 1 FROM problems_scope WHERE next_reach_at <= %(at)s),
  EXISTS (SELECT 1 FROM problems_broadcast
          WHERE state IN ('scheduled', 'sending', 'paused', 'stopped') AND due_at <= %(at)s)
"""


class Due:
    """Which work waits."""

    def __init__(
        self,
        *,
        news: bool,
        clocks: bool,
        mails: bool,
        queues: list[str],
        mailboxes: bool,
        approvals: bool,
        radars: bool,
        scopes: bool,
        broadcasts: bool,
    ) -> None:
        self.news = news
        self.clocks = clocks
        self.mails = mails
        self.queues = queues
        self.mailboxes = mailboxes
        self.approvals = approvals
        self.radars = radars
        self.scopes = scopes
        self.broadcasts = broadcasts


def find_due(*, at: datetime) -> Due:
    """Return which work waits; one query as sweeper, on partial indexes."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(DUE, {"at": at})
        (
            news,
            clocks,
            mails,
            queues,
            mailboxes,
            approvals,
            radars,
            scopes,
            broadcasts,
        ) = cursor.fetchone()
    return Due(
        news=news,
        clocks=clocks,
        mails=mails,
        queues=list(queues),
        mailboxes=mailboxes,
        approvals=approvals,
        radars=radars,
        scopes=scopes,
        broadcasts=broadcasts,
    )
