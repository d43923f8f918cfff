"""What cases are called on pages: states, priorities, channels."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.states import CaseState, Channel, Feeling, Priority

STATES = {
    CaseState.NEW: gettext_lazy("New"),
    CaseState.OPEN: gettext_lazy("Open"),
    CaseState.PENDING: gettext_lazy("Waiting for customer"),
    CaseState.ON_PROBLEM: gettext_lazy("Waiting for a problem"),
    CaseState.RESOLVED: gettext_lazy("Resolved"),
    CaseState.CLOSED: gettext_lazy("Closed"),
    CaseState.MERGED: gettext_lazy("Merged"),
    CaseState.SPAM: gettext_lazy("Spam"),
}
PRIORITY_CODES = {
    Priority.URGENT: "urgent",
    Priority.HIGH: "high",
    Priority.NORMAL: "normal",
    Priority.LOW: "low",
}
PRIORITIES = {
    "urgent": gettext_lazy("Urgent"),
    "high": gettext_lazy("High"),
    "normal": gettext_lazy("Normal"),
    "low": gettext_lazy("Low"),
}
CHANNELS = {
    Channel.MAIL: gettext_lazy("by mail"),
    Channel.PORTAL: gettext_lazy("in the portal"),
    Channel.PHONE: gettext_lazy("by telephone"),
    Channel.CHAT: gettext_lazy("by chat"),
    Channel.SOCIAL: gettext_lazy("on social media"),
    Channel.FORM: gettext_lazy("by a web form"),
    Channel.API: gettext_lazy("by a program"),
    Channel.IMPORT: gettext_lazy("imported"),
}
FEELINGS = {
    Feeling.UPSET: gettext_lazy("Upset"),
    Feeling.TRAPPED: gettext_lazy("Trapped"),
    Feeling.UNEASY: gettext_lazy("Uneasy"),
    Feeling.CONTENT: gettext_lazy("Content"),
    Feeling.DELIGHTED: gettext_lazy("Delighted"),
}
CHANNEL_ICONS = {
    Channel.MAIL: "mail",
    Channel.PORTAL: "monitor",
    Channel.PHONE: "phone",
    Channel.CHAT: "messages-square",
    Channel.SOCIAL: "at-sign",
    Channel.FORM: "clipboard-list",
    Channel.API: "plug",
    Channel.IMPORT: "archive",
}
CHANNELS_WRITTEN_DOWN = (Channel.PHONE, Channel.CHAT, Channel.SOCIAL, Channel.MAIL)


def state_words(state: str) -> str:
    """Return a case's state in words."""
    return str(STATES[CaseState(state)])


def priority_words(priority: int) -> str:
    """Return a priority from 1 to 4 in a word."""
    return str(PRIORITIES[PRIORITY_CODES[priority]])


def priority_choices() -> list[dict[str, str]]:
    """Return all priorities, the most urgent first."""
    return [{"code": c, "value": c, "label": str(label)} for c, label in PRIORITIES.items()]


def priority_of(code: str) -> int | None:
    """Return the priority of a code, or None."""
    return next((number for number, known in PRIORITY_CODES.items() if known == code), None)


def channel_words(channel: str) -> str:
    """Return in words how a customer reached us."""
    return str(CHANNELS[Channel(channel)])


def channel_icon(channel: str) -> str:
    """Return the icon of a channel; its words stand beside it."""
    return CHANNEL_ICONS[Channel(channel)]


def channel_names() -> dict[str, str]:
    """Return every channel's code with its words, as filters offer them."""
    return {channel.value: capfirst(str(words)) for channel, words in CHANNELS.items()}


def feeling_words(feeling: int) -> str:
    """Return how a customer feels, from 1 to 5, in a word."""
    return str(FEELINGS[feeling])


def feeling_choices() -> list[dict[str, str]]:
    """Return how a customer may feel, the worst first."""
    return [{"value": str(code), "label": str(words)} for code, words in FEELINGS.items()]


def channel_choices() -> list[dict[str, str]]:
    """Return the channels by which somebody reaches an agent who writes the case down."""
    names = {
        Channel.PHONE: _("Telephone"),
        Channel.CHAT: _("Chat"),
        Channel.SOCIAL: _("Social media"),
        Channel.MAIL: _("Mail"),
    }
    return [{"value": channel.value, "label": names[channel]} for channel in CHANNELS_WRITTEN_DOWN]
