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


SQUEEZED = """() => {
    const place = document.querySelector("#perform_root .perform-toasts");
    const [toast, room] = [place.lastElementChild.getBoundingClientRect(), place.getBoundingClientRect()];
    return toast.top < room.top || toast.bottom > room.bottom;
}"""


def sights(desk: Desk) -> Iterator[str]:
    """What must fit into a window of any size: lanes of each kind, every popover, Check."""
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


def cut(desk: Desk, whole: bool) -> list[str]:
    """What cannot be used in the window as it is; where the page is to be ``whole``, also what is not in sight."""
    close_toasts(desk)
    return findings(desk, sights(desk), unusable, cut_texts, *([out_of_sight, left_out] if whole else []))


def out_of_sight(page: Page) -> list[str]:
    """Bands below the fold, and rows of the inspector that have to be scrolled to."""
    room = page.evaluate(ROOM)
    return [
        *([f"{room['page']:.0f} px of the page are below the window"] if room["page"] > 0 else []),
        *([f"{room['inspector']:.0f} px of the inspector are cut"] if room["inspector"] > 0 else []),
    ]


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
