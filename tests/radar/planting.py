"""Plant cases whose meaning is known: each topic is a direction, texts say what the topic is."""

from datetime import datetime, timedelta
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cases.models import Case
from customers.models import Contact
from problems.models import CaseEmbedding
from tests.make import make_case, make_contact
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import Actor

NUMBERS = 384
MODEL = "planted"
SYSTEM = Actor.system("test")
SAID = ("since Monday", "once more", "on my phone", "at the counter", "and nobody answers")
TOPICS = (
    "card payment declined abroad",
    "password forgotten again today",
    "address changed after moving",
    "invoice copy wanted for taxes",
    "loan interest question",
    "account statement missing",
    "transfer pending since yesterday",
    "exchange rate looks wrong",
)


def direction(topic: str) -> NDArray[np.float32]:
    """Return where a topic points."""
    vector = np.random.default_rng(crc32(topic.encode())).normal(size=NUMBERS)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def meaning(topic: str, *, number: int) -> bytes:
    """Return the vector of a text about a topic, as a row keeps it: near to it, never the same."""
    noise = np.random.default_rng(number).normal(size=NUMBERS)
    vector = direction(topic) + 0.5 * noise / np.linalg.norm(noise)
    return bytes((vector / np.linalg.norm(vector)).astype(np.float16).tobytes())


def plant(topic: str, *, at: datetime, contact: Contact | None = None) -> Case:
    """Return a case about a topic that the model has read."""
    contact = contact or make_contact(at=at)
    said = SAID[contact.pk % len(SAID)]
    case = make_case(
        contact=contact,
        subject=topic,
        text=f"Hello, {topic} {said}. My number is {contact.pk}.",
        actor=SYSTEM,
        at=at,
    )
    CaseEmbedding.objects.create(case=case, model=MODEL, vector=meaning(topic, number=case.pk))
    return case


def plant_past(*, cases: int, until: datetime, each: timedelta) -> None:
    """Leave cases of every topic in turn before a moment, by forty customers, as rows alone."""
    model_case = make_case(at=until - cases * each)
    contacts = [make_contact(f"past{number}@example.org") for number in range(40)]
    begin = until - cases * each
    rows = Case.objects.bulk_create(
        [
            Case(
                number=100_000 + number,
                subject=TOPICS[number % len(TOPICS)],
                channel=model_case.channel,
                contact=contacts[number % len(contacts)],
                service_level=model_case.service_level,
                queue=model_case.queue,
                owner=model_case.owner,
                next_look_at=until,
                first_contact_at=begin + number * each,
                opened_at=begin + number * each,
                last_message_at=begin + number * each,
            )
            for number in range(cases)
        ]
    )
    Entry.objects.bulk_create(
        [
            Entry(
                subject_kind="case",
                subject_id=case.pk,
                action=Action.CASE_NOTED,
                actor_kind=SYSTEM.kind,
                actor_id=0,
                source=SYSTEM.source,
                at=case.opened_at,
                to_state=case.state,
                state_version=1,
            )
            for case in rows
        ]
    )
    CaseEmbedding.objects.bulk_create(
        [
            CaseEmbedding(case=case, model=MODEL, vector=meaning(case.subject, number=case.pk))
            for case in rows
        ]
    )
