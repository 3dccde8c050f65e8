"""The render core of the Forge fork's keyframe distribution, from a checkout, without Forge.

Its own modules of the distribution run unchanged; everything they need of the WebUI, of cv2 and of the rest of the fork
is replaced by empty classes, since none of it decides which frames are diffused or where a schedule is read.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

PACKAGE = "deforum_helpers"
REAL = (
    "rendering",
    "rendering.data.frame",
    "rendering.data.frame.key_frame_distribution",
    "rendering.data.frame.diffusion_frame",
    "rendering.data.frame.diffusion_frame_data",
    "rendering.data.frame.tween_frame",
    "rendering.data.schedule",
    "seed",
)
OTHERS = ("modules", "cv2", "PIL", "tqdm", "numexpr", "pandas")


class Nothing:
    """Takes any call and any name, and is itself the answer."""

    def __call__(self, *_: Any, **__: Any) -> Nothing:
        return self

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __format__(self, _: str) -> str:
        return ""


class Empty(ModuleType):
    """A module that has every name, and only ``tqdm`` in it, which returns its argument."""

    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return (lambda rows, **_: rows) if name == "tqdm" else Nothing()


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules ``real`` of ``package`` in ``folder``; every other one of it and of ``OTHERS`` is empty."""

    def __init__(self, package: str, folder: Path, real: Sequence[str]) -> None:
        self.package, self.folder, self.real = package, folder, real

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        top, _, below = name.partition(".")
        if top == self.package and below in self.real:
            place = self.folder.joinpath(*below.split("."))
            init = place / "__init__.py"
            found = [str(place)] if init.exists() else None
            source = init if found else place.with_suffix(".py")
            return importlib.util.spec_from_file_location(name, source, submodule_search_locations=found)
        if top in (self.package, *OTHERS):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


@contextmanager
def importing(package: str, folder: Path, real: Sequence[str]) -> Iterator[None]:
    """In the block ``package`` can be imported, of which only the modules ``real`` are those in ``folder``."""
    finder, ours = Finder(package, folder, real), (package, *OTHERS)
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] in ours}
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] in ours]:
            del sys.modules[name]
        sys.modules.update(before)


@contextmanager
def loaded(helpers: Path) -> Iterator[SimpleNamespace]:
    """The fork's ``KeyFrameDistribution`` and ``DiffusionFrame`` from its folder ``deforum_helpers``."""
    with importing(PACKAGE, helpers, REAL):
        frame = importlib.import_module(f"{PACKAGE}.rendering.data.frame")
        schedule = importlib.import_module(f"{PACKAGE}.rendering.data.schedule")
        core = importlib.import_module(f"{PACKAGE}.rendering.data.frame.diffusion_frame")
        core.Schedule = schedule.Schedule  # type: ignore[attr-defined]
        yield SimpleNamespace(Distribution=frame.KeyFrameDistribution, Frame=frame.DiffusionFrame)


class Keys:
    """Every schedule the core asks for: ``<field>_series`` is the field's text read, 0 where it has none."""

    def __init__(self, series: Mapping[str, Sequence[Any]], frames: int) -> None:
        self.series, self.frames = series, frames

    def __getattr__(self, name: str) -> Sequence[Any]:
        found = self.series.get(name.removesuffix("_series"))
        if found is not None:
            return found
        return ["none"] * self.frames if "sampler" in name or "scheduler" in name else [0.0] * self.frames


def frames_of(
    core: SimpleNamespace,
    distribution: str,
    prompts: Sequence[str],
    cadence: int,
    frames: int,
    keys: Keys,
    manifest: Mapping[str, Any] | None = None,
) -> list[Any]:
    """The fork's diffusion frames for a render of ``frames`` frames, with a Parseq manifest or without; it raises what
    would stop that render."""
    anim = SimpleNamespace(
        max_frames=frames,
        keyframe_distribution=distribution,
        diffusion_cadence=cadence,
        enable_subseed_scheduling=True,
        enable_steps_scheduling=True,
        enable_sampler_scheduling=True,
        enable_scheduler_scheduling=True,
        enable_clipskip_scheduling=True,
        enable_noise_multiplier_scheduling=True,
        enable_ddim_eta_scheduling=True,
        enable_ancestral_eta_scheduling=True,
        use_noise_mask=True,
    )
    args = SimpleNamespace(seed=1, seed_behavior="iter", seed_iter_N=1, steps=20, use_mask=True)
    parseq = SimpleNamespace(use_parseq=manifest is not None, manages_seed=lambda: False, parseq_json=manifest)
    data = SimpleNamespace(
        args=SimpleNamespace(args=args, anim_args=anim, root=SimpleNamespace(prompt_keyframes=list(prompts))),
        animation_keys=SimpleNamespace(deform_keys=keys),
        parseq_adapter=parseq,
        cadence=lambda: cadence,
        is_use_mask=False,
    )
    made: list[Any] = core.Frame.create_all_frames(data, core.Distribution.from_UI_tab(data))
    return made
