"""How the demo's customers feel, what departments ask them, and views that a lead shares."""

from cases.filtering import Criteria
from cases.lifecycle import note_feeling
from cases.models import Case, SavedView
from cases.saved_views import save_view
from cases.states import OPEN_STATES, Feeling
from problems.models import CaseLink, Leg, Question
from problems.models.link import LinkKind
from problems.questions import ask_customer, send_question
from problems.states import WORKING_STATES
from servicedesk.demo.cast import Cast
from servicedesk.demo.moments import Days

# Every second open case says how its customer feels, as customers of a bank do.
FELT = (Feeling.UPSET, Feeling.UNEASY, Feeling.TRAPPED, Feeling.UNEASY, Feeling.CONTENT)
ASKED = "On which day did it happen the first time, and with which card?"
SENT = "So that we find the cause: on which day did it happen first, and with which card?"
QUESTIONS = 3


def note_feelings(*, cast: Cast, days: Days) -> None:
    """Note how the customers of open cases feel; a case that says it already stays as it is."""
    cases = Case.objects.filter(
        state__in=[state.value for state in OPEN_STATES], feeling__isnull=True
    ).order_by("id")
    for place, case in enumerate(cases):
        if case.pk % 2 == 0:
            note_feeling(
                case_id=case.pk,
                feeling=FELT[case.pk // 2 % len(FELT)],
                actor=cast.agent(place),
                at=days.now,
            )


def ask_customers(*, cast: Cast, days: Days) -> None:
    """Let departments ask a customer each, the first of them through to the customer."""
    if Question.objects.exists():
        return
    stays = Leg.objects.filter(
        left_at=None,
        problem__state__in=[state.value for state in WORKING_STATES],
        department__is_customer_service=False,
    ).order_by("id")
    for place, leg in enumerate(stays[:QUESTIONS]):
        link = (
            CaseLink.objects.filter(problem=leg.problem_id, kind=LinkKind.CONFIRMED)
            .filter(case__state__in=[state.value for state in OPEN_STATES])
            .select_related("case")
            .order_by("id")
            .first()
        )
        if link is None:
            continue
        question = ask_customer(
            problem_id=leg.problem_id,
            case=link.case,
            text=ASKED,
            actor=cast.worker_in(leg.department_id),
            at=days.now,
        )
        if place == 0:
            send_question(question_id=question.pk, text=SENT, actor=cast.agent(), at=days.now)


def share_views(*, cast: Cast, days: Days) -> None:
    """Let the lead share two ways to look at the cases; nothing happens if there is one."""
    if SavedView.objects.exists():
        return
    views = {
        "Older than a week": Criteria(older_than_days=7, order="oldest"),
        "Urgent, no problem yet": Criteria(priority=1, problem="unlinked"),
    }
    for name, criteria in views.items():
        save_view(name=name, criteria=criteria, is_shared=True, actor=cast.lead(), at=days.now)
