"""Deforum's argument tables. The names, labels, values and kinds come from the file the test wrote."""

from __future__ import annotations

import json
import os

with open(os.environ["STANDIN_ARGUMENTS"], encoding="utf-8") as file:
    TABLES = json.load(file)
