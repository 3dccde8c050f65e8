"""Whether all of the page can be used at a size of the window, by geometry."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.looks.measure import cut_texts, unusable
from tests.looks.states import LANES, POPOVERS, STATE, Desk, close_toasts, findings, select

WHOLE = ((960, 720), (1024, 700), (1280, 720), (1440, 900), (1920, 1080))
"""Windows in which all of the page is in sight at once, inside a host too."""

ZOOMED = ((720, 450), (640, 360), (480, 600), (400, 700))
"""A window at 200 % zoom, and others in which the page scrolls."""

FACTS = (
    *("#perform_clock", "#perform_frame", "#perform_osc [part=osc]"),
    *(f".perform-lane [part={fact}]" for fact in ("value", "source", "note")),
    *(f".perform-source [part={fact}]" for fact in ("value", "range", "plays")),
    *(f".perform-apply [part={fact}]" for fact in ("lanes", "keys", "error", "frames")),
)
"""What a window that shows all of the page shows of the song."""

ROOM = """() => {
    const page = document.scrollingElement;
    const body = document.querySelector("#perform_root .perform-inspector-body");
    // a list of choices is as long as it is: it scrolls
    const listed = body.querySelector("[part=bank]:not([hidden])") !== null;
    const root = document.querySelector("#perform_root").getBoundingClientRect();
    return {page: root.bottom + scrollY - innerHeight, inspector: listed ? 0 : body.scrollHeight - body.clientHeight};
}"""

TOASTS = """() => {
    const box = (selector) => document.querySelector(`#perform_root ${selector}`).getBoundingClientRect();
    const [toast, stage] = [box(".perform-toast"), box("#perform_stage")];
    const inside = toast.left >= 0 && toast.right <= innerWidth && toast.top >= 0 && toast.bottom <= innerHeight;
    const takes = stage.bottom - stage.height * 0.45;
    const beside = toast.right <= stage.left || toast.left >= stage.right;
    return {inside, over: toast.bottom > takes && toast.top < stage.bottom && !beside};
}"""


HIDDEN = """() => {
    const box = (selector) => document.querySelector(`#perform_root ${selector}`).getBoundingClientRect();
    const [toast, monitor, stage] = [box(".perform-toast"), box(".perform-source-list"), box("#perform_stage")];
    const ruler = 22;
    const buttons = [...document.querySelectorAll("#perform_root .perform-toast button")];
    return {
        monitor: monitor.bottom - toast.top, timeline: toast.bottom - stage.top - ruler,
        "message's buttons": Math.max(...buttons.map((node) => node.getBoundingClientRect().right)) - toast.right,
    };
}"""


SQUEEZED = """() => {
    const place = document.querySelector("#perform_root .perform-toasts");
    const [toast, room] = [place.lastElementChild.getBoundingClientRect(), place.getBoundingClientRect()];
    return toast.top < room.top || toast.bottom > room.bottom;
}"""


def sights(desk: Desk) -> Iterator[str]:
    """What must fit into a window of any size: lanes of each kind, every popover, Check, a recording."""
    for name in ("strength_schedule", "rotation_3d_y", "prompts", "seed_schedule"):
        select(desk, list(LANES).index(name))
        yield f"lane {name}"
    select(desk, 0)
    for title, button in POPOVERS.items():
        desk.open(desk.at(button).first)
        yield title
        desk.close()
    desk.at("#perform_check").click()
    expect(desk.at(".perform-check-panel")).to_contain_text("✓")
    yield "Check"
    desk.page.keyboard.press("Escape")
    yield from recorded(desk)


def recorded(desk: Desk) -> Iterator[str]:
    """A recording of one source, while the other lanes wait."""
    desk.at("#perform_record").click()
    desk.transport("recording")
    for value in (0.25, 0.75):
        desk.send("/nts1/resonance", value)
    expect(desk.at(".perform-lane.perform-writing")).to_have_count(1)
    yield "recording"
    desk.at("#perform_record").click()
    desk.transport("stopped")
    expect(desk.at("[data-act='takes.open']")).to_contain_text("2 takes")
    desk.do("undo")
    expect(desk.at("[data-act='takes.open']")).to_contain_text("1 take ")


def cut(desk: Desk, whole: bool, inspector: bool = True) -> list[str]:
    """What cannot be used in the window as it is; where the page is to be ``whole``, also what is not in sight, and
    the rows of the ``inspector`` that have to be scrolled to."""
    close_toasts(desk)
    in_sight = (out_of_sight, left_out, *((scrolled_rows,) if inspector else ()))
    return findings(desk, sights(desk), unusable, cut_texts, *(in_sight if whole else ()))


def out_of_sight(page: Page) -> list[str]:
    """Bands below the fold."""
    below = page.evaluate(ROOM)["page"]
    return [f"{below:.0f} px of the page are below the window"] if below > 0 else []


def scrolled_rows(page: Page) -> list[str]:
    """Rows of the inspector that have to be scrolled to."""
    below = page.evaluate(ROOM)["inspector"]
    return [f"{below:.0f} px of the inspector are cut"] if below > 0 else []


def left_out(page: Page) -> list[str]:
    """Facts that the page leaves out if there is little space."""
    return [f"{fact} is not shown" for fact in FACTS if page.locator(f"#perform_root {fact}:visible").count() == 0]


def toast_in_the_way(desk: Desk) -> list[str]:
    """A toast that is not visible or covers the bars of the takes, wherever the page is scrolled."""
    found = []
    for part in ("transport", "timeline", "apply"):
        desk.at(f".perform-{part}").evaluate("(band) => band.scrollIntoView({block: 'start'})")
        desk.at("[data-act='lane.copy']").evaluate("(button) => button.click()")
        expect(desk.at(".perform-toast")).to_be_visible()
        toast = desk.page.evaluate(TOASTS)
        if toast["over"] or not toast["inside"]:
            found.append(f"scrolled to {part}: {toast}")
        desk.at(".perform-toast [data-act='toast.close']").evaluate("(button) => button.click()")
    return found


def hiding_message(desk: Desk) -> list[str]:
    """A short message that hides sources of the monitor, anything of the timeline below its ruler, or its buttons."""
    close_toasts(desk)
    desk.do("lane.change", id=desk.page.evaluate(STATE)["lanes"][0]["id"], smoothing_s=0.1)
    expect(desk.at("[data-act='undo']")).to_have_attribute("title", "Undo: Strength: smoothing (Z)")
    desk.at("[data-act='undo']").click()
    expect(desk.at(".perform-toast").get_by_role("button", name="Redo")).to_be_visible()
    found = desk.page.evaluate(HIDDEN)
    close_toasts(desk)
    return [f"a short message hides {over:.0f} px of the {what}" for what, over in found.items() if over > 0]


def squeezed_message(desk: Desk) -> list[str]:
    """A message with a button, as another page causes it, that does not fit where messages are shown."""
    close_toasts(desk)
    here = desk.page.evaluate(STATE)["song"]["id"]
    desk.do("song.new", name="Elsewhere")
    expect(desk.at(".perform-toast").get_by_role("button", name="Back to")).to_be_visible()
    found = desk.page.evaluate(SQUEEZED)
    desk.at(".perform-toast").get_by_role("button", name="Back to").click()
    expect(desk.at(".perform-lane")).to_have_count(len(LANES))
    assert desk.page.evaluate(STATE)["song"]["id"] == here
    return ["a message with a button is cut"] if found else []
