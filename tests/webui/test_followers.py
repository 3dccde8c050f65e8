"""What a tab does when a box of it changes, found in real gradio and done by Perform in its place."""

from __future__ import annotations

from typing import Any

import pytest

gr = pytest.importorskip("gradio")

from deforum_perform.webui import compat  # noqa: E402
from deforum_perform.webui.followers import followers  # noqa: E402


def shown(ticked: bool) -> Any:
    """As Deforum's own functions do."""
    return gr.update(visible=bool(ticked))


def the_tab(*events: Any) -> tuple[Any, dict[str, Any]]:
    """A tab with boxes a, b and c; each of ``events`` binds one, given the boxes."""
    with gr.Blocks() as tab:
        boxes = {name: gr.Checkbox(label=name) for name in "abc"}
        boxes["row"] = gr.Row()
        for bind in events:
            bind(**boxes)
    return tab, boxes


def test_every_event_of_a_box_is_followed_in_order() -> None:
    """All that changes with a box is known, and what each function returned for it."""
    tab, boxes = the_tab(
        lambda a, row, **_: a.change(fn=shown, inputs=[a], outputs=[row]),
        lambda a, b, c, **_: a.change(fn=lambda on: [gr.update(label=str(on)), not on], inputs=[a], outputs=[b, c]),
        lambda b, c, **_: b.change(fn=lambda on: on, inputs=b, outputs=c),
    )
    found = followers(tab, boxes)
    assert sorted(found.events) == ["a", "b"]
    assert found.outputs == [boxes["row"], boxes["b"], boxes["c"]]
    after = found.after({"a": True, "c": True})
    assert after == {
        id(boxes["row"]): {"visible": True},
        id(boxes["b"]): {"label": "True"},
        id(boxes["c"]): {"value": False},
    }
    assert compat.update(**after[id(boxes["row"])]) == compat.update(visible=True)


def in_the_page(a: Any, b: Any, **_: Any) -> None:
    """An event of JavaScript alone."""
    a.change(fn=None, inputs=[a], outputs=[b], **{compat.javascript_keyword(a.change): "(x) => x"})


@pytest.mark.parametrize(
    "bind",
    [
        lambda a, b, c, **_: a.change(fn=lambda on, other: on, inputs=[a, b], outputs=[c]),
        in_the_page,
        lambda a, b, c, **_: a.change(fn=shown, inputs=[a], outputs=[b]).then(fn=shown, inputs=[b], outputs=[c]),
        lambda a, b, **_: a.change(fn=shown, inputs=[b], outputs=[b]),
    ],
    ids=["of two boxes", "JavaScript", "another event after it", "of another box"],
)
def test_a_box_with_another_kind_of_event_is_left_to_the_page(bind: Any) -> None:
    """If one event of a box cannot be run here, none is: the page runs all of them as usual."""
    tab, boxes = the_tab(lambda a, row, **_: a.change(fn=shown, inputs=[a], outputs=[row]), bind)
    assert followers(tab, boxes).events == {}


def test_other_events_do_not_count() -> None:
    """A click, and a change of a box that is not Perform's, do not count as Perform's changes."""
    tab, boxes = the_tab(lambda a, b, **_: a.select(fn=shown, inputs=[a], outputs=[b]))
    assert followers(tab, boxes).events == {}


def test_a_function_that_fails_takes_nothing_with_it(caplog: pytest.LogCaptureFixture) -> None:
    """An error in another extension's function is logged; the boxes are filled anyway."""

    def broken(_: Any) -> Any:
        raise ValueError("no such thing")

    tab, boxes = the_tab(
        lambda a, row, **_: a.change(fn=broken, inputs=[a], outputs=[row]),
        lambda a, b, **_: a.change(fn=shown, inputs=[a], outputs=[b]),
    )
    assert followers(tab, boxes).after({"a": False}) == {id(boxes["b"]): {"visible": False}}
    assert "could not update" in caplog.text
