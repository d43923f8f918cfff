"""Addresses that differ only by numbers: each is looked up once, then the numbers are put in.

A page of a case names thirty; looking all of them up took a twelfth of its time.
"""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

# Stands for the first number while an address is looked up, the next for the second; no address has it.
STAND_IN = 7_340_001


def where_served() -> tuple[str, str]:
    """Return what decides an address besides its name: the path above us, and the list of views."""
    return get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF


def address(name: str, *numbers: int) -> str:
    """Return the address of a view whose arguments are whole numbers, as `reverse` does.

    Raises:
        NoReverseMatch: there is no such view with so many numbers, or it takes none below zero.
    """
    if any(number < 0 for number in numbers):
        # Most views take none below zero: whether this one does is for Django to say.
        return reverse(name, args=numbers)
    return _pattern(name, len(numbers), where_served()) % numbers


def address_of_words(name: str, *words: str) -> str:
    """Return the address of a view whose arguments are codes of ours, few enough to keep.

    Raises:
        NoReverseMatch: there is no such view with these words.
    """
    return _kept(name, words, where_served())


@lru_cache(maxsize=512)
def _kept(name: str, words: tuple[str, ...], _where: tuple[str, str]) -> str:
    return reverse(name, args=words)


@lru_cache(maxsize=512)
def _pattern(name: str, count: int, _where: tuple[str, str]) -> str:
    """Return an address with a place for each number, kept for the path where we are served."""
    stand_ins = range(STAND_IN, STAND_IN + count)
    found = reverse(name, args=stand_ins).replace("%", "%%")
    for stand_in in stand_ins:
        found = found.replace(str(stand_in), "%d", 1)
    return found
