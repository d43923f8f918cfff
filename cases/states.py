"""The states of a case; docs/glossary.md says what each means."""

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_PROBLEM = "on_problem"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


OPEN_STATES = (CaseState.NEW, CaseState.OPEN, CaseState.PENDING, CaseState.ON_PROBLEM)
ENDED_STATES = (CaseState.RESOLVED, CaseState.CLOSED, CaseState.MERGED, CaseState.SPAM)


class Channel(StrEnum):
    """The way by which a customer reached us."""

    MAIL = "mail"
    PORTAL = "portal"
    PHONE = "phone"
    CHAT = "chat"
    SOCIAL = "social"
    FORM = "form"
    API = "api"
    IMPORT = "import"


class Priority:
    """1 urgent … 4 low."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4
    ALL = (URGENT, HIGH, NORMAL, LOW)


class Feeling:
    """How a customer feels about a case, as an agent hears it: 1 upset … 5 delighted."""

    UPSET = 1
    TRAPPED = 2
    UNEASY = 3
    CONTENT = 4
    DELIGHTED = 5
    ALL = (UPSET, TRAPPED, UNEASY, CONTENT, DELIGHTED)
