"""What keeps the desk right, for programs: dead letters, held-back mails, history, proof."""

from typing import Any

from django.db.models import Q

from problems.stuck_approvals import retry_stuck_request, stuck_requests
from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import upkeep as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.mail.deciding import (
    as_text,
    header_in,
    reject_mail,
    release_mail,
    retry_mail,
    undecided_mails,
)
from servicedesk.pages.history_words import sentence, who_did
from servicedesk.proof.proving import verdicts_of_tenant
from workflow.history.models import Entry
from workflow.history.timeline import lines_of
from workflow.outbox.dead_letters import give_up_letter, retry_letter
from workflow.outbox.models import Delivery, DeliveryState, Effect, EffectState
from workflow.people.permissions import Permission

Fields = dict[str, Any]
DELIVERS = (Permission.RETRY_DELIVERY,)
SEES_HISTORY = (Permission.VIEW_HISTORY,)
TAG = "Upkeep"
EXAMPLES = 10


class DeadLetters(TokenView):
    """What could not be delivered."""

    @operation(
        "list_dead_letters",
        any_of=DELIVERS,
        filters=shapes.LetterFilters,
        gives=page_shape(shapes.LetterShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List what failed for good, newest first: news within the desk, or effects."""
        rows: Any = (
            Effect.objects.filter(state=EffectState.DEAD)
            if self.asked["kind"] == "effect"
            else Delivery.objects.filter(state=DeliveryState.DEAD).select_related("event")
        )
        return page_of(
            rows, self, shape=lambda found: shaped(shapes.LetterShape)(letters_of(found))
        )


def letters_of(rows: list[Any]) -> list[dict[str, Any]]:
    """Return dead rows as data; no query."""
    return [
        {
            "id": row.pk,
            "kind": "effect" if isinstance(row, Effect) else "news",
            "what": row.kind if isinstance(row, Effect) else f"{row.event.kind} → {row.subscriber}",
            "about": row.key if isinstance(row, Effect) else row.subject,
            "why": row.last_error,
            "attempts": row.attempts,
            "since": row.created_at if isinstance(row, Effect) else row.event.published_at,
        }
        for row in rows
    ]


class DecideLetter(TokenView):
    """What becomes of a dead letter."""

    is_effect: bool = False

    def decided(self, fields: Fields, pk: int) -> dict[str, Any]:
        """Try it again, or put it aside for good."""
        decide = retry_letter if fields["decision"] == "retry" else give_up_letter
        decide(is_effect=self.is_effect, letter_id=pk, actor=self.actor, at=self.at)
        kind = "effect" if self.is_effect else "news"
        return {"id": pk, "kind": kind, "decision": fields["decision"]}


class DecideNews(DecideLetter):
    """What becomes of news that nobody could hear."""

    @operation(
        "decide_news",
        any_of=DELIVERS,
        takes=shapes.LetterDecision,
        gives=shapes.DecidedLetterShape,
        path=("pk",),
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Try dead news again, or give it up."""
        return self.decided(fields, pk)


class DecideEffect(DecideLetter):
    """What becomes of a mail, or another effect, that could not be sent."""

    is_effect = True

    @operation(
        "decide_effect",
        any_of=DELIVERS,
        takes=shapes.LetterDecision,
        gives=shapes.DecidedLetterShape,
        path=("pk",),
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Try a dead effect again, or give it up."""
        return self.decided(fields, pk)


class StuckApprovals(TokenView):
    """Approvals about which nobody can be asked on."""

    @operation(
        "list_stuck_approvals",
        any_of=DELIVERS,
        filters=Listing,
        gives=page_shape(shapes.StuckApprovalShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List approvals that failed to be asked on again and again, newest first."""
        return page_of(stuck_requests(), self, shape=shaped(shapes.StuckApprovalShape))


class RetryApproval(TokenView):
    """Another try."""

    @operation(
        "retry_stuck_approval",
        any_of=DELIVERS,
        gives=shapes.StuckApprovalShape,
        path=("pk",),
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Ask on about an approval at the next look, half a second later."""
        retried = retry_stuck_request(request_id=pk, actor=self.actor, at=self.at)
        return one(shapes.StuckApprovalShape, retried)


def mail_shown(mail: Any) -> dict[str, Any]:
    """Return a mail by its headers; nothing else of it is read."""
    head = bytes(mail.head)
    return {
        "id": mail.pk,
        "from_address": header_in(head, "From"),
        "subject": header_in(head, "Subject"),
        "received_at": mail.received_at,
        "outcome": mail.outcome,
        "reason": mail.reason,
        "size": mail.size,
    }


class Quarantine(TokenView):
    """Mails that became no message."""

    @operation(
        "list_held_mails",
        any_of=DELIVERS,
        filters=shapes.MailFilters,
        gives=page_shape(shapes.MailShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List mails that became no message and why, newest first."""
        mails = undecided_mails()
        if self.asked.get("outcome"):
            mails = mails.filter(outcome=self.asked["outcome"])
        return page_of(
            mails,
            self,
            shape=lambda found: shaped(shapes.MailShape)([mail_shown(one) for one in found]),
        )


class OneHeldMail(TokenView):
    """One mail that became no message."""

    @operation(
        "read_held_mail",
        any_of=DELIVERS,
        gives=shapes.MailLookShape,
        path=("pk",),
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Look at the first 4 kB of a mail as harmless text."""
        mail: Any = row_of(undecided_mails(), pk=pk)
        return {**mail_shown(mail), "text": as_text(bytes(mail.head))}


class DecideMail(TokenView):
    """What becomes of a mail."""

    @operation(
        "decide_held_mail",
        any_of=DELIVERS,
        takes=shapes.MailDecision,
        gives=shapes.DecidedMailShape,
        path=("pk",),
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Read a mail again, take it whatever the filters say, or reject it."""
        if fields["decision"] == "reject":
            mail = reject_mail(pk, because=fields["reason"], actor=self.actor, at=self.at)
        else:
            decide = retry_mail if fields["decision"] == "retry" else release_mail
            mail = decide(pk, actor=self.actor, at=self.at)
        case = mail.case
        return {
            "id": mail.pk,
            "outcome": mail.outcome,
            "reason": mail.reason,
            "case": case.number if case else None,
        }


class History(TokenView):
    """What happened to everything."""

    @operation(
        "list_history",
        any_of=SEES_HISTORY,
        filters=shapes.HistoryFilters,
        gives=page_shape(shapes.LineShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List who changed what, newest first."""
        plain = {
            "subject_kind": "subject_kind",
            "subject_id": "subject_id",
            "action": "action",
            "since": "at__gte",
        }
        asked = self.asked
        wanted = Q(**{path: asked[name] for name, path in plain.items() if asked.get(name)})
        return page_of(Entry.objects.filter(wanted), self, shape=lines_shaped)


def lines_shaped(entries: list[Entry]) -> list[dict[str, Any]]:
    """Return lines of the history as data; two queries for the names."""
    rows = [
        {
            "id": entry.pk,
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "source": entry.source,
            "at": line.at,
            "action": line.action,
            "sentence": sentence(line, who=who_did(line)),
            "who": line.who,
            "by_customer": line.contact_id is not None,
            "changes": line.changes,
        }
        for entry, line in zip(entries, lines_of(entries), strict=True)
    ]
    return list(shaped(shapes.LineShape)(rows))


class Proof(TokenView):
    """Whether everything holds."""

    @operation(
        "run_proof",
        any_of=(Permission.CONFIGURE, Permission.VIEW_HISTORY),
        takes=Nothing,
        gives=shapes.ProofShape,
        tag=TAG,
    )
    def post(self, _fields: Fields) -> Any:
        """Prove that nothing is lost: zero violations, or which. It changes nothing."""
        verdicts = verdicts_of_tenant(at=self.at)
        return {
            "violations": sum(verdict.violations for verdict in verdicts),
            "rules": [
                {
                    "code": verdict.rule.code,
                    "says": str(verdict.rule.says),
                    "violations": verdict.violations,
                    "examples": [str(found) for found in verdict.findings[:EXAMPLES]],
                }
                for verdict in verdicts
            ],
        }
