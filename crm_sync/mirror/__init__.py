"""The mirror: the org's records in typed tables of our own, and the views over them."""

from crm_sync.mirror.echo import echo
from crm_sync.mirror.looked import last_read, merged_into, mirrored, read_until, synced_since
from crm_sync.mirror.planning import Plan, Planned, plan_sync
from crm_sync.mirror.rates import ExchangeRate, store_rates
from crm_sync.mirror.report import ObjectReport, SyncReport
from crm_sync.mirror.status import ObjectStatus, mirror_status
from crm_sync.mirror.syncing import sync
from crm_sync.mirror.tables import MIRROR_METADATA
from crm_sync.mirror.views import create_views
from crm_sync.mirror.ways import Way

__all__ = [
    "MIRROR_METADATA",
    "ExchangeRate",
    "ObjectReport",
    "ObjectStatus",
    "Plan",
    "Planned",
    "SyncReport",
    "Way",
    "create_views",
    "echo",
    "last_read",
    "merged_into",
    "mirror_status",
    "mirrored",
    "plan_sync",
    "read_until",
    "store_rates",
    "sync",
    "synced_since",
]
