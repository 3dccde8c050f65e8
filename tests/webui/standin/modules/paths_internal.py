"""Where the stand-in stores data."""

from __future__ import annotations

import os

data_path = os.environ["STANDIN_DATA"]
