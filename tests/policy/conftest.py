"""A store whose views are plain tables, so that a story can be played through the real job."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from stories import Play


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """An empty CRM, in which nothing has happened yet."""
    with Play.begun(f"sqlite:///{tmp_path / 'store.db'}") as begun:
        yield begun
