"""How a running job learns that it must not go on."""

__all__ = ["Stopped"]


class Stopped(Exception):
    """The job was aborted, or the server is being stopped."""
