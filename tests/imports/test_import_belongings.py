"""What customers have comes from other systems: once each, compared on a second run, none lost."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from customers.importing import Given, import_belongings
from customers.models import (
    Contact,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
)
from tests.make import AT, make_actor, make_contact
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

ROUTER: dict[str, Any] = {
    "external_id": "cmdb-1",
    "contact_email": "Ingrid@Example.org",
    "contact_name": "Ingrid Solheim",
    "product": "Router X",
    "version": "v2.0",
    "place": "Cellar",
    "since": "2025-03-02",
}
ORDER: dict[str, Any] = {
    "kind": "purchase",
    "external_id": "order-1",
    "organisation": "solheim.example",
    "product": "Router X",
    "bought_on": "2025-02-01",
    "quantity": 3,
}


def run(tenant: Any, file: Path, *options: str) -> tuple[str, str]:
    """Run the command; return what it said and what it complained of."""
    out, err = StringIO(), StringIO()
    call_command(
        "import_belongings", "--tenant", tenant.slug, str(file), *options, stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


def write(file: Path, *lines: Any) -> Path:
    """Write lines; what is no text as JSON."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n")
    return file


def take(*lines: dict[str, Any], seen: dict[Any, int] | None = None) -> Any:
    """Import some fields by the action."""
    given = [Given(number, line) for number, line in enumerate(lines, start=1)]
    actor = Actor.system("import")
    return import_belongings(given, seen={} if seen is None else seen, actor=actor, at=AT)


@pytest.fixture
def solheim(tenant: Any) -> Organisation:
    """Return an organisation that lines may name."""
    return Organisation.objects.create(name="Solheim AS", domain="solheim.example", created_at=AT)


def test_a_second_run_changes_nothing_and_the_last_line_reconciles(
    tenant: Any, solheim: Organisation, tmp_path: Path
) -> None:
    file = write(tmp_path / "has.jsonl", ROUTER, ORDER, {**ROUTER, "external_id": "cmdb-2"})

    first, _err = run(tenant, file)
    before = list(InstalledProduct.objects.order_by("id").values())
    heard = OutboxEvent.objects.count()
    second, _err = run(tenant, file)

    assert first.splitlines()[-1] == (
        "read 3 · new 3 · changed 0 · unchanged 0 · refused 0 · in the database 3"
    )
    assert second.splitlines()[-1] == (
        "read 3 · new 0 · changed 0 · unchanged 3 · refused 0 · in the database 3"
    )
    assert list(InstalledProduct.objects.order_by("id").values()) == before
    assert OutboxEvent.objects.count() == heard


def test_what_is_written_is_whole_and_what_is_missing_is_made(solheim: Organisation) -> None:
    take(ROUTER, ORDER, {**ROUTER, "external_id": "cmdb-2", "version": "Version 2.0"})

    one = InstalledProduct.objects.get(external_key="cmdb-1")
    assert one.contact is not None
    assert (one.contact.name, one.place, str(one.since)) == (
        "Ingrid Solheim",
        "Cellar",
        "2025-03-02",
    )
    assert Product.objects.get().name == "Router X"
    assert ProductVersion.objects.get().name == "v2.0"
    bought = Purchase.objects.get()
    assert (bought.organisation, bought.quantity, bought.version) == (solheim, 3, None)


def test_a_line_that_says_something_else_changes_the_row_and_tells_it_once(
    solheim: Organisation,
) -> None:
    take(ROUTER, {**ROUTER, "external_id": "cmdb-2"})
    told = OutboxEvent.objects.filter(kind="customers.belongings.changed").count()

    done = take({**ROUTER, "place": "Roof"}, {**ROUTER, "external_id": "cmdb-2", "version": "3"})

    assert (len(done.added), len(done.changed), len(done.unchanged)) == (0, 2, 0)
    assert InstalledProduct.objects.get(external_key="cmdb-1").place == "Roof"
    assert OutboxEvent.objects.filter(kind="customers.belongings.changed").count() == told + 1
    last = Entry.objects.filter(action="belongings.imported").latest("id")
    assert last.changes == {"changed": 2}


def test_bad_lines_are_named_by_their_number_and_kept_beside_the_file(
    tenant: Any, solheim: Organisation, tmp_path: Path
) -> None:
    bad = [
        "{",
        {**ROUTER, "external_id": ""},
        {**ROUTER, "contact_email": "nobody"},
        {**ROUTER, "organisation": "solheim.example"},
        {**ORDER, "organisation": "Nobody Ltd"},
        {**ORDER, "external_id": "order-2", "bought_on": "yesterday"},
        {**ORDER, "external_id": "order-3", "quantity": 0},
        {**ORDER, "external_id": "order-4", "place": "Roof"},
        {**ROUTER, "external_id": "cmdb-3", "until": "2024-01-01"},
        {**ROUTER, "external_id": "cmdb-4", "colour": "red"},
    ]
    file = write(tmp_path / "has.jsonl", ROUTER, *bad, {**ROUTER, "place": "Roof"})

    out, err = run(tenant, file)

    assert out.splitlines()[-1] == (
        "read 12 · new 1 · changed 0 · unchanged 0 · refused 11 · in the database 1"
    )
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        f"line {number}" for number in range(2, 13)
    ]
    assert "line 12: Line 1 has the same external_id." in err
    assert "line 6: There is no organisation “Nobody Ltd”." in err
    kept = (tmp_path / "has.jsonl.rejected.jsonl").read_text().splitlines()
    assert json.loads(kept[0]) == {
        "line": 2,
        "sentence": "The line is not valid JSON.",
        "text": "{",
    }
    with pytest.raises(SystemExit) as ended:
        run(tenant, file, "--strict")
    assert ended.value.code == 2


def test_a_person_we_know_by_the_address_is_that_person(tenant: Any) -> None:
    known = make_contact("ingrid@example.org", name="I. S.")

    take(ROUTER)

    assert Contact.objects.get() == known
    assert InstalledProduct.objects.get().contact == known


def test_somebody_new_belongs_to_the_organisation_of_the_address(solheim: Organisation) -> None:
    take({**ROUTER, "contact_email": "kari@solheim.example"}, {**ROUTER, "external_id": "2"})

    found = dict(Contact.objects.values_list("addresses__value", "organisation"))
    assert found == {"kari@solheim.example": solheim.pk, "ingrid@example.org": None}


def test_a_domain_counts_before_a_name_and_two_of_a_name_are_nobody(
    solheim: Organisation,
) -> None:
    Organisation.objects.create(name="solheim.example", created_at=AT)
    for _ in range(2):
        Organisation.objects.create(name="Twin", created_at=AT)

    done = take(ORDER, {**ORDER, "external_id": "2", "organisation": "Twin"})

    assert Purchase.objects.get().organisation == solheim
    assert [one.sentence for one in done.refused] == [
        "There are several organisations “Twin”; send the mail domain."
    ]


def test_who_may_not_import_is_refused(tenant: Any) -> None:
    with pytest.raises(NotPermitted):
        import_belongings([Given(1, ROUTER)], seen={}, actor=make_actor(Role.AGENT), at=AT)

    done = import_belongings([Given(1, ROUTER)], seen={}, actor=make_actor(Role.LEAD), at=AT)
    assert len(done.added) == 1


def test_a_batch_costs_the_same_for_2_and_200(
    tenant: Any, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    def lines(count: int, *, name: str) -> list[dict[str, Any]]:
        return [
            {**ROUTER, "external_id": f"{name}{n}", "contact_email": f"{name}{n}@example.org"}
            for n in range(count)
        ]

    take(*lines(1, name="warm"))
    for count in (2, 200):
        with django_assert_max_num_queries(22):
            take(*lines(count, name=f"of{count}-"))
