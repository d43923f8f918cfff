"""Fifty people edit one case at once: nothing is lost, and who was late is told so."""

from collections.abc import Callable
from functools import partial
from threading import Barrier

from django.db import connection

from cases.conversation import answer_case, note_case
from cases.lifecycle import ChangedMeanwhile, assign_case, set_priority
from cases.models import Case
from tests.concurrency.at_once import PATIENCE_SECONDS, all_at_once
from tests.make import AT, HOUR, make_case, make_user
from tests.proof.asking import broken_rules
from workflow.history.models import Entry
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant

EDITORS = 50
ROUNDS = 8
SOMEBODY_WAS_FASTER = (
    "Somebody changed this case while you had it open."
    " Load the case again, look at what is new, and decide once more."
)
EDITED = ("case.answered", "case.assigned", "case.priority_set", "case.noted")

# Who edits, in which round, which version was read; whether the edit went through.
Edit = Callable[[int, int, int], bool]


def race(tenant: Tenant, case: Case, edit: Edit) -> list[list[int]]:
    """Let everybody read the case, then everybody edit it, round by round.

    Returns for each round the places of those whose edit went through.
    """
    together = Barrier(EDITORS, timeout=PATIENCE_SECONDS)
    went_through: list[list[int]] = [[] for _ in range(ROUNDS)]

    def take_part(place: int) -> None:
        for turn in range(ROUNDS):
            version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
            together.wait()
            if edit(place, turn, version):
                went_through[turn].append(place)
            together.wait()

    all_at_once(tenant, [partial(take_part, place) for place in range(EDITORS)])
    return went_through


def act_of(place: int, turn: int) -> str:
    """Return what an editor does in a round; all four happen in each."""
    return ("answer", "assign", "prioritise", "note")[(place + turn) % 4]


def edit_by_action(
    case: Case, *, act: str, place: int, version: int, user: User, actor: Actor
) -> None:
    """Edit the case the product's way, naming the version that was read."""
    at = AT + HOUR
    if act == "answer":
        answer_case(
            case_id=case.pk, text=f"From {place}.", actor=actor, at=at, expected_version=version
        )
    elif act == "assign":
        assign_case(
            case_id=case.pk, owner=user, queue=None, actor=actor, at=at, expected_version=version
        )
    elif act == "prioritise":
        set_priority(
            case_id=case.pk, priority=place % 4 + 1, actor=actor, at=at, expected_version=version
        )
    else:
        note_case(
            case_id=case.pk, text=f"By {place}.", actor=actor, at=at, expected_version=version
        )


def test_fifty_editors_lose_nothing(committed_tenant: Tenant) -> None:
    case = make_case()
    users = [make_user(Role.AGENT) for _ in range(EDITORS)]
    actors = [actor_for_user(user, source=Source.AGENT) for user in users]
    refusals: list[Refusal] = []

    def edit(place: int, turn: int, version: int) -> bool:
        try:
            edit_by_action(
                case,
                act=act_of(place, turn),
                place=place,
                version=version,
                user=users[place],
                actor=actors[place],
            )
        except Refusal as refusal:
            refusals.append(refusal)
            return False
        return True

    went_through = race(committed_tenant, case, edit)

    assert [len(places) for places in went_through] == [1] * ROUNDS
    winners = [(turn, places[0]) for turn, places in enumerate(went_through)]
    assert len(refusals) == (EDITORS - 1) * ROUNDS
    assert {type(refusal) for refusal in refusals} == {ChangedMeanwhile}
    assert {str(refusal) for refusal in refusals} == {SOMEBODY_WAS_FASTER}
    kept = Case.objects.get(pk=case.pk)
    entries = Entry.objects.filter(subject_kind="case", subject_id=case.pk, action__in=EDITED)
    assert kept.version == case.version + ROUNDS
    assert list(entries.order_by("id").values_list("actor_id", flat=True)) == [
        actors[place].id for _turn, place in winners
    ]
    assert set(kept.messages.filter(direction="out").values_list("text", flat=True)) == {
        f"From {place}." for turn, place in winners if act_of(place, turn) == "answer"
    }
    priorities = [place % 4 + 1 for turn, place in winners if act_of(place, turn) == "prioritise"]
    assert kept.priority == (priorities[-1] if priorities else case.priority)
    assert broken_rules(at=AT + HOUR) == {}


def test_editors_without_lock_and_version_would_lose_edits(committed_tenant: Tenant) -> None:
    case = make_case()

    def edit(place: int, turn: int, version: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_case SET version = %s WHERE id = %s", [version + 1, case.pk]
            )
        return True

    went_through = race(committed_tenant, case, edit)

    edits = sum(len(places) for places in went_through)
    assert edits == EDITORS * ROUNDS
    assert Case.objects.get(pk=case.pk).version - case.version < edits
