"""What customers read that a tenant may say in its own words: each text, its variables, ours.

A text holds variables in braces, `{number}`, and nothing else that does anything: it is filled in
by replacing names with values, once. A paragraph in which a variable has no value is left out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.notifications.models import NotificationKind

_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_ANYTHING_IN_BRACES = re.compile(r"\{([^{}\n]{0,80})\}")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")

VARIABLES: dict[str, Callable[[], str]] = {
    "greeting": lambda: _("Hello with the customer's name, if we know it"),
    "number": lambda: _("Number of the issue"),
    "subject": lambda: _("What the issue is called"),
    "sign_off": lambda: _("How your desk signs"),
    "portal_url": lambda: _("Way to the issue in the portal, without a password"),
    "confirm_url": lambda: _("Where they say that it works; nothing for whoever only follows"),
    "answer_by": lambda: _("Until when an answer was promised"),
    "text": lambda: _("What your colleague wrote"),
    "author": lambda: _("Name of the colleague"),
    "workaround": lambda: _("What helps until it is fixed"),
    "solution": lambda: _("The permanent solution"),
    "cause": lambda: _("What customers may know of the cause"),
    "estimate": lambda: _("When it will be fixed"),
    "old_estimate": lambda: _("The date that was said before"),
    "reason": lambda: _("Why the date moved"),
    "article_url": lambda: _("The published article"),
    "change": lambda: _("What was promised, and is so no more"),
    "next_news": lambda: _("By when they hear more, if somebody said"),
    "valid_for": lambda: _("How long the link works"),
}

# What a preview shows where the chosen case has nothing.
EXAMPLES: dict[str, Callable[[], str]] = {
    "greeting": lambda: _("Hello Ingrid Solheim,"),
    "number": lambda: "48213",
    "subject": lambda: _("Charged twice"),
    "sign_off": lambda: _("Your service desk"),
    "portal_url": lambda: "https://desk.example.com/help/open/…/",
    "confirm_url": lambda: "https://desk.example.com/help/open/…/",
    "answer_by": lambda: _("by Friday 20 November, 16:00"),
    "text": lambda: _("Thank you for writing. Your money is on its way back."),
    "author": lambda: "Olav Hansen",
    "workaround": lambda: _("Ask your bank to return the second collection."),
    "solution": lambda: _("We corrected the job that collected twice."),
    "cause": lambda: _("A change of tariff started the collection a second time."),
    "estimate": lambda: _("by Friday 20 November"),
    "old_estimate": lambda: _("by Tuesday 17 November"),
    "reason": lambda: _("A test failed, and we look into it."),
    "article_url": lambda: "https://desk.example.com/help/a/7/",
    "change": lambda: _(
        "We told you that it would be fixed by Friday 20 November. We have to take this back: we "
        "cannot name a date at the moment, and we are sorry."
    ),
    "next_news": lambda: _("You will hear from us by Tuesday 24 November, 16:00."),
    "valid_for": lambda: _("one hour"),
}


@dataclass(frozen=True)
class MailText:
    """A mail to customers: when it leaves, what it may say, what it has to say, our words."""

    kind: NotificationKind
    label: Callable[[], str]
    when: Callable[[], str]
    variables: tuple[str, ...]
    required: tuple[str, ...]
    subject: Callable[[], str]
    text: Callable[[], str]


# A receipt has no variable that holds anything of the sender's: whoever forges an address could
# otherwise let us mail their words to somebody else.
MAILS = {
    mail.kind: mail
    for mail in (
        MailText(
            NotificationKind.RECEIPT,
            lambda: _("Receipt"),
            lambda: _("A mail became an issue. It repeats nothing of what was written."),
            ("number", "sign_off", "portal_url", "answer_by"),
            ("number",),
            lambda: _("We received your message [{number}]"),
            lambda: _(
                "Hello,\n\nwe received your message. Its number is {number}.\n\n"
                "You will hear from us {answer_by}.\n\nSee how far we are:\n{portal_url}\n\n"
                "To add something, answer this mail.\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.ANSWER,
            lambda: _("Answer"),
            lambda: _("A colleague answered."),
            ("text", "author", "number", "subject", "sign_off", "portal_url", "greeting"),
            ("text",),
            lambda: _("Re: {subject} [{number}]"),
            lambda: _(
                "{text}\n\n{author}\n\n{sign_off}\n\n-- \n"
                "Number {number}. Answer this mail to write to us.\n\n{portal_url}"
            ),
        ),
        MailText(
            NotificationKind.CASE_RESOLVED,
            lambda: _("Resolved"),
            lambda: _("A colleague holds the issue solved."),
            ("greeting", "number", "subject", "sign_off", "portal_url"),
            (),
            lambda: _("Solved: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nwe hold your issue {number} solved. If it is not, answer this mail, "
                "and we go on.\n\n{portal_url}\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.WORKAROUND,
            lambda: _("Workaround"),
            lambda: _("Something helps until the problem is fixed."),
            (
                "greeting", "workaround", "estimate", "article_url", "number", "subject",
                "sign_off", "portal_url",
            ),
            ("workaround",),
            lambda: _("What helps until it is fixed: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nwe know what is behind “{subject}”, and we are working on it. "
                "Until it is fixed, this helps:\n\n{workaround}\n\nWe expect to have it fixed "
                "{estimate}.\n\nStep by step:\n{article_url}\n\nSee how far we are:\n"
                "{portal_url}\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.ESTIMATE,
            lambda: _("Date of the fix"),
            lambda: _("A date was published, or it moved."),
            (
                "greeting", "estimate", "old_estimate", "reason", "number", "subject", "sign_off",
                "portal_url",
            ),
            ("estimate",),
            lambda: _("New date: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nwe told you {old_estimate}. We will not make it, and we are "
                "sorry.\n\n{reason}\n\nWe expect to have it fixed {estimate}.\n\n"
                "See how far we are:\n{portal_url}\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.PROBLEM_RESOLVED,
            lambda: _("Fixed"),
            lambda: _("The problem behind the issue is fixed for good."),
            (
                "greeting", "solution", "cause", "article_url", "number", "subject", "sign_off",
                "confirm_url", "portal_url",
            ),
            ("solution",),
            lambda: _("Solved: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\n“{subject}” is solved.\n\n{solution}\n\n"
                "What was behind it:\n{cause}\n\nTo read it again:\n{article_url}\n\n"
                "Does it work now? Tell us with one click:\n{confirm_url}\n\n"
                "If it still happens, answer this mail.\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.PROBLEM_REOPENED,
            lambda: _("Not fixed after all"),
            lambda: _("It was said to be fixed, and it is not."),
            ("greeting", "reason", "estimate", "number", "subject", "sign_off", "portal_url"),
            (),
            lambda: _("We are sorry: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nwe told you that it is fixed. It is not, and we are sorry. We are "
                "working on it again, and you will hear from us as soon as we know more.\n\n"
                "{reason}\n\nWe expect to have it fixed {estimate}.\n\n"
                "See how far we are:\n{portal_url}\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.NOT_FIXED,
            lambda: _("Will not be fixed"),
            lambda: _("It was decided that the problem stays as it is."),
            ("greeting", "reason", "number", "subject", "sign_off", "portal_url"),
            ("reason",),
            lambda: _("How it goes on: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nwe have decided about “{subject}”, and we owe you a plain answer: "
                "we will not fix it.\n\n{reason}\n\n"
                "To read it again:\n{portal_url}\n\n"
                "If this leaves you with a question, answer this mail.\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.PROMISE_CHANGED,
            lambda: _("A promise changed"),
            lambda: _("A date was taken back, or the time for news moved or was taken back."),
            (
                "greeting", "change", "reason", "next_news", "number", "subject", "sign_off",
                "portal_url",
            ),
            ("change",),
            lambda: _("A change of plan: {subject} [{number}]"),
            lambda: _(
                "{greeting}\n\nthis is about “{subject}”.\n\n{change}\n\n{reason}\n\n"
                "{next_news}\n\nSee how far we are:\n{portal_url}\n\n{sign_off}"
            ),
        ),
        MailText(
            NotificationKind.PORTAL_LINK,
            lambda: _("Link to the portal"),
            lambda: _("Somebody asked for a way in, on the sign-in page."),
            ("greeting", "portal_url", "valid_for", "sign_off"),
            ("portal_url",),
            lambda: _("Your link to {sign_off}"),
            lambda: _(
                "{greeting}\n\nwith this link you are signed in:\n\n{portal_url}\n\n"
                "It works for {valid_for}. If you did not ask for it, do nothing: nobody gets in "
                "without it.\n\n{sign_off}"
            ),
        ),
    )
}  # fmt: skip

# What customers read of a problem, by code: the chip of each stage, and the five steps.
PORTAL_WORDS: dict[str, Callable[[], str]] = {
    "stage.received": lambda: _("Received"),
    "stage.investigating": lambda: _("Looking for the cause"),
    "stage.identified": lambda: _("Cause found"),
    "stage.fixing": lambda: _("Fixing"),
    "stage.monitoring": lambda: _("Checking the fix"),
    "stage.resolved": lambda: _("Fixed"),
    "step.received": lambda: _("Received"),
    "step.cause_found": lambda: _("Cause found"),
    "step.fix_tested": lambda: _("Fix tested"),
    "step.rolled_out": lambda: _("Rolled out"),
    "step.fixed": lambda: _("Fixed"),
}


def variables_in(text: str) -> list[str]:
    """Return what stands in braces in a text, in order, known or not."""
    return [found.strip() for found in _ANYTHING_IN_BRACES.findall(text)]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables replaced, once; values are never looked into.

    A paragraph with a variable that has no value is left out. Names that nobody knows have none.
    """
    paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    kept = [
        paragraph
        for paragraph in paragraphs
        if all(values.get(name) for name in _VARIABLE.findall(paragraph))
    ]
    return _VARIABLE.sub(lambda found: values[found[1]], "\n\n".join(kept))


def filled_line(text: str, values: Mapping[str, str]) -> str:
    """Return a subject with its variables replaced, in one line."""
    return " ".join(_VARIABLE.sub(lambda found: values.get(found[1], ""), text).split())
