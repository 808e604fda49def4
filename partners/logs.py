"""Logs: events with stable names to standard error, without secrets and personal data."""

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["configure_logging"]

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_PRIVATE = re.compile(
    r"password|secret|token|session_id|authorization|cookie|e_?mail|phone|address|body|"
    r"^(first_|last_|full_)?name$|^subject$|^text$|^html$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
_MASK = "***"


def configure_logging(
    level: Literal["debug", "info", "warning", "error"] = "warning",
    format: Literal["console", "json"] = "console",
) -> None:
    """Send our events at `level` and above to standard error, for people or as JSON lines.

    Libraries' own logs are let through from warnings up, since below that they hold what they send.
    """
    renderer: Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_private_data,
    ]
    structlog.configure(
        processors=[*before, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(before, renderer, _LEVELS[level])


def without_private_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what a log must not hold: values under telling names, and e-mail addresses anywhere."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: object) -> object:
    if _PRIVATE.search(key):
        return _MASK
    return _EMAIL.sub(_MASK, value) if isinstance(value, str) else value


def _configure_libraries(before: list[Processor], renderer: Processor, level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[remove, without_private_data, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))
