"""What can stand in a history: every action code, and what it says that somebody did."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    """One code for each change that is remembered."""

    CASE_OPENED = "case.opened"
    CASE_MESSAGE_IN = "case.message_in"
    CASE_ANSWERED = "case.answered"
    CASE_NOTED = "case.noted"
    CASE_ASSIGNED = "case.assigned"
    CASE_PRIORITY_SET = "case.priority_set"
    CASE_FEELING_SET = "case.feeling_set"
    CASE_PENDED = "case.pended"
    CASE_RESUMED = "case.resumed"
    CASE_ON_PROBLEM = "case.on_problem"
    CASE_RESOLVED = "case.resolved"
    CASE_REOPENED = "case.reopened"
    CASE_CLOSED = "case.closed"
    CASE_MARKED_SPAM = "case.marked_spam"
    CASE_MERGED = "case.merged"
    PROMISE_MADE = "promise.made"
    PROMISE_KEPT = "promise.kept"
    PROMISE_CHANGED = "promise.changed"
    PROMISE_WITHDRAWN = "promise.withdrawn"
    PARTICIPANT_ASKED = "participant.asked"
    PARTICIPANT_LET_IN = "participant.let_in"
    PARTICIPANT_REMOVED = "participant.removed"
    CASE_LINKS_ENDED = "case.links_ended"
    PROBLEM_LINKS_ENDED = "problem.links_ended"
    PROBLEM_FIX_RATED = "problem.fix_rated"
    PROBLEM_OPENED = "problem.opened"
    PROBLEM_SUSPECTED = "problem.suspected"
    PROBLEM_CONFIRMED = "problem.confirmed"
    PROBLEM_DESCRIBED = "problem.described"
    PROBLEM_ROUTED = "problem.routed"
    PROBLEM_TAKEN = "problem.taken"
    PROBLEM_ASSIGNED = "problem.assigned"
    PROBLEM_ACCEPTED = "problem.accepted"
    PROBLEM_REFUSED = "problem.refused"
    PROBLEM_HANDED_OVER = "problem.handed_over"
    PROBLEM_SENT_BACK = "problem.sent_back"
    PROBLEM_CAUSE_FOUND = "problem.cause_found"
    PROBLEM_WORKAROUND = "problem.workaround"
    PROBLEM_FIXED = "problem.fixed"
    PROBLEM_NOT_VERIFIED = "problem.not_verified"
    PROBLEM_RESOLVED = "problem.resolved"
    PROBLEM_CLOSED = "problem.closed"
    PROBLEM_REOPENED = "problem.reopened"
    PROBLEM_CANCELLED = "problem.cancelled"
    PROBLEM_ESTIMATED = "problem.estimated"
    PROBLEM_ESTIMATE_WITHDRAWN = "problem.estimate_withdrawn"
    PROBLEM_PROMISED = "problem.promised"
    PROBLEM_NEWS_TOLD = "problem.news_told"
    PROBLEM_PROMISE_WITHDRAWN = "problem.promise_withdrawn"
    PROBLEM_PRIORITY_SET = "problem.priority_set"
    PROBLEM_NOTED = "problem.noted"
    PROBLEM_EVIDENCE = "problem.evidence"
    PROBLEM_REDATED = "problem.redated"
    PROBLEM_JOINED = "problem.joined"
    PROBLEM_FIX_CONFIRMED = "problem.fix_confirmed"
    PROBLEM_MOVED = "problem.moved"
    PROBLEM_REACHED = "problem.reached"
    SCOPE_ADDED = "problem.scope_added"
    SCOPE_ENDED = "problem.scope_ended"
    CUSTOMERS_EXCUSED = "problem.customers_excused"
    EXCUSE_TAKEN_BACK = "problem.excuse_taken_back"
    SOLUTION_APPLIED = "problem.solution_applied"
    PROBLEMS_MERGED = "problem.merged"
    MERGE_UNDONE = "problem.merge_undone"
    PROBLEM_SPLIT = "problem.split"
    SPLIT_UNDONE = "problem.split_undone"
    FIX_WATCHED = "fix.watched"
    FIX_CAME_BACK = "fix.came_back"
    FIX_IN_DOUBT = "fix.in_doubt"
    FIX_HELD = "fix.held"
    PREVENTION_PLANNED = "prevention.planned"
    PREVENTION_CHANGED = "prevention.changed"
    PREVENTION_DONE = "prevention.done"
    PREVENTION_DROPPED = "prevention.dropped"
    REVIEW_WRITTEN = "review.written"
    REVIEW_ASKED = "review.asked"
    REVIEW_APPROVED = "review.approved"
    REVIEW_DECLINED = "review.declined"
    REVIEW_WITHDRAWN = "review.withdrawn"
    STATEMENT_WRITTEN = "statement.written"
    STATEMENT_CHANGED = "statement.changed"
    STATEMENT_DECIDED = "statement.decided"
    QUESTION_ASKED = "question.asked"
    QUESTION_SENT = "question.sent"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_WITHDRAWN = "question.withdrawn"
    TASK_ASKED = "task.asked"
    TASK_ACCEPTED = "task.accepted"
    TASK_ASSIGNED = "task.assigned"
    TASK_MOVED = "task.moved"
    TASK_REFUSED = "task.refused"
    TASK_DONE = "task.done"
    TASK_WITHDRAWN = "task.withdrawn"
    TASK_REOPENED = "task.reopened"
    TASK_BLOCKED = "task.blocked"
    TASK_READY = "task.ready"
    TASK_NEEDS = "task.needs"
    TASK_NOTED = "task.noted"
    CHANGE_PLANNED = "change.planned"
    CHANGE_REVISED = "change.revised"
    CHANGE_APPROVED = "change.approved"
    CHANGE_BEGUN = "change.begun"
    CHANGE_DONE = "change.done"
    CHANGE_BACKED_OUT = "change.backed_out"
    CHANGE_CANCELLED = "change.cancelled"
    CHANGE_LINKED = "change.linked"
    CHANGE_UNLINKED = "change.unlinked"
    CHANGE_CARRIED = "change.carried"
    CHANGE_MOVED = "change.moved"
    ANALYSIS_BEGUN = "analysis.begun"
    CAUSE_ADDED = "cause.added"
    CAUSE_DECIDED = "cause.decided"
    CAUSE_SHOWN = "cause.shown"
    STEP_TAKEN = "step.taken"
    STEP_ASKED = "step.asked"
    STEP_ASKED_ON = "step.asked_on"
    STEP_VOTED = "step.voted"
    STEP_APPROVED = "step.approved"
    STEP_REJECTED = "step.rejected"
    STEP_HINDERED = "step.hindered"
    LINK_SUGGESTED = "link.suggested"
    LINK_CONFIRMED = "link.confirmed"
    LINK_REJECTED = "link.rejected"
    LINK_REMOVED = "link.removed"
    LINK_SIMILAR = "link.similar"
    LINK_CHECKED = "link.checked"
    LINK_RECONSIDERED = "link.reconsidered"
    BROADCAST_DRAFTED = "broadcast.drafted"
    BROADCAST_EDITED = "broadcast.edited"
    BROADCAST_ASKED = "broadcast.asked"
    BROADCAST_APPROVED = "broadcast.approved"
    BROADCAST_DECLINED = "broadcast.declined"
    BROADCAST_SCHEDULED = "broadcast.scheduled"
    BROADCAST_RELEASED = "broadcast.released"
    BROADCAST_PAUSED = "broadcast.paused"
    BROADCAST_RESUMED = "broadcast.resumed"
    BROADCAST_STOPPED = "broadcast.stopped"
    BROADCAST_FINISHED = "broadcast.finished"
    PATTERN_FOUND = "pattern.found"
    PATTERN_GREW = "pattern.grew"
    PATTERN_FADED = "pattern.faded"
    PATTERN_EDITED = "pattern.edited"
    PATTERN_CASE_EXCLUDED = "pattern.case_excluded"
    PATTERN_CASE_INCLUDED = "pattern.case_included"
    PATTERN_MERGED = "pattern.merged"
    PATTERN_SPLIT = "pattern.split"
    PATTERN_SNOOZED = "pattern.snoozed"
    PATTERN_WOKEN = "pattern.woken"
    PATTERN_ACCEPTED = "pattern.accepted"
    PATTERN_DISMISSED = "pattern.dismissed"
    PATTERN_TAKEN_BACK = "pattern.taken_back"
    RADAR_SET = "radar.set"
    RADAR_TRIED = "radar.tried"
    ARTICLE_DRAFTED = "article.drafted"
    ARTICLE_REVISED = "article.revised"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_RETIRED = "article.retired"
    CLOCK_WARNED = "clock.warned"
    CLOCK_BREACHED = "clock.breached"
    CLOCK_ESCALATED = "clock.escalated"
    CLOCK_ACKNOWLEDGED = "clock.acknowledged"
    CLOCK_REPLANNED = "clock.replanned"
    CLOCKS_MIGRATED = "clock.migrated"
    CONTACT_TOLD = "contact.told"
    CONTACT_CREATED = "contact.created"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_EDITED = "contact.edited"
    CONTACT_SIGNED_OUT = "contact.signed_out"
    CONTACT_BECAME_CUSTOMER = "contact.became_customer"
    ADDRESS_ADDED = "contact.address_added"
    ADDRESS_MOVED = "contact.address_moved"
    ADDRESS_REMOVED = "contact.address_removed"
    ADDRESS_BOUNCED = "contact.address_bounced"
    ADDRESS_WRITTEN_AGAIN = "contact.address_written_again"
    CONTACT_REACH_SAID = "contact.reach_said"
    CONTACT_UNSUBSCRIBED = "contact.unsubscribed"
    CONTACTS_JOINED = "contact.joined"
    CONTACTS_PARTED = "contact.parted"
    ORGANISATION_CHANGED = "organisation.changed"
    PRODUCT_CHANGED = "product.changed"
    VERSION_CHANGED = "productversion.changed"
    INSTALLED_WRITTEN = "installed.written"
    INSTALLED_REMOVED = "installed.removed"
    PURCHASE_WRITTEN = "purchase.written"
    PURCHASE_REMOVED = "purchase.removed"
    BELONGINGS_IMPORTED = "belongings.imported"
    SEGMENT_CHANGED = "segment.changed"
    IMPORT_HANDED_IN = "fileimport.handed_in"
    IMPORT_BEGUN = "fileimport.begun"
    IMPORT_DONE = "fileimport.done"
    IMPORT_DROPPED = "fileimport.dropped"
    ENTITLEMENT_GRANTED = "entitlement.granted"
    ENTITLEMENT_ENDED = "entitlement.ended"
    CALL_LOGGED = "call.logged"
    FORM_RELEASED = "form.released"
    FORM_REJECTED = "form.rejected"
    USER_INVITED = "user.invited"
    USER_CHANGED = "user.changed"
    USER_SIGNED_IN = "user.signed_in"
    TOKEN_ISSUED = "token.issued"
    TOKEN_REVOKED = "token.revoked"
    CONFIGURATION_CHANGED = "configuration.changed"
    DELIVERY_RETRIED = "delivery.retried"
    MAIL_RELEASED = "mail.released"
    MAIL_REJECTED = "mail.rejected"


SENTENCES = {
    Action.CASE_OPENED: _("opened the case"),
    Action.CASE_MESSAGE_IN: _("wrote"),
    Action.CASE_ANSWERED: _("answered"),
    Action.CASE_NOTED: _("added an internal note"),
    Action.CASE_ASSIGNED: _("assigned the case"),
    Action.CASE_PRIORITY_SET: _("set the priority"),
    Action.CASE_FEELING_SET: _("noted how the customer feels"),
    Action.CASE_PENDED: _("let the case wait for the customer"),
    Action.CASE_RESUMED: _("continued the case"),
    Action.CASE_ON_PROBLEM: _("let the case wait for the problem"),
    Action.CASE_RESOLVED: _("resolved the case"),
    Action.CASE_REOPENED: _("reopened the case"),
    Action.CASE_CLOSED: _("closed the case"),
    Action.CASE_MARKED_SPAM: _("marked the case as spam"),
    Action.CASE_MERGED: _("merged the case with another one"),
    Action.PROMISE_MADE: _("promised something to the customer"),
    Action.PROMISE_KEPT: _("kept a promise to the customer"),
    Action.PROMISE_CHANGED: _("gave a promise another time"),
    Action.PROMISE_WITHDRAWN: _("took a promise back"),
    Action.PARTICIPANT_ASKED: _("copied other people"),
    Action.PARTICIPANT_LET_IN: _("let somebody else into the case"),
    Action.PARTICIPANT_REMOVED: _("took somebody else out of the case"),
    Action.CASE_LINKS_ENDED: _("ended the mailed links to the case"),
    Action.PROBLEM_LINKS_ENDED: _("ended the mailed links to the problem's page"),
    Action.PROBLEM_FIX_RATED: _("said how the fix was for them"),
    Action.PROBLEM_OPENED: _("opened the problem"),
    Action.PROBLEM_SUSPECTED: _("suspected a problem"),
    Action.PROBLEM_CONFIRMED: _("confirmed the problem"),
    Action.PROBLEM_DESCRIBED: _("described the problem"),
    Action.PROBLEM_ROUTED: _("routed the problem"),
    Action.PROBLEM_TAKEN: _("took the problem"),
    Action.PROBLEM_ASSIGNED: _("gave the problem to a colleague"),
    Action.PROBLEM_ACCEPTED: _("accepted the problem"),
    Action.PROBLEM_REFUSED: _("refused the problem"),
    Action.PROBLEM_HANDED_OVER: _("handed the problem over"),
    Action.PROBLEM_SENT_BACK: _("sent the problem back"),
    Action.PROBLEM_CAUSE_FOUND: _("found the root cause"),
    Action.PROBLEM_WORKAROUND: _("published a workaround"),
    Action.PROBLEM_FIXED: _("put the fix in place"),
    Action.PROBLEM_NOT_VERIFIED: _("found that the fix does not hold"),
    Action.PROBLEM_RESOLVED: _("resolved the problem"),
    Action.PROBLEM_CLOSED: _("closed the problem"),
    Action.PROBLEM_REOPENED: _("reopened the problem"),
    Action.PROBLEM_CANCELLED: _("ended the problem without a fix"),
    Action.PROBLEM_ESTIMATED: _("estimated the fix"),
    Action.PROBLEM_ESTIMATE_WITHDRAWN: _("took the date of the fix back"),
    Action.PROBLEM_PROMISED: _("promised customers to tell them more"),
    Action.PROBLEM_NEWS_TOLD: _("told customers what is new"),
    Action.PROBLEM_PROMISE_WITHDRAWN: _("took back a promise to customers"),
    Action.PROBLEM_PRIORITY_SET: _("set the priority of the problem"),
    Action.PROBLEM_NOTED: _("added a note"),
    Action.PROBLEM_EVIDENCE: _("added evidence"),
    Action.FIX_WATCHED: _("began to watch whether the fix holds"),
    Action.FIX_CAME_BACK: _("saw that the fix does not hold: it came back"),
    Action.FIX_IN_DOUBT: _("saw that more customers than the limit have it again"),
    Action.FIX_HELD: _("saw that the fix held"),
    Action.PREVENTION_PLANNED: _("planned what prevents it"),
    Action.PREVENTION_CHANGED: _("changed what prevents it"),
    Action.PREVENTION_DONE: _("did what prevents it"),
    Action.PREVENTION_DROPPED: _("dropped what would prevent it"),
    Action.REVIEW_WRITTEN: _("wrote for customers why it happened"),
    Action.REVIEW_ASKED: _("asked a lead to read why it happened"),
    Action.REVIEW_APPROVED: _("let customers read why it happened"),
    Action.REVIEW_DECLINED: _("asked to say otherwise why it happened"),
    Action.REVIEW_WITHDRAWN: _("let customers read no more why it happened"),
    Action.STATEMENT_WRITTEN: _("said a word about the journey"),
    Action.STATEMENT_CHANGED: _("changed a word about the journey"),
    Action.STATEMENT_DECIDED: _("decided about a word of a department"),
    Action.PROBLEM_REDATED: _("dated the discovery back to an earlier case"),
    Action.PROBLEM_JOINED: _("said that it happens to them too"),
    Action.PROBLEM_FIX_CONFIRMED: _("confirmed that it works now"),
    Action.PROBLEM_MOVED: _("moved the problem to another version of its workflow"),
    Action.PROBLEM_REACHED: _("found whom the problem affects anew"),
    Action.SCOPE_ADDED: _("said whom the problem reaches"),
    Action.SCOPE_ENDED: _("said whom the problem does not reach any more"),
    Action.CUSTOMERS_EXCUSED: _("named customers exceptions"),
    Action.EXCUSE_TAKEN_BACK: _("took back that a customer is an exception"),
    Action.SOLUTION_APPLIED: _("noted who has the solution"),
    Action.PROBLEMS_MERGED: _("merged two problems"),
    Action.MERGE_UNDONE: _("took a merge of two problems back"),
    Action.PROBLEM_SPLIT: _("split the problem"),
    Action.SPLIT_UNDONE: _("took a split of the problem back"),
    Action.QUESTION_ASKED: _("asked the customer a question through the agent"),
    Action.QUESTION_SENT: _("passed the department's question on to the customer"),
    Action.QUESTION_ANSWERED: _("answered the department's question"),
    Action.QUESTION_WITHDRAWN: _("withdrew the question"),
    Action.TASK_ASKED: _("asked a department for a task"),
    Action.TASK_ACCEPTED: _("accepted a task"),
    Action.TASK_ASSIGNED: _("gave a task to a colleague"),
    Action.TASK_MOVED: _("sent a task to another department"),
    Action.TASK_REFUSED: _("refused a task"),
    Action.TASK_DONE: _("finished a task"),
    Action.TASK_WITHDRAWN: _("withdrew a task"),
    Action.TASK_REOPENED: _("asked for a task anew"),
    Action.TASK_BLOCKED: _("saw that a task has to wait for others"),
    Action.TASK_READY: _("saw that a task waits for nothing any more"),
    Action.TASK_NEEDS: _("changed what a task waits for"),
    Action.TASK_NOTED: _("wrote about a task"),
    Action.CHANGE_PLANNED: _("planned a change"),
    Action.CHANGE_REVISED: _("planned the change anew"),
    Action.CHANGE_APPROVED: _("approved the change"),
    Action.CHANGE_BEGUN: _("began the change"),
    Action.CHANGE_DONE: _("put the change in place"),
    Action.CHANGE_BACKED_OUT: _("backed the change out"),
    Action.CHANGE_CANCELLED: _("cancelled the change"),
    Action.CHANGE_LINKED: _("linked a change with the problem"),
    Action.CHANGE_UNLINKED: _("took a change away from the problem"),
    Action.CHANGE_CARRIED: _("named the change that carried the fix"),
    Action.CHANGE_MOVED: _("gave the change to another department"),
    Action.ANALYSIS_BEGUN: _("began to look for the cause by a method"),
    Action.CAUSE_ADDED: _("added a supposed cause"),
    Action.CAUSE_DECIDED: _("decided about a supposed cause"),
    Action.CAUSE_SHOWN: _("linked evidence with a supposed cause"),
    Action.STEP_TAKEN: _("took a step of the workflow"),
    Action.STEP_ASKED: _("asked for an approval"),
    Action.STEP_ASKED_ON: _("asked others, since nobody had answered"),
    Action.STEP_VOTED: _("said whether a step may be taken"),
    Action.STEP_APPROVED: _("saw a step approved"),
    Action.STEP_REJECTED: _("saw a step rejected"),
    Action.STEP_HINDERED: _("could not do what a step asks for"),
    Action.LINK_SUGGESTED: _("suggested a problem behind the case"),
    Action.LINK_CONFIRMED: _("linked a case with the problem"),
    Action.LINK_REJECTED: _("said that a suggested problem is not behind the case"),
    Action.LINK_REMOVED: _("took a case away from the problem"),
    Action.LINK_SIMILAR: _("said that the case is like a problem, with another cause"),
    Action.LINK_CHECKED: _("found right what was linked automatically"),
    Action.LINK_RECONSIDERED: _("took back that a suggested problem is not behind the case"),
    Action.BROADCAST_DRAFTED: _("wrote what those affected shall be told"),
    Action.BROADCAST_EDITED: _("changed what those affected shall be told"),
    Action.BROADCAST_ASKED: _("asked whether all those affected may be told"),
    Action.BROADCAST_APPROVED: _("said that those affected may be told"),
    Action.BROADCAST_DECLINED: _("said that those affected are not told like this"),
    Action.BROADCAST_SCHEDULED: _("said when those affected are told"),
    Action.BROADCAST_RELEASED: _("began to tell those affected"),
    Action.BROADCAST_PAUSED: _("paused telling those affected"),
    Action.BROADCAST_RESUMED: _("went on telling those affected"),
    Action.BROADCAST_STOPPED: _("stopped telling those affected"),
    Action.BROADCAST_FINISHED: _("told those affected"),
    Action.PATTERN_FOUND: _("suspected a problem: cases began to look alike"),
    Action.PATTERN_GREW: _("suspected the problem again: it has grown since"),
    Action.PATTERN_FADED: _("saw that nothing new came"),
    Action.PATTERN_EDITED: _("described the suspected problem"),
    Action.PATTERN_CASE_EXCLUDED: _("took a case out of the suspected problem"),
    Action.PATTERN_CASE_INCLUDED: _("put a case into the suspected problem"),
    Action.PATTERN_MERGED: _("merged two suspected problems"),
    Action.PATTERN_SPLIT: _("split the suspected problem"),
    Action.PATTERN_SNOOZED: _("put the suspected problem off"),
    Action.PATTERN_WOKEN: _("took the suspected problem up again"),
    Action.PATTERN_ACCEPTED: _("accepted the suspected problem"),
    Action.PATTERN_DISMISSED: _("dismissed the suspected problem"),
    Action.PATTERN_TAKEN_BACK: _("took the decision about the suspected problem back"),
    Action.RADAR_SET: _("set the radar"),
    Action.RADAR_TRIED: _("tried settings of the radar on the past"),
    Action.ARTICLE_DRAFTED: _("drafted the article"),
    Action.ARTICLE_REVISED: _("revised the article"),
    Action.ARTICLE_PUBLISHED: _("published the article"),
    Action.ARTICLE_RETIRED: _("retired the article"),
    Action.CLOCK_WARNED: _("warned that a target is near"),
    Action.CLOCK_BREACHED: _("noted that a target was missed"),
    Action.CLOCK_ESCALATED: _("called for help: a target is still missed"),
    Action.CLOCK_ACKNOWLEDGED: _("has a target in hand"),
    Action.CLOCK_REPLANNED: _("planned a target anew: the opening hours changed"),
    Action.CLOCKS_MIGRATED: _("moved the targets to another version of the service level"),
    Action.CONTACT_TOLD: _("told the customer"),
    Action.CONTACT_CREATED: _("added the customer"),
    Action.CONTACT_CHANGED: _("changed the customer's preferences"),
    Action.CONTACT_EDITED: _("changed what is known of the customer"),
    Action.CONTACT_SIGNED_OUT: _("signed out everywhere"),
    Action.CONTACT_BECAME_CUSTOMER: _("made the prospect a customer"),
    Action.ADDRESS_ADDED: _("added an address of the customer"),
    Action.ADDRESS_MOVED: _("moved an address from one customer to another"),
    Action.ADDRESS_REMOVED: _("removed an address of the customer"),
    Action.ADDRESS_BOUNCED: _("stopped writing to an address from which mail came back"),
    Action.ADDRESS_WRITTEN_AGAIN: _("let mail go to an address again from which it had come back"),
    Action.CONTACT_REACH_SAID: _("said how the customer may be reached"),
    Action.CONTACT_UNSUBSCRIBED: _("ended or began mails of one sort by a link in a mail"),
    Action.CONTACTS_JOINED: _("joined two customers: both are one person"),
    Action.CONTACTS_PARTED: _("parted two customers again"),
    Action.ORGANISATION_CHANGED: _("changed the organisation"),
    Action.PRODUCT_CHANGED: _("changed the product"),
    Action.VERSION_CHANGED: _("changed a version of a product"),
    Action.INSTALLED_WRITTEN: _("wrote down what is installed"),
    Action.INSTALLED_REMOVED: _("removed something that is not installed"),
    Action.PURCHASE_WRITTEN: _("wrote down what was bought"),
    Action.PURCHASE_REMOVED: _("removed something that was not bought"),
    Action.BELONGINGS_IMPORTED: _("imported what customers have"),
    Action.SEGMENT_CHANGED: _("changed the segment"),
    Action.IMPORT_HANDED_IN: _("handed in a file to import"),
    Action.IMPORT_BEGUN: _("began to import the file"),
    Action.IMPORT_DONE: _("imported the file to its end"),
    Action.IMPORT_DROPPED: _("left the file without importing it"),
    Action.ENTITLEMENT_GRANTED: _("promised a service level"),
    Action.ENTITLEMENT_ENDED: _("ended the promise of a service level"),
    Action.CALL_LOGGED: _("wrote down a call"),
    Action.FORM_RELEASED: _("let a held form become a case"),
    Action.FORM_REJECTED: _("rejected a held form"),
    Action.USER_INVITED: _("invited a colleague"),
    Action.USER_CHANGED: _("changed a colleague's account"),
    Action.USER_SIGNED_IN: _("signed in"),
    Action.TOKEN_ISSUED: _("issued a token"),
    Action.TOKEN_REVOKED: _("revoked a token"),
    Action.CONFIGURATION_CHANGED: _("changed the configuration"),
    Action.DELIVERY_RETRIED: _("retried a delivery"),
    Action.MAIL_RELEASED: _("released a mail"),
    Action.MAIL_REJECTED: _("rejected a mail"),
}

# Others must hear of these: PostgreSQL refuses the commit if the entry has no outbox event.
HEARD = frozenset(
    {
        Action.CASE_OPENED,
        Action.CASE_ANSWERED,
        Action.CASE_RESOLVED,
        Action.CASE_REOPENED,
        Action.PROBLEM_OPENED,
        Action.PROBLEM_DESCRIBED,
        Action.PROBLEM_ROUTED,
        Action.PROBLEM_REFUSED,
        Action.PROBLEM_HANDED_OVER,
        Action.PROBLEM_WORKAROUND,
        Action.PROBLEM_RESOLVED,
        Action.PROBLEM_REOPENED,
        Action.PROBLEM_ESTIMATED,
        Action.LINK_CONFIRMED,
        Action.ARTICLE_PUBLISHED,
        Action.CLOCK_WARNED,
        Action.CLOCK_BREACHED,
    }
)
