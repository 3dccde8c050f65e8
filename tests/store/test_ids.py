"""Only the store's own ids become file names, and names for people stay text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.store.ids import MAX_NAME, checked_id, clean_name, file_name, is_id, new_id
from tests.store.examples import NOON

HOSTILE = [
    "", ".", "..", "../x", "..\\x", "/etc", "a/b", "a\\b", "a\x00", "a\n", "A", "ä", "a.b", "c:", "-a", "con", "nul",
    "com1", "a" * 65, "~", "%2e%2e", "\u202e", None, 3, b"a", ["a"],
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_ids_are_refused(text: object) -> None:
    """Nothing that could leave its folder, or name a device, is an id."""
    with pytest.raises(InputError):
        checked_id(text)


@given(st.text())
def test_an_id_has_only_letters_digits_and_dashes(text: str) -> None:
    """Whatever is accepted as an id consists of characters that mean nothing to any file system."""
    if is_id(text):
        assert checked_id(text) == text
        assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not text.startswith("-")


def test_new_ids_are_ids_and_different() -> None:
    """Ids made at the same moment are valid and differ."""
    made = {new_id(NOON) for _ in range(100)}
    assert len(made) == 100
    assert all(is_id(i) and i.startswith("20260131-120000-") for i in made)


@given(st.text())
def test_names_have_no_control_characters_and_are_never_empty(text: str) -> None:
    """A name is at most 120 characters of visible text, or it is refused; cleaning it twice changes nothing."""
    try:
        name = clean_name(text)
    except InputError:
        return
    assert 0 < len(name) <= MAX_NAME
    assert all(unicodedata.category(c) not in ("Cc", "Cs") for c in name)
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Tide\x00 \t and\nfoam ", "Tide and foam"),
        ("👩‍🚀 été", "👩‍🚀 été"),
        ("x" * 500, "x" * 120),
        ("../../etc/passwd", "../../etc/passwd"),
        ("\u202eevil", "evil"),
    ],
)
def test_names_keep_what_people_typed(text: str, name: str) -> None:
    """A name keeps any script and sign; only control characters and surplus space go."""
    assert clean_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1f", "\u200d", None, 3])
def test_an_empty_name_is_refused(text: object) -> None:
    """A name of nothing that can be seen is refused."""
    with pytest.raises(InputError):
        clean_name(text)


@given(st.text(max_size=300))
def test_any_name_makes_a_file_name(name: str) -> None:
    """Whatever a song is called, the name is one that Windows, macOS and Linux take, and it ends as it has to."""
    made = file_name(name, "settings.txt")
    assert made.endswith(".settings.txt")
    assert not set(made) & set('<>:"/\\|?*')
    assert not [c for c in made if unicodedata.category(c) == "Cc"]
    assert len(made.encode()) <= 255
    assert made[0] not in " ."
    assert made.partition(".")[0].lower() not in ("con", "nul", "com1", "lpt9")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Night Bus", "Night Bus.csv"),
        ("été 夜", "été 夜.csv"),
        ("a/b", "a_b.csv"),
        ("NUL", "song NUL.csv"),
        ("...", "song.csv"),
    ],
)
def test_a_name_stays_readable(name: str, made: str) -> None:
    """Only what a file system refuses is replaced."""
    assert file_name(name, "csv") == made
