"""Every line of history is a sentence that a person would say: names of things, no codes."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from servicedesk.configuration.change_words import changes_in_words, said_of
from servicedesk.configuration.subjects import Subject
from servicedesk.pages.history_words import sentence, who_did
from workflow.history.actions import SENTENCES, Action
from workflow.history.models import Entry
from workflow.history.timeline import Line

# What the actions write, by hand: a line without changes is told too.
CHANGES: dict[Action, list[dict[str, Any]]] = {
    Action.CASE_OPENED: [{"channel": "mail", "number": 7}],
    Action.CASE_MESSAGE_IN: [{"message": 5, "channel": "phone"}],
    Action.CASE_ANSWERED: [{"message": 5}],
    Action.CASE_NOTED: [{"message": 5}],
    Action.CASE_ASSIGNED: [
        {"owner": 3, "queue": None},
        {"owner": None, "queue": 4},
        {
            "owner": 3,
            "queue": 4,
            "by": "turn",
            "able": 2,
            "away": 0,
            "full": 0,
            "load": 1,
            "on_call": False,
        },
    ],
    Action.CASE_PRIORITY_SET: [{"from": 3, "to": 1}],
    Action.CASE_FEELING_SET: [{"from": None, "to": 1}, {"from": 1, "to": None}],
    Action.CASE_ON_PROBLEM: [{"problem": 2}],
    Action.CASE_RESOLVED: [{"problem": 2}],
    Action.PARTICIPANT_ASKED: [{"message": 5, "people": 1}, {"message": 5, "people": 3}],
    Action.PARTICIPANT_LET_IN: [{"participant": 9}],
    Action.PROBLEM_ROUTED: [
        {"department": 4, "rule": 6, "rule_name": "Cards", "reasons": "product is Card"}
    ],
    Action.BROADCAST_DRAFTED: [{"problem": 2, "what": "wont_fix"}],
    Action.BROADCAST_SCHEDULED: [
        {"problem": 2, "customers": 12, "due_at": "2026-11-22T10:00:00+00:00"}
    ],
    Action.BROADCAST_STOPPED: [{"problem": 2, "overtaken_by": "wont_fix"}, {"problem": 2}],
    Action.PROBLEM_TAKEN: [{"department": 4}],
    Action.PROBLEM_ASSIGNED: [
        {"assignee": 3, "by": "least", "able": 2, "away": 1, "full": 0, "load": 1, "on_call": True},
        {"assignee": None, "by": "on_call", "able": 0, "away": 1, "full": 2},
        {"assignee": 3, "assignee_was": None},
        {"assignee": None, "assignee_was": 3},
        {"lead": 3, "lead_was": None},
        {"lead": None, "lead_was": 3},
    ],
    Action.PROBLEM_ACCEPTED: [{"department": 4}],
    Action.PROBLEM_REFUSED: [{"department": 4, "better_owner": 4}],
    Action.PROBLEM_HANDED_OVER: [{"from": 4, "department": 4}],
    Action.PROBLEM_RESOLVED: [{"outcome": "fix_applied"}, {"outcome": "risk_accepted"}],
    Action.PROBLEM_REOPENED: [{"department": 4, "leg": 8}],
    Action.PROBLEM_ESTIMATED: [
        {"expected_on": "2026-11-22", "latest_on": "2026-11-24"},
        {
            "moved_days": 2,
            "in_time": True,
            "expected_on": "2026-11-22",
            "latest_on": "2026-11-24",
        },
    ],
    Action.PROBLEM_ESTIMATE_WITHDRAWN: [{"estimate": 6}],
    Action.PROBLEM_PROMISED: [
        {"promise": 6, "by": "2026-11-22T10:00:00+00:00"},
        {
            "by_was": "2026-11-21T10:00:00+00:00",
            "by": "2026-11-22T10:00:00+00:00",
            "promise": 6,
        },
    ],
    Action.PROBLEM_NEWS_TOLD: [{"promise": 6}],
    Action.PROBLEM_PROMISE_WITHDRAWN: [{"promise": 6}],
    Action.PROBLEM_PRIORITY_SET: [
        {"from": 3, "to": 1},
        {"from": 3, "to": 1, "grounds": "customers at_risk"},
    ],
    Action.PROBLEM_NOTED: [{"note": 1}],
    Action.PROBLEM_EVIDENCE: [{"evidence": 1}],
    Action.PROBLEM_JOINED: [{"contact": 1}],
    Action.PROBLEM_FIX_CONFIRMED: [{"contact": 1}],
    Action.PROBLEM_FIX_RATED: [{"contact": 1}],
    Action.PROBLEM_LINKS_ENDED: [{"ended": 3}],
    Action.QUESTION_ASKED: [{"case": 7, "question": 1}, {"problem": 2, "question": 1}],
    Action.QUESTION_SENT: [{"case": 7, "question": 1}, {"problem": 2, "question": 1}],
    Action.QUESTION_ANSWERED: [{"case": 7, "question": 1}, {"problem": 2, "question": 1}],
    Action.QUESTION_WITHDRAWN: [{"case": 7, "question": 1}, {"problem": 2, "question": 1}],
    Action.PROBLEM_REACHED: [{"found": 2, "left": 1}],
    Action.SCOPE_ADDED: [{"scope": 3, "product": 9, "found": 120}],
    Action.SCOPE_ENDED: [{"scope": 3, "product": 9, "left": 120}],
    Action.CUSTOMERS_EXCUSED: [{"customers": 2}],
    Action.EXCUSE_TAKEN_BACK: [{"contact": 1}],
    Action.SOLUTION_APPLIED: [{"customers": 2}],
    Action.PROBLEMS_MERGED: [
        {"problem": 2, "cases": 3, "customers": 5},
        {"into": 2, "cases": 3, "customers": 5},
    ],
    Action.MERGE_UNDONE: [{"problem": 2}, {"into": 2}],
    Action.PROBLEM_SPLIT: [{"into": 2, "cases": 3, "customers": 5}, {"problem": 2}],
    Action.SPLIT_UNDONE: [{"into": 2}, {"problem": 2}],
    Action.LINK_SUGGESTED: [{"problem": 2, "score": 61}],
    Action.LINK_CONFIRMED: [{"case": 7, "number": 194}],
    Action.LINK_REJECTED: [{"problem": 2}],
    Action.LINK_REMOVED: [{"case": 7, "number": 194}],
    Action.LINK_SIMILAR: [{"problem": 2}],
    Action.LINK_CHECKED: [{"case": 7, "number": 194}],
    Action.LINK_RECONSIDERED: [{"problem": 2}],
    Action.ARTICLE_REVISED: [{"version": 2}],
    Action.CLOCK_WARNED: [{"metric": "first_response"}],
    Action.CLOCK_BREACHED: [{"metric": "acknowledge"}],
    Action.CLOCK_REPLANNED: [
        {
            "metric": "stage",
            "calendar": 5,
            "from": "2026-11-22T10:00:00+00:00",
            "to": "2026-11-23T10:00:00+00:00",
        }
    ],
    Action.CONTACT_CHANGED: [
        {"mailed_about": "answers progress", "has_quiet_hours": True},
        {"sees_organisation": True, "organisation": 8},
    ],
    Action.CONTACT_EDITED: [{"fields": "name may_be_mailed timezone"}],
    Action.ADDRESS_ADDED: [{"kind": "phone"}],
    Action.ADDRESS_MOVED: [{"kind": "mail", "address": 1, "from": 1, "to": 1}],
    Action.ADDRESS_REMOVED: [{"kind": "social"}],
    Action.CONTACTS_JOINED: [
        {"joining": 1, "kept": 1, "joined": 1, "cases_moved": 2, "addresses_moved": 1}
    ],
    Action.CONTACTS_PARTED: [{"joining": 1, "kept": 1, "joined": 1}],
    Action.ORGANISATION_CHANGED: [{"fields": "domain name"}],
    Action.PRODUCT_CHANGED: [{"fields": "is_active name"}],
    Action.VERSION_CHANGED: [{"fields": "name released_on supported_until"}],
    Action.INSTALLED_WRITTEN: [
        {"installed": 1, "fields": "place product region since version", "product": 9}
    ],
    Action.PURCHASE_REMOVED: [{"purchase": 1, "product": 9}],
    Action.BELONGINGS_IMPORTED: [{"added": 3, "changed": 1}],
    Action.SEGMENT_CHANGED: [{"fields": "condition is_active name", "version": 2}],
    Action.ENTITLEMENT_GRANTED: [
        {"organisation": 8, "contact": None, "product": 9, "service_level": 10}
    ],
    Action.CALL_LOGGED: [{"outcome": "answered", "case": None}, {"outcome": "opened", "case": 7}],
    Action.USER_INVITED: [{"role": "agent"}],
    Action.USER_CHANGED: [
        {"given": "head", "department": 4},
        {"taken": "agent", "department": None},
        {"password": True},
        {"active": False, "active_was": True},
    ],
    Action.TOKEN_ISSUED: [
        {"role": "agent", "scopes": 2, "days": 365, "requests_per_minute": 600, "contact": None}
    ],
    Action.CONFIGURATION_CHANGED: [
        {"what": "request_type", "is_new": True},
        {"what": "routing_rule", "removed": True},
        {"what": "web_form", "is_active": False},
        {"what": "wording", "text": "answer", "is_ours": True},
        {
            "what": "problems",
            "news_seconds": 57600,
            "follows_impact": False,
            "contacts_a_day_1": 40,
            "at_risk_2": None,
        },
        {"what": "brand", "default": 1, "default_was": 1},
        {"what": "target", "first_response_1_minutes": 60, "first_response_1_minutes_was": 30},
    ],
    Action.DELIVERY_RETRIED: [{"calls": 3}, {"given_up": True}, {"letters": 2}],
    Action.MAIL_RELEASED: [{"outcome": "case", "despite_filters": True}],
    Action.MAIL_REJECTED: [{"outcome": "quarantined"}],
}
NAMES = {
    ("user", 3): "Kari Nes",
    ("department", 4): "Payments",
    ("problem", 2): "P-204",
    ("case", 7): "case #194",
    ("contact", 1): "Ingrid Solheim",
    ("calendar", 5): "Office hours",
    ("routingrule", 6): "Cards to payments",
    ("organisation", 8): "Solheim AS",
    ("product", 9): "Card",
    ("servicelevel", 10): "Gold",
    ("brand", 1): "Bank",
}
LINES = [(action, changes) for action in Action for changes in ({}, *CHANGES.get(action, ()))]
CODE = re.compile(r"_|\bNone\b|\bTrue\b|\bFalse\b|%\(|\b(?:user|contact|problem|case) \d|\{|T\d\d:")
# What stands in the database for these must not stand on a page.
RAW = re.compile(r"\b(?:mail \d|fix applied|auto reply|first response 1|acknowledge\b(?! it))")


def line(action: Action, changes: dict[str, Any], **who: Any) -> Line:
    """Return a line of history."""
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    given: dict[str, Any] = {"who": "Ola Berg", "contact_id": None, **who}
    return Line(at=at, action=action, sentence="", changes=changes, **given)


def is_said_by_a_person(words: str) -> bool:
    """Whether words hold no code of ours."""
    return not CODE.search(words) and not RAW.search(words) and words == " ".join(words.split())


@pytest.mark.parametrize(("action", "changes"), LINES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("names", [NAMES, {}], ids=["with names", "without"])
def test_every_act_is_told_as_a_sentence(
    action: Action, changes: dict[str, Any], names: dict[tuple[str, int], str]
) -> None:
    told = line(action, changes)

    words = sentence(told, who=who_did(told), names=names)

    assert words.startswith("Ola Berg ")
    assert len(words.split()) > 2
    assert is_said_by_a_person(words), words


@pytest.mark.parametrize(("action", "changes"), LINES, ids=lambda value: str(value)[:40])
def test_the_settings_tell_the_rest_of_a_line_in_words_too(
    action: Action, changes: dict[str, Any]
) -> None:
    entry = Entry(action=action, changes=changes, subject_kind="department", subject_id=4)
    names = {record: Subject(label) for record, label in NAMES.items()}

    done = said_of(entry, names)
    rest = changes_in_words(changes, names, told=done.told)

    for words in (done.did, *rest):
        assert is_said_by_a_person(words), words


def test_an_act_without_words_would_be_noticed() -> None:
    assert set(SENTENCES) == set(Action)
    assert not is_said_by_a_person("Ola Berg changed the first_response of contact 7")
    assert not is_said_by_a_person("Ola Berg gave the case to None")


@pytest.mark.parametrize(
    ("action", "changes", "words"),
    [
        (Action.LINK_SUGGESTED, {"problem": 2}, "suggested P-204 as the problem behind it"),
        (Action.LINK_SUGGESTED, {"problem": 3}, "suggested a problem as the problem behind it"),
        (Action.LINK_CONFIRMED, {"case": 1, "number": 194}, "linked case #194 with the problem"),
        (Action.CASE_ASSIGNED, {"owner": 3, "queue": None}, "gave the case to Kari Nes"),
        (Action.CASE_PRIORITY_SET, {"from": 3, "to": 1}, "changed the priority from normal to urgent"),
        (Action.CLOCK_BREACHED, {"metric": "resolution"}, "noted that the time for the resolution was missed"),
    ],
)  # fmt: skip
def test_things_are_named(action: Action, changes: dict[str, Any], words: str) -> None:
    assert sentence(line(action, changes), who="The program", names=NAMES) == f"The program {words}"


def test_who_acted_is_a_person_a_customer_or_a_part_of_the_program() -> None:
    assert who_did(line(Action.CASE_OPENED, {}, contact_id=5), customer="Ingrid") == "Ingrid"
    assert who_did(line(Action.CASE_OPENED, {}, contact_id=5)) == "The customer"
    assert who_did(line(Action.CASE_OPENED, {}, who="matching", is_program=True)) == "The program"
    assert "chat" in who_did(line(Action.CASE_OPENED, {}, who="channel chat", is_program=True))
    assert who_did(line(Action.CASE_OPENED, {}, who="")) == "Somebody who is no longer here"


def test_certainty_is_told_in_percent() -> None:
    assert changes_in_words({"score": 920}, {}) == ["how sure: 92 %"]
    assert changes_in_words({"score": 1}, {}) == ["how sure: 0 %"]
