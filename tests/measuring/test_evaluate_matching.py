"""The command measures through the matcher's own code, and leaves nothing behind."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workflow.tenancy.models import Tenant

TEXTS = Path(__file__).parents[1] / "data" / "banking77" / "cases.csv"
EXPECTED = {
    "top1", "top3", "mrr", "auroc", "f1_open", "precision_at_50", "precision_at_70",
    "calibration_error", "cpu_ms_p50", "ms_p50", "ms_p95",
}  # fmt: skip


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """True messages of a bank about six things; two more that nobody knows."""
    rows = list(csv.DictReader(TEXTS.read_text(encoding="utf-8").splitlines()))
    labels = sorted({row["category"] for row in rows})[:8]
    known, unknown = labels[:6], labels[6:]
    lines = [{"label": label, "title": label.replace("_", " ")} for label in known]
    for label in labels:
        for split, most in (("train", 4), ("test", 3)):
            own = [row for row in rows if row["category"] == label and row["split"] == split]
            lines += [
                {"text": row["text"], "label": None if label in unknown else label, "split": split}
                for row in own[:most]
                if split == "test" or label in known
            ]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


def measured(file: Path, *options: str) -> dict[str, float]:
    out = StringIO()
    call_command("evaluate_matching", str(file), *options, "--json", stdout=out)
    figures: dict[str, float] = json.loads(out.getvalue())
    return figures


@pytest.mark.django_db
def test_texts_are_matched_well_and_nothing_is_left_behind(labelled: Path):
    before = Tenant.objects.count()

    figures = measured(labelled, "--examples", "3", "--titles", "--draws", "1")

    assert set(figures) == EXPECTED
    assert figures["top1"] >= 0.7
    assert figures["top3"] >= 0.9
    assert figures["auroc"] > 0.6
    assert Tenant.objects.count() == before


@pytest.mark.django_db
def test_a_mail_around_the_text_changes_little(labelled: Path):
    plain = measured(labelled, "--examples", "3", "--titles", "--draws", "1")
    wrapped = measured(labelled, "--examples", "3", "--titles", "--draws", "1", "--wrapped")

    assert wrapped["top1"] >= plain["top1"] - 0.12


def test_what_cannot_be_read_is_said(tmp_path: Path):
    file = tmp_path / "texts.jsonl"
    file.write_text("nothing of the kind\n", encoding="utf-8")

    with pytest.raises(CommandError, match="line 1"):
        measured(file)
    with pytest.raises(CommandError, match="cannot be read"):
        measured(tmp_path / "none.jsonl")
