"""Deforum's argument tables. The names, labels, values and kinds come from the file the test wrote."""

from __future__ import annotations

import json
import os

with open(os.environ["STANDIN_ARGUMENTS"], encoding="utf-8") as file:
    TABLES = json.load(file)


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
