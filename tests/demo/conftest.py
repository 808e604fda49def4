"""The population as the views would show it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def views() -> Callable[..., dict[str, Any]]:
    """Return a function from a population to the frames that facts are made of."""
    from views_of import frames_of

    return frames_of
