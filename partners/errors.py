"""What can go wrong around settings and the store, each with what to do about it."""

from typing import ClassVar

from partner_lifecycle import PartnerLifecycleError, SettingsError

__all__ = [
    "AlreadyRunning",
    "DraftHeld",
    "DraftUnknown",
    "EngineMissing",
    "EnginesDisagree",
    "ErasureRefused",
    "HitRefused",
    "LedgerBroken",
    "MetadataMissing",
    "MirrorTooOld",
    "OverrideRefused",
    "PartnerUnknown",
    "RootRefused",
    "SettingsError",
    "StoreError",
    "StoreTooNew",
    "WriteUnknown",
]


class StoreError(PartnerLifecycleError):
    """The store cannot be used: out of reach, read-only, locked, or not a store at all."""

    exit_code: ClassVar[int] = 3


class StoreTooNew(StoreError):
    """A newer version of partner-lifecycle has written this store."""


class EngineMissing(PartnerLifecycleError):
    """The engine that was asked for by name is not installed."""


class EnginesDisagree(PartnerLifecycleError):
    """Two readings of the rules came to different ends for one partner; nothing is stored."""


class LedgerBroken(PartnerLifecycleError):
    """The ledger was changed behind its back, so that nothing can be appended to it."""


class RootRefused(PartnerLifecycleError):
    """This is no root of a ledger, or too little of one to know it by."""


class ErasureRefused(PartnerLifecycleError):
    """Nothing is erased unless somebody answers for it and says why."""


class AlreadyRunning(StoreError):
    """Another job is at work on the same store."""


class PartnerUnknown(PartnerLifecycleError):
    """No partner in the mirror has this id or name, or several have."""


class DraftUnknown(PartnerLifecycleError):
    """No draft has this id."""


class DraftHeld(PartnerLifecycleError):
    """A draft may not go on its way: not now, not so, or not any more."""

    exit_code: ClassVar[int] = 1


class OverrideRefused(PartnerLifecycleError):
    """The rule may not be set aside so: by this role, without a reason, or by anybody at all."""


class HitRefused(PartnerLifecycleError):
    """A screening hit cannot be opened or closed so."""


class MetadataMissing(PartnerLifecycleError):
    """The org lacks fields that we write."""


class MirrorTooOld(PartnerLifecycleError):
    """What was decided rests on a mirror that is too old to write back from."""

    exit_code: ClassVar[int] = 3


class WriteUnknown(PartnerLifecycleError):
    """The outbox holds no such write, or it cannot be retried or dropped so."""
