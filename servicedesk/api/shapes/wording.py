"""Shapes of the desk's own words: mails to customers, and what the portal calls things."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    number,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)
from servicedesk.notifications.rewording import LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_WORD


class MailWordsWish(Taken):
    """What a mail says from now on."""

    subject = words(longest=LONGEST_SUBJECT, is_needed=True)
    text = words(longest=LONGEST_TEXT, is_needed=True)


class MailWordsTrial(MailWordsWish):
    """What a mail might say, for a case or with examples."""

    case = number(is_needed=False, says="Number of a case; examples without one.")


class WordingShape(Shown):
    """A mail to customers, and whether it has the desk's own words."""

    kind = text_shown()
    label = text_shown()  # type: ignore[assignment]
    when = text_shown()
    is_own = yes_shown()
    saved_at = time_shown(is_nullable=True)


class VariableShape(Shown):
    """What a mail may say of its case."""

    name = text_shown()
    says = text_shown()
    is_required = yes_shown()


class EditionShape(Shown):
    """What was said from a moment on; both texts are empty on the way back to ours."""

    subject = text_shown()
    text = text_shown()
    by = shown("saved_by.email")
    saved_at = time_shown()


class MailWordsShape(WordingShape):
    """The words in force for a mail, with its variables and earlier editions."""

    subject = text_shown()
    text = text_shown()
    variables = VariableShape(many=True, read_only=True)
    editions = EditionShape(many=True, read_only=True)


class PreviewShape(Shown):
    """How a mail would read."""

    subject = text_shown()
    text = text_shown()


class PortalWordsWish(Taken):
    """What the portal calls stages and steps; a word that is left out, or empty, is ours."""

    words = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_WORD, allow_blank=True)
    )


class PortalWordsShape(Shown):
    """What the portal calls stages and steps."""

    words = serializers.DictField(child=serializers.CharField(), read_only=True)
