"""Deforum's argument tables, where the branch dev of sd-forge-deforum has them."""

from __future__ import annotations

from argument_tables import TABLES


def DeforumAnimArgs():
    return TABLES["DeforumAnimArgs"]


def DeforumArgs():
    return TABLES["DeforumArgs"]


def LoopArgs():
    return TABLES["LoopArgs"]


def ParseqArgs():
    return TABLES["ParseqArgs"]


def DeforumOutputArgs():
    return TABLES["DeforumOutputArgs"]
