"""Hide what looks like the number of a payment card: it must never be stored. Pure."""

import re
from dataclasses import dataclass

SHORTEST, LONGEST = 13, 19
HIDDEN = "•"
SHOWN_AT_THE_END = 4
# Digits of any script in groups, with one blank, dash or point between two of them.
RUN = re.compile(r"(?<![\w+])\d+(?:[ \u00a0\u2009\u202f.\-\u2013]\d+)*(?!\w)")
GROUP = re.compile(r"\d+")
# The networks' numbers begin with 2 to 6; what begins otherwise is an account or a telephone.
FIRST_DIGITS = range(2, 7)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which card numbers are hidden, and how many there were."""

    text: str
    count: int


def masked(text: str) -> Masked:
    """Return the text with all but the last four digits of each card number hidden.

    The time grows with the length of the text and no faster, whatever stands in it.
    """
    count = 0

    def hide(run: re.Match[str]) -> str:
        nonlocal count
        written, parts, told = run[0], [], 0
        for begin, end in card_numbers_in(written):
            count += 1
            parts += [written[told:begin], hidden(written[begin:end])]
            told = end
        return "".join((*parts, written[told:]))

    return Masked(text=RUN.sub(hide, text), count=count)


def card_numbers_in(written: str) -> list[tuple[int, int]]:
    """Return where card numbers stand among groups of digits, the longest first at each place."""
    groups = [(found.start(), found.end()) for found in GROUP.finditer(written)]
    places: list[tuple[int, int]] = []
    seen = 0
    for first, (begin, _end) in enumerate(groups):
        if begin < seen or int(written[begin]) not in FIRST_DIGITS:
            continue
        end = end_of_number(written, groups[first : first + LONGEST])
        if end is not None:
            places.append((begin, end))
            seen = end
    return places


def end_of_number(written: str, groups: list[tuple[int, int]]) -> int | None:
    """Return where the longest card number ends that begins with the first group, None without.

    Not a digit more is read than a card has.
    """
    digits: list[int] = []
    found = None
    for begin, end in groups:
        if len(digits) + end - begin > LONGEST:
            break
        digits += [int(each) for each in written[begin:end]]
        if is_card_number(digits):
            found = end
    return found


def hidden(written: str) -> str:
    """Return what was written with its digits hidden but for the last four."""
    left = sum(each.isdecimal() for each in written)
    shown = []
    for each in written:
        if each.isdecimal():
            shown.append(HIDDEN if left > SHOWN_AT_THE_END else each)
            left -= 1
        else:
            shown.append(each)
    return "".join(shown)


def is_card_number(digits: list[int]) -> bool:
    """Whether digits have a card's length, first digit and check digit (ISO/IEC 7812, Luhn)."""
    if not SHORTEST <= len(digits) <= LONGEST or digits[0] not in FIRST_DIGITS:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
