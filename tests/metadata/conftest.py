"""What the tests of the metadata share."""

import sys
from pathlib import Path

import pytest

from crm_sync.sandbox import load_schema
from crm_sync.sandbox.schema import Schema

sys.path.insert(0, str(Path(__file__).parent))

from source_format import ROOT


@pytest.fixture(scope="session")
def deployed() -> Schema:
    """A standard org with NPSP in which our metadata is deployed."""
    return load_schema(ROOT)
