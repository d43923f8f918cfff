"""Old cases from a file: each once, none lost, and every bad line named."""

import json
import signal
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.importing import Line, import_lines
from cases.models import Case, CaseClock, Message
from customers.models import Contact, Entitlement, Organisation, Product
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import AT, DAY, HOUR, make_case, make_service_level
from tests.processes import manage, process, wait_for
from workflow.clocks.models import PolicyVersion
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, OutboxEvent
from workflow.people.actors import Actor, Source

ACTOR = Actor.system("import", source=Source.IMPORT)


def old_case(number: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "external_id": f"old-{number}",
        "contact_email": f"customer{number}@example.org",
        "subject": "Charged twice",
        "body": "You have taken 649 twice again.",
        "opened_at": "2026-01-12T10:15:00+01:00",
        "channel": "mail",
        "product": "Card",
        **changed,
    }


def lines_of(*cases: dict[str, Any]) -> list[Line]:
    return [Line(number, json.dumps(case)) for number, case in enumerate(cases, start=1)]


def written(folder: Path, *lines: str) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def imported(tenant: Any, file: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_cases", str(file), tenant=tenant.slug, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_an_old_case_becomes_a_case_as_it_was_opened_then(tenant: Any) -> None:
    import_lines(lines_of(old_case()), actor=ACTOR, at=AT)

    case = Case.objects.get(external_id="old-1")
    assert case.opened_at == case.first_contact_at == datetime(2026, 1, 12, 9, 15, tzinfo=UTC)
    assert (case.channel, case.product.name) == ("mail", "Card")  # type: ignore[union-attr]
    assert case.messages.get().text == "You have taken 649 twice again."
    entry = Entry.objects.get(subject_kind="case", subject_id=case.pk)
    assert (entry.source, entry.state_version) == ("import", 1)
    assert OutboxEvent.objects.filter(entry=entry).count() == 1
    assert Delivery.objects.count() == 5


def test_an_old_case_starts_no_clock_and_is_looked_at_from_now_on(tenant: Any) -> None:
    import_lines(lines_of(old_case()), actor=ACTOR, at=AT)

    assert not CaseClock.objects.exists()
    assert Case.objects.get().next_look_at > AT


def test_a_case_of_this_hour_is_a_new_one_with_its_clocks(tenant: Any) -> None:
    opened_at = (AT - HOUR / 2).isoformat()

    import_lines(lines_of(old_case(opened_at=opened_at)), actor=ACTOR, at=AT)

    assert CaseClock.objects.count() == 2


def test_where_levels_say_whom_they_serve_each_line_is_looked_at(tenant: Any) -> None:
    phone = make_service_level("Phone")
    PolicyVersion.objects.filter(service_level=phone).update(
        applies_when={"fact": "channel", "is": "phone"}
    )

    import_lines(
        lines_of(old_case(1, channel="phone"), old_case(2, channel="mail")), actor=ACTOR, at=AT
    )

    names = Case.objects.order_by("external_id").values_list("service_level__name", flat=True)
    assert list(names) == ["Phone", "Standard"]


def test_nobody_gets_a_receipt_for_an_imported_mail(tenant: Any) -> None:
    import_lines(lines_of(old_case()), actor=ACTOR, at=AT)

    hear_everything()

    assert Delivery.objects.get(subscriber="confirm_receipt").state == "done"
    assert not Notification.objects.exists()


def test_a_second_import_changes_nothing(tenant: Any) -> None:
    import_lines(lines_of(old_case()), actor=ACTOR, at=AT)
    before = list(Case.objects.values())

    again = import_lines(
        lines_of(old_case(subject="Changed since", body="Other")), actor=ACTOR, at=AT + HOUR
    )

    assert again.there_already == ["old-1"]
    assert list(Case.objects.values()) == before
    assert Message.objects.count() == 1


def test_one_customer_and_one_product_serve_many_lines(tenant: Any) -> None:
    twice = [old_case(number, contact_email="Ingrid@Example.org") for number in (1, 2)]

    import_lines(lines_of(*twice, old_case(3, product="card")), actor=ACTOR, at=AT)

    assert Contact.objects.count() == 2
    assert Product.objects.count() == 1
    assert Case.objects.filter(contact__addresses__value="ingrid@example.org").count() == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('["old-1"]', "not a JSON object"),
        (json.dumps(old_case(external_id="")), "external_id is missing"),
        (json.dumps(old_case(external_id="x" * 121)), "longer than 120"),
        (json.dumps(old_case(contact_email="nobody")), "not an e-mail address"),
        (json.dumps(old_case(contact_email=7)), "not a text"),
        (json.dumps(old_case(subject="", body=" ")), "both empty"),
        (json.dumps(old_case(body="\x00")), "no text"),
        (json.dumps(old_case(body="\udcff")), "no text"),
        (json.dumps(old_case(body="x" * 200_001)), "longer than 200000"),
        (json.dumps(old_case(opened_at="yesterday")), "not a time"),
        (json.dumps(old_case(opened_at="2026-13-01T00:00:00Z")), "not a time"),
        (json.dumps(old_case(opened_at="2026-01-12T10:15:00")), "no time zone"),
        (json.dumps(old_case(opened_at="2126-01-12T10:15:00Z")), "in the future"),
        (json.dumps(old_case(channel="pigeon")), "channel is none of"),
    ],
)
def test_a_bad_line_is_refused_with_a_sentence(tenant: Any, text: str, sentence: str) -> None:
    good = Line(2, json.dumps(old_case(2)))

    result = import_lines([Line(1, text), good], actor=ACTOR, at=AT)

    assert [refused.line.number for refused in result.refused] == [1]
    assert sentence in result.refused[0].sentence
    assert result.opened == ["old-2"]


def test_the_command_counts_every_line_and_keeps_the_refused_ones(
    tenant: Any, tmp_path: Path
) -> None:
    file = written(
        tmp_path, json.dumps(old_case(1)), "{broken", "", json.dumps(old_case(1)),
        json.dumps(old_case(2)),
    )  # fmt: skip

    said = imported(tenant, file)

    last = said.splitlines()[-1]
    assert last == "read 4 · imported 2 · there already 1 · refused 1 · in the database 2"
    assert "line 2: The line is not valid JSON." in said
    kept = json.loads((tmp_path / "cases.jsonl.rejected.jsonl").read_text())
    assert (kept["line"], kept["text"]) == (2, "{broken")


def test_an_entitlement_decides_over_an_imported_case_too(tenant: Any) -> None:
    premium = make_service_level("Premium")
    organisation = Organisation.objects.create(name="Tern", domain="tern.example", created_at=AT)
    Entitlement.objects.create(
        organisation=organisation, service_level=premium, begins_at=AT - 365 * DAY
    )

    import_lines(
        lines_of(old_case(1, contact_email="a@tern.example"), old_case(2)), actor=ACTOR, at=AT
    )

    assert Case.objects.get(external_id="old-1").service_level == premium
    assert Case.objects.get(external_id="old-2").service_level.is_default


def test_bytes_that_are_no_text_are_kept_as_they_came(tenant: Any, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b'{"external_id": "\xff\xfe"}\n')

    imported(tenant, file)

    kept = json.loads((tmp_path / "cases.jsonl.rejected.jsonl").read_text())
    assert kept["text"].encode("utf-8", "surrogateescape") == b'{"external_id": "\xff\xfe"}'


def test_the_command_run_again_finds_all_there(tenant: Any, tmp_path: Path) -> None:
    file = written(tmp_path, *(json.dumps(old_case(number)) for number in range(250)))
    imported(tenant, file)
    entries = Entry.objects.count()

    said = imported(tenant, file)

    assert said == "read 250 · imported 0 · there already 250 · refused 0 · in the database 250\n"
    assert Entry.objects.count() == entries
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.jsonl"]


def test_strict_says_by_its_exit_code_that_lines_were_refused(tenant: Any, tmp_path: Path) -> None:
    file = written(tmp_path, "{broken")

    with pytest.raises(SystemExit) as ended:
        imported(tenant, file, strict=True)

    assert ended.value.code == 2


def test_a_file_that_is_not_there_is_a_sentence(tenant: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be used \(No such file or directory\)"):
        imported(tenant, tmp_path / "missing.jsonl")


def test_cases_of_another_tenant_do_not_count(
    tenant: Any, other_tenant: Any, tmp_path: Path
) -> None:
    file = written(tmp_path, json.dumps(old_case(1)))
    imported(tenant, file)

    said = imported(other_tenant, file)

    assert "imported 1" in said


def test_a_known_case_costs_the_same_however_many_there_are(tenant: Any) -> None:
    make_case()

    def cost(how_many: int) -> int:
        lines = lines_of(*(old_case(number) for number in range(how_many)))
        import_lines(lines, actor=ACTOR, at=AT)
        with CaptureQueriesContext(connection) as queries:
            import_lines(lines, actor=ACTOR, at=AT)
        return len(queries)

    assert cost(2) == cost(20)


def test_a_killed_import_is_continued(committed_tenant: Any, tmp_path: Path) -> None:
    file = written(tmp_path, *(json.dumps(old_case(number)) for number in range(1000)))
    command = manage("import_cases", "--tenant", committed_tenant.slug, str(file))

    with process(*command) as killed:
        wait_for(lambda: Case.objects.count() >= 200)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    after_kill = Case.objects.count()
    said = imported(committed_tenant, file)

    assert 200 <= after_kill < 1000
    assert after_kill % 200 == 0
    assert f"imported {1000 - after_kill} · there already {after_kill} · refused 0" in said
    assert said.endswith("in the database 1000\n")
    numbers = list(Case.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 1001))


def test_times_of_another_day_are_kept_to_the_second(tenant: Any) -> None:
    moment = datetime(2025, 10, 26, 0, 30, 15, tzinfo=UTC)

    import_lines(lines_of(old_case(opened_at=moment.isoformat())), actor=ACTOR, at=AT)

    assert Case.objects.get().opened_at - moment == timedelta(0)
