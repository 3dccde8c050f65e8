"""A WebUI in small: loads the extension, lets it build its tab, serves real gradio, and reloads the UI when asked.

Run as a file, so that only this folder is on the path: the extension's own is there while its script runs.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
import threading
import time
from pathlib import Path

import gradio as gr

from modules import script_callbacks, shared

HERE = Path(__file__).resolve().parent
EXTENSION = HERE.parents[2]

# The host serves every connection on threads of its own and does not report the page's origin.
REFERRER = '<meta name="referrer" content="no-referrer"/>'


def main():
    options = arguments()
    signal.signal(signal.SIGINT, leave)
    shared.cmd_opts.perform_osc_host = options.osc_host
    shared.cmd_opts.perform_osc_port = options.osc_port
    shared.cmd_opts.perform_osc_allow = options.osc_allow
    shared.cmd_opts.perform_name = options.name
    shared.cmd_opts.subpath = options.subpath
    patch_components()
    patch_page()
    patch_apps()
    restart, stop = threading.Event(), threading.Event()
    while not stop.is_set():
        script_callbacks.clear_callbacks()
        script_callbacks.on_script_unloaded(list)  # extensions of the host's own come first
        start_s = time.perf_counter()
        if not options.no_perform:
            run_script(EXTENSION, "perform.py")
        waited_s = time.perf_counter() - start_s
        load_scripts(options)
        script_callbacks.run("before_ui")
        demo = create_ui()
        demo.queue()
        app, _, _ = demo.launch(
            server_name="127.0.0.1",
            server_port=options.port,
            root_path=f"/{options.subpath}" if options.subpath else "",
            auth=[tuple(options.auth.split(":"))] if options.auth else None,
            prevent_thread_lock=True,
            allowed_paths=[str(EXTENSION)],
            quiet=True,
        )
        app.user_middleware = [each for each in app.user_middleware if each.cls.__name__ != "CORSMiddleware"]
        add_control(app, restart, stop)
        start_s = time.perf_counter()
        script_callbacks.run("app_started", demo, app)
        waited_s += time.perf_counter() - start_s
        tell(f"perform.py {waited_s:.4f}")  # as the hosts count it: loading the script, and its part of app_started
        tell("ready")
        restart.wait()
        restart.clear()
        demo.close()
        script_callbacks.run("script_unloaded")
    tell("stopped")


def leave(_number, _frame):
    """As both hosts do at Ctrl+C: no thread is waited for."""
    os._exit(0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--osc-host")
    parser.add_argument("--osc-port", type=int)
    parser.add_argument("--osc-allow")
    parser.add_argument("--auth")
    parser.add_argument("--name", action="append")
    parser.add_argument("--subpath")
    parser.add_argument("--no-deforum", action="store_true")
    parser.add_argument("--no-perform", action="store_true")
    return parser.parse_args()


def tell(word):
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def load_scripts(options):
    """As the host: other extensions first or last, each with its folder on the path only while its script runs."""
    if not options.no_deforum:
        import deforum_tab

        script_callbacks.on_ui_tabs(deforum_tab.on_ui_tabs)


def run_script(extension, name):
    before = sys.path
    sys.path = [str(extension), *sys.path]
    try:
        spec = importlib.util.spec_from_file_location(name, extension / "scripts" / name)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    finally:
        sys.path = before


def create_ui():
    script_callbacks.run("ui_settings")
    with gr.Blocks(analytics_enabled=False) as txt2img:
        gr.Textbox(label="Prompt", elem_id="txt2img_prompt")
        gr.Textbox(label="Zoom", value="not Deforum's")
        gr.Number(label="Max frames", value=7)
    interfaces = [(txt2img, "txt2img", "txt2img"), *script_callbacks.run("ui_tabs")]
    with gr.Blocks(analytics_enabled=False, title="Stand-in") as demo:
        with gr.Row(elem_id="quicksettings"):
            gr.Dropdown(["model.safetensors"], value="model.safetensors", label="Stable Diffusion checkpoint")
        with gr.Tabs(elem_id="tabs"):
            for interface, title, name in interfaces:
                with gr.TabItem(title, id=name, elem_id=f"tab_{name}"):
                    interface.render()
    return demo


def patch_components():
    """Report every component made, as the host does."""
    base = getattr(gr.components, "IOComponent", None) or gr.components.Component
    original = base.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        script_callbacks.run("after_component", self, **kwargs)

    base.__init__ = init


def patch_page():
    """Load the scripts of the extension into gradio's page, and the host's own style."""
    scripts = [HERE / "host_page.js", *sorted((EXTENSION / "javascript").glob("*.js"))]
    head = "".join(f'<script src="file={path}?{os.path.getmtime(path)}"></script>' for path in scripts)
    css = f'<link rel="stylesheet" property="stylesheet" href="file={HERE / "host.css"}">'
    original = gr.routes.templates.TemplateResponse

    def respond(*args, **kwargs):
        response = original(*args, **kwargs)
        response.body = response.body.replace(b"</head>", f"{head}{REFERRER}</head>".encode())
        response.body = response.body.replace(b"</body>", f"{css}</body>".encode())
        response.init_headers()
        return response

    gr.routes.templates.TemplateResponse = respond


def patch_apps():
    """gradio makes an app at the end of every Blocks, a dozen in all, which takes most of its start. Only the one that
    launch makes is served."""
    create = gr.routes.App.create_app

    def launched(blocks, **options):
        return create(blocks, **options) if "app_kwargs" in options else None

    gr.routes.App.create_app = staticmethod(launched)


def add_control(app, restart, stop):
    """What the test asks of the host itself."""

    @app.post("/standin/reload")
    def reload():
        restart.set()

    @app.post("/standin/stop")
    def end():
        stop.set()
        restart.set()

    @app.post("/standin/settings/{key}/{value:path}")
    def change(key: str, value: str):
        kind = type(shared.opts.data_labels[key].default)
        return {"changed": shared.opts.set(key, value == "True" if kind is bool else kind(value))}

    @app.get("/standin")
    def look():
        import sys as system

        tab = system.modules.get("deforum_tab")
        counts = {category: len(callbacks) for category, callbacks in script_callbacks.registered.items()}
        threads = sorted(thread.name for thread in threading.enumerate())
        return {
            "errors": script_callbacks.errors,
            "callbacks": counts,
            "generated": tab.generated if tab else [],
            "followed": tab.followed if tab else [],
            "threads": threads,
            "options": {key: shared.opts.data[key] for key in shared.opts.data_labels},
        }


if __name__ == "__main__":
    main()
