"""Public holidays of countries and their regions, for this year and the next two.

The package that knows them takes a fifth of a second and 26 MB to load: it is loaded when it is
asked. Holidays that follow the moon are estimates until a state announces them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from workflow.refusals import Refusal

YEARS_AHEAD = 2
_LANGUAGE = "en_US"
_LITTLE_WORDS = {"And": "and", "The": "the", "Of": "of", "Da": "da"}


class NoSuchPlace(Refusal):
    """Nothing is known of the public holidays of a country or region."""

    code = "no_such_place"
    status = 422


@dataclass(frozen=True)
class Place:
    """A country or region by its code (ISO 3166) and name."""

    code: str
    name: str


@lru_cache(maxsize=1)
def countries() -> tuple[Place, ...]:
    """Return the countries whose public holidays are known, by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - see above

    places = (Place(entry[1], _spelled_out(entry[0])) for entry in COUNTRIES.values())
    return tuple(sorted(places, key=lambda place: place.name))


def _spelled_out(name: str) -> str:
    """Write `IsleOfMan` as it is written: `Isle of Man`."""
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]*", name)
    return " ".join([words[0], *(_LITTLE_WORDS.get(word, word) for word in words[1:])])


@lru_cache(maxsize=32)
def regions(country: str) -> tuple[Place, ...]:
    """Return the regions of a country that have holidays of their own, by name.

    Raises:
        NoSuchPlace: the country is not known.
    """
    known = _days_of(country, "", ())
    names = {code: name for name, code in reversed(known.subdivisions_aliases.items())}
    places = (Place(code, names.get(code, code)) for code in known.subdivisions)
    return tuple(sorted(places, key=lambda place: place.name))


def public_holidays(country: str, region: str, *, years: Iterable[int]) -> dict[str, str]:
    """Return the public holidays of some years: day (YYYY-MM-DD) to name, in order of time.

    Without a region those that hold in the whole country.

    Raises:
        NoSuchPlace: the country or region is not known.
    """
    known = _days_of(country, region, tuple(years))
    return {day.isoformat(): str(known[day])[:120] for day in sorted(known)}


def years_ahead(year: int) -> range:
    """Return the years that are filled in: this one and the next two."""
    return range(year, year + YEARS_AHEAD + 1)


def _days_of(country: str, region: str, years: tuple[int, ...]) -> Any:
    """Return what the package knows of a place.

    Raises:
        NoSuchPlace: it does not know the place.
    """
    import holidays  # noqa: PLC0415 - see above

    if country not in {place.code for place in countries()}:
        raise NoSuchPlace(
            _("No public holidays are known for the country “%(country)s”.")
            % {"country": country[:20]},
            next_step=_("Choose one of the list, or write the days down yourself."),
        )
    whole = holidays.country_holidays(country)
    if region and region not in whole.subdivisions:
        raise NoSuchPlace(
            _("%(country)s has no region “%(region)s” with holidays of its own.")
            % {"country": country, "region": region[:20]},
            next_step=_("Take one of: %(regions)s.") % {"regions": ", ".join(whole.subdivisions)}
            if whole.subdivisions
            else _("Leave the region empty."),
        )
    language = _LANGUAGE if _LANGUAGE in whole.supported_languages else None
    return holidays.country_holidays(country, subdiv=region or None, years=years, language=language)
