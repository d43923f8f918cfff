"""Who hears what: the table of subscribers, handed in by the project at start."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflow.outbox.event import Event

Subscriber = Callable[[Any], None]
Routes = Mapping[type[Event], Sequence[Subscriber]]
WakeUp = Callable[[str], None]
# Whether a subscriber would do anything for the current tenant with news of a kind.
Listens = Callable[[str], bool]

_subscribers: dict[str, dict[str, Subscriber]] = {}
_listens: dict[str, Listens] = {}
_wake_up: list[WakeUp] = []


class UnknownSubscriber(LookupError):
    """A stored delivery names a subscriber that is not there any more."""


def install(
    routes: Routes, *, wake_up: WakeUp, listens: Mapping[Subscriber, Listens] | None = None
) -> None:
    """Make the table known; `wake_up(queue)` nudges a worker and must never raise.

    `listens` tells of a subscriber whether it would do anything with news of a kind: asked once
    for much news at a time.

    Raises:
        ValueError: a subscriber is named twice for one event.
    """
    _subscribers.clear()
    for event, subscribers in routes.items():
        named = {subscriber.__name__: subscriber for subscriber in subscribers}
        if len(named) != len(subscribers):
            raise ValueError(f"{event.__name__} names a subscriber twice.")
        _subscribers[event.kind] = named
    _listens.clear()
    for subscriber, listens_to in (listens or {}).items():
        _listens[subscriber.__name__] = listens_to
    _wake_up[:] = [wake_up]


def subscribers_of(kind: str) -> list[str]:
    """Return the names of those who hear an event, in order."""
    return list(_subscribers.get(kind, {}))


def listeners_of(kind: str) -> list[str]:
    """Return the names of those who would do something with an event for the current tenant."""
    return [name for name in subscribers_of(kind) if name not in _listens or _listens[name](kind)]


def subscriber_named(kind: str, name: str) -> Subscriber:
    """Return a subscriber.

    Raises:
        UnknownSubscriber: it is not in the table any more.
    """
    try:
        return _subscribers[kind][name]
    except KeyError:
        raise UnknownSubscriber(f"{name} does not hear {kind} any more.") from None


def wake(queue: str) -> None:
    """Nudge whoever works on a queue; nothing depends on it."""
    for wake_up in _wake_up:
        wake_up(queue)
