"""Structured logs: JSON lines in production, readable lines on a desk."""

import logging
import sys

import structlog
from structlog.types import EventDict, Processor

from app.core.written import clean

# One list, for good: loggers that were used already keep hold of it.
_PROCESSORS: list[Processor] = []


def _without_cards(_logger: object, _name: str, event: EventDict) -> EventDict:
    """What somebody sent may stand in an error's words."""
    return {
        name: clean(value) if isinstance(value, str) else value for name, value in event.items()
    }


def configure(*, production: bool) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer()
        if production
        # The pretty traceback prints local variables: customers' words, and tokens.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    shared += [structlog.processors.format_exc_info, _without_cards]
    _PROCESSORS[:] = [*shared, last]
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=last)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
