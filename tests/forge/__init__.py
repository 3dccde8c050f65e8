"""Tests against the sources of the Forge fork of Deforum."""
