"""The map by which problems under way move to another version."""

from tests.workflow.stages.drawing import plain, stage, with_stages, without
from workflow.stages.moving import check_map, suggested_map


def test_stages_of_the_same_key_or_the_same_name_and_state_are_suggested() -> None:
    after = with_stages(
        without(plain(), "assess", "verifying"),
        stage("look", "assess", name="ASSESS"),
        stage("verifying", "fix_in_progress"),
    )

    found = suggested_map(plain(), after)

    assert found["root_cause"] == "root_cause"
    assert found["assess"] == "look"
    assert "verifying" not in found


def test_a_stage_with_problems_needs_an_answer_of_the_same_state() -> None:
    after = with_stages(without(plain(), "assess"), stage("look", "assess"))

    def faults(**stage_map: str) -> list[tuple[str, str]]:
        found = check_map(plain(), after, stage_map=stage_map, in_flight={"assess": 3, "new": 0})
        return [(fault.stage, fault.sentence) for fault in found]

    assert faults() == [("assess", "3 problems are in “Assess”, and nothing says where they go.")]
    assert faults(assess="nowhere") == faults()
    assert faults(assess="root_cause") == [
        ("assess", "“Assess” and “Root cause” are different states.")
    ]
    assert faults(assess="look") == []
