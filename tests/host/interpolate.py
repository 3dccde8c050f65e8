"""Read schedules by a Deforum's own FrameInterpolater, outside the WebUI. Run by the WebUI's Python.

Takes the folder of ``animation_key_frames.py`` as argument and {"max_frames", "texts": {name: text}} on stdin; writes
{name: values} to stdout. Only what that module imports from its surroundings and does not need here is stood in for.
"""

from __future__ import annotations

import importlib
import json
import sys
import types
import warnings


def main() -> None:
    warnings.simplefilter("ignore")
    for name in ("modules", "modules.shared", "modules.scripts"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["modules"].shared = sys.modules["modules.shared"]
    sys.modules["modules"].scripts = sys.modules["modules.scripts"]
    sys.modules["modules.shared"].opts = types.SimpleNamespace(data={})
    package = types.ModuleType("deforum_helpers")
    package.__path__ = [sys.argv[1]]
    sys.modules["deforum_helpers"] = package
    reader = importlib.import_module("deforum_helpers.animation_key_frames").FrameInterpolater
    asked = json.load(sys.stdin)
    known = reader(asked["max_frames"])
    values = {name: [float(v) for v in known.parse_inbetweens(text, name)] for name, text in asked["texts"].items()}
    json.dump(values, sys.stdout)


if __name__ == "__main__":
    main()
