"""Read schedules by a Deforum's own FrameInterpolater, outside the WebUI. Run by the WebUI's Python.

Takes the folder of ``animation_key_frames.py`` as argument and {"max_frames", "texts": {name: text}, "names": bool} on
stdin; writes {name: values} to stdout, null for a text at which it raises. ``names``: of samplers and the like;
``seconds``: how long it takes for each text instead. Only the imports of that module that are not needed here have
stand-ins.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import time
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
    names = asked.get("names", False)

    def read(name: str, text: str) -> list[str] | list[float] | None:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                series = known.parse_inbetweens(text, name, is_single_string=names)
        except Exception:  # noqa: BLE001 - whatever Deforum raises: that it raises is the answer
            return None
        return [str(v) for v in series] if names else [float(v) for v in series]

    def seconds(name: str, text: str) -> float:
        start = time.process_time()
        read(name, text)
        return time.process_time() - start

    answer = seconds if asked.get("seconds", False) else read
    json.dump({name: answer(name, text) for name, text in asked["texts"].items()}, sys.stdout)


if __name__ == "__main__":
    main()
