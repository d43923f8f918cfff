"""One tenant in the matcher's memory: read once, then kept as the database is, answer by answer.

Works in the tenant's scope and reads through its wall. Holds vectors and ids, no text.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from django.db import connection

from problems.asking import Alike, Answer, Question, Source
from problems.likeness.embedding import Embedder
from problems.likeness.memory import Memory, ProblemFacts
from problems.likeness.pausing import Pause, go_on
from problems.likeness.ranking import Query, cases_like, nearest_cases, rank
from problems.likeness.reading import readable
from problems.likeness.vectors import Vectors, Vectors16, packed
from problems.models.lesson import LessonKind
from problems.teaching import IS_MATCHED, MATCHED_STATES, NO_CAUSE
from servicedesk.matcher.following import Changed, Follower
from servicedesk.matcher.reading import BIGINT, VECTOR, Table, read_columns
from servicedesk.matcher.titles import article_titles, by, problem_titles
from workflow.tenancy.scope import tenant_of_the_scope

MOST_CASES = 100_000
"""Cases of one tenant that are kept in memory: the latest, and before them those that are linked."""

MORE_THAN_MOST = 1.02
"""How far that may be exceeded before the oldest go."""

SIMILAR_CASES = 20
ARTICLES = 3
LEAST_LIKENESS = 0.35
"""Below it a case or an article has nothing to do with a text."""

LEARNED_AT_ONCE = 5_000
"""Linked cases from which is learned before the first answer; from more it takes seconds."""

READ_FOR_A_QUESTION = 4
"""New wordings that are read while somebody waits for an answer; more are read afterwards."""

READ_AT_A_TURN = 32
"""New wordings that are read before it is another tenant's turn."""

MEASURED_AT_ONCE = 1_000
"""Linked cases whose vectors are copied while a question may wait."""

LINKS = f"""
SELECT link.case_id, link.problem_id, (link.kind = 'confirmed')::int::bigint
FROM problems_caselink link
JOIN problems_problem problem
  ON problem.tenant_id = link.tenant_id AND problem.id = link.problem_id
WHERE link.tenant_id = %(tenant)s AND link.kind IN ('confirmed', 'rejected', 'similar')
  AND {IS_MATCHED}
"""  # noqa: S608 - both parts are ours
LINKS_OF_CASES = f"{LINKS} AND link.case_id = ANY(%(cases)s) ORDER BY link.case_id"
LINKS_OF_PROBLEMS = f"{LINKS} AND link.problem_id = ANY(%(problems)s) ORDER BY link.case_id"
LATEST_LINKS = f"{LINKS} ORDER BY link.case_id DESC LIMIT %(most)s"
VECTORS = """
SELECT embedding.case_id, embedding.vector FROM problems_caseembedding embedding
WHERE embedding.tenant_id = %(tenant)s AND embedding.model = %(model)s
  AND octet_length(embedding.vector) = 768
"""
VECTORS_OF_CASES = f"{VECTORS} AND embedding.case_id = ANY(%(cases)s)"
LATEST_VECTORS = f"{VECTORS} ORDER BY embedding.case_id DESC LIMIT %(most)s"
COUNT = f"""
SELECT (SELECT count(*) FROM (SELECT 1 FROM problems_caseembedding
                              WHERE tenant_id = %(tenant)s LIMIT %(most)s) counted)
     + (SELECT count(*) FROM problems_problem problem
        WHERE problem.tenant_id = %(tenant)s AND {IS_MATCHED})
"""  # noqa: S608 - both parts are ours
Links = list[tuple[int, int, bool]]


class MemoryInUse(Exception):
    """What is known of a tenant is being read or learned, for longer than a question waits."""


class TenantMemory:
    """What the matcher knows of one tenant; safe for threads, one answer at a time."""

    def __init__(
        self, embedder: Embedder, *, most_cases: int = MOST_CASES, pause: Pause = go_on
    ) -> None:
        """Begin empty. `pause` is called between the steps of what takes long, and may end it."""
        self.embedder = embedder
        self.most_cases = most_cases
        self.pause = pause
        self.lock = RLock()
        self.follower = Follower()
        self.memory = Memory()
        self.articles = Vectors()
        self.rejections: dict[int, set[int]] = {}
        self.unread_problems: set[int] = set()
        self.has_unread_articles = False

    def __len__(self) -> int:
        return len(self.memory.cases) + len(self.memory.problems) + len(self.articles)

    # ---- reading the tenant -----------------------------------------------------------------

    def expected(self) -> int:
        """Return how many vectors there will be, at most; one query."""
        with connection.cursor() as cursor:
            cursor.execute(
                COUNT,
                self.values(most=self.most_cases, states=MATCHED_STATES, no_cause=NO_CAUSE),
            )
            (count,) = cursor.fetchone()
        return int(count)

    def load(self, *, is_patient: bool = True) -> None:
        """Read the tenant; six queries, and what it takes to read new titles.

        A hundred thousand cases take some seconds. Who is not patient learns from many examples
        later, and has most new titles read later (`catch_up`). Outside any transaction, unless it is to see what the transaction did.
        """
        with self.lock:
            # What changes while we read is read again by whoever asks next.
            self.follower.begin()
            self.memory = Memory(expected_cases=self.expected())
            at_most = None if is_patient else READ_AT_A_TURN
            found = problem_titles(self.embedder, at_most=at_most, pause=self.pause)
            self.unread_problems = found.unread
            for title in found.titles:
                self.memory.put_problem(title.problem_id, title=title.vector, facts=title.facts)
            links = self.links(LATEST_LINKS, most=self.most_cases)[::-1]
            linked = sorted({case for case, _, _ in links})
            self.read_vectors(VECTORS_OF_CASES, pause=self.pause, cases=linked)
            room = self.most_cases - len(self.memory.cases)
            self.read_vectors(LATEST_VECTORS, pause=self.pause, most=max(room, 0))
            self.connect([link for link in links if not link[2]])
            self.memory.link_many(
                [
                    (case_id, problem_id)
                    for case_id, problem_id, is_cause in links
                    if is_cause and self.are_known(case_id, problem_id)
                ]
            )
            self.read_articles(at_most=at_most, pause=self.pause)
            if is_patient or len(self.memory.problem_of) <= LEARNED_AT_ONCE:
                self.memory.learn(pause=self.pause)
            else:
                # What was linked is measured plainly until then.
                self.memory.adopt(self.memory.learned)

    def read_vectors(self, query: str, *, pause: Pause = go_on, **values: Any) -> None:
        """Remember the vectors that a query finds, but for those that are known; one query."""

        def take(table: Table) -> None:
            pause()
            known = self.memory.cases
            new = [place for place, key in enumerate(table["case"].tolist()) if key not in known]
            known.put_many(table["case"][new].tolist(), table["vector"][new])

        read_columns(
            query,
            self.values(model=self.embedder.version, **values),
            columns={"case": BIGINT, "vector": VECTOR},
            take=take,
        )

    def links(self, query: str, **values: Any) -> Links:
        """Return case, problem, and whether that is its cause; one query."""
        found: Links = []

        def take(table: Table) -> None:
            found.extend(
                zip(
                    table["case"].tolist(),
                    table["problem"].tolist(),
                    table["cause"].astype(bool).tolist(),
                    strict=True,
                )
            )

        read_columns(
            query,
            self.values(states=MATCHED_STATES, no_cause=NO_CAUSE, **values),
            columns={"case": BIGINT, "problem": BIGINT, "cause": BIGINT},
            take=take,
        )
        return found

    def connect(self, links: Links) -> None:
        """Remember links and rejections of cases and problems that are known."""
        for case_id, problem_id, is_cause in links:
            if not self.are_known(case_id, problem_id):
                continue
            if is_cause:
                self.memory.link(case_id, problem_id=problem_id)
            else:
                self.memory.reject(case_id, problem_id=problem_id)
                self.rejections.setdefault(case_id, set()).add(problem_id)

    def are_known(self, case_id: int, problem_id: int) -> bool:
        """Whether a case was read, and a problem is one that cases are matched to."""
        return case_id in self.memory.cases and problem_id in self.memory.problems

    def read_articles(self, *, at_most: int | None, pause: Pause = go_on) -> None:
        """Read the published articles anew, of new ones at most so many; two queries."""
        found, self.has_unread_articles = article_titles(
            self.embedder, at_most=at_most, pause=pause
        )
        self.articles = Vectors()
        for article_id, vector in found.items():
            self.articles.put(article_id, vector)

    def values(self, **values: Any) -> dict[str, Any]:
        """Return the values of a query of this tenant."""
        return {"tenant": tenant_of_the_scope(), **values}

    # ---- following --------------------------------------------------------------------------

    def follow(self) -> None:
        """Take in what changed since the last look; one query, and a few if something did."""
        changes = self.follower.changes()
        if not changes:
            return
        if any(change.kind == LessonKind.ARTICLES for change in changes):
            self.read_articles(at_most=READ_FOR_A_QUESTION)
        self.follow_problems(
            {change.problem_id for change in changes if is_about_problem(change)} - {None},
            at_most=READ_FOR_A_QUESTION,
        )
        self.follow_cases({change.case_id for change in changes} - {None})

    def follow_problems(self, changed: Collection[Any], *, at_most: int) -> None:
        """Read problems again that were opened, worded anew or ended; two queries, or four.

        Of new wordings at most so many are read; a problem whose wording is left stays as it was.
        """
        if not changed:
            return
        found = problem_titles(self.embedder, only=changed, at_most=at_most)
        self.unread_problems = (self.unread_problems - set(changed)) | found.unread
        titles = {title.problem_id: title for title in found.titles}
        new = [problem_id for problem_id in titles if problem_id not in self.memory.problems]
        for problem_id in changed:
            if problem_id in titles:
                title = titles[problem_id]
                self.memory.put_problem(problem_id, title=title.vector, facts=title.facts)
            elif problem_id not in found.unread:
                self.memory.drop_problem(problem_id)
        if new:
            links = self.links(LINKS_OF_PROBLEMS, problems=sorted(new))
            self.read_vectors(VECTORS_OF_CASES, cases=sorted({case for case, _, _ in links}))
            self.connect(links)

    def is_behind(self) -> bool:
        """Whether new wordings were left for later."""
        return bool(self.unread_problems) or self.has_unread_articles

    def catch_up(self) -> None:
        """Read a helping of the wordings that were left, while questions go on; some queries."""
        with self.lock:
            some = sorted(self.unread_problems)[:READ_AT_A_TURN]
            has_unread_articles = self.has_unread_articles
        # Read and kept in the database while others ask; then what is kept is taken in.
        if some:
            problem_titles(self.embedder, only=some, pause=self.pause)
        elif has_unread_articles:
            article_titles(self.embedder, at_most=READ_AT_A_TURN, pause=self.pause)
        with self.lock:
            self.follow_problems(some, at_most=0)
            if has_unread_articles and not some:
                self.read_articles(at_most=0)

    def follow_cases(self, changed: Collection[Any]) -> None:
        """Read cases again that are new, or whose links changed; two queries."""
        if not changed:
            return
        cases = sorted(changed)
        self.read_vectors(VECTORS_OF_CASES, cases=cases)
        links = self.links(LINKS_OF_CASES, cases=cases)
        causes = {case_id: problem_id for case_id, problem_id, is_cause in links if is_cause}
        for case_id in cases:
            if self.memory.problem_of.get(case_id) != causes.get(case_id):
                self.memory.unlink(case_id)
            for problem_id in self.rejections.pop(case_id, ()):
                self.memory.take_back_rejection(case_id, problem_id=problem_id)
        self.connect(links)
        self.make_room()

    def make_room(self) -> None:
        """Let go of the oldest cases that belong to no problem, once there are too many."""
        cases = self.memory.cases
        if len(cases) <= self.most_cases * MORE_THAN_MOST:
            return
        oldest_first = cases.keys()
        loose = [
            case_id
            for case_id in oldest_first
            if case_id not in self.memory.problem_of and case_id not in self.rejections
        ]
        for case_id in loose[: len(cases) - self.most_cases]:
            cases.drop(case_id)

    def learn(self) -> bool:
        """Learn from all examples together; questions go on. Answers whether there were new ones."""
        with self.lock:
            if not self.memory.changes:
                return False
            memory, examples = self.memory, self.memory.examples()
            linked = list(memory.problem_of)
        learned = examples.learned(pause=self.pause)
        lengths: dict[int, float] = {}
        for some in by(linked, count=MEASURED_AT_ONCE):
            with self.lock:
                here = [case_id for case_id in some if case_id in memory.cases]
                rows = memory.cases.of(here)
            self.pause()
            lengths.update(zip(here, learned.lengths(rows).tolist(), strict=True))
        with self.lock:
            memory.adopt(learned, lengths=lengths)
        return True

    # ---- answering --------------------------------------------------------------------------

    @contextmanager
    def held(self, within: float | None) -> Iterator[None]:
        """Have the memory for oneself; None waits as long as it takes.

        Raises:
            MemoryInUse: others had it for more than `within` seconds.
        """
        if not self.lock.acquire(timeout=-1 if within is None else max(within, 0.0)):
            raise MemoryInUse
        try:
            yield
        finally:
            self.lock.release()

    def answer(self, question: Question, *, within: float | None = None) -> Answer:
        """Return what is like the text, by everything that was decided up to now.

        Raises:
            MemoryInUse: others had the memory for more than `within` seconds.
        """
        with self.held(within):
            self.follow()
            vector = self.known_vector(question.case_id)
        if vector is None:
            text = readable(question.subject, text=question.text)
            vector = self.embedder.embed_one(text)
        query = Query(
            vector=vector,
            case_id=question.case_id,
            facts=ProblemFacts(
                product_id=question.product_id,
                product_version=question.product_version,
                region=question.region,
            ),
        )
        with self.held(within):
            near = nearest_cases(self.memory, query)
            ranking = rank(self.memory, query, at_most=question.at_most, near=near)
            cases = cases_like(self.memory, query, at_most=SIMILAR_CASES, near=near)
            articles = self.articles.nearest(vector, at_most=ARTICLES)
        return Answer(
            source=Source.MODEL,
            problems=ranking.problems,
            some=ranking.some,
            cases=tuple(one for one in cases if one.likeness >= LEAST_LIKENESS),
            articles=tuple(
                Alike(key, round(likeness, 4))
                for key, likeness in articles
                if likeness >= LEAST_LIKENESS
            ),
            vector=packed(vector),
            model=self.embedder.version,
        )

    def known_vector(self, case_id: int | None) -> Vectors16 | None:
        """Return the vector of a case that was read before; its first words do not change."""
        if case_id is None or case_id not in self.memory.cases:
            return None
        found: Vectors16 = self.memory.cases.of([case_id])[0]
        return found


def is_about_problem(change: Changed) -> bool:
    """Whether a lesson tells of a problem itself, not of a link to it."""
    return change.kind in {LessonKind.OPENED, LessonKind.RETITLED, LessonKind.ENDED}
