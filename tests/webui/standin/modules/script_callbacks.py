"""The host's callbacks: registered by extensions, run in order, all cleared before scripts run again."""

from __future__ import annotations

import inspect
import traceback

CATEGORIES = ("before_ui", "after_component", "ui_settings", "ui_tabs", "app_started", "script_unloaded")

registered = {category: [] for category in CATEGORIES}
errors = []
running = []
"""How many functions were running at each registration: the host reads the source of each, to find its owner."""


def _add(category, callback):
    running.append(len(inspect.stack()))
    registered[category].append(callback)


def on_before_ui(callback, *, name=None):
    _add("before_ui", callback)


def on_after_component(callback, *, name=None):
    _add("after_component", callback)


def on_ui_settings(callback, *, name=None):
    _add("ui_settings", callback)


def on_ui_tabs(callback, *, name=None):
    _add("ui_tabs", callback)


def on_app_started(callback, *, name=None):
    _add("app_started", callback)


def on_script_unloaded(callback, *, name=None):
    _add("script_unloaded", callback)


def clear_callbacks():
    for callbacks in registered.values():
        callbacks.clear()


def remove_callbacks_for_function(callback):
    for category, callbacks in registered.items():
        registered[category] = [known for known in callbacks if known != callback]


def run(category, *args, **kwargs):
    """Run one category; an error is logged, as in the host, and the rest continues."""
    results = []
    for callback in list(registered[category]):
        try:
            results += callback(*args, **kwargs) or []
        except Exception:
            errors.append(traceback.format_exc())
    return results
