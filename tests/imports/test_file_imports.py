"""A file of customers is looked at first, then taken: nothing half done, nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from customers.events import ImportGoesOn
from customers.file_imports import (
    LINES_IN_PART,
    NoSuchImport,
    NotToBeBegun,
    begin_import,
    drop_import,
    forget_old_imports,
    hand_in,
    import_numbered,
    refused_lines,
)
from customers.import_sorts import SORTS
from customers.import_turns import AnotherImportAtWork, take_turns
from customers.importing import Given, Imported
from customers.importing_by_line import one_by_one
from customers.importing_contacts import keep_contacts, read_one
from customers.models import (
    Contact,
    ContactAddress,
    FileImport,
    ImportPart,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
    Segment,
)
from customers.table_files import UnreadableFile
from servicedesk.walk import carry_on_import
from tests.make import AT, DAY, MINUTE, make_actor, make_tenant
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

WRITTEN = (
    Organisation,
    Contact,
    ContactAddress,
    Product,
    ProductVersion,
    InstalledProduct,
    Purchase,
    Segment,
)
PEOPLE = """email,name,organisation,phone,tier
Ingrid@Solheim.example,Ingrid Solheim,solheim.example,+47 900 11 234,gold
per@solheim.example,Per,Nobody AS,,
not an address,X,,,
ingrid@solheim.example,Again,,,
=HYPERLINK(“x”),Y,,,
"""


def template_of(code: str) -> bytes:
    """Return the template of a sort, as a page hands it out."""
    sort = next(one for one in SORTS if one.code == code)
    quoted = ['"' + value.replace('"', '""') + '"' for value in sort.example.values()]
    return (",".join(sort.columns) + "\r\n" + ",".join(quoted) + "\r\n").encode()


def handed_in(
    content: bytes | str, *, sort: str = "contacts", role: Role = Role.ADMIN
) -> FileImport:
    """Hand a file in."""
    raw = content.encode() if isinstance(content, str) else content
    return hand_in(sort=sort, content=raw, file_name="mine.csv", actor=make_actor(role), at=AT)


def begun(handed: FileImport, *, role: Role = Role.ADMIN) -> FileImport:
    """Begin the import of a file."""
    return begin_import(number=handed.number, actor=make_actor(role), at=AT)


def written() -> list[int]:
    """Return how many rows stand in each table that an import writes."""
    return [model.objects.count() for model in WRITTEN]


def counts(**of: int) -> dict[str, int]:
    """Return counts by name, none where nothing is said."""
    return {"new": 0, "changed": 0, "ended": 0, "unchanged": 0, "refused": 0} | of


@pytest.fixture
def solheim(tenant: Any) -> Organisation:
    """Return an organisation that lines may name."""
    return Organisation.objects.create(name="Solheim AS", domain="solheim.example", created_at=AT)


def test_a_look_says_what_would_become_of_each_line_and_writes_nothing(
    solheim: Organisation,
) -> None:
    before = written()

    found = handed_in(PEOPLE)

    assert (found.state, found.expected) == ("checked", counts(new=1, refused=4))
    assert written() == before
    told = {
        line["number"]: (line["sentence"], line["next_step"])
        for line in refused_lines(found, limit=9)
    }
    assert told == {
        3: ("There is no organisation “Nobody AS”.", "Import the organisation first."),
        4: ("This is not an address.", "Write it like ingrid@example.org or +47 900 11 234."),
        5: ("Line 2 has the same email.", "Keep one of the two lines."),
        6: ("email is a formula.", "Write the value itself into the cell."),
    }


def test_what_was_looked_at_is_taken_once_and_the_same_file_again_changes_nothing(
    solheim: Organisation,
) -> None:
    found = begun(handed_in(PEOPLE))
    after, heard = written(), OutboxEvent.objects.count()
    again = begun(handed_in(PEOPLE))

    assert (found.state, found.counts) == ("done", counts(new=1, refused=4))
    assert (again.expected, again.counts) == (counts(unchanged=1, refused=4),) * 2
    assert (written(), OutboxEvent.objects.count()) == (after, heard)
    ingrid = Contact.objects.get()
    assert (ingrid.name, ingrid.organisation, ingrid.tier) == ("Ingrid Solheim", solheim, "gold")
    assert list(ingrid.addresses.order_by("id").values_list("value", flat=True)) == [
        "ingrid@solheim.example",
        "+4790011234",
    ]
    with pytest.raises(NotToBeBegun, match="imported already"):
        begun(found)


def test_the_history_names_who_and_how_many_and_no_customer(solheim: Organisation) -> None:
    found = begun(handed_in(PEOPLE), role=Role.LEAD)

    acts = list(Entry.objects.filter(subject_kind="fileimport").order_by("id"))
    assert [one.action for one in acts] == [
        Action.IMPORT_HANDED_IN,
        Action.IMPORT_BEGUN,
        Action.IMPORT_DONE,
    ]
    assert acts[-1].changes == {"lines_new": 1, "lines_refused": 4}
    assert (acts[-1].actor_kind, acts[-1].actor_id) == (found.begun_by_kind, found.begun_by)
    assert "solheim" not in str([one.changes for one in Entry.objects.all()]).lower()


def test_the_template_of_every_sort_can_be_imported_and_twice_changes_nothing(
    solheim: Organisation,
) -> None:
    for sort in SORTS:
        first = begun(handed_in(template_of(sort.code), sort=sort.code))
        again = begun(handed_in(template_of(sort.code), sort=sort.code))

        refused = refused_lines(first, limit=1)
        assert refused == []
        # The organisation is there already, and gets a region and a segment.
        became = "changed" if sort.code == "organisations" else "new"
        assert first.counts == counts(**{became: 1}), sort.code
        assert again.counts == counts(unchanged=1), sort.code

    assert Segment.objects.get().rule == {"fact": "tier", "is": "gold"}
    assert str(ProductVersion.objects.get().released_on) == "2025-01-15"
    assert (Purchase.objects.get().quantity, InstalledProduct.objects.get().place) == (3, "Cellar")


def test_a_line_with_a_last_day_ends_what_a_customer_has(solheim: Organisation) -> None:
    lines = "external_id;organisation;product;until\n1;Solheim AS;Router;{}\n2;Solheim AS;Router;\n"
    begun(handed_in(lines.format(""), sort="installed"))

    found = handed_in(lines.format(str((AT - DAY).date())), sort="installed")

    assert found.expected == counts(ended=1, unchanged=1)
    assert begun(found).counts == counts(ended=1, unchanged=1)


def test_a_large_file_is_done_in_parts_each_once(
    tenant: Any, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    lines = [f"customer{n}@example.org" for n in range(LINES_IN_PART + 1)]
    found = handed_in("\n".join(["email", *lines, "customer3@example.org"]))
    assert (found.state, found.expected, found.parts) == ("checking", {}, 2)
    with pytest.raises(NotToBeBegun, match="still being looked at"):
        begun(found)

    for position in (0, 0, 1, 1):
        carry_on_import(ImportGoesOn(import_id=found.pk, position=position))
    found.refresh_from_db()
    assert (found.state, found.expected) == ("checked", counts(new=len(lines), refused=1))
    assert Contact.objects.count() == 0

    begun(found)
    with django_assert_max_num_queries(45):
        carry_on_import(ImportGoesOn(import_id=found.pk, position=0))
    found.refresh_from_db()
    assert (found.state, found.parts_done, Contact.objects.count()) == (
        "importing",
        1,
        LINES_IN_PART,
    )
    carry_on_import(ImportGoesOn(import_id=found.pk, position=1))
    found.refresh_from_db()
    assert (found.state, found.counts) == ("done", counts(new=len(lines), refused=1))
    assert [line["number"] for line in refused_lines(found, limit=9)] == [len(lines) + 2]
    assert sum(len(part.lines) for part in ImportPart.objects.all()) == 1


def test_what_is_left_is_forgotten_and_can_not_be_begun(tenant: Any) -> None:
    found = handed_in("email\na@example.org\n")

    drop_import(number=found.number, actor=make_actor(Role.ADMIN), at=AT)

    assert ImportPart.objects.count() == 0
    with pytest.raises(NotToBeBegun, match="was left"):
        begun(found)


def large(tenant: Any) -> FileImport:
    """Return a file of two parts, which is still being looked at."""
    return handed_in("\n".join(["email", *(f"c{n}@example.org" for n in range(501))]))


def test_what_has_been_under_way_for_an_hour_can_be_left(tenant: Any) -> None:
    found = large(tenant)

    with pytest.raises(NotToBeBegun, match="still being looked at"):
        drop_import(number=found.number, actor=make_actor(Role.ADMIN), at=AT + 59 * MINUTE)
    drop_import(number=found.number, actor=make_actor(Role.ADMIN), at=AT + 60 * MINUTE)
    carry_on_import(ImportGoesOn(import_id=found.pk, position=0))

    found.refresh_from_db()
    assert (found.state, ImportPart.objects.count()) == ("dropped", 0)


def test_lines_of_what_never_ended_are_forgotten_thirty_days_after_the_last_touch(
    tenant: Any,
) -> None:
    found = large(tenant)
    FileImport.objects.update(state="importing", begun_at=AT + 5 * DAY)

    assert forget_old_imports(at=AT + 34 * DAY) == 0
    assert forget_old_imports(at=AT + 36 * DAY) == 1
    found.refresh_from_db()
    assert (found.state, ImportPart.objects.count()) == ("dropped", 0)


def test_a_rule_that_no_table_can_keep_is_refused_and_the_other_lines_are_taken(
    tenant: Any,
) -> None:
    rules = [r'{"fact":"tier","is":"\u0000"}', r'{"\ud800":1}', '{"fact":"tier","is":"gold"}']
    lines = [f"S{n}\t{rule}" for n, rule in enumerate(rules)]

    found = begun(handed_in("\n".join(["name\trule", *lines]), sort="segments"))

    assert found.counts == counts(new=1, refused=2)
    assert {line["sentence"] for line in refused_lines(found, limit=9)} == {
        "The rule holds characters that are no text."
    }


def test_a_line_that_the_database_refuses_leaves_the_others(tenant: Any) -> None:
    def take(fields: Any, _actor: Any, _at: Any) -> str:
        Organisation.objects.create(name=fields["name"] * 60, created_at=AT)
        return "new"

    given = [Given(number, {"name": name}) for number, name in enumerate(("a", "long", "b"), 2)]
    done = one_by_one(given, sort="x", take=take, actor=make_actor(Role.ADMIN), at=AT)

    assert [line.given.number for line in done.refused] == [3]
    assert Organisation.objects.count() == len(done.added) == 2


def test_who_waits_too_long_for_a_turn_is_told_so(tenant: Any) -> None:
    other = connection.copy()
    try:
        with other.cursor() as theirs:
            name = f"{tenant_of_the_scope()}:import"
            theirs.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        with connection.cursor() as ours:
            ours.execute("SET LOCAL lock_timeout = '20ms'")
        with pytest.raises(AnotherImportAtWork, match="at work"), transaction.atomic():
            take_turns()
    finally:
        other.close()


def test_a_number_that_a_call_brought_at_this_moment_stays_with_its_caller(tenant: Any) -> None:
    caller = Contact.objects.create(name="Caller", created_at=AT)
    ContactAddress.objects.create(contact=caller, kind="phone", value="+4790011234")
    line = read_one(Given(2, {"email": "a@example.org", "phone": "+4790011234"}))
    done, actor = Imported(), make_actor(Role.ADMIN)

    keep_contacts([(line, None)], before={}, result=done, actor=actor, at=AT)

    assert len(done.added) == 1
    assert ContactAddress.objects.get(kind="phone").contact == caller


def test_lines_are_kept_for_thirty_days(tenant: Any) -> None:
    handed_in("email\na@example.org\n")

    assert forget_old_imports(at=AT + 29 * DAY) == 0
    assert forget_old_imports(at=AT + 31 * DAY) == 1

    assert ImportPart.objects.count() == 0
    assert FileImport.objects.get().state == "dropped"


def test_a_file_that_cannot_be_used_leaves_nothing(tenant: Any) -> None:
    with pytest.raises(UnreadableFile):
        handed_in("nonsense\n1\n")

    assert FileImport.objects.count() == 0


def test_who_may_not_import_is_refused_and_a_lead_no_segments(tenant: Any) -> None:
    for role, sort in ((Role.AGENT, "contacts"), (Role.LEAD, "segments")):
        with pytest.raises(NotPermitted):
            handed_in(template_of(sort), sort=sort, role=role)
    segments = handed_in(template_of("segments"), sort="segments")

    assert handed_in(template_of("contacts"), role=Role.LEAD).state == "checked"
    with pytest.raises(NoSuchImport):
        import_numbered(segments.number, actor=make_actor(Role.LEAD))


def test_the_keys_and_numbers_of_another_tenant_name_nothing(solheim: Organisation) -> None:
    begun(handed_in(template_of("installed"), sort="installed"))
    theirs = InstalledProduct.objects.values().get()
    number = FileImport.objects.get().number

    with tenant_scope(make_tenant("other").pk):
        with pytest.raises(NoSuchImport):
            begin_import(number=number, actor=make_actor(Role.ADMIN), at=AT)
        found = handed_in(template_of("installed").replace(b"Cellar", b"Roof"), sort="installed")
        assert begun(found).counts == counts(new=1)
        lost = handed_in(template_of("purchase"), sort="purchase")
        assert refused_lines(lost, limit=1)[0]["sentence"].startswith("There is no organisation")

    assert InstalledProduct.objects.values().get() == theirs
