"""A tab like Deforum's: its names, labels and gates, nested and partly hidden, and a Generate that notes every box."""

from __future__ import annotations

import gradio as gr

from argument_tables import TABLES

if TABLES.get("dev"):
    from deforum.config import args
else:
    from deforum_helpers import args

KINDS = {
    "textbox": gr.Textbox,
    "checkbox": gr.Checkbox,
    "number": gr.Number,
    "slider": gr.Slider,
    "radio": gr.Radio,
    "dropdown": gr.Dropdown,
}
UNIT_ROWS = (
    ("enabled", "Enable", "checkbox", False),
    ("weight", "Weight schedule", "textbox", "0:(1)"),
    ("guidance_start", "Starting Control Step schedule", "textbox", "0:(0.0)"),
    ("guidance_end", "Ending Control Step schedule", "textbox", "0:(1.0)"),
    ("loopback_mode", "LoopBack mode", "checkbox", False),
)

generated, saved = [], []
followed = []


def on_ui_tabs():
    boxes = {}
    with gr.Blocks(analytics_enabled=False) as interface:
        with gr.Row(), gr.Column(), gr.Blocks(), gr.Tabs():
            for title, table in _tables():
                with gr.TabItem(title):
                    for name, row in table.items():
                        with gr.Row(visible=row.get("shown", True)):
                            boxes[name] = make(row)
            with gr.TabItem("ControlNet"), gr.Tabs():
                for unit in range(1, TABLES["units"] + 1):
                    with gr.Tab(f"CN Model {unit}"):
                        boxes.update(_unit(unit))
        settings_path = gr.Textbox(label="Settings path", elem_id="deforum_settings_path")
        save = gr.Button("Save Settings", **({} if TABLES.get("dev") else {"elem_id": "deforum_save_settings_btn"}))
        mark = gr.Textbox(label="Mark", elem_id="deforum_mark")
        generate = gr.Button("Generate", elem_id="deforum_generate")

    def note(text, *values):
        generated.append({"mark": text, "boxes": dict(zip(boxes, values, strict=True))})

    def keep(_, *values):
        saved.append(dict(zip(names, values, strict=True)))

    names = list(boxes) if TABLES.get("dev") else args.get_settings_component_names()
    with interface:
        save.click(fn=keep, inputs=[settings_path, *(boxes[name] for name in names)], outputs=[], queue=False)
        generate.click(fn=note, inputs=[mark, *boxes.values()], outputs=[], queue=False)
    return [(interface, "Deforum", "deforum_interface")]


def make(row):
    parts = {key: value for key, value in row.items() if key not in ("type", "shown", "tab_label")}
    parts["label"] = row.get("tab_label", row["label"])
    return KINDS[row["type"]](**parts)


def _tables():
    yield "Keyframes", args.DeforumAnimArgs()
    yield "Run", args.DeforumArgs()
    yield "Guided images", args.LoopArgs()
    yield "Init", args.ParseqArgs()
    yield "Output", args.DeforumOutputArgs()


def _unit(unit):
    rows = {f"cn_{unit}_{name}": (label, kind, value) for name, label, kind, value in UNIT_ROWS}
    built, shown = {}, {}
    for name, (label, kind, value) in rows.items():
        with gr.Row(visible=name.endswith("enabled"), elem_id=f"row_{name}") as shown[name]:
            built[name] = KINDS[kind](label=label, value=value)
    gate = built[f"cn_{unit}_enabled"]
    for name, row in shown.items():
        if built[name] is not gate:  # an event for each, as Deforum has
            gate.change(fn=_follower(name), inputs=gate, outputs=row)
    return built


def _follower(name):
    def follow(ticked):
        followed.append([name, ticked])
        return gr.update(visible=bool(ticked))

    return follow
