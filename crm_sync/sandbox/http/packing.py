"""A large answer on its way: compressed when the client can read that, else of a known length."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from crm_sync.sandbox.http.call import Call, Reply

__all__ = ["packed"]

_FAST = 1
_GZIP = 31  # zlib's number for the form of gzip


def packed(call: Call, reply: Reply, size: int) -> Reply:
    """Return a reply whose `stream` of `size` bytes follows its body, as the client accepts it."""
    pieces = chain([reply.body], reply.stream or ())
    if "gzip" in call.headers.get("accept-encoding", ""):
        headers = {**reply.headers, "Content-Encoding": "gzip"}
        return replace(reply, headers=headers, stream=_zipped(pieces))
    headers = {**reply.headers, "Content-Length": str(len(reply.body) + size)}
    return replace(reply, headers=headers, stream=pieces)


def _zipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(_FAST, wbits=_GZIP)
    for piece in pieces:
        if packed := compressor.compress(piece):
            yield packed
    yield compressor.flush()
