"""What nobody waits for leaves evenly, and leaves the processor to those who wait."""

import os
from time import monotonic

import pytest

from servicedesk.celery import STEPS_BACK, step_back
from workflow.outbox.pacing import MADE_UP_FOR, Pace, pace_of

LATER = 60.0


def test_one_follows_another_no_sooner_than_the_pace_allows() -> None:
    began = monotonic()
    pace = Pace(each_second=500)

    for _mail in range(20):
        pace.rest(until=began + LATER)

    assert monotonic() - began >= 20 / 500


def test_what_was_not_done_in_time_is_made_up_for_up_to_a_limit() -> None:
    began = monotonic()
    pace = Pace(each_second=100)
    pace.next_at = began - 3600

    for _mail in range(20):
        pace.rest(until=began + LATER)

    # Ten of them are made up for; the others wait for their turn.
    assert monotonic() - began >= 20 / 100 - MADE_UP_FOR - 1 / 100


def test_nobody_rests_beyond_the_end_of_a_turn() -> None:
    began = monotonic()
    pace = Pace(each_second=1)
    pace.next_at = began + LATER

    pace.rest(until=began)

    assert monotonic() - began < LATER


def test_no_more_is_claimed_than_fits_into_the_turn() -> None:
    pace = Pace(each_second=100)
    end = monotonic() + 0.205

    assert pace.fitting(until=end) == 20
    assert pace.fitting(until=end - LATER) == 1


def test_no_more_is_composed_ahead_than_leaves_within_a_second() -> None:
    end = monotonic() + LATER

    assert Pace(each_second=1).fitting(until=end) == 1
    assert Pace(each_second=50).fitting(until=end) == 50


def test_only_large_broadcasts_rest_and_only_where_it_is_wanted(settings: object) -> None:
    settings.BULK_MAILS_PER_SECOND = 50  # type: ignore[attr-defined]

    paced = pace_of("bulk")
    assert paced is not None
    assert paced.gap == pytest.approx(1 / 50)
    assert pace_of("mail") is None

    settings.BULK_MAILS_PER_SECOND = 0  # type: ignore[attr-defined]
    assert pace_of("bulk") is None


@pytest.mark.parametrize(
    ("queues", "steps"),
    [
        (["bulk"], STEPS_BACK),
        (["webhooks", "bulk"], STEPS_BACK),
        (["mail", "bulk"], 0),
        (None, 0),
    ],
)
def test_a_worker_that_nobody_waits_for_steps_back(queues: list[str] | None, steps: int) -> None:
    before = os.nice(0)
    process = os.fork()
    if process == 0:
        step_back(options={"queues": queues})
        os._exit(os.nice(0) - before)

    _, status = os.waitpid(process, 0)

    assert os.waitstatus_to_exitcode(status) == steps
