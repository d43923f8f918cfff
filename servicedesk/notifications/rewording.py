"""Let a tenant say things in its own words, edition by edition; every change is remembered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from servicedesk.notifications.models import NotificationKind, Wording
from servicedesk.notifications.texts import MAILS, PORTAL_WORDS, MailText, variables_in
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000
LONGEST_WORD = 40
LANGUAGE = "en"


class BadWording(Refusal):
    """A text cannot be used; `field` says which part of it."""

    code = "bad_wording"

    def __init__(self, sentence: str, *, next_step: str, field: str) -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


@dataclass(frozen=True)
class Words:
    """The words in force for a mail: the tenant's own, or ours."""

    subject: str
    text: str
    is_own: bool


def code_of(kind: NotificationKind) -> str:
    """Return the code under which a mail's editions are kept."""
    return f"mail.{kind.value}"


def newest(codes: Iterable[str], *, language: str = LANGUAGE) -> dict[str, Wording]:
    """Return the newest edition of each of these texts that has one; one query.

    What a tenant has not said in a language it says in English.
    """
    found: dict[str, Wording] = {}
    for edition in newest_editions(codes=list(codes), languages=list({language, LANGUAGE})):
        if edition.code not in found or edition.language == language:
            found[edition.code] = edition
    return found


@kept("codes", "languages")
def newest_editions(*, codes: list[str], languages: list[str]) -> QuerySet[Wording]:
    """Return the newest edition of each of these texts in each of these languages."""
    return (
        Wording.objects.filter(code__in=codes, language__in=languages)
        .order_by("code", "language", "-id")
        .distinct("code", "language")
    )


def words_of(kind: NotificationKind, *, language: str = LANGUAGE) -> Words:
    """Return what a mail says in a language: the tenant's words, or ours; one query."""
    edition = newest([code_of(kind)], language=language).get(code_of(kind))
    if edition is None or not edition.text:
        return Words(subject=MAILS[kind].subject(), text=MAILS[kind].text(), is_own=False)
    return Words(subject=edition.subject, text=edition.text, is_own=True)


def words_of_portal(*, language: str = LANGUAGE) -> dict[str, str]:
    """Return what customers read of stages and steps, by code; one query."""
    own = newest(PORTAL_WORDS, language=language)
    return {
        code: own[code].text if code in own and own[code].text else ours()
        for code, ours in PORTAL_WORDS.items()
    }


def editions_of(code: str, *, at_most: int = 20) -> list[Wording]:
    """Return the editions of a text with who saved them, newest first; one query."""
    return list(
        Wording.objects.filter(code=code).select_related("saved_by").order_by("-id")[:at_most]
    )


def refuse_bad_words(mail: MailText, *, subject: str, text: str) -> None:
    """Refuse a mail that names what it cannot know, or leaves out what it is for.

    Raises:
        BadWording: which variable, and in which part.
    """
    for field, words, longest in (
        ("subject", subject, LONGEST_SUBJECT),
        ("text", text, LONGEST_TEXT),
    ):
        if not words.strip():
            raise BadWording(
                _("Something has to stand here."), next_step=_("Write it."), field=field
            )
        if len(words) > longest:
            raise BadWording(
                _("This is longer than %(count)d characters.") % {"count": longest},
                next_step=_("Say it in fewer words."),
                field=field,
            )
        unknown = [name for name in variables_in(words) if name not in mail.variables]
        if unknown:
            raise BadWording(
                _("This mail knows no variable {%(name)s}.") % {"name": unknown[0]},
                next_step=_("Use those that are listed, or leave the braces out."),
                field=field,
            )
    for name in mail.required:
        if name not in variables_in(text):
            raise BadWording(
                _("The variable {%(name)s} is missing.") % {"name": name},
                next_step=_("Without it the mail does not say what it is for."),
                field="text",
            )


@transaction.atomic
def save_mail(
    kind: NotificationKind, *, subject: str, text: str, actor: Actor, at: datetime
) -> Wording:
    """Let a mail say this from now on.

    Raises:
        BadWording: see `refuse_bad_words`.
    """
    actor.require(Permission.CONFIGURE)
    subject = " ".join(subject.split())
    text = text.replace("\r\n", "\n").strip()
    refuse_bad_words(MAILS[kind], subject=subject, text=text)
    return keep(code_of(kind), subject=subject, text=text, actor=actor, at=at)


@transaction.atomic
def back_to_ours(code: str, *, actor: Actor, at: datetime) -> Wording:
    """Let a text say again what it says by default."""
    actor.require(Permission.CONFIGURE)
    return keep(code, subject="", text="", actor=actor, at=at)


@transaction.atomic
def save_portal_words(words: dict[str, str], *, actor: Actor, at: datetime) -> int:
    """Let stages and steps be called this; an empty word is ours. Returns how many changed.

    Raises:
        BadWording: a word is too long; `field` is its code.
    """
    actor.require(Permission.CONFIGURE)
    known = newest(PORTAL_WORDS)
    changed = 0
    for code, ours in PORTAL_WORDS.items():
        word = " ".join(words.get(code, "").split())
        if len(word) > LONGEST_WORD:
            raise BadWording(
                _("This is longer than %(count)d characters.") % {"count": LONGEST_WORD},
                next_step=_("Say it in a word or three."),
                field=code,
            )
        word = "" if word == ours() else word
        if word != (known[code].text if code in known else ""):
            keep(code, subject="", text=word, actor=actor, at=at)
            changed += 1
    return changed


def keep(code: str, *, subject: str, text: str, actor: Actor, at: datetime) -> Wording:
    """Store an edition and remember it; the words themselves stand in no history."""
    edition = Wording.objects.create(
        code=code,
        language=LANGUAGE,
        subject=subject,
        text=text,
        saved_by_id=actor.user_id,
        saved_at=at,
    )
    record(
        Action.CONFIGURATION_CHANGED,
        edition,
        actor=actor,
        at=at,
        changes={"what": "wording", "text": code, "is_ours": not text},
    )
    return edition
