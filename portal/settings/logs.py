"""Structured logging: JSON lines in production, readable lines in a terminal, one request id."""

import logging.config
from typing import Any

import structlog
from structlog.typing import Processor

_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_RENDERERS: dict[str, list[Processor]] = {
    "json": [
        structlog.processors.format_exc_info,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    "console": [structlog.dev.ConsoleRenderer(colors=False)],
}


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Return the dictConfig for `style` json or console at `level`."""
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [remove_meta, *_RENDERERS[style]],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django": {"level": level},
            # The request log of portal.common.request_id carries the status; once is enough.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Apply `config` to logging; named by the setting LOGGING_CONFIG."""
    logging.config.dictConfig(config)
