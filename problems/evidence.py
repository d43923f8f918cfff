"""What a case and a problem have in common, as a person can check it: words, codes, facts.

Whatever ranked a problem, this says why it may be right in things that can be looked up: the words
and phrases both texts share, with their places in both, and product, version, error code, region,
time and who linked cases like it. Pure and deterministic; no database, no vectors.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from problems.terms import EMPTY_WORDS, codes_of, terms_of

TEXT_LENGTH = 4_000
"""Characters of each text that are compared."""

MARKED_AT_MOST = 12
LATELY = timedelta(days=7)
VERSION = re.compile(
    r"\b(?:v|version |release |firmware )?(\d{1,3}(?:\.\d{1,4}){1,3}\b)", re.IGNORECASE
)
"""A version as people write it: 4.12, v2.0.1, firmware 7.0.3."""

_NAMED_VERSION = re.compile(
    r"\b(?:v|(?:version|release|firmware|app|ios|android|update|updated|upgrade|upgraded)\s+(?:to\s+)?"
    r"(?:version\s+)?)(\d{1,3}(?:\.\d{1,4}){1,3})\b|\b(\d{1,3}(?:\.\d{1,4}){2,3})\b",
    re.IGNORECASE,
)

_TOKEN = re.compile(r"[^\W_](?:[\w'\u2019]|[-.](?=\w))*")
_LONGEST_PHRASE = 12
# A word that a text says again and again need not be looked for everywhere.
_PLACES_AT_MOST = 12
_CODE_COUNTS = 4.0


# ---- words -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text: from `begin` until before `end`, in characters."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Words that both texts have, as the first one wrote them; `is_code` for codes and names."""

    words: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What two texts share, the most telling first, and where it stands in each, in order."""

    shared: tuple[Shared, ...] = ()
    in_text: tuple[Span, ...] = ()
    in_other: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    begin: int
    end: int
    terms: tuple[str, ...]
    folded: str

    def is_like(self, other: "_Token") -> bool:
        """Whether both say the same, inflected or not."""
        return bool(set(self.terms) & set(other.terms)) or self.folded == other.folded


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring tokens that both texts have: from where in each, and how many."""

    begin: int
    other: int
    length: int


def compare(text: str, *, other: str, weights: Mapping[str, float] | None = None) -> Compared:
    """Return the words and phrases that two texts share, at most twelve of them.

    `weights` says how telling a term is (as `problems.similarity` names it); without it a code
    counts most, then long phrases, then long words.
    """
    one, two = _tokens(text[:TEXT_LENGTH]), _tokens(other[:TEXT_LENGTH])
    codes = set(codes_of(text[:TEXT_LENGTH])) & set(codes_of(other[:TEXT_LENGTH]))
    found: dict[str, tuple[float, Shared, _Run]] = {}
    for run in _runs(one, two):
        tokens = one[run.begin : run.begin + run.length]
        words = _written(text, tokens)
        is_code = any(token.folded in codes for token in tokens) or words.casefold() in codes
        worth = _worth(tokens, weights=weights) + (_CODE_COUNTS if is_code else 0.0)
        key = " ".join(token.terms[0] if token.terms else token.folded for token in tokens)
        if key not in found or worth > found[key][0]:
            found[key] = worth, Shared(words, is_code), run
    kept, terms = _without_repeats(
        sorted(found.values(), key=lambda one: (-one[0], one[2].begin)), tokens=one
    )
    runs = [run for _shared, run in kept]
    return Compared(
        shared=tuple(shared for shared, _run in kept),
        in_text=_spans(one, terms, [(run.begin, run.length) for run in runs], text),
        in_other=_spans(two, terms, [(run.other, run.length) for run in runs], other),
    )


def _without_repeats(
    found: Iterable[tuple[float, Shared, _Run]], *, tokens: Sequence[_Token]
) -> tuple[list[tuple[Shared, _Run]], set[str]]:
    """Return the best, without those whose words all stand in a better one, and their terms."""
    kept: list[tuple[Shared, _Run]] = []
    terms: set[str] = set()
    for _worth_of_it, shared, run in found:
        own = {term for one in tokens[run.begin : run.begin + run.length] for term in one.terms}
        if not own <= terms and len(kept) < MARKED_AT_MOST:
            kept.append((shared, run))
            terms |= own
    return kept, terms


def pieces(text: str, spans: Iterable[Span]) -> tuple[tuple[str, bool], ...]:
    """Return a text cut at the spans: each piece with whether it is marked."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for span in spans:
        if span.begin > at:
            cut.append((text[at : span.begin], False))
        cut.append((text[max(span.begin, at) : span.end], True))
        at = max(at, span.end)
    if at < len(text):
        cut.append((text[at:], False))
    return tuple(cut)


def excerpt(text: str, *, spans: Sequence[Span], longest: int) -> tuple[tuple[str, bool], ...]:
    """Return pieces of at most so many characters around the first mark, with … where cut."""
    if len(text) <= longest:
        return pieces(text, spans)
    first = spans[0].begin if spans else 0
    begin = max(0, min(first - longest // 4, len(text) - longest))
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    end = min(begin + longest, len(text))
    within = [
        Span(span.begin - begin, min(span.end, end) - begin)
        for span in spans
        if begin <= span.begin < end
    ]
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    cut = pieces(text[begin:end], within)
    return (*(((before, False),) if before else ()), *cut, *(((after, False),) if after else ()))


def versions_in(text: str) -> tuple[str, ...]:
    """Return the versions that a text speaks of, each once."""
    return tuple(dict.fromkeys(VERSION.findall(text[:TEXT_LENGTH])))


def named_versions_in(text: str) -> tuple[str, ...]:
    """Return the versions that a text calls so, each once: an amount of 12.50 is none."""
    found = _NAMED_VERSION.findall(text[:TEXT_LENGTH])
    return tuple(dict.fromkeys(called or written for called, written in found))


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found.start(), found.end(), terms_of_word(found[0]), found[0].casefold())
        for found in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=20_000)
def terms_of_word(word: str) -> tuple[str, ...]:
    """Return the terms of one word; none for a word that says or shows nothing by itself."""
    if word.casefold().replace("\u2019", "").replace("'", "") in EMPTY_WORDS:
        return ()
    return terms_of(unicodedata.normalize("NFKC", word))


def _runs(one: list[_Token], two: list[_Token]) -> list[_Run]:
    """Return the longest neighbouring words that both texts have, from each place of the first."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(two):
        for term in token.terms:
            found_at = places.setdefault(term, [])
            if len(found_at) < _PLACES_AT_MOST:
                found_at.append(place)
    found: list[_Run] = []
    begin = 0
    while begin < len(one):
        best = _longest_from(one, two, begin=begin, places=places)
        if best is None:
            begin += 1
            continue
        found.append(best)
        begin = best.begin + best.length
    return found


def _longest_from(
    one: list[_Token], two: list[_Token], *, begin: int, places: Mapping[str, list[int]]
) -> _Run | None:
    """Return the longest run that begins with a telling word at `begin`, if there is one."""
    starts = {place for term in one[begin].terms for place in places.get(term, ())}
    best: _Run | None = None
    for start in sorted(starts):
        length = _common(one[begin : begin + _LONGEST_PHRASE], two[start : start + _LONGEST_PHRASE])
        if best is None or length > best.length:
            best = _Run(begin, start, length)
    return best


def _common(one: Sequence[_Token], two: Sequence[_Token]) -> int:
    """Return how many tokens both begin with, ending with one that says something."""
    told = 0
    for length, (left, right) in enumerate(zip(one, two, strict=False), start=1):
        if not left.is_like(right):
            break
        # A number beside a word belongs to it (HTTP 500); "of the" at the end does not.
        if left.terms or left.folded.isdigit():
            told = length
    return told


def _worth(tokens: Sequence[_Token], *, weights: Mapping[str, float] | None) -> float:
    if weights is not None:
        return sum(
            max((weights.get(term, 0.0) for term in one.terms), default=0.0) for one in tokens
        )
    return sum(1.0 + min(len(one.folded), 10) / 10 for one in tokens if one.terms)


def _written(text: str, tokens: Sequence[_Token]) -> str:
    return " ".join(text[tokens[0].begin : tokens[-1].end].split())


def _spans(
    tokens: list[_Token], terms: set[str], runs: Iterable[tuple[int, int]], text: str
) -> tuple[Span, ...]:
    """Return every place of the shared words, phrases as one place."""
    within = {place for begin, length in runs for place in range(begin, begin + length)}
    marked = [
        place
        for place, token in enumerate(tokens)
        if place in within or any(term in terms for term in token.terms)
    ]
    spans: list[Span] = []
    last = -2
    for place in marked:
        token = tokens[place]
        is_next = place == last + 1 and text[spans[-1].end : token.begin].isspace()
        if is_next:
            spans[-1] = Span(spans[-1].begin, token.end)
        else:
            spans.append(Span(token.begin, token.end))
        last = place
    return tuple(spans)


# ---- facts -----------------------------------------------------------------------------------


class Ground(StrEnum):
    """A fact that speaks for a problem."""

    PRODUCT = "product"
    VERSION = "version"
    CODE = "code"
    REGION = "region"
    LATELY = "lately"
    CONFIRMED = "confirmed"
    OTHER_PRODUCT = "other_product"


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact and its value: the name of the product, the code, how many cases."""

    ground: Ground
    value: str = ""
    count: int = 0

    @property
    def is_against(self) -> bool:
        """Whether it speaks against the problem."""
        return self.ground is Ground.OTHER_PRODUCT


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """What is known of the case: its text, product and where the customer is."""

    text: str = ""
    product_id: int | None = None
    product: str = ""
    version: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known of a problem and its linked cases.

    `texts` are its own words and what its nearest cases say. `regions` counts linked cases by the
    customer's region, `lately` those of the last seven days. `confirmed_by` names who linked those
    of the `confirmed` nearest cases that people linked.
    """

    texts: tuple[str, ...] = ()
    product_id: int | None = None
    product: str = ""
    version: str = ""
    regions: Mapping[str, int] | None = None
    lately: int = 0
    confirmed_by: tuple[str, ...] = ()
    confirmed: int = 0


def reasons(asked: AskedFacts, known: KnownFacts) -> tuple[Reason, ...]:
    """Return the facts that speak for and against a problem, codes and versions first."""
    said = "\n".join(known.texts)
    theirs = set(codes_of(said))
    codes = [code for code in codes_of(asked.text) if code in theirs]
    found = [Reason(Ground.CODE, code) for code in codes[:3]]
    found += [Reason(Ground.VERSION, version) for version in _versions(asked, known, said)[:2]]
    found += _product(asked, known)
    regions = known.regions or {}
    if asked.region and regions.get(asked.region):
        found.append(Reason(Ground.REGION, asked.region, regions[asked.region]))
    if known.lately:
        found.append(Reason(Ground.LATELY, count=known.lately))
    if known.confirmed:
        names = ", ".join(dict.fromkeys(known.confirmed_by))
        found.append(Reason(Ground.CONFIRMED, names, known.confirmed))
    return tuple(found)


def _versions(asked: AskedFacts, known: KnownFacts, said: str) -> list[str]:
    mine = [*([asked.version] if asked.version else []), *versions_in(asked.text)]
    theirs = {known.version, *versions_in(said)} - {""}
    return [version for version in dict.fromkeys(mine) if version in theirs]


def _product(asked: AskedFacts, known: KnownFacts) -> list[Reason]:
    if asked.product_id is None or known.product_id is None:
        return []
    if asked.product_id == known.product_id:
        return [Reason(Ground.PRODUCT, known.product)]
    return [Reason(Ground.OTHER_PRODUCT, known.product)]
