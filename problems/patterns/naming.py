"""What cases of a pattern have in common that other cases have not: words, and facts beside them.

A pattern without a nameable cause is likeness without a matter, and is not proposed.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from problems.terms import EMPTY_WORDS, codes_of, says_something, worded_terms

AT_MOST = 6
"""Phrases, codes and traits that are told of a pattern, each."""

_LEAST_CASES = 2
_LEAST_SHARE = 0.2
_LEAST_TIMES = 2.0
_IN_TITLE = 3
_LONGEST_TITLE = 120
_TITLE_WORDS = range(3, 13)
_USUAL_WORDS = 6
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_PERSONAL = re.compile(
    r"\d|@|\b(?:my name is|i am called|dear|hello|hi|regards|yours)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Common:
    """Something that cases of a pattern share: a phrase, a code, or the value of a fact.

    In how many of its cases, which share that is (0 to 1), and how many times more often than in
    other cases. `kind` is "phrase", "code", or the name of the fact.
    """

    kind: str
    value: str
    cases: int
    share: float
    times: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What a pattern may be about, the most telling first; `title` names it, "" if nothing can."""

    title: str = ""
    phrases: tuple[Common, ...] = ()
    codes: tuple[Common, ...] = ()
    facts: tuple[Common, ...] = ()

    @property
    def is_nameable(self) -> bool:
        """Whether there is a word, a code or a fact by which to name it."""
        return bool(self.phrases or self.codes or self.facts)


def cause_of(
    texts: Sequence[str],
    *,
    background: Sequence[str],
    facts: Sequence[Mapping[str, str]] = (),
    background_facts: Sequence[Mapping[str, str]] = (),
    subjects: Sequence[str] = (),
) -> Cause:
    """Return what texts of a pattern share beyond what other texts do.

    `background` is a sample of the tenant's other cases (300 to 1,000). `facts` holds for each case
    what is known beside its text, such as product, version and region; empty values count for
    nothing. A repeated text counts once: one sender's template names nothing. `subjects` are lines
    in which customers said it themselves: the one that says most of it names the pattern, else a
    sentence of theirs. A line that may name a person or a contract is neither.
    """
    here = [worded_terms(text) for text in dict.fromkeys(texts)]
    there = Counter(term for text in background for term in worded_terms(text))
    codes = _common(
        "code", [codes_of(text) for text in dict.fromkeys(texts)], elsewhere=there, of=background
    )
    phrases = _phrases(here, elsewhere=there, others=len(background), codes=codes)
    found_facts = _facts(facts, background_facts)
    title = ""
    if subjects:
        said = Counter(
            word for text in (*dict.fromkeys(texts), *background) for word in _words(text)
        )
        for lines in (subjects, _sentences(texts)):
            title = title or _said_best(lines, phrases=phrases, codes=codes, said=said)
    return Cause(title or _title(phrases, codes, found_facts), phrases, codes, found_facts)


def _common(
    kind: str,
    values: Sequence[Iterable[str]],
    *,
    elsewhere: Mapping[str, int],
    of: Sequence[object],
) -> tuple[Common, ...]:
    """Return values that are far more usual here than elsewhere, the most telling first."""
    counted = Counter(value for one in values for value in set(one))
    found = []
    for value, cases in counted.items():
        share = cases / len(values)
        times = share / ((elsewhere.get(value, 0) + 0.5) / (len(of) + 1))
        if cases >= _LEAST_CASES and share >= _LEAST_SHARE and times >= _LEAST_TIMES:
            found.append(Common(kind, value, cases, share, times))
    return tuple(sorted(found, key=_order)[:AT_MOST])


def _order(common: Common) -> tuple[float, str]:
    return -common.share * math.log(common.times), common.value


def _says_much(common: Common, *, best: Common) -> bool:
    """Say whether it is at least a third as telling as the best."""
    return 3 * _order(common)[0] <= _order(best)[0]


def _phrases(
    here: Sequence[Mapping[str, str]],
    *,
    elsewhere: Mapping[str, int],
    others: int,
    codes: Sequence[Common],
) -> tuple[Common, ...]:
    named = {code.value for code in codes}
    terms = [
        [term for term, words in text.items() if term not in named and _says(words)]
        for text in here
    ]
    counted = Counter(term for text in terms for term in text)
    found = [
        _phrase(term, cases, here=here, usual=(elsewhere.get(term, 0) + 0.5) / (others + 1))
        for term, cases in counted.items()
        if cases >= _LEAST_CASES and cases / len(here) >= _LEAST_SHARE
    ]
    telling = sorted((one for one in found if one.times >= _LEAST_TIMES), key=_order)
    return tuple(_without_parts(telling)[:AT_MOST])


def _says(words: str) -> bool:
    """Say whether every word is more than grammar, and one of them names something."""
    parts = words.split()
    return all(says_something(word) and len(word) > 1 for word in parts) and not (
        EMPTY_WORDS.issuperset(parts)
    )


def _phrase(term: str, cases: int, *, here: Sequence[Mapping[str, str]], usual: float) -> Common:
    """Return a term as most of its texts word it."""
    wordings = Counter(text[term] for text in here if term in text)
    words = min(wordings, key=lambda words: (-wordings[words], words))
    share = cases / len(here)
    return Common("phrase", words, cases, share, share / usual)


def _without_parts(phrases: Sequence[Common]) -> list[Common]:
    """Leave out words that a phrase says nearly as often, and phrases of words told already."""
    kept: list[Common] = []
    for phrase in phrases:
        words = set(phrase.value.split())
        longer = [
            other
            for other in phrases
            if words < set(other.value.split()) and other.cases >= 0.6 * phrase.cases
        ]
        if not longer and not any(words & set(other.value.split()) for other in kept):
            kept.append(phrase)
    return kept


def _facts(
    facts: Sequence[Mapping[str, str]], background: Sequence[Mapping[str, str]]
) -> tuple[Common, ...]:
    found: list[Common] = []
    for kind in sorted({kind for one in facts for kind in one}):
        elsewhere = Counter(one[kind] for one in background if one.get(kind))
        values = [[one[kind]] if one.get(kind) else [] for one in facts]
        found += _common(kind, values, elsewhere=elsewhere, of=background)
    return tuple(sorted(found, key=_order)[:AT_MOST])


def _said_best(
    lines: Sequence[str],
    *,
    phrases: Sequence[Common],
    codes: Sequence[Common],
    said: Mapping[str, int],
) -> str:
    """Return the line of a customer that says most of what the cases share, "" if none says enough.

    A line that may name a person or a contract is none; `said` holds in how many texts a word stands.

    The most telling code is added where the line has none: it is what others will search for.
    """
    told = [(set(worded_terms(one.value)), -_order(one)[0]) for one in phrases]
    if not told:
        return ""
    known = frozenset(code.value for code in codes)
    scored = [
        (_says_of(line, told=told), line)
        for line in dict.fromkeys(lines)
        if not _is_personal(line, codes=known, said=said)
    ]
    score, best = max(scored, key=lambda one: (one[0], one[1]), default=(0.0, ""))
    if score < max(weight for _terms, weight in told):
        return ""
    best = best.strip().rstrip(".!")
    missing = [code.value for code in codes[:1] if code.value not in codes_of(best)]
    title = ": ".join([best, *missing])[:_LONGEST_TITLE]
    return title[:1].upper() + title[1:]


def _sentences(texts: Iterable[str]) -> list[str]:
    """Return sentences that are as long as a title."""
    found = []
    for text in dict.fromkeys(texts):
        for sentence in _SENTENCE_ENDS.split(text):
            line = " ".join(sentence.split()).rstrip(",;:")
            if len(line.split()) in _TITLE_WORDS:
                found.append(line)
    return found


def _words(text: str) -> set[str]:
    """Return the words of a text, in small letters."""
    return {word.casefold() for word in _WORD.findall(text)}


def _is_personal(line: str, *, codes: frozenset[str], said: Mapping[str, int]) -> bool:
    """Whether a line greets, or may hold what belongs to one customer: a number, an address, a name.

    A number that is no code of the pattern, and a word with a capital, after the first one, that
    no other text has. `said` holds in how many texts a word stands.
    """
    left = _without_codes(line, known=codes)
    names = (word for word in _WORD.findall(left)[1:] if word[0].isupper())
    return bool(_PERSONAL.search(left)) or any(said.get(word.casefold(), 0) < 2 for word in names)


def _without_codes(line: str, *, known: frozenset[str]) -> str:
    """Return a line without the codes of the pattern: what is left may belong to one customer."""
    for term, words in worded_terms(line).items():
        if term in known:
            line = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", line, flags=re.IGNORECASE)
    return line


def _says_of(line: str, *, told: Sequence[tuple[set[str], float]]) -> float:
    """Return how much of what is shared a line says; less if it is much longer or shorter than usual."""
    words = len(line.split())
    if words not in _TITLE_WORDS:
        return 0.0
    here = set(worded_terms(line))
    said = sum(weight for terms, weight in told if terms <= here)
    return said / (1 + 0.03 * abs(words - _USUAL_WORDS))


def _title(phrases: Sequence[Common], codes: Sequence[Common], facts: Sequence[Common]) -> str:
    """Return a name in the customers' words: the most telling code, phrases, else a fact."""
    telling = [phrase for phrase in phrases if _says_much(phrase, best=phrases[0])]
    parts = [common.value for common in (*codes[:1], *telling)][:_IN_TITLE]
    title = ", ".join(parts or [common.value for common in facts[:1]])[:_LONGEST_TITLE]
    return title[:1].upper() + title[1:]
