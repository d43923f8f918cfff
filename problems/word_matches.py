"""Which problems share telling words with a text: the part of matching that needs no model."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from problems.similarity import SATURATION, CandidateTerms, Corpus, Similarity, rank, standing_of
from problems.teaching import IS_MATCHED, MATCHED_STATES, NO_CAUSE
from problems.terms import terms_of
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

MOST_ROWS = 6_000
"""Terms of problems that are compared with one text. Beyond it, words that many problems have are
left out: they tell least and take longest."""

LOOKED_AT_CLOSELY = 50
"""Problems that PostgreSQL hands over, those that share most with the text."""

# The score is `similarity`'s own; here it only chooses who is looked at closely, so that thousands
# of rows that share one usual word never leave the database.
CLOSEST = Statement(f"""
WITH alive AS MATERIALIZED (
  SELECT problem.id, problem.term_count AS length FROM problems_problem problem
  WHERE problem.tenant_id = %(tenant)s AND {IS_MATCHED}
), usual AS MATERIALIZED (
  SELECT count(*) AS total, greatest(avg(length), 1.0)::float8 AS length FROM alive
), held AS MATERIALIZED (
  SELECT asked.term, asked.standing, (
    SELECT count(*) FROM (
      SELECT FROM problems_problemterm spoken
      WHERE spoken.tenant_id = %(tenant)s AND spoken.term = asked.term
      LIMIT %(most)s + 1) counted
  ) AS problems
  FROM unnest(%(terms)s::text[], %(standing)s::float8[]) asked(term, standing)
), telling AS (
  SELECT term, standing FROM (
    SELECT term, standing, problems, count(*) OVER () AS terms,
      row_number() OVER rarest AS place, sum(problems) OVER rarest AS rows
    FROM held WHERE problems > 0
    WINDOW rarest AS (ORDER BY problems, term COLLATE "C" ROWS UNBOUNDED PRECEDING)
  ) counted, usual
  WHERE place = 1 OR rows <= %(most)s OR usual.total * %(asked)s <= %(most)s
), found AS MATERIALIZED (
  SELECT shared.problem_id, shared.term, shared.texts, alive.length, telling.standing
  FROM telling
  JOIN problems_problemterm shared ON shared.tenant_id = %(tenant)s
    AND shared.term = telling.term AND shared.texts > 0
  JOIN alive ON alive.id = shared.problem_id
), frequent AS MATERIALIZED (
  SELECT term, problems,
    standing * ln(1 + (total - problems + 0.5::float8) / (problems + 0.5::float8)) AS weight
  FROM (SELECT term, standing, count(*) AS problems FROM found GROUP BY term, standing) counted,
    usual
), best AS (
  SELECT found.problem_id FROM found JOIN frequent USING (term), usual
  GROUP BY found.problem_id
  ORDER BY sum(
    frequent.weight * found.texts
    / (found.texts + %(saturation)s::float8 * greatest(found.length, 1) / usual.length)
  ) DESC, found.problem_id::text COLLATE "C"
  LIMIT %(closest)s
)
SELECT 'usual', 0::bigint, '', total::float8, length FROM usual
UNION ALL SELECT 'frequent', 0, term, problems, 0 FROM frequent
UNION ALL SELECT 'found', problem_id, term, texts, length FROM found
  WHERE problem_id IN (SELECT problem_id FROM best)
""")  # noqa: S608 - both parts are ours


@dataclass(slots=True)
class Shared:
    """What a problem shares with a text: in how many of its texts each term is, and its length."""

    length: int
    counts: dict[str, int] = field(default_factory=dict)


def problems_by_words(text: str, *, at_most: int) -> list[Similarity]:
    """Return how alike the text is to each problem that shares a term with it, best first.

    One query, at most fifty problems.
    """
    terms = list(dict.fromkeys(term[:64] for term in terms_of(text)))
    shared: dict[int, Shared] = {}
    frequency: dict[str, int] = {}
    total, typical_length = 0, 1.0
    for kind, problem_id, term, count, length in closest(terms):
        if kind == "usual":
            total, typical_length = int(count), length
        elif kind == "frequent":
            frequency[term] = int(count)
        else:
            shared.setdefault(problem_id, Shared(int(length))).counts[term] = int(count)
    return rank(
        text,
        candidates=[
            CandidateTerms(key=problem_id, counts=one.counts, length=one.length)
            for problem_id, one in shared.items()
        ],
        corpus=Corpus(
            document_frequency=frequency, total=total, typical_length=max(typical_length, 1.0)
        ),
        at_most=at_most,
    )


def closest(terms: Sequence[str]) -> list[tuple[str, int, str, float, float]]:
    """Return what the closest problems share with terms, and what is usual; none for no terms."""
    if not terms:
        return []
    return CLOSEST.rows(
        tenant=tenant_of_the_scope(),
        states=MATCHED_STATES,
        no_cause=NO_CAUSE,
        terms=list(terms),
        standing=[standing_of(term) for term in terms],
        asked=len(terms),
        most=MOST_ROWS,
        closest=LOOKED_AT_CLOSELY,
        saturation=SATURATION,
    )


def words_shared(similarity: Similarity) -> tuple[tuple[str, float], ...]:
    """Return the words that speak for a problem, each with its share of all that speaks."""
    return tuple((shared.word, shared.weight) for shared in similarity.shared)
