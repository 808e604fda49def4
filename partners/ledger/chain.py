"""The chain: the digest of each decision covers the one before it in its partition.

Whoever changes, removes, adds or moves a decision breaks the chain from there on. With a key, which
does not lie in the store, nobody who can only write the store can mend it.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import cache
from typing import Any
from zlib import crc32

from pydantic import SecretStr

__all__ = [
    "PARTITIONS",
    "Key",
    "digest",
    "key_of",
    "link",
    "name_of",
    "partition_of",
    "refuse_mark",
    "sealed_by",
]

PARTITIONS = 16
Key = bytes | None
_MARK = "\x1f"


def partition_of(partner_id: str) -> int:
    """Return whose chain a partner's decisions are in: CRC-32 of the id, modulo 16."""
    return crc32(_bytes(partner_id)) % PARTITIONS


def link(previous: str, values: Sequence[Any], key: Key) -> str:
    """Return the next digest of a chain: over the one before, and a row's values as stored.

    Each value ends with the character U+001F, and what is missing is told from a text by its place.
    No value that is appended has that character (`refuse_mark`), so no other row has the same text.
    """
    told = _form(len(values)) % tuple(values)
    if None in values:
        told += str([place for place, value in enumerate(values) if value is None])
    return digest(f"{previous}{told}", key)


def refuse_mark(*texts: str) -> None:
    """Raise ValueError for a text with the character that ends values; JSON never has it."""
    if any(_MARK in text for text in texts):
        raise ValueError("a text with the character U+001F has no place in the ledger")


@cache
def _form(many: int) -> str:
    return f"%s{_MARK}" * many


def sealed_by(salt: str, recorded: str) -> str:
    """Return the digest that stands for what was recorded, once that is erased too."""
    return hashlib.sha256(_bytes(salt + recorded)).hexdigest()


def digest(text: str, key: Key) -> str:
    """Return SHA-256 of a text, or HMAC-SHA-256 with a key, as hexadecimal digits."""
    told = _bytes(text)
    return hmac.digest(key, told, "sha256").hex() if key else hashlib.sha256(told).hexdigest()


def key_of(secret: SecretStr | None) -> Key:
    """Return the key made of the secret in the settings; None without one."""
    return None if secret is None else hashlib.sha256(secret.get_secret_value().encode()).digest()


def name_of(key: Key) -> str | None:
    """Return what a seal calls its key, from which the key cannot be told."""
    return None if key is None else digest("the name of this key", key)[:16]


def _bytes(text: str) -> bytes:
    """Return a text as it lies in the store, even one that was made to be no UTF-8 there."""
    return text.encode(errors="surrogateescape")
