"""What is measured is what people get: the rankings of the evaluation are those of the API."""

import csv
import random
import sys
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from problems import matcher_client
from problems.likeness.embedding import Embedder
from problems.models import Problem
from servicedesk.matcher.tenant_memory import TenantMemory
from servicedesk.measuring.labelled import Labelled, Text, drawn
from servicedesk.measuring.matching import Reader, Stage
from servicedesk.measuring.staged import stage_links, stage_vectors
from tests.make import AT, make_case, make_problem
from tests.processes import process, wait_for
from tests.surfaces.api.calling import caller_as
from workflow.tenancy.models import Tenant

TEXTS = Path(__file__).parents[1] / "data" / "banking77" / "cases.csv"
EXAMPLES = 5
ASKED = 50


def labelled() -> Labelled:
    """Return true messages of a bank: some to link, fifty to match."""
    rows = list(csv.DictReader(TEXTS.read_text(encoding="utf-8").splitlines()))
    categories = {row["category"] for row in rows}
    texts = {
        split: [Text(row["text"], row["category"]) for row in rows if row["split"] == split]
        for split in ("train", "test")
    }
    random.Random(5).shuffle(texts["test"])  # noqa: S311 - the same order every time
    return Labelled(
        {category: category.replace("_", " ") for category in categories},
        tuple(texts["train"]),
        tuple(texts["test"][:ASKED]),
    )


def committed_stage(messages: Labelled, embedder: Embedder) -> Stage:
    """Fill a tenant as an evaluation does, but for good, so that another process sees it."""
    chance = random.Random(3)  # noqa: S311 - the same draw every time
    labels = messages.labels
    linked = drawn(messages.train, labels=labels, examples=EXAMPLES, chance=chance)
    texts = [text.text for text in linked]
    problems = {label: make_problem(cases=[], title=messages.titles[label]).pk for label in labels}
    cases = [make_case(subject=text, text=text).pk for text in texts]
    vectors = zip(cases, Reader(embedder).vectors(texts), strict=True)
    stage_vectors(list(vectors), model=embedder.version)
    pairs = zip(cases, linked, strict=True)
    with transaction.atomic():
        stage_links([(case, problems[text.label or ""]) for case, text in pairs], at=AT)
    memory = TenantMemory(embedder)
    memory.load()
    return Stage(memory, {key: label for label, key in problems.items()})


def test_fifty_rankings_of_the_evaluation_are_those_of_the_api(
    committed_tenant: Tenant, embedder: Embedder, settings: Any, tmp_path: Path
):
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"
    matcher_client.forget_silences()
    messages = labelled()
    stage = committed_stage(messages, embedder)
    numbers = dict(Problem.objects.values_list("pk", "number"))
    caller = caller_as(committed_tenant)

    def by_the_api(text: str) -> Any:
        answer = caller.post("match", {"subject": "", "text": text, "at_most": 5}).json()
        return answer if answer["source"] == "model" else None

    def by_the_evaluation(text: str) -> list[tuple[int, float]]:
        ranked = stage.ask(text, number=1, at=AT).problems[:5]
        return [(numbers[one.problem_id], one.probability) for one in ranked]

    with process(sys.executable, "manage.py", "match", MATCHER_URL=settings.MATCHER_URL):
        wait_for(lambda: by_the_api(messages.test[0].text), why="an answer by the model")
        answers = [wait_for(partial(by_the_api, text.text)) for text in messages.test]

    assert len(answers) == ASKED
    for text, answer in zip(messages.test, answers, strict=True):
        found = [(one["problem"], one["probability"]) for one in answer["problems"]]
        assert found == by_the_evaluation(text.text)
