"""The random conditions, importable wherever the tests are collected from."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
