"""The command lets cases come to a passing tenant, and leaves nothing behind."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workflow.tenancy.models import Tenant

BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
KNOWN = {
    "card arrival": ["Where is my new card?", "My card has not come yet", "The card is late"],
    "exchange rate": ["Which exchange rate do you use?", "Your rate for dollars is wrong"],
    "change pin": ["How do I change my PIN?", "I forgot my PIN", "Where can I set a new PIN?"],
}
NEW = [
    "The app shows a white screen since the update",
    "Since this morning's update the app stays white",
    "White screen after updating the app",
    "After the update there is only a white screen in the app",
    "The new version of the app shows nothing but white",
    "The app's screen is white after I updated it",
    "I updated the app and now the screen stays white",
    "The update of the app gives me a white screen",
]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """520 cases about three known things, then a burst of something new."""
    texts = [(label, text) for label, known in KNOWN.items() for text in known]
    lines = [(*texts[place % len(texts)], False) for place in range(820)]
    lines += [("white screen", text, True) for text in NEW]
    file = tmp_path / "stream.jsonl"
    file.write_text(
        "\n".join(
            json.dumps(
                {
                    "at": (BEGAN + place * timedelta(minutes=5)).isoformat(),
                    "text": text,
                    "customer": f"customer {place}",
                    "label": label,
                    "new": new,
                }
            )
            for place, (label, text, new) in enumerate(lines)
        ),
        encoding="utf-8",
    )
    return file


@pytest.mark.django_db
def test_a_burst_is_seen_and_nothing_is_left_behind(stream: Path):
    before, out = Tenant.objects.count(), StringIO()

    call_command("evaluate_patterns", str(stream), "--history", "815", "--json", stdout=out)

    figures = json.loads(out.getvalue())
    assert set(figures) == {
        "recall", "delay_cases_p50", "delay_cases_p90", "false_alarms_per_10k", "ari", "nmi",
    }  # fmt: skip
    assert figures["recall"] == 1.0
    assert figures["delay_cases_p50"] <= 7
    assert figures["false_alarms_per_10k"] == 0.0
    assert Tenant.objects.count() == before


def test_a_file_that_is_no_stream_is_refused_with_a_sentence(tmp_path: Path):
    file = tmp_path / "none.jsonl"
    file.write_text('{"text": "no time"}', encoding="utf-8")

    with pytest.raises(CommandError, match="line 1 is no case of a stream"):
        call_command("evaluate_patterns", str(file))
