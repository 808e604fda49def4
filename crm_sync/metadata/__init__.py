"""What an org should have: our objects and fields, read from the files that are deployed."""

from crm_sync.metadata.field import Field
from crm_sync.metadata.reading import read_custom_fields, read_custom_objects

__all__ = ["Field", "read_custom_fields", "read_custom_objects"]
