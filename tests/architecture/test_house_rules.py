"""Rules of the house that no linter knows, each with an example that breaks it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("servicedesk", "knowledge", "problems", "cases", "customers", "workflow")
LONGEST_FILE = 400
# Longer ones, with the reason why they are not cut.
LONGER = {
    "cases/lifecycle.py": "the whole life of a case reads in one piece",
    "servicedesk/api/urls.py": "one table of all addresses of the interface",
    "servicedesk/walk.py": "the walk on one page",
    "workflow/history/actions.py": "the one list of what is written down, each with its words",
}


@dataclass(frozen=True)
class Rule:
    """A pattern that must not be found, where it is looked for, and an example that breaks it."""

    name: str
    pattern: str
    where: str
    except_in: tuple[str, ...] = ()
    bad: str = ""
    good: str = ""


RULES = [
    Rule(
        "a state changes only by its transition",
        r"(?m)^\s*\w+\.state = ",
        r".*\.py$",
        (
            "workflow/clocks/",
            "workflow/outbox/",
            "workflow/stages/",
            # An approval is asked for and answered: a row beside the problem.
            "problems/approving.py",
            # How far a file is that somebody handed in.
            "customers/file_imports.py",
            "servicedesk/webhooks/",
            "knowledge/authoring.py",
            # What was stored before it was judged: a row of a door, no case yet.
            "cases/intake/hooks.py",
            "cases/intake/web_forms.py",
            # Invents the past; `prove` reads what it wrote.
            "servicedesk/seeding/",
            # How far a simulation is.
            "servicedesk/simulating/",
        ),
        bad="case.state = 'open'",
        good="if case.state == 'open':",
    ),
    Rule(
        "pages never reach for records themselves",
        r"\b(Case|Message|Problem|CaseLink|Leg|Article|Contact|Affected|Estimate)\.objects\b",
        r"servicedesk/(agent|problem|department|portal|library|api)/.*\.py$",
        bad="Case.objects.get()",
        good="case_for(actor, number)",
    ),
    Rule(
        "nothing fails in silence",
        r"fail_silently|except Exception:\s*\n\s*pass",
        r".*\.py$",
        bad="send_mail(fail_silently=True)",
        good="except OSError:",
    ),
    Rule(
        "nothing is planned in Celery's own time",
        r"\b(countdown|eta)=",
        r".*\.py$",
        bad="task.apply_async(countdown=60)",
        good="task.apply_async()",
    ),
    Rule(
        "no signal, no effect in save",
        r"@receiver\(|def save\(self",
        r"(workflow|customers|cases|problems|knowledge)/.*\.py$",
        bad="@receiver(post_save)",
        good="def save_case():",
    ),
    Rule(
        "the field's words",
        r"\b[Tt]icket(s)?\b",
        r".*\.(py|html|txt)$",
        (
            "cases/intake/",
            "servicedesk/demo/data/",
            "servicedesk/pages/demo_",
            "servicedesk/home/",
        ),
        bad="the ticket",
        good="the case",
    ),
    Rule(
        "no style or script in a page",
        r"<script(?![^>]*\bsrc=)|\sstyle=\"|\son[a-z]+=\"",
        r"templates/.*\.(html|svg)$",
        bad='<p style="color: red">',
        good='<p class="danger">',
    ),
]


def sources() -> Iterator[tuple[str, str]]:
    """Return path and text of what we wrote, migrations and data aside."""
    for room in (*ROOMS, "templates"):
        for path in sorted((ROOT / room).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in {".py", ".html", ".txt", ".svg"} and "/migrations/" not in name:
                yield name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_its_bad_example_and_nothing_in_the_house(rule: Rule) -> None:
    assert re.search(rule.pattern, f" {rule.bad}")
    assert not re.search(rule.pattern, f" {rule.good}")

    found = [
        f"{name}: {match.group(0).strip()}"
        for name, text in sources()
        if re.fullmatch(rule.where, name) and not name.startswith(rule.except_in or ("\0",))
        for match in re.finditer(rule.pattern, text)
    ]

    assert found == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {name: text.count("\n") for name, text in sources() if name.endswith(".py")}

    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}

    assert set(too_long) <= set(LONGER), too_long


def test_every_migration_has_a_name() -> None:
    numbered = [
        path.name
        for room in ROOMS
        for path in (ROOT / room / "migrations").glob("[0-9]*.py")
        if not re.fullmatch(r"\d{4}_[a-z][a-z_]+\.py", path.name)
    ]

    assert numbered == []
