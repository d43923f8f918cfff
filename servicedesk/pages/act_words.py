"""What acts are called in sentences that name what the lines of the history hold."""

from typing import Any

from django.utils.translation import gettext_lazy

from workflow.history.actions import Action

# More than SENTENCES can say, for lines that hold what it takes; the first that fits is said.
Finer = tuple[tuple[str, ...], Any]
FINER: dict[Action, tuple[Finer, ...]] = {
    Action.CASE_ANSWERED: (
        (("despite",), gettext_lazy("answered although the guard warned: %(despite)s")),
    ),
    Action.ADDRESS_BOUNCED: (
        (
            ("status",),
            gettext_lazy("stopped writing to an address from which mail came back (%(status)s)"),
        ),
    ),
    Action.STEP_TAKEN: ((("step",), gettext_lazy("took the step “%(step)s”")),),
    Action.STEP_ASKED: ((("step",), gettext_lazy("asked for an approval of “%(step)s”")),),
    Action.STEP_ASKED_ON: (
        (("step",), gettext_lazy("asked others about “%(step)s”, since nobody had answered")),
    ),
    Action.STEP_VOTED: ((("step", "vote"), gettext_lazy("said %(vote)s to the step “%(step)s”")),),
    Action.STEP_APPROVED: ((("step",), gettext_lazy("saw the step “%(step)s” approved")),),
    Action.STEP_REJECTED: ((("step",), gettext_lazy("saw the step “%(step)s” rejected")),),
    Action.STEP_HINDERED: (
        (("step",), gettext_lazy("could not do what the step “%(step)s” asks for")),
    ),
    Action.CASE_ASSIGNED: (
        (
            ("owner", "by", "load", "able"),
            gettext_lazy(
                "gave the case to %(owner)s, %(by)s (%(load)s before; %(able)s could have had it)"
            ),
        ),
        (("owner",), gettext_lazy("gave the case to %(owner)s")),
        (("queue",), gettext_lazy("put the case into the queue of %(queue)s")),
    ),
    Action.CASE_PRIORITY_SET: (
        (("from", "to"), gettext_lazy("changed the priority from %(from)s to %(to)s")),
    ),
    Action.CASE_FEELING_SET: (
        (("to",), gettext_lazy("noted how the customer feels: %(to)s")),
        (("from",), gettext_lazy("noted no longer how the customer feels")),
    ),
    Action.CASE_ON_PROBLEM: ((("problem",), gettext_lazy("let the case wait for %(problem)s")),),
    Action.CASE_RESOLVED: (
        (("problem",), gettext_lazy("resolved the case by the solution of %(problem)s")),
    ),
    Action.PROBLEM_ROUTED: (
        (
            ("department", "left_seconds", "target_seconds"),
            gettext_lazy(
                "routed the problem to %(department)s with %(left_seconds)s left of the "
                "%(target_seconds)s that it asks for"
            ),
        ),
        (("department",), gettext_lazy("routed the problem to %(department)s")),
    ),
    Action.STATEMENT_WRITTEN: (
        (("department",), gettext_lazy("said a word for %(department)s about the journey")),
    ),
    Action.STATEMENT_CHANGED: (
        (("department",), gettext_lazy("changed the word of %(department)s about the journey")),
    ),
    Action.STATEMENT_DECIDED: (
        (("department",), gettext_lazy("decided about the word of %(department)s")),
    ),
    Action.PROBLEM_TAKEN: ((("department",), gettext_lazy("took the problem for %(department)s")),),
    Action.PROBLEM_ASSIGNED: (
        (
            ("assignee", "by", "load", "able"),
            gettext_lazy(
                "gave the problem to %(assignee)s, %(by)s (%(load)s before; %(able)s could have"
                " had it)"
            ),
        ),
        (
            ("able", "away", "full"),
            gettext_lazy(
                "found nobody to give the problem to: %(away)s away, %(full)s with as much as they"
                " take"
            ),
        ),
        (("assignee",), gettext_lazy("gave the problem to %(assignee)s")),
        (
            ("assignee_was",),
            gettext_lazy("gave the problem of %(assignee_was)s to whoever is free"),
        ),
        (("lead",), gettext_lazy("let %(lead)s answer for the problem")),
        (("lead_was",), gettext_lazy("let %(lead_was)s no longer answer for the problem")),
    ),
    Action.PROBLEM_ACCEPTED: (
        (("department",), gettext_lazy("accepted the problem for %(department)s")),
    ),
    Action.PROBLEM_REFUSED: (
        (
            ("department", "better_owner", "left_seconds", "target_seconds"),
            gettext_lazy(
                "refused the problem for %(department)s; it went to %(better_owner)s with "
                "%(left_seconds)s left of the %(target_seconds)s that it asks for"
            ),
        ),
        (
            ("department", "better_owner"),
            gettext_lazy("refused the problem for %(department)s; it went to %(better_owner)s"),
        ),
    ),
    Action.PROBLEM_HANDED_OVER: (
        (
            ("from", "department", "left_seconds", "target_seconds"),
            gettext_lazy(
                "handed the problem over from %(from)s to %(department)s with %(left_seconds)s "
                "left of the %(target_seconds)s that it asks for"
            ),
        ),
        (
            ("from", "department"),
            gettext_lazy("handed the problem over from %(from)s to %(department)s"),
        ),
    ),
    Action.PROBLEM_REOPENED: (
        (("department",), gettext_lazy("reopened the problem; %(department)s has it again")),
    ),
    Action.PROBLEM_RESOLVED: ((("outcome",), gettext_lazy("ended the problem: %(outcome)s")),),
    Action.PROBLEM_ESTIMATED: (
        (
            ("expected_on", "latest_on"),
            gettext_lazy("expects the fix on %(expected_on)s, at the latest on %(latest_on)s"),
        ),
    ),
    Action.PROBLEM_PROMISED: (
        (("by", "by_was"), gettext_lazy("promised customers news by %(by)s instead of %(by_was)s")),
        (("by",), gettext_lazy("promised customers to tell them more by %(by)s")),
    ),
    Action.PROBLEM_PRIORITY_SET: (
        (
            ("from", "to", "grounds"),
            gettext_lazy(
                "changed the priority from %(from)s to %(to)s for what it does to customers: "
                "%(grounds)s"
            ),
        ),
        (("from", "to"), gettext_lazy("changed the priority from %(from)s to %(to)s")),
    ),
    Action.QUESTION_ASKED: (
        (("problem",), gettext_lazy("asked the customer something about %(problem)s")),
        (("case",), gettext_lazy("asked the customer of %(case)s a question")),
    ),
    Action.QUESTION_SENT: (
        (("problem",), gettext_lazy("passed the question about %(problem)s on to the customer")),
        (("case",), gettext_lazy("passed the question on to the customer of %(case)s")),
    ),
    Action.QUESTION_ANSWERED: (
        (("problem",), gettext_lazy("answered the question about %(problem)s")),
        (("case",), gettext_lazy("answered the question to the customer of %(case)s")),
    ),
    Action.QUESTION_WITHDRAWN: (
        (("problem",), gettext_lazy("withdrew the question about %(problem)s")),
        (("case",), gettext_lazy("withdrew the question to the customer of %(case)s")),
    ),
    Action.TASK_ASKED: (
        (
            ("task", "department"),
            gettext_lazy("asked %(department)s for the task T-%(task)s"),
        ),
        (("department",), gettext_lazy("asked %(department)s for it")),
    ),
    Action.TASK_ACCEPTED: (
        (("task", "department"), gettext_lazy("accepted the task T-%(task)s for %(department)s")),
        (("department",), gettext_lazy("accepted it for %(department)s")),
    ),
    Action.TASK_REFUSED: (
        (("task", "department"), gettext_lazy("refused the task T-%(task)s for %(department)s")),
        (("department",), gettext_lazy("refused it for %(department)s")),
    ),
    Action.TASK_DONE: (
        (("task", "department"), gettext_lazy("did the task T-%(task)s for %(department)s")),
        (("department",), gettext_lazy("did it for %(department)s")),
    ),
    Action.TASK_WITHDRAWN: ((("task",), gettext_lazy("withdrew the task T-%(task)s")),),
    Action.TASK_REOPENED: (
        (
            ("task", "department"),
            gettext_lazy("asked %(department)s anew for the task T-%(task)s"),
        ),
        (("department",), gettext_lazy("asked %(department)s anew for it")),
    ),
    Action.TASK_MOVED: (
        (
            ("task", "department"),
            gettext_lazy("asked %(department)s instead for the task T-%(task)s"),
        ),
        (("department",), gettext_lazy("asked %(department)s instead for it")),
    ),
    Action.TASK_ASSIGNED: ((("task",), gettext_lazy("gave the task T-%(task)s to a colleague")),),
    Action.TASK_BLOCKED: (
        (("task",), gettext_lazy("saw that the task T-%(task)s has to wait for others")),
    ),
    Action.TASK_READY: (
        (("task",), gettext_lazy("saw that the task T-%(task)s waits for nothing any more")),
    ),
    Action.TASK_NEEDS: ((("task",), gettext_lazy("changed what the task T-%(task)s waits for")),),
    Action.TASK_NOTED: ((("task",), gettext_lazy("wrote about the task T-%(task)s")),),
    Action.CHANGE_PLANNED: ((("change",), gettext_lazy("planned the change C-%(change)s")),),
    Action.CHANGE_REVISED: ((("change",), gettext_lazy("planned the change C-%(change)s anew")),),
    Action.CHANGE_APPROVED: ((("change",), gettext_lazy("approved the change C-%(change)s")),),
    Action.CHANGE_BEGUN: ((("change",), gettext_lazy("began the change C-%(change)s")),),
    Action.CHANGE_DONE: ((("change",), gettext_lazy("put the change C-%(change)s in place")),),
    Action.CHANGE_BACKED_OUT: ((("change",), gettext_lazy("backed the change C-%(change)s out")),),
    Action.CHANGE_CANCELLED: ((("change",), gettext_lazy("cancelled the change C-%(change)s")),),
    Action.CHANGE_LINKED: (
        (("change",), gettext_lazy("linked the change C-%(change)s with the problem")),
        (("problem",), gettext_lazy("linked the change with %(problem)s")),
    ),
    Action.CHANGE_UNLINKED: (
        (("change",), gettext_lazy("took the change C-%(change)s away from the problem")),
        (("problem",), gettext_lazy("took the change away from %(problem)s")),
    ),
    Action.CHANGE_CARRIED: (
        (("change",), gettext_lazy("said that the change C-%(change)s carried the fix")),
        (("problem",), gettext_lazy("said that the change carried the fix of %(problem)s")),
    ),
    Action.CHANGE_MOVED: ((("department",), gettext_lazy("gave the change to %(department)s")),),
    Action.PROBLEM_REACHED: (
        (
            ("found", "left"),
            gettext_lazy("found anew whom the problem affects: %(found)s joined, %(left)s left"),
        ),
    ),
    Action.SCOPE_ADDED: (
        (("found",), gettext_lazy("said whom the problem reaches: %(found)s joined the list")),
    ),
    Action.SCOPE_ENDED: (
        (
            ("left",),
            gettext_lazy("said whom the problem does not reach any more: %(left)s left the list"),
        ),
    ),
    Action.CUSTOMERS_EXCUSED: (
        (("customers",), gettext_lazy("named %(customers)s of the customers exceptions")),
    ),
    Action.EXCUSE_TAKEN_BACK: (
        (("contact",), gettext_lazy("took back that %(contact)s is an exception")),
    ),
    Action.SOLUTION_APPLIED: (
        (("customers",), gettext_lazy("noted that %(customers)s of the customers have it")),
    ),
    Action.PROBLEMS_MERGED: (
        (
            ("problem", "cases"),
            gettext_lazy("merged %(problem)s into it, with as many cases: %(cases)s"),
        ),
        (("into",), gettext_lazy("merged it into %(into)s")),
    ),
    Action.MERGE_UNDONE: (
        (("problem",), gettext_lazy("took back that %(problem)s was merged into it")),
        (("into",), gettext_lazy("took back that it was merged into %(into)s")),
    ),
    Action.PROBLEM_SPLIT: (
        (("into", "cases"), gettext_lazy("split off %(into)s, with as many cases: %(cases)s")),
        (("problem",), gettext_lazy("split it off from %(problem)s")),
    ),
    Action.SPLIT_UNDONE: (
        (("into",), gettext_lazy("took back that %(into)s was split off")),
        (("problem",), gettext_lazy("took back that it was split off from %(problem)s")),
    ),
    Action.LINK_SUGGESTED: (
        (("problem",), gettext_lazy("suggested %(problem)s as the problem behind it")),
    ),
    Action.LINK_CONFIRMED: ((("case",), gettext_lazy("linked %(case)s with the problem")),),
    Action.LINK_REJECTED: ((("problem",), gettext_lazy("said that %(problem)s is not behind it")),),
    Action.LINK_REMOVED: ((("case",), gettext_lazy("took %(case)s away from the problem")),),
    Action.LINK_SIMILAR: (
        (("problem",), gettext_lazy("said that it is like %(problem)s, with another cause")),
    ),
    Action.LINK_CHECKED: (
        (("case",), gettext_lazy("found right that %(case)s was linked automatically")),
    ),
    Action.LINK_RECONSIDERED: (
        (("problem",), gettext_lazy("suggested %(problem)s again after all")),
    ),
    Action.ARTICLE_REVISED: (
        (("version",), gettext_lazy("wrote version %(version)s of the article")),
    ),
    Action.CLOCK_WARNED: (
        (("metric",), gettext_lazy("warned that the time for %(metric)s is nearly over")),
    ),
    Action.CLOCK_ESCALATED: (
        (("metric", "steps"), gettext_lazy("because of %(metric)s: %(steps)s")),
        (("metric",), gettext_lazy("called for help: the time for %(metric)s is still missed")),
    ),
    Action.CLOCK_ACKNOWLEDGED: (
        (("metric",), gettext_lazy("has the time for %(metric)s in hand")),
    ),
    Action.CLOCK_BREACHED: (
        (
            ("metric", "steps"),
            gettext_lazy("noted that the time for %(metric)s was missed: %(steps)s"),
        ),
        (("metric",), gettext_lazy("noted that the time for %(metric)s was missed")),
    ),
    Action.CLOCK_REPLANNED: (
        (
            ("metric", "calendar"),
            gettext_lazy("planned the time for %(metric)s anew: %(calendar)s changed"),
        ),
    ),
    Action.ADDRESS_MOVED: (
        (("from", "to"), gettext_lazy("moved an address from %(from)s to %(to)s")),
    ),
    Action.CONTACTS_JOINED: (
        (
            ("joined", "kept"),
            gettext_lazy("joined %(joined)s with %(kept)s: both are one person"),
        ),
    ),
    Action.CONTACTS_PARTED: (
        (("joined", "kept"), gettext_lazy("parted %(joined)s from %(kept)s again")),
    ),
}
