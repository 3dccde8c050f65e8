"""What the knobs of the shipped performance play."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "Demo: a minute with an NTS-1"
FPS = 15.0
TEMPO_BPM = 120.0


@dataclass(frozen=True)
class DemoLane:
    """One lane: field, source, output range in the field's unit, and whether full means low.

    A knob moves around the field's default value; a silent pad leaves the field at its default.
    """

    field: str
    source: str
    out_low: float
    out_high: float
    invert: bool = False

    def changes(self) -> dict[str, object]:
        """The differences from a new lane; every source of the performance has the range 0 to 1."""
        ranges = {"in_low": 0.0, "in_high": 1.0, "out_low": self.out_low, "out_high": self.out_high}
        return {**ranges, "invert": self.invert}


LANES = (
    DemoLane("zoom", "/nts1/cutoff", 0.98, 1.04),
    DemoLane("angle", "/live/lfo", -2.0, 2.0),
    DemoLane("translation_x", "/tablet/xy[0]", -8.0, 8.0),
    DemoLane("translation_y", "/tablet/xy[1]", -8.0, 8.0),
    DemoLane("strength_schedule", "/pads/kick", 0.45, 0.65, invert=True),
    DemoLane("contrast_schedule", "/pads/snare", 1.0, 1.05),
    DemoLane("cfg_scale_schedule", "/nts1/resonance", 5.0, 15.0),
    DemoLane("noise_schedule", "/nts1/reverb", 0.04, 0.08),
)
