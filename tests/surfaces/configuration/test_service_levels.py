"""Settings of service levels: the list, one with its versions, the sentence builder, files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from cases.models import CaseClock
from customers.models import Entitlement
from servicedesk.simulating.pieces import simulate_piece
from tests.hearing import hear_everything
from tests.make import DAY, HOUR, make_case, make_contact, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.models import (
    Calendar,
    Metric,
    PolicyVersion,
    ServiceLevel,
    Target,
    VersionState,
)
from workflow.clocks.policy_content import policy_of
from workflow.clocks.simulations import PolicySimulation
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

LIST = "/settings/service-levels/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """A browser of an administrator."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def standard() -> ServiceLevel:
    """Return the default service level."""
    return ServiceLevel.objects.select_related("version").get(is_default=True)


def draft() -> PolicyVersion:
    """Return the only draft."""
    return PolicyVersion.objects.get(state=VersionState.DRAFT)


def page_of(level: ServiceLevel, part: str = "") -> str:
    """Return the address of a service level, or of a part of it."""
    return f"{LIST}{level.pk}/{part}"


def test_a_name_that_is_too_long_is_refused_with_a_sentence(client: Client) -> None:
    answer = client.post(LIST, {"action": "add", "name": "Gold " * 100})

    assert answer.status_code == 422
    assert "there is room for 80" in answer.content.decode()


def begin(client: Client, level: ServiceLevel | None = None) -> str:
    """Begin a draft and return the address of its builder."""
    level = level or standard()
    answer = client.post(page_of(level), {"action": "draft"})
    assert answer.status_code == 302
    return page_of(level, "draft/")


def fields(**changes: str) -> dict[str, str]:
    """Return the fields of the builder for a small policy."""
    return {
        "action": "save",
        "calendar": str(Calendar.objects.order_by("id")[0].pk),
        "first_response_pause": "usual",
        "resolution_pause": "usual",
        "first_response_1_within": "30 min",
        "resolution_1_within": "2 days",
        **changes,
    }


def words(answer: Any) -> str:
    """Return the page in one line."""
    return " ".join(answer.content.decode().split())


def assert_same_cost(client: Client, address: str, add: Callable[[int], None]) -> None:
    """Show a page with two rows and with twenty: both ask the database as often."""
    add(1)
    client.get(address)
    with counted() as few:
        client.get(address)
    add(18)
    with counted() as many:
        client.get(address)
    assert len(many) == len(few), told(many)


def test_the_list_shows_promises_as_sentences_in_their_order(client: Client) -> None:
    page = words(client.get(LIST))

    assert "Reply to a new case within" in page
    assert "<b>1 h</b> urgent" in page
    assert "for everybody else" in page


def test_a_new_service_level_begins_with_a_draft(client: Client) -> None:
    answer = client.post(LIST, {"action": "add", "name": "Gold"})

    gold = ServiceLevel.objects.get(name="Gold")
    assert answer["Location"] == page_of(gold, "draft/")
    assert gold.version is None
    assert draft().service_level_id == gold.pk
    assert "draft 1 waits" in words(client.get(LIST))
    taken = client.post(LIST, {"action": "add", "name": "gold"})
    assert taken.status_code == 422
    assert "There is a service level “gold” already." in words(taken)


def test_the_builder_saves_sentences_and_publishes_them(client: Client) -> None:
    builder = begin(client)

    saved = client.post(builder, fields())
    page = words(client.get(builder))

    assert saved.status_code == 302
    assert "First response, urgent: 1 h → 30 min" in page
    assert "Resolution, urgent: 8 h → 2 working days" in page
    assert "nothing is promised for high, normal, low" in page
    assert standard().version.number == 1  # type: ignore[union-attr]
    assert client.post(builder, {"action": "publish", "clocks": "stay"}).status_code == 302
    found = {(t.metric, t.priority): t for t in Target.objects.filter(version=standard().version)}
    assert set(found) == {("first_response", 1), ("resolution", 1)}
    assert found["resolution", 1].within_days == 2
    versions = words(client.get(page_of(standard())))
    assert "counts now" in versions
    assert "retired" in versions


def test_what_cannot_be_read_stays_in_its_field(client: Client) -> None:
    builder = begin(client)

    answer = client.post(
        builder, fields(first_response_2_within="soon", resolution_conditions="{", condition="[")
    )

    assert answer.status_code == 422
    assert "“soon” is not a length of time." in words(answer)
    assert 'value="soon"' in words(answer)
    assert "This is not JSON." in words(answer)
    assert policy_of(draft()).promises == policy_of(standard().version).promises  # type: ignore[arg-type]


def test_an_error_is_shown_while_editing_and_blocks(client: Client) -> None:
    builder = begin(client)
    client.post(builder, fields(resolution_1_within="0 min"))

    page = words(client.get(builder))
    refused = client.post(builder, {"action": "publish"}, follow=True)

    assert "has errors" in page
    assert "a target of less than a minute is missed at once" in page
    assert "Mend the draft, then publish it." in words(refused)
    assert standard().version.number == 1  # type: ignore[union-attr]


def test_pauses_recurrences_hours_and_ladders_are_kept_by_the_form(client: Client) -> None:
    other = Calendar.objects.create(
        name="Night", timezone="UTC", hours={"mon": [["20:00", "23:00"]]}
    )
    builder = begin(client)

    client.post(
        builder,
        fields(
            resolution_pause="others",
            resolution_1_calendar=str(other.pk),
            periodic_update_pause="never",
            periodic_update_1_within="1 h",
            periodic_update_recurrence="sequential",
            agent_work_pause="usual",
            agent_work_1_within="3 h",
            agent_work_conditions='{"stop": {"fact": "state", "is": "resolved"}}',
        ),
    )
    policy = policy_of(draft())
    page = words(client.get(builder))

    resolution = policy.promise(Metric.RESOLUTION, 1)
    update = policy.promise(Metric.PERIODIC_UPDATE, 1)
    work = policy.promise(Metric.AGENT_WORK, 1)
    assert resolution is not None
    assert update is not None
    assert work is not None
    assert resolution.calendar_id == other.pk
    assert resolution.conditions == {"pause": {"fact": "state", "in": ["pending", "on_problem"]}}
    assert update.conditions == {"pause": {"not": {"all": []}}}
    assert str(update.recurrence) == "sequential"
    assert work.conditions == {"stop": {"fact": "state", "is": "resolved"}}
    # What the page shows, sent back as it is, says the same.
    shown = client.get(builder).context
    client.post(builder, {**shown["form"]["data"], "action": "save"})
    assert policy_of(draft()).fingerprint == policy.fingerprint
    assert "stops while waiting for customer or for a fix" in page


def test_conditions_that_differ_by_priority_stay_as_they_are(client: Client) -> None:
    builder = begin(client)
    target = draft().targets.get(metric="resolution", priority=2)
    target.conditions = {"pause": {"not": {"all": []}}}
    target.save(update_fields=["conditions"])
    before = policy_of(draft())

    shown = client.get(builder).context
    client.post(builder, {**shown["form"]["data"], "action": "save"})

    assert shown["form"]["data"]["resolution_pause"] == "kept"
    assert policy_of(draft()).fingerprint == before.fingerprint


def test_a_builder_of_conditions_says_whom_it_serves(client: Client) -> None:
    client.post(LIST, {"action": "add", "name": "Gold"})
    gold = ServiceLevel.objects.get(name="Gold")
    builder = page_of(gold, "draft/")

    client.post(
        builder,
        fields(
            fact_0="channel", operator_0="in", value_0="phone, chat",
            fact_1="priority", operator_1="is", value_1="1", joined="any",
        ),
    )  # fmt: skip

    assert draft().applies_when == {
        "any": [{"fact": "channel", "in": ["phone", "chat"]}, {"fact": "priority", "is": 1}]
    }
    shown = client.get(builder).context["form"]["data"]
    assert (shown["value_0"], shown["joined"]) == ("phone, chat", "any")
    client.post(builder, {**shown, "action": "save"})
    assert "any" in draft().applies_when


def test_a_draft_that_a_colleague_changed_is_not_written_over(client: Client) -> None:
    builder = begin(client)
    read = client.get(builder).context["draft"]["fingerprint"]
    client.post(builder, fields(note="hers"))

    answer = client.post(builder, fields(note="mine", fingerprint=read))

    assert answer.status_code == 422
    assert "Somebody changed this draft while you had it open." in words(answer)
    assert draft().note == "hers"


def test_five_real_cases_show_due_times_now_and_with_the_draft(client: Client) -> None:
    cases = [make_case(at=now() - HOUR) for _number in range(7)]
    builder = begin(client)
    client.post(builder, fields(first_response_3_within="10 min"))

    previews = client.get(builder).context["previews"]

    assert [one["number"] for one in previews] == [case.number for case in reversed(cases)][:5]
    first = previews[0]["targets"][0]
    assert first["metric"] == "First response"
    assert first["is_moved"]


def test_running_clocks_stay_or_move_as_was_chosen(client: Client) -> None:
    case = make_case(at=now())
    builder = begin(client)
    client.post(builder, fields(resolution_3_within="1 h"))

    assert client.get(builder).context["clocks"] == 2
    client.post(builder, {"action": "publish", "clocks": "stay"})
    hear_everything()
    stayed = CaseClock.objects.get(case=case, metric="resolution")
    builder = begin(client)
    client.post(builder, fields(resolution_3_within="2 h"))
    client.post(builder, {"action": "publish", "clocks": "move"})
    hear_everything()

    moved = CaseClock.objects.get(case=case, metric="resolution")
    assert stayed.target.version.number == 1  # type: ignore[union-attr]
    assert moved.target.version_id == standard().version_id  # type: ignore[union-attr]
    assert (moved.started_at, moved.within) == (stayed.started_at, 2 * HOUR)


def test_a_simulation_shows_how_far_it_is_and_then_its_result(client: Client) -> None:
    for _number in range(3):
        make_case(at=now() - 3 * DAY)
    builder = begin(client)
    client.post(builder, fields(first_response_3_within="10 min"))

    asked = client.post(builder, {"action": "simulate"})
    simulation = PolicySimulation.objects.get()
    simulate_piece(simulation_id=simulation.pk, at=now(), piece=2)
    going = client.get(asked["Location"])
    hear_everything()
    done = client.get(asked["Location"])

    assert going["Refresh"] == "2"
    assert "2 of 3 cases" in words(going)
    assert "Refresh" not in done
    assert "Cases looked at" in words(done)
    assert {one["metric"] for one in done.context["cells"]} >= {"First response"}
    client.post(builder, fields(first_response_3_within="20 min"))
    assert "The draft was changed after this." in words(client.get(asked["Location"]))


def test_a_draft_is_discarded_and_a_service_level_renamed(client: Client) -> None:
    builder = begin(client)

    client.post(builder, {"action": "discard"})
    client.post(page_of(standard()), {"action": "rename", "name": "Usual"})

    assert not PolicyVersion.objects.filter(state=VersionState.DRAFT).exists()
    assert standard().name == "Usual"
    assert client.get(builder)["Location"] == page_of(standard())
    assert client.post(page_of(standard()), {"action": "rename", "name": ""}).status_code == 422


def test_order_default_and_retirement(client: Client) -> None:
    for name in ("Gold", "Silver"):
        client.post(LIST, {"action": "add", "name": name})
        level = ServiceLevel.objects.get(name=name)
        client.post(page_of(level, "draft/"), fields())
        client.post(page_of(level, "draft/"), {"action": "publish"})
    gold, silver = (ServiceLevel.objects.get(name=name) for name in ("Gold", "Silver"))

    client.post(LIST, {"action": "up", "id": silver.pk})
    client.post(page_of(gold), {"action": "retire"})
    client.post(page_of(silver), {"action": "default"})

    gold.refresh_from_db()
    assert gold.version is None
    assert standard().pk == silver.pk
    contact = make_contact()
    other = ServiceLevel.objects.get(name="Standard")
    Entitlement.objects.create(contact=contact, service_level=other, begins_at=now() - DAY)
    refused = client.post(page_of(other), {"action": "retire"})
    assert refused.status_code == 409
    assert "1 customer has a right to Standard." in words(refused)


def test_a_file_goes_out_and_comes_back_as_a_draft(client: Client) -> None:
    sent = client.get(f"{LIST}file/")
    upload = SimpleUploadedFile("levels.yaml", sent.content, content_type="application/yaml")

    answer = client.post(LIST, {"action": "import", "file": upload}, follow=True)

    assert sent["Content-Type"].startswith("application/yaml")
    assert "Drafts were made: Standard." in words(answer)
    assert policy_of(draft()).fingerprint == policy_of(standard().version).fingerprint  # type: ignore[arg-type]
    again = SimpleUploadedFile("levels.yaml", sent.content)
    assert "There is a draft of Standard already." in words(
        client.post(LIST, {"action": "import", "file": again})
    )
    one = client.get(f"{page_of(standard())}file/")
    assert b"name: Standard" in one.content
    assert client.get(f"{page_of(standard())}file/?version=9").status_code == 404


def test_what_is_wrong_with_a_file_is_told_by_line(client: Client) -> None:
    upload = SimpleUploadedFile("levels.yaml", b"service_levels:\n- name: A\n")

    answer = client.post(LIST, {"action": "import", "file": upload})

    assert answer.status_code == 422
    assert "Line 2: “opening_hours” are needed." in words(answer)
    assert client.post(LIST, {"action": "import"}).status_code == 422


def test_versions_are_compared_in_words(client: Client) -> None:
    builder = begin(client)
    client.post(builder, fields(first_response_1_within="2 h", note="Fewer people in summer"))
    client.post(builder, {"action": "publish"})

    page = words(client.get(f"{page_of(standard())}?from=2&to=1"))

    assert "First response, urgent: 2 h → 1 h" in page
    assert "Fewer people in summer" in page


def test_lists_cost_the_same_for_two_and_for_twenty(client: Client) -> None:
    def add(count: int) -> None:
        calendar = Calendar.objects.order_by("id")[0]
        for number in range(count):
            level = ServiceLevel.objects.create(name=f"Level {now():%H%M%S%f}{number}")
            level.version = PolicyVersion.objects.create(
                service_level=level, number=1, state="published", calendar=calendar,
                created_at=now(), published_at=now(),
            )  # fmt: skip
            level.save()
            Target.objects.create(
                version=level.version, metric="resolution", priority=1, within=HOUR
            )

    assert_same_cost(client, LIST, add)


def test_versions_cost_the_same_for_two_and_for_twenty(client: Client) -> None:
    level, calendar = standard(), Calendar.objects.order_by("id")[0]

    def add(count: int) -> None:
        last = level.versions.order_by("-number")[0].number
        for number in range(last + 1, last + count + 1):
            version = PolicyVersion.objects.create(
                service_level=level, number=number, state="retired", calendar=calendar,
                created_at=now(),
            )  # fmt: skip
            Target.objects.create(version=version, metric="resolution", priority=1, within=HOUR)

    assert_same_cost(client, page_of(level), add)
