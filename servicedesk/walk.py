"""The walk on one page: who hears what, in order, and who carries out which effect.

A subscriber later in a line may rely on those before it. Each hears its news in a transaction of
its own, exactly once, and calls one action. See docs/walk.md.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import now

from cases.assigning import assign_case_by_rule
from cases.escalating import climb_case
from cases.events import CaseAnswered, CaseOpened, CaseReopened, CaseResolved, CustomerWrote
from cases.migrating import migrate_clocks
from cases.models import CaseClock
from customers.events import (
    BelongingsChanged,
    ContactChanged,
    CustomersImported,
    ImportGoesOn,
    OrganisationChanged,
    SegmentChanged,
)
from customers.file_imports import carry_on
from knowledge.events import ArticlePublished
from knowledge.publishing import draft_known_error, draft_resolution
from problems.after_fix_events import (
    FixCameBack,
    FixHeld,
    FixInDoubt,
    PreventionDue,
    PreventionPlanned,
    ReviewApproved,
    ReviewAsked,
)
from problems.assigning import assign_by_rule
from problems.closing import release_cases_of, resolve_cases_of, solve_latecomer, wait_again
from problems.department_tasks import withdraw_tasks_of
from problems.escalating import climb_problem
from problems.events import (
    ApprovalAsked,
    ApprovalDecided,
    BroadcastAsked,
    CaseLinked,
    ChangeApproved,
    ChangeBackedOut,
    ChangeDone,
    ChangePlanned,
    CustomerJoined,
    CustomersReached,
    DatePassed,
    PatternRaised,
    PriorityChanged,
    ProblemDescribed,
    ProblemEstimated,
    ProblemMoved,
    ProblemOpened,
    ProblemRefused,
    ProblemReopened,
    ProblemResolved,
    ProblemRouted,
    PromiseChanged,
    QuestionAnswered,
    QuestionAsked,
    QuestionSent,
    StepAnnounced,
    StepTaken,
    TaskAsked,
    TaskDone,
    TaskReady,
    TaskRefused,
    WorkaroundFound,
)
from problems.ledger_marks import forget_fix
from problems.matching import suggest_problems
from problems.models import ProblemClock, TaskClock
from problems.priority import follow_impact
from problems.promises import owe_news_of
from problems.questions import take_as_answer, withdraw_questions_of
from problems.radar import TRIAL, look_soon
from problems.reaching import look_soon as look_soon_at_scopes
from problems.reaching import reach_again
from problems.routing import route_by_rules
from problems.step_acts import give_tasks
from problems.task_moving import climb_task
from servicedesk.celery import wake_worker
from servicedesk.fixes import (
    end_fix_watch,
    judge_fix_of_linked_case,
    judge_fix_of_reopened_case,
    reopen_cases_of_problem,
    watch_fix,
)
from servicedesk.live.announcing import announce, announce_case, announce_many
from servicedesk.notifications.after_fix import (
    remind_owner_of_prevention,
    tell_leads_of_review,
    tell_of_fix_in_doubt,
    tell_of_fix_that_came_back,
    tell_owner_of_prevention,
)
from servicedesk.notifications.asking import EFFECT
from servicedesk.notifications.broadcast_subscribers import (
    tell_affected_customers_of_estimate,
    tell_affected_customers_of_fix,
    tell_affected_customers_of_promise,
    tell_affected_customers_of_reopening,
    tell_affected_customers_of_workaround,
    tell_leads_of_broadcast,
)
from servicedesk.notifications.change_subscribers import (
    tell_approvers_of_change,
    tell_owners_of_backed_out_change,
)
from servicedesk.notifications.delivering import deliver_notification, many_together
from servicedesk.notifications.followers import tell_followers
from servicedesk.notifications.latecomers import (
    tell_joined_latecomer,
    tell_linked_latecomer,
    tell_reached_latecomers,
)
from servicedesk.notifications.patterns import tell_leads_of_patterns
from servicedesk.notifications.step_subscribers import (
    tell_approvers,
    tell_of_step,
    tell_requester,
)
from servicedesk.notifications.subscribers import (
    confirm_receipt,
    tell_contact_of_answer,
    tell_contact_of_resolution,
    tell_department,
    tell_leads_of_refusal,
    tell_owner_of_reopening,
)
from servicedesk.notifications.task_subscribers import (
    tell_department_of_ready_task,
    tell_department_of_task,
    tell_owner_of_ended_task,
)
from servicedesk.notifications.waking import wake
from servicedesk.simulating.pieces import simulate_piece
from servicedesk.simulating.radar_trials import try_radar
from servicedesk.webhooks.delivering import deliver_webhook
from servicedesk.webhooks.hearing import EFFECT as WEBHOOK
from servicedesk.webhooks.hearing import call_webhooks, is_wanted
from workflow.clocks.escalating import Fired, install_bells
from workflow.clocks.events import (
    CalendarChanged,
    ClockBreached,
    ClocksMigrating,
    ClockStepped,
    ClockWarned,
    LadderChanged,
)
from workflow.clocks.following import follow_ladder
from workflow.clocks.models import Clock, Metric, PolicyVersion
from workflow.clocks.policy_events import PolicyPublished, SimulationAsked
from workflow.clocks.replanning import replan
from workflow.outbox.effects import install_senders
from workflow.outbox.publishing import News, publish_all
from workflow.outbox.routes import Routes, install
from workflow.people.actors import Actor

SWEPT_CLOCKS = (CaseClock, ProblemClock, TaskClock)
CLIMBERS = {"case": climb_case, "problem": climb_problem, "task": climb_task}


def match_case(event: CaseOpened) -> None:
    """Look for the problem behind a case; the radar sees it soon if there is none."""
    suggest_problems(case_id=event.case_id, at=now())
    look_soon(at=now())


def route_problem(event: ProblemOpened | ProblemDescribed) -> None:
    """Send the problem to the department that the rules name."""
    route_by_rules(problem_id=event.problem_id, actor=Actor.system("routing"), at=now())


def give_case(event: CaseOpened) -> None:
    """Give the case to whom the rule of its queue chooses; by hand it waits for somebody."""
    assign_case_by_rule(case_id=event.case_id, actor=Actor.system("assigning"), at=now())


def give_problem(event: ProblemRouted | ProblemReopened) -> None:
    """Give the problem to whom the rule of its department chooses, before they are told."""
    assign_by_rule(problem_id=event.problem_id, actor=Actor.system("assigning"), at=now())


def follow_what_it_does(event: CaseLinked | CustomersReached) -> None:
    """Let the priority follow what a problem does to customers."""
    follow_impact(at=now(), among=[event.problem_id])


def owe_customers_news(event: ProblemOpened | ProblemReopened | DatePassed) -> None:
    """Say by when customers hear more, as long as no date is given."""
    owe_news_of(event.problem_id, at=now())


def tell_of_passed_dates(fired: Sequence[Fired], model: type[Clock], at: datetime) -> None:
    """Make news of dates that passed without a word; nothing of the problems is locked here."""
    passed = [
        News(event=DatePassed(problem_id=one.owner_id, clock_id=one.clock_id))
        for one in fired
        if model is ProblemClock and one.metric == Metric.ESTIMATE and one.is_breach
    ]
    publish_all(passed, at=at)


def publish_known_error(event: WorkaroundFound) -> None:
    """Draft the article of the workaround."""
    draft_known_error(problem_id=event.problem_id, actor=Actor.system("knowledge"), at=now())


def publish_resolution(event: ProblemResolved) -> None:
    """Draft the article of the permanent solution."""
    if event.is_fixed:
        draft_resolution(problem_id=event.problem_id, actor=Actor.system("knowledge"), at=now())


def resolve_cases_of_problem(event: ProblemResolved) -> None:
    """Give each linked case the solution, or let it go back to its agent."""
    actor = Actor.system("problems")
    if event.is_fixed:
        resolve_cases_of(event.problem_id, actor=actor, at=now())
    else:
        release_cases_of(event.problem_id, actor=actor, at=now())


def give_latecomer_the_solution(event: CaseLinked) -> None:
    """Give a case that was linked after the fix the solution at once."""
    solve_latecomer(
        problem_id=event.problem_id,
        case_id=event.case_id,
        actor=Actor.system("problems"),
        at=now(),
    )


def let_case_wait_again(event: CaseReopened) -> None:
    """Let a case that a colleague reopened wait for its problem; a customer's word needs a person."""
    if not event.by_contact:
        wait_again(case_id=event.case_id, actor=Actor.system("problems"), at=now())


def plan_clocks_anew(event: CalendarChanged) -> None:
    """Let what runs by changed opening hours follow them."""
    replan(event, models=SWEPT_CLOCKS, at=now())


def answer_open_question(event: CustomerWrote) -> None:
    """Let what a customer writes answer the one question that waits for it."""
    take_as_answer(
        case_id=event.case_id,
        message_id=event.message_id,
        actor=Actor.system("questions"),
        at=now(),
    )


def look_at_scopes(
    event: BelongingsChanged
    | ContactChanged
    | CustomersImported
    | OrganisationChanged
    | SegmentChanged,
) -> None:
    """Let problems find their customers anew soon: what is known of customers changed."""
    product_id = event.product_id if isinstance(event, BelongingsChanged) else None
    look_soon_at_scopes(at=now(), product_id=product_id)


def carry_on_import(event: ImportGoesOn) -> None:
    """Look at the next part of a file that somebody handed in, or take it."""
    carry_on(event, at=now())


def find_customers_again(event: ProblemReopened) -> None:
    """Nobody has the solution any more, and whom the problem affects is found anew."""
    forget_fix(event.problem_id)
    reach_again(event.problem_id, at=now())


def withdraw_open_questions(event: ProblemResolved) -> None:
    """Ask customers nothing more about a problem that has ended."""
    withdraw_questions_of(event.problem_id, actor=Actor.system("questions"), at=now())


def withdraw_open_tasks(event: ProblemResolved) -> None:
    """Ask departments for nothing more once a problem has ended."""
    withdraw_tasks_of(event.problem_id, actor=Actor.system("tasks"), at=now())


def give_tasks_of_step(event: StepTaken) -> None:
    """Ask departments for what a step of a workflow asks of them."""
    give_tasks(event, actor=Actor.system("workflow"), at=now())


def take_step_of_ladder(event: ClockStepped) -> None:
    """Let a step of a ladder raise the priority of a record, or send it elsewhere."""
    climb = CLIMBERS[event.owner.partition(":")[0]]
    climb(event, actor=Actor.system("ladders"), at=now())


def move_clocks_to_version(event: PolicyPublished) -> None:
    """Let what runs go over to a version that was published, if that was asked for."""
    if event.moves_clocks:
        migrate_clocks(PolicyVersion.objects.get(pk=event.version_id), at=now())


def move_more_clocks(event: ClocksMigrating) -> None:
    """Let the next cases go over to a version."""
    version = PolicyVersion.objects.get(pk=event.version_id)
    migrate_clocks(version, at=now(), after=event.after)


def look_by_changed_ladder(event: LadderChanged) -> None:
    """Let what runs by a changed ladder be looked at by its new steps."""
    follow_ladder(event, models=SWEPT_CLOCKS, at=now())


def simulate_next_piece(event: SimulationAsked) -> None:
    """Tell the next cases of last month by the rules of a draft."""
    simulate_piece(simulation_id=event.simulation_id, at=now())


def announce_breaches(fired: Sequence[Fired], model: type[Clock], _at: datetime) -> None:
    """Let open pages see at once which targets were missed."""
    announce_many(
        model.owner_field.removesuffix("_id"),
        (one.owner_id for one in fired if one.is_breach),
        news=ClockBreached.kind,
    )


ROUTES: Routes = {
    CaseOpened: [confirm_receipt, match_case, give_case, announce, call_webhooks],
    CustomerWrote: [answer_open_question, announce, call_webhooks],
    CaseAnswered: [tell_contact_of_answer, announce, call_webhooks],
    CaseResolved: [tell_contact_of_resolution, announce, call_webhooks],
    CaseReopened: [
        let_case_wait_again,
        judge_fix_of_reopened_case,
        tell_owner_of_reopening,
        announce,
        call_webhooks,
    ],
    ProblemOpened: [route_problem, owe_customers_news, announce, call_webhooks],
    ProblemDescribed: [route_problem, announce, call_webhooks],
    ProblemRouted: [give_problem, tell_department, announce, call_webhooks],
    ProblemRefused: [tell_leads_of_refusal, announce, call_webhooks],
    CaseLinked: [
        judge_fix_of_linked_case,
        give_latecomer_the_solution,
        tell_linked_latecomer,
        follow_what_it_does,
        announce,
        call_webhooks,
    ],
    CustomersReached: [follow_what_it_does, tell_reached_latecomers, announce],
    CustomerJoined: [tell_joined_latecomer, announce],
    PriorityChanged: [announce],
    DatePassed: [owe_customers_news, announce],
    PromiseChanged: [tell_affected_customers_of_promise, announce],
    BelongingsChanged: [look_at_scopes],
    ContactChanged: [look_at_scopes],
    CustomersImported: [look_at_scopes],
    ImportGoesOn: [carry_on_import],
    OrganisationChanged: [look_at_scopes],
    SegmentChanged: [look_at_scopes],
    WorkaroundFound: [
        publish_known_error,
        tell_affected_customers_of_workaround,
        announce,
        call_webhooks,
    ],
    ProblemEstimated: [
        tell_affected_customers_of_estimate,
        announce,
        call_webhooks,
    ],
    ProblemResolved: [
        publish_resolution,
        resolve_cases_of_problem,
        tell_affected_customers_of_fix,
        watch_fix,
        withdraw_open_questions,
        withdraw_open_tasks,
        announce,
        call_webhooks,
    ],
    QuestionAsked: [announce, announce_case, call_webhooks],
    QuestionSent: [announce, announce_case, call_webhooks],
    QuestionAnswered: [announce, announce_case, call_webhooks],
    TaskAsked: [tell_department_of_task, announce, call_webhooks],
    TaskReady: [tell_department_of_ready_task, announce, call_webhooks],
    TaskDone: [tell_owner_of_ended_task, announce, call_webhooks],
    TaskRefused: [tell_owner_of_ended_task, announce, call_webhooks],
    ChangePlanned: [tell_approvers_of_change, announce, call_webhooks],
    ChangeApproved: [announce, call_webhooks],
    ChangeDone: [announce, call_webhooks],
    ChangeBackedOut: [tell_owners_of_backed_out_change, announce, call_webhooks],
    ProblemReopened: [
        find_customers_again,
        give_problem,
        end_fix_watch,
        reopen_cases_of_problem,
        owe_customers_news,
        tell_affected_customers_of_reopening,
        announce,
        call_webhooks,
    ],
    FixCameBack: [tell_of_fix_that_came_back, announce, call_webhooks],
    FixInDoubt: [tell_of_fix_in_doubt, announce, call_webhooks],
    FixHeld: [announce, call_webhooks],
    PreventionPlanned: [tell_owner_of_prevention, announce],
    PreventionDue: [remind_owner_of_prevention],
    ReviewAsked: [tell_leads_of_review, announce],
    ReviewApproved: [announce, call_webhooks],
    StepTaken: [give_tasks_of_step, tell_of_step, tell_followers, announce],
    ProblemMoved: [tell_followers],
    StepAnnounced: [call_webhooks],
    ApprovalAsked: [tell_approvers, announce],
    ApprovalDecided: [tell_requester, announce],
    BroadcastAsked: [tell_leads_of_broadcast, announce],
    PatternRaised: [tell_leads_of_patterns, announce],
    ArticlePublished: [announce, call_webhooks],
    ClockWarned: [call_webhooks],
    ClockBreached: [call_webhooks],
    ClockStepped: [take_step_of_ladder],
    LadderChanged: [look_by_changed_ladder],
    CalendarChanged: [plan_clocks_anew],
    PolicyPublished: [move_clocks_to_version],
    ClocksMigrating: [move_more_clocks],
    SimulationAsked: [simulate_next_piece],
}


def install_walk() -> None:
    """Make the table known to the outbox; called once a process, when Django is ready."""
    install(ROUTES, wake_up=wake_worker, listens={call_webhooks: is_wanted})
    install_bells([wake, announce_breaches, tell_of_passed_dates])
    install_senders(
        {EFFECT: deliver_notification, WEBHOOK: deliver_webhook, TRIAL: try_radar},
        together=many_together,
    )
