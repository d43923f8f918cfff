"""Events: what rooms tell those above them. Pure: an event is a name and plain values."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, get_type_hints

Plain = str | int | bool | None


class BadEvent(ValueError):
    """An event does not fit its declaration: a fault of the program."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all news; children are frozen dataclasses of ids, codes and times.

    `kind` is stored, so it never changes. `subject` orders the news: those of one subject are
    heard one after the other. Payloads only gain fields with defaults.
    """

    kind: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.kind or cls.kind in Event.kinds:
            raise BadEvent(f"{cls.__name__} needs a kind of its own.")
        Event.kinds[cls.kind] = cls

    @property
    def subject(self) -> str:
        """What the news is about, as kind and id: `case:17`."""
        raise NotImplementedError

    def to_payload(self) -> dict[str, Plain]:
        """Return plain values; times as ISO 8601 with zone."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Return the event; fields it does not know are left out."""
        hints = get_type_hints(cls)
        known = {field.name for field in dataclasses.fields(cls)}
        values = {
            name: datetime.fromisoformat(value) if hints[name] is datetime else value
            for name, value in payload.items()
            if name in known
        }
        return cls(**values)


def event_of(kind: str, payload: dict[str, Any]) -> Event:
    """Return the event that was stored.

    Raises:
        BadEvent: no such kind.
    """
    found = Event.kinds.get(kind)
    if found is None:
        raise BadEvent(f"Nobody knows the event {kind}.")
    return found.from_payload(payload)
