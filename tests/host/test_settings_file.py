"""A settings file that Perform exports, through the real Deforum's "Load All Settings"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.host.deforum_page import load, saved
from tests.host.test_real_webui import perform

PROMPTS = {"0": "a meadow at dawn", "30": "a town --neg fog"}
OF_THE_WEBUI = {"sd_model_name", "sd_model_hash", "deforum_git_commit_id"}
"""What Deforum writes beside the settings of its tab."""


def test_an_export_without_a_base_keeps_all_of_the_tab(
    screen: Any, webui: Any, oscsend_path: str, tmp_path: Path
) -> None:
    """The file differs from Deforum's own in the lanes and what they need alone, and loading it changes nothing else:
    prompts, seed and every other box stay as they were."""
    lanes = perform(screen, webui, oscsend_path)
    own = saved(screen, tmp_path / "shipped.txt")
    typed = {"seed": 777001, "cfg_scale_schedule": "0: (3.5)", "prompts": PROMPTS, "batch_name": "mine"}
    load(screen, tmp_path / "typed.txt", {**own, **typed, "noise_type": "uniform"}, "batch_name")
    before = saved(screen, tmp_path / "before.txt")
    assert {name: before[name] for name in typed} == typed
    tab = screen.bridge("settings")["tab"]
    found, remarks = screen.page.evaluate(
        """async (tab) => {
            const answer = await fetch(`/perform/v1/export/settings?tab=${tab}`);
            return [await answer.json(), answer.headers.get("Perform-Remarks")];
        }""",
        tab,
    )
    changed = {*lanes, "enable_perspective_flip", "max_frames", "fps"}
    assert set(before) - set(found) <= OF_THE_WEBUI
    assert set(found) <= set(before)
    assert {name for name in found if found[name] != before[name]} <= changed
    assert all(found[name] != before[name] for name in lanes)
    assert "defaults" not in remarks
    load(screen, tmp_path / "exported.txt", {**found, "batch_name": "loaded"}, "batch_name")
    after = saved(screen, tmp_path / "after.txt")
    assert after == {**before, **found, "batch_name": "loaded"}


def test_a_base_with_values_of_another_kind_is_loaded(
    screen: Any, webui: Any, oscsend_path: str, tmp_path: Path
) -> None:
    """Text where its box needs a number stops "Load All Settings": the export holds numbers, schedules and ticks, and
    Deforum's tab has them afterwards."""
    perform(screen, webui, oscsend_path)
    own = saved(screen, tmp_path / "own.txt")
    odd = {"seed": "777002", "seed_iter_N": "3", "W": "256", "noise_schedule": 0.25, "angle": "3", "use_init": "False"}
    base = {**own, **odd, "animation_prompts": PROMPTS, "batch_name": "odd"}
    screen.command("settings.import", name="odd.txt", settings=base)
    found = screen.page.evaluate("async () => (await fetch('/perform/v1/export/settings')).json()")
    load(screen, tmp_path / "exported.txt", found, "batch_name")
    after = saved(screen, tmp_path / "after.txt")
    right = {"seed": 777002, "seed_iter_N": 3, "W": 256, "noise_schedule": "0:(0.25)", "angle": "0:(3)"}
    assert {name: after[name] for name in right} == right
    assert after["use_init"] is True
    assert after["prompts"] == PROMPTS
