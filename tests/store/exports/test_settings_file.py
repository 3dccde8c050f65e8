"""Deforum's settings files: only what was chosen changes, and what is written can be loaded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.errors import DamagedFileError
from deforum_perform.store.exports.settings_file import (
    default_settings,
    import_settings,
    read_settings,
    with_gates,
    write_settings,
)
from tests.data_folder import DATA

SHIPPED = DATA / "deforum_default_settings.txt"

_plain = st.none() | st.booleans() | st.integers(-9999, 9999) | st.floats(-1e9, 1e9) | st.text(max_size=9)
_bases = st.dictionaries(st.text(max_size=6) | st.sampled_from(sorted(FIELDS)), _plain, max_size=8)


def _with_schedule(base: dict[str, object]) -> dict[str, object]:
    return {**base, "strength_schedule": "0: (0.65)"}


@pytest.fixture
def shipped() -> bytes:
    """The settings file that Deforum ships."""
    return SHIPPED.read_bytes()


def test_the_file_that_deforum_ships_is_read(shipped: bytes) -> None:
    """Deforum's own file reads, with its names in its order, and is unchanged by writing nothing into it."""
    base = read_settings(shipped)
    assert list(base)[:2] == ["W", "H"]
    assert len(base) > 250
    assert write_settings(base, {}) == json.dumps(json.loads(shipped), ensure_ascii=False, indent=4)


def test_nothing_of_the_file_that_deforum_ships_is_converted(shipped: bytes) -> None:
    """Every value there is of the kind that its box holds, the text "0" of diffusion_redo too."""
    read = import_settings(shipped)
    assert read.remarks == ()
    assert list(read.settings.items()) == list(json.loads(shipped).items())


def test_only_the_chosen_names_and_their_gates_change(shipped: bytes) -> None:
    """Every name that was not chosen stays in its place with its value; a chosen field's gate is set."""
    base = read_settings(shipped)
    values = {"zoom": "0: (1), 9: (2)", "steps_schedule": "0: (7)", "max_frames": 10, "cn_2_weight": "0: (1)"}
    written = read_settings(write_settings(base, values))
    assert list(written) == list(base)
    changed = {name: value for name, value in written.items() if value != base[name]}
    assert changed == {**values, "enable_steps_scheduling": True, "cn_2_enabled": True, "cn_2_weight": "0: (1)"}


@given(_bases.map(_with_schedule), _bases)
def test_any_base_is_kept(base: dict[str, object], values: dict[str, object]) -> None:
    """Whatever the base and the values, chosen names have the new value and all others the old, in the old order."""
    written = read_settings(write_settings(base, values))
    chosen = with_gates(values)
    assert [name for name in written if name in base] == list(base)
    for name, value in base.items():
        assert written[name] == chosen.get(name, value)
    assert all(written[name] == value for name, value in chosen.items())


def test_without_a_base_every_schedule_has_its_default() -> None:
    """A file from nothing holds every schedule, every gate, and the names without which loading fails."""
    written = read_settings(write_settings(None, {"angle": "0: (3)", "seed_schedule": "0: (5)"}))
    assert written["angle"] == "0: (3)"
    assert written["seed_behavior"] == "schedule"
    for row in FIELDS.values():
        if row.name not in ("angle", "seed_schedule", "prompts"):
            assert written[row.name] == row.default
        assert row.gate is None or row.gate.name in written
    assert isinstance(written["prompts"], dict)
    assert {"prompts", "reroll_blank_frames", "noise_type", "legacy_colormatch", "add_soundtrack"} <= set(written)


def test_the_defaults_are_those_that_deforum_ships(shipped: bytes) -> None:
    """Where the file that Deforum ships has a name of the defaults, the value is the same (but for the prompts)."""
    base = read_settings(shipped)
    own = default_settings()
    differing = {name for name, value in own.items() if name in base and base[name] != value}
    assert differing == {"prompts"}


@pytest.mark.parametrize("missing", ["prompts", "reroll_blank_frames", "noise_type"])
def test_what_loading_needs_is_added_to_a_base_without_it(missing: str) -> None:
    """A base that lacks a name without which "Load All Settings" fails gets it, at the end."""
    base = {name: value for name, value in default_settings().items() if name != missing}
    written = read_settings(write_settings(base, {}))
    assert list(written) == [*base, missing]


def test_a_gate_that_was_chosen_is_kept() -> None:
    """A gate given among the values keeps the given value."""
    values = {"steps_schedule": "0: (1)", "enable_steps_scheduling": False}
    assert with_gates(values) == values


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1"),
        (b"0: (1), 10: (2)", "line 1"),
        (b'{"zoom": "0: (1)",\n "angle": }', "line 2, column 11"),
        (b'{"zoom": "0: (1)"} extra', "column 20"),
        (b"[]", "does not begin with {"),
        (b'"zoom"', "does not begin with {"),
        (b'{"a": 1}', "none of Deforum's schedules"),
        (b'{"prompts": {"0": "x"}}', "none of Deforum's schedules"),
        (b'{"keyframes": [], "rendered_frames": []}', "Parseq"),
        (b'{"deforum_settings": {"zoom": "0: (1)"}}', "import the content of deforum_settings"),
        (b'{"zoom": NaN}', "line 1, column 10: NaN is not a number. Write a plain number"),
        (b'{"zoom": "NaN, 1e999",\n "W": Infinity}', "line 2, column 7: Infinity"),
        (b'{"zoom": "a \\" NaN",\n\n "W": -Infinity}', "line 3, column 7: -Infinity"),
        (b'{"zoom": "0: (1)",\n "W": [1, 1e999]}', "line 2, column 11: 1e999 is too large a number. Write a smaller"),
        (b'{"zoom": "0: (1)",\n "W": -1e999}', "line 2, column 7: -1e999 is too large"),
        (b'{"zoom": "0: (1)",\n "seed": ' + b"9" * 500 + b"}", "line 2, column 10: a number has 500 digits"),
        (b"\x89PNG\r\n", "byte 0"),
        (b"[" * 200_000, "nested"),
    ],
)
def test_other_files_are_refused_with_the_reason(data: bytes, words: str) -> None:
    """A file that is not Deforum's settings is refused, and the message says where or why."""
    with pytest.raises(DamagedFileError) as caught:
        read_settings(data)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ('{"zoom": "0: (1)",\n "batch_name": "Für Elise"}'.encode("latin-1"), "line 2, byte 36 (0xFC)"),
        ('{"zoom": "0: (1)"}'.encode("utf-16"), "line 1, byte 0 (0xFF)"),
    ],
)
def test_other_letters_than_utf8_are_refused_with_their_place(data: bytes, place: str) -> None:
    """A file in another encoding is refused with line, byte and what to do; no letter of it is guessed."""
    with pytest.raises(DamagedFileError, match="save it as UTF-8") as caught:
        import_settings(data)
    assert place in str(caught.value)


def test_what_is_imported_can_be_kept_and_read_again() -> None:
    """An imported file has today's names and values, so that reading it again changes nothing more."""
    read = import_settings(b'{"zoom": 1.5, "flip_2d_perspective": false, "seed": 9007199254740993}')
    assert read.settings["enable_perspective_flip"] is False
    assert read.settings["seed"] == 9007199254740993
    again = import_settings(write_settings(read.settings, {}))
    assert again.remarks == ()
    assert {name: again.settings[name] for name in read.settings} == read.settings


def test_a_name_that_the_file_has_twice_is_reported() -> None:
    """Of a name that an object contains more than once the last value counts, as in Deforum's loader, and the import
    says so, of prompts too; the rest is listed as a number."""
    twice = b'{"zoom": "0:(1)", "seed": 1, "zoom": "0:(2)", "prompts": {"0": "a", "0": "b"}, "legacy_colormatch": true}'
    read = import_settings(twice)
    assert (read.settings["zoom"], read.settings["prompts"]) == ("0:(2)", {"0": "b"})
    end = "is in the file more than once; the last value is used."
    assert set(read.remarks) == {f"zoom {end}", f"0 {end}"}
    assert import_settings('{"zoom": "0:(1)", "legacy_colormatch": true}').remarks == ()
    many = ", ".join(f'"n{k}": 1, "n{k}": 2' for k in range(20))
    remarks = import_settings(f'{{"zoom": "0:(1)", "legacy_colormatch": true, {many}}}').remarks
    assert (len(remarks), remarks[-1]) == (9, "12 more names are in it more than once.")


def test_a_huge_file_is_refused() -> None:
    """No settings file has tens of megabytes more than the longest schedules need."""
    with pytest.raises(DamagedFileError, match="larger than"):
        read_settings(b" " * ((32 << 20) + 1))


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n  "])
def test_what_editors_leave_is_accepted(prefix: bytes) -> None:
    """A byte order mark, or blank lines, do not prevent a file from being read, as bytes or as text."""
    data = prefix + b'{"zoom": "0: (1)"}'
    assert read_settings(data) == read_settings(data.decode()) == {"zoom": "0: (1)"}
