"""The check, and the settings file that the standalone page writes instead of filling Deforum's tab."""

from __future__ import annotations

import json
import re
from math import sin
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


def exported(app: App) -> dict[str, Any]:
    """The settings file as the server gives it."""
    with urlopen(f"{app.url}/perform/v1/export/settings", timeout=10) as answer:
        return dict(json.load(answer))


@pytest.fixture
def recorded(app: App) -> App:
    """Two lanes with a take."""
    app.lane("strength_schedule", "/a", tolerance=0.01)
    app.lane("zoom", "/b", tolerance=0.02)
    app.played(3.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(2 * time_s), "/b": lambda time_s: time_s / 3})
    return app


def test_the_settings_file_is_saved(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """Save settings file downloads exactly what the server exports: both lanes filled in, as Deforum reads it."""
    with screen.page.expect_download() as waiting:
        screen.page.locator("#perform_apply_now").click()
    assert waiting.value.suggested_filename == f"{recorded.state()['song']['name']}.settings.txt"
    waiting.value.save_as(tmp_path / "settings.txt")
    saved = json.loads((tmp_path / "settings.txt").read_text(encoding="utf-8"))
    assert saved == exported(recorded)
    lanes = recorded.state()["lanes"]
    with urlopen(f"{recorded.url}/perform/v1/lanes/{lanes[1]['id']}/text", timeout=10) as answer:
        assert saved["zoom"] == answer.read().decode()
    assert saved["strength_schedule"].startswith("0:")
    toast = screen.toast("settings.txt")
    expect(toast).to_contain_text("Load All Settings")
    expect(toast).to_contain_text("starts from Deforum's defaults")
    box = toast.bounding_box()
    assert box is not None
    assert box["height"] < 5.5 * 18 + 18  # five lines of 18 px, and its padding


def test_a_click_is_one_request(recorded: App, screen: Screen) -> None:
    """Check asks the server once, and so does Apply: one answer has the check and the file of what was checked."""
    asked: list[str] = []
    routes = re.compile(r"/perform/v1/((?:commands|export)/[^?]*)")
    screen.page.on("request", lambda request: asked.extend(routes.findall(request.url)))
    screen.page.locator("#perform_check").click()
    expect(screen.part("verdict", ".perform-check-panel")).to_have_attribute("data-mode", "ready")
    assert asked == ["commands/check"]
    with screen.page.expect_download():
        screen.page.locator("#perform_apply_now").click()
    screen.toast("settings.txt").wait_for()
    assert asked == ["commands/check", "commands/settings.export"]
    assert screen.toast("checked again").count() == 0


def test_what_changed_after_the_check_is_checked_again(recorded: App, screen: Screen) -> None:
    """With a check on the screen, Apply says so where it had to check again."""
    screen.page.locator("#perform_check").click()
    expect(screen.part("verdict", ".perform-check-panel")).to_have_attribute("data-mode", "ready")
    recorded.do("lane.change", id=recorded.state()["lanes"][1]["id"], out_high=1.2)
    with screen.page.expect_download():
        screen.page.locator("#perform_apply_now").click()
    expect(screen.toast("settings.txt")).to_contain_text("it was checked again")


def test_a_lane_left_out_is_not_written(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """A lane whose tick is taken away in the list is not in the file that is saved."""
    screen.part("choose", ".perform-apply").click()
    row = screen.page.locator(".perform-check-rows .perform-check-row").filter(has_text="zoom")
    row.locator("input").uncheck()
    expect(screen.part("lanes", ".perform-apply")).to_have_text("1")
    with screen.page.expect_download() as waiting:
        screen.page.locator("#perform_apply_now").click()
    waiting.value.save_as(tmp_path / "settings.txt")
    saved = json.loads((tmp_path / "settings.txt").read_text(encoding="utf-8"))
    both = exported(recorded)
    assert saved["strength_schedule"] == both["strength_schedule"]
    assert saved.get("zoom") != both["zoom"]


def test_it_asks_before_it_saves_what_would_do_nothing(app: App, screen: Screen, tmp_path: Path) -> None:
    """Zoom alone on a base in 3D: nothing is saved until that is wanted, and the reason is there with the question."""
    app.lane("zoom", "/b", tolerance=0.02)
    app.played(2.0, {"/b": lambda time_s: time_s / 2})
    file = tmp_path / "base.txt"
    file.write_text(json.dumps({"zoom": "0: (1)", "animation_mode": "3D"}), "utf-8")
    import_base(screen, file)
    expect(screen.toast("base.txt is now the base")).to_be_visible()
    screen.page.locator("#perform_apply_now").click()
    expect(screen.popover).to_contain_text("This lane would have no effect")
    expect(screen.popover).to_contain_text("acts only in 2D mode; Deforum is set to 3D")
    expect(screen.popover.get_by_role("button", name="Cancel")).to_be_focused()
    screen.page.keyboard.press("Enter")
    expect(screen.popover).to_have_count(0)
    screen.page.locator("#perform_apply_now").click()
    with screen.page.expect_download() as waiting:
        screen.popover.get_by_role("button", name="Save the file anyway").click()
    waiting.value.save_as(tmp_path / "settings.txt")
    assert json.loads((tmp_path / "settings.txt").read_text("utf-8"))["zoom"] != "0: (1)"
    expect(screen.toast("settings.txt")).to_contain_text("acts only in 2D mode")


def import_base(screen: Screen, file: Path) -> None:
    """Pick a Deforum settings file."""
    screen.open_files()
    with screen.page.expect_file_chooser() as chooser:
        screen.popover.get_by_role("button", name="as a base").click()
    chooser.value.set_files(file)


def test_an_imported_file_is_the_base(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """Everything but the lanes comes from the imported settings file, and the page names it."""
    base = exported(recorded)
    base.update({"seed": 4711, "zoom": "0: (1.5)", "batch_name": "Night Bus"})
    file = tmp_path / "base.txt"
    file.write_text(json.dumps(base), encoding="utf-8")
    import_base(screen, file)
    expect(screen.toast("base.txt")).to_be_visible()
    screen.open_files()
    expect(screen.popover).to_contain_text("base.txt")
    after = exported(recorded)
    assert after["seed"] == 4711
    assert after["batch_name"] == "Night Bus"
    assert after["zoom"] != "0: (1.5)"


def test_an_imported_file_arrives_as_it_is(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """The page hands the file's bytes on: whole numbers beyond those of JavaScript, letters and order stay."""
    file = tmp_path / "base.txt"
    file.write_bytes('{"zoom": "0: (1)", "seed": 9007199254740993, "batch_name": "Für Elise", "2": 1, "1": 2}'.encode())
    import_base(screen, file)
    expect(screen.toast("base.txt")).to_be_visible()
    after = exported(recorded)
    assert (after["seed"], after["batch_name"]) == (9007199254740993, "Für Elise")
    assert [name for name in after if name in ("2", "1")] == ["2", "1"]


def test_an_older_file_is_converted_and_the_page_says_so(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """What Deforum's loader would convert is listed when the file is imported."""
    file = tmp_path / "old.txt"
    file.write_text(json.dumps({"zoom": "0: (1)", "flip_2d_perspective": True}), "utf-8")
    import_base(screen, file)
    expect(screen.toast("old.txt is now the base")).to_contain_text("enable_perspective_flip")
    assert exported(recorded)["enable_perspective_flip"] is True


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ('{"zoom": "0: (1)",\n"batch_name": "Für Elise"}'.encode("latin-1"), "line 2, byte 35 (0xFC)"),
        (b'{"zoom": "0: (1)",\n\n "angle": }', "line 3, column 11"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(
    recorded: App, screen: Screen, tmp_path: Path, data: bytes, place: str
) -> None:
    """Bytes that are not UTF-8 and text that is not JSON change nothing; the page says where they are."""
    before = exported(recorded)
    file = tmp_path / "base.txt"
    file.write_bytes(data)
    import_base(screen, file)
    expect(screen.toast("base.txt is not a Deforum settings file")).to_contain_text(place)
    screen.forgive("422")
    assert exported(recorded) == before


def test_a_file_that_is_none_is_refused(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """A file that is not a Deforum settings file gets a message that names it, and changes nothing."""
    before = exported(recorded)
    file = tmp_path / "holiday.txt"
    file.write_text("sun and sea", encoding="utf-8")
    import_base(screen, file)
    expect(screen.toast("holiday.txt is not a Deforum settings file")).to_be_visible()
    screen.forgive("422")
    assert exported(recorded) == before


def test_every_export_comes_as_a_file(recorded: App, screen: Screen, tmp_path: Path) -> None:
    """Each kind of export in the menu is downloaded, under its own name and with content."""
    screen.open_files()
    buttons = screen.popover.locator("[data-act='file.export']")
    count = buttons.count()
    names = set()
    for k in range(count):
        if not screen.popover.is_visible():
            screen.open_files()
        with screen.page.expect_download() as waiting:
            buttons.nth(k).click()
        waiting.value.save_as(tmp_path / str(k))
        names.add(waiting.value.suggested_filename)
        assert (tmp_path / str(k)).stat().st_size > 0
    assert len(names) == count >= 4


def test_the_largest_error_is_a_share_of_its_lane(recorded: App, screen: Screen) -> None:
    """Lanes of different units are compared by their own ranges, and the title names the lane that is furthest off."""
    lanes = recorded.state()["lanes"]
    shares = {lane["label"]: lane["largest_error"] / abs(lane["out_high"] - lane["out_low"]) for lane in lanes}
    worst = max(shares, key=lambda label: shares[label])
    fact = screen.part("errorFact", ".perform-apply")
    shown = screen.part("error", ".perform-apply")
    expect(shown).to_have_text(f"{float(f'{shares[worst] * 100:.2g}'):g} %")
    expect(fact).to_have_attribute("title", re.compile(f"^{worst.split()[0]} "))
