"""From oscsend to the text in the real Deforum's boxes, and through its Generate."""

from __future__ import annotations

import json
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.schedule import max_frames_for
from tests.host.deforum_page import interpolated, load, saved
from tests.host.reloading import press_reload_ui, wait_for_reload
from tests.webui.page import until

SOURCES = {
    "/synth/zoom": "zoom",
    "/synth/x": "translation_x",
    "/synth/flip": "perspective_flip_theta",
    "/synth/strength": "strength_schedule",
}
FPS, SECONDS, EVENTS = 12, 2.0, 60
SECONDS_RENDERED = 0.75
ODD_FPS = 16.667
PATIENCE_OF_RENDER_S = 240
FAILURE = "User friendly error message"
"""Both Deforums print this, and the reason, when a render fails."""


@dataclass(frozen=True)
class Played:
    """A performance, and Deforum's tab before Apply, after it, and after Undo."""

    state: dict[str, Any]
    lanes: dict[str, str]
    answer: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    undone: dict[str, Any]
    wanted: dict[str, np.ndarray]


def perform(screen: Any, webui: Any, oscsend: str, seconds: float = SECONDS, fps: float = FPS) -> dict[str, str]:
    """Make lanes and one recording, every event sent by oscsend; field name -> lane id."""
    screen.command("song.new", name="Real")
    screen.command("song.change", fps=fps, length_s=seconds, start_s=0.0)
    lanes = {}
    for source, name in SOURCES.items():
        lanes[name] = screen.command("lane.add", field=name, source=source)["id"]
        screen.command("lane.change", id=lanes[name], in_low=0.0, in_high=1.0)

    def send(address: str, kind: str, value: float) -> None:
        subprocess.run([oscsend, f"osc.udp://127.0.0.1:{webui.osc_port}", address, kind, f"{value:g}"], check=True)

    send("/perform/record", "i", 1)
    until(lambda: screen.state()["transport"]["state"] == "recording", "OSC starts recording", screen.page)
    for i in range(EVENTS):
        for number, source in enumerate(SOURCES):
            send(source, "f", 0.5 + 0.5 * math.sin(i / (3 + number)))
    send("/perform/record", "i", 0)
    until(lambda: screen.state()["transport"]["state"] == "stopped", "OSC ends recording", screen.page)
    return lanes


def curve(screen: Any, lane: str) -> np.ndarray:
    """The lane's intended values, one a frame, from the API."""
    raw = bytes(
        screen.page.evaluate(
            """async (lane) => Array.from(new Uint8Array(
                await (await fetch(`/perform/v1/lanes/${lane}/curve`)).arrayBuffer()))""",
            lane,
        )
    )
    return np.frombuffer(raw, "<f4", int.from_bytes(raw[:4], "little"), 8)


@pytest.fixture(scope="module")
def played(webui: Any, browser: Any, oscsend_path: str, tmp_path_factory: Any) -> Played:
    """Perform, apply all lanes but one, and undo, in one browser."""
    from tests.webui.page import Screen

    folder = tmp_path_factory.mktemp("settings")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    screen = Screen(context.new_page(), webui.url)
    screen.open()
    before = saved(screen, folder / "before.txt")
    lanes = perform(screen, webui, oscsend_path)
    screen.bridge("read")
    chosen = [lane for name, lane in lanes.items() if name != "translation_x"]
    answer = screen.bridge("apply", {"lanes": chosen, "set_fps": True})
    after = saved(screen, folder / "after.txt")
    state = screen.state()
    wanted = {name: curve(screen, lane) for name, lane in lanes.items()}
    screen.bridge("undo")
    undone = saved(screen, folder / "undone.txt")
    assert screen.errors == []
    context.close()
    return Played(state, lanes, answer, before, after, undone, wanted)


def test_apply_changes_the_chosen_boxes_and_no_other(played: Played) -> None:
    """Deforum's own saved settings differ in the chosen fields, their gate, max_frames and fps, and in nothing else."""
    changed = {name for name in played.after if played.after[name] != played.before.get(name)}
    allowed = {"zoom", "perspective_flip_theta", "strength_schedule", "enable_perspective_flip", "max_frames", "fps"}
    assert changed == {name for name in allowed if played.after[name] != played.before[name]}
    assert {"zoom", "perspective_flip_theta", "strength_schedule", "enable_perspective_flip"} <= changed
    assert set(played.after) == set(played.before)
    assert played.after["enable_perspective_flip"] is True
    assert played.after["fps"] == FPS


def test_max_frames_loses_no_frame_at_the_cadence_of_the_tab(played: Played) -> None:
    """max_frames is what this cadence needs for all frames of the song; Forge's Deforum as it comes ignores it, with
    the keyframe distribution "Keyframes Only"."""
    ignored = played.before.get("keyframe_distribution") == "Keyframes Only"
    cadence = 1 if ignored else played.before["diffusion_cadence"]
    assert played.state["song"]["cadence_used"] == cadence
    assert played.after["max_frames"] == max_frames_for(round(FPS * SECONDS), cadence)


def test_deforums_interpolater_returns_the_intended_values(played: Played, webui: Any) -> None:
    """Deforum's own FrameInterpolater, on the text Deforum saved, is within the tolerance at every frame it reads."""
    names = ["zoom", "perspective_flip_theta", "strength_schedule"]
    read = interpolated(webui.folder, {name: played.after[name] for name in names}, played.after["max_frames"])
    lanes = {lane["field"]: lane for lane in played.state["lanes"]}
    for name in names:
        lane, wanted = lanes[name], played.wanted[name]
        step = played.before["diffusion_cadence"] if FIELDS[name].reads == "cadence" else 1
        error = np.abs(np.asarray(read[name])[: len(wanted)] - wanted)[::step].max()
        assert error <= lane["tolerance"] * abs(lane["out_high"] - lane["out_low"]) + 1e-4, name
        assert wanted.max() > wanted.min(), f"{name} was played"


def test_the_check_was_deforums_own(played: Played) -> None:
    """The answer of Apply says that Deforum itself read the texts, and how far off it was."""
    assert played.answer["checked_by"] == "deforum"
    assert all(row["largest_error"] <= row["tolerance"] + 1e-4 for row in played.answer["lanes"])


def test_undo_gives_every_box_its_old_value(played: Played) -> None:
    """After Undo, Deforum saves exactly what it saved before Apply."""
    assert played.undone == played.before


def test_a_fraction_of_a_frame_rate_reaches_deforum(screen: Any, webui: Any, oscsend_path: str, tmp_path: Path) -> None:
    """30 minutes in 30,000 frames are 16.667 frames a second: Deforum's box, whose slider has whole steps, keeps it,
    also through its own saving and loading."""
    lanes = perform(screen, webui, oscsend_path, fps=ODD_FPS)
    screen.bridge("read")
    answer = screen.bridge("apply", {"lanes": list(lanes.values()), "set_fps": True})
    assert set(answer["filled"]) == set(lanes)
    applied = saved(screen, tmp_path / "odd.txt")
    assert applied["fps"] == ODD_FPS
    load(screen, tmp_path / "again.txt", {**applied, "batch_name": "again"}, "batch_name")
    assert saved(screen, tmp_path / "loaded.txt")["fps"] == ODD_FPS


def small(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings for a render that needs little and fetches no other model; the fork's keys where it has them."""
    wanted = {"W": 64, "H": 64, "steps": 2, "skip_video_creation": True, "batch_name": "perform_test"}
    wanted |= {"animation_mode": "2D", "diffusion_cadence": 2, "use_depth_warping": False}
    wanted |= {"keyframe_distribution": "Off", "prompts": {"0": "a cat"}}
    return {**settings, **{name: value for name, value in wanted.items() if name in settings}}


def test_generate_renders_what_was_applied(
    screen: Any, webui: Any, oscsend_path: str, has_model: bool, tmp_path: Path
) -> None:
    """Deforum renders what was applied: its frames are there, and its own record of the run has the texts."""
    if not has_model:
        pytest.skip("the WebUI has no checkpoint to render with")
    load(screen, tmp_path / "small.txt", small(saved(screen, tmp_path / "base.txt")), "batch_name")
    lanes = perform(screen, webui, oscsend_path, SECONDS_RENDERED)
    screen.bridge("read")
    answer = screen.bridge("apply", {"lanes": list(lanes.values()), "set_fps": True})
    assert set(answer["filled"]) == set(lanes)
    applied = saved(screen, tmp_path / "applied.txt")
    before = len(webui.log())
    screen.page.click("#deforum_generate")
    frames = round(FPS * SECONDS_RENDERED)

    def done() -> Any:
        printed = webui.log()[before:]
        assert FAILURE not in printed, f"Deforum failed:\n{printed[-3000:]}"
        run = next(webui.data.glob("outputs/**/perform_test*/*_settings.txt"), None)
        return run if run and len([*run.parent.glob("*_[0-9]*.png")]) >= frames else None

    run = until(done, f"{frames} frames are rendered", screen.page, PATIENCE_OF_RENDER_S)
    reported = json.loads(run.read_text(encoding="utf-8"))
    assert {name: reported[name] for name in lanes} == {name: applied[name] for name in lanes}
    assert "Traceback" not in webui.log().rsplit("perform_test", 1)[-1]


def test_reload_ui_keeps_a_recording_going(screen: Any, webui: Any, oscsend_path: str) -> None:
    """A recording started before Reload UI continues through it, receives what arrives meanwhile, and becomes one
    take."""
    takes = len(screen.state()["takes"])
    screen.command("record.start", start_s=0)
    press_reload_ui(webui, screen)
    for value in range(20):
        command = [oscsend_path, f"osc.udp://127.0.0.1:{webui.osc_port}", "/during/reload", "f", str(value)]
        subprocess.run(command, check=True)
    wait_for_reload(webui, screen)
    screen.open()
    assert screen.state()["transport"]["state"] == "recording"
    screen.command("record.stop")
    state = screen.state()
    assert len(state["takes"]) == takes + 1
    assert "/during/reload" in state["takes"][-1]["sources"]
    assert screen.bridge("read")["deforum"]["max_frames"] > 0
