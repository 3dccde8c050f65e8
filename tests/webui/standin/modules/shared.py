"""Options and flags, with the WebUI's rules: labels, defaults, a file, and a callback that can veto a change."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

from modules.paths_internal import data_path

config_filename = os.path.join(data_path, "config.json")
cmd_opts = SimpleNamespace(subpath=None)


class OptionInfo:
    def __init__(self, default=None, label="", component=None, component_args=None, onchange=None, section=None):
        self.default, self.label, self.component, self.component_args = default, label, component, component_args
        self.onchange, self.section, self.comment_after = onchange, section, ""

    def info(self, text):
        self.comment_after += text
        return self


class Options:
    def __init__(self):
        vars(self).update(data={}, data_labels={})
        if os.path.exists(config_filename):
            with open(config_filename, encoding="utf-8") as file:
                self.data.update(json.load(file))

    def __setattr__(self, key, value):
        self.data[key] = value

    def __getattr__(self, key):
        if key in self.data:
            return self.data[key]
        return self.data_labels[key].default

    def add_option(self, key, info):
        self.data_labels[key] = info
        self.data.setdefault(key, info.default)

    def set(self, key, value):
        """As the Settings tab does at "Apply settings"; whether the option changed."""
        old = self.data.get(key)
        if old == value:
            return False
        self.data[key] = value
        callback = self.data_labels[key].onchange
        if callback is not None:
            try:
                callback()
            except Exception:
                self.data[key] = old
                return False
        return True

    def save(self, filename):
        with open(filename, "w", encoding="utf-8") as file:
            json.dump(self.data, file)


opts = Options()
