"""The guard where messages leave: as problems.guarding, with the languages that a mail is there in."""

from collections.abc import Collection
from datetime import datetime

from problems.guard_facts import Answer
from problems.guard_rules import Verdict
from problems.guarding import judge as judge_by_facts
from problems.languages import language_of
from problems.models import Broadcast
from problems.models.broadcast import BroadcastKind
from servicedesk.notifications.broadcast_mails import MAIL_OF
from servicedesk.notifications.models import Wording
from servicedesk.notifications.rewording import LANGUAGE, code_of


def judge(
    outgoing: Broadcast | Answer, contact_ids: Collection[int], at: datetime
) -> dict[int, list[Verdict]]:
    """Return what speaks against telling each of these contacts, by id; see problems.guarding."""
    if isinstance(outgoing, Answer):
        return judge_by_facts(outgoing, contact_ids=contact_ids, at=at)
    return judge_by_facts(
        outgoing, contact_ids=contact_ids, languages=languages_of(outgoing), at=at
    )


def languages_of(broadcast: Broadcast) -> frozenset[str]:
    """Return in which languages a broadcast is there; one query, none for one in own words."""
    if broadcast.text:
        return frozenset({language_of(broadcast.text) or LANGUAGE})
    mail = MAIL_OF[BroadcastKind(broadcast.kind)]
    own = Wording.objects.filter(code=code_of(mail)).exclude(text="")
    return frozenset({LANGUAGE, *(one[:2] for one in own.values_list("language", flat=True))})
