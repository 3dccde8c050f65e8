"""A source's name determines its address and argument, whatever the address looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.source_name import SourceName, parse_source, source_name

pieces = st.lists(st.sampled_from(["/", "a", "\\", "[", "]", "[0]", "[12]", "[01]", "[512]", "\n", "é"]), min_size=1)
addresses = pieces.map("".join)
indices = st.one_of(st.none(), st.integers(0, 511))


@given(addresses, indices)
def test_every_name_gives_its_address_and_index_back(address: str, index: int | None) -> None:
    """Parsing undoes naming, for addresses full of brackets and backslashes too."""
    assert parse_source(source_name(address, index)) == SourceName(address, index)


@given(st.tuples(addresses, indices), st.tuples(addresses, indices))
def test_no_two_sources_share_a_name(one: tuple[str, int | None], other: tuple[str, int | None]) -> None:
    """Different addresses or arguments have different names."""
    assert (source_name(*one) == source_name(*other)) == (one == other)


@pytest.mark.parametrize(
    ("address", "index", "name"),
    [
        ("/a", None, "/a"),
        ("/a", 1, "/a[1]"),
        ("/a[1]", None, "/a\\[1]"),
        ("/a[1]", 0, "/a\\[1][0]"),
        ("/a\\[1]", None, "/a\\\\\\[1]"),
        ("/a\\", 1, "/a\\\\[1]"),
        ("/a\\", None, "/a\\"),
        ("/a[1]/b", None, "/a[1]/b"),
        ("/a[01]", 2, "/a[01][2]"),
        ("/step[1000]", None, "/step[1000]"),
    ],
)
def test_only_an_address_that_ends_like_an_index_is_changed(address: str, index: int | None, name: str) -> None:
    """Names are what they were in songs of version 0.1, but for an address that could be mistaken for an argument."""
    assert source_name(address, index) == name
