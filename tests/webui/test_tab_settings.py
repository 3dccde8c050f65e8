"""A settings file without an imported base starts from what Deforum's tab has, in the browser that exports."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from deforum_perform.core.deforum.fields import FIELDS
from tests.webui.deforum_arguments import tables
from tests.webui.dev_boxes import dev_tables
from tests.webui.page import until
from tests.webui.performance import boxes, make_lanes, record

PROMPTS = {"0": "a meadow, {0}", "40": "a town --neg fog"}
NOT_IN_THE_BOXES = {"prompts", "legacy_colormatch", "reroll_blank_frames", "noise_type"}


def typed(screen: Any, label: str, text: str) -> None:
    """Type into a box of Deforum's tab, shown or not."""
    screen.page.evaluate(
        """([label, text]) => {
            const root = document.querySelector("#tab_deforum_interface");
            const named = [...root.querySelectorAll("span")].find((each) => each.textContent.trim() === label);
            const box = named.closest(".block").querySelector("textarea, input");
            box.value = text;
            box.dispatchEvent(new Event("input", {bubbles: true}));
            box.dispatchEvent(new Event("blur", {bubbles: true}));
        }""",
        [label, text],
    )


def exported(screen: Any) -> tuple[dict[str, Any], str]:
    """The settings file that the page's own menu saves, and what the page says of it."""
    screen.show("Perform")
    screen.page.click("[data-act='files.open']")
    with screen.page.expect_download() as waiting:
        screen.page.click("[data-act='file.export'][data-value='settings']")
    text = Path(str(waiting.value.path())).read_text(encoding="utf-8")
    toast = screen.page.locator(".perform-toast").last
    said = toast.inner_text()
    return json.loads(text), said


@pytest.mark.parametrize("kind", ["shipped", "dev"])
def test_the_file_keeps_what_the_tab_has(kind: str, start: Any, look_at: Any, request: pytest.FixtureRequest) -> None:
    """Prompts, seed and every box that is not played are in the file as in the tab; the page says so."""
    host = start(given=dev_tables()) if kind == "dev" else request.getfixturevalue("host")
    screen = look_at(host.url)
    screen.open()
    lanes = make_lanes(screen, {"/knob/strength": ("strength_schedule",)})
    record(screen, host.osc_port)
    screen.show("Deforum")
    typed(screen, "Prompts", json.dumps(PROMPTS))
    typed(screen, "Seed", "777001")
    typed(screen, "Translation X", "0: (7)")
    typed(screen, "Batch name", "my film")
    before = boxes(host, screen)
    assert (before["translation_x"], before["seed"], before["batch_name"]) == ("0: (7)", 777001, "my film")
    found, said = exported(screen)
    played = {*lanes, "max_frames", "fps"}
    assert found["prompts"] == PROMPTS
    kept = {name: value for name, value in found.items() if name not in played | NOT_IN_THE_BOXES}
    assert kept == {name: before[name] for name in kept}
    missing = {name for name in before if name not in found} - {"animation_prompts", "keyframe_distribution"}
    # identified by their label alone: two boxes with one label, or another label than in the table
    assert missing == ({"padding_mode", "sampling_mode", "image_keyframe_strength_schedule"} & missing)
    assert kind == "dev" or not missing
    assert found["strength_schedule"] != before["strength_schedule"]
    assert "defaults" not in said
    screen.page.click("[data-act='files.open']")
    expect(screen.page.locator(".perform-menu-note").first).to_contain_text("Base: the values in Deforum's tab")
    typed(screen, "Prompts", "{ half")
    screen.page.click("[data-act='file.export'][data-value='settings']")
    expect(screen.page.locator(".perform-toast").last).to_contain_text("Prompts box is not JSON at line 1, column 3")


def test_each_browser_exports_what_its_own_tab_has(host: Any, look_at: Any) -> None:
    """Two browsers with different tabs: each file is that of the browser that saved it, whichever read last."""
    first, second = look_at(host.url), look_at(host.url)
    for screen, seed in ((first, 11), (second, 22)):
        screen.open()
        screen.show("Deforum")
        typed(screen, "Seed", str(seed))
    make_lanes(first, {"/knob/strength": ("strength_schedule",)})
    record(first, host.osc_port)
    until(lambda: len(second.state()["takes"]) == 1, "the other browser sees the take", second.page)
    mine = first.bridge("settings")["tab"]
    assert exported(second)[0]["seed"] == 22
    with urllib.request.urlopen(f"{host.url}/perform/v1/export/settings?tab={mine}") as answer:
        assert json.load(answer)["seed"] == 11


def test_without_a_browser_the_file_says_what_it_starts_from(start: Any, look_at: Any) -> None:
    """Asked for by a program before any browser read the tab, and after one did; an id of long ago is refused."""
    host = start(given=tables(False))
    screen = look_at(host.url)
    screen.open()
    make_lanes(screen, {"/knob/strength": ("strength_schedule",)})
    record(screen, host.osc_port)
    url = f"{host.url}/perform/v1/export/settings"
    with urllib.request.urlopen(url) as answer:
        assert "tab has not been read yet" in unquote(answer.headers["Perform-Remarks"])
        assert json.load(answer)["zoom"] == FIELDS["zoom"].default
    typed(screen, "Translation X", "0: (7)")
    screen.bridge("settings")
    with urllib.request.urlopen(url) as answer:
        assert "last exported" in unquote(answer.headers["Perform-Remarks"])
        assert json.load(answer)["translation_x"] == "0: (7)"
    with pytest.raises(urllib.error.HTTPError, match="409"):
        urllib.request.urlopen(f"{url}?tab=0")
