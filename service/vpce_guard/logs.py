"""structlog set-up: JSON lines, or lines for people on a terminal; always on stderr.

Lines carry names and numbers. A traceback comes without the variables of its frames: those hold documents and keys.
"""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

if TYPE_CHECKING:
    from structlog.typing import Processor


_MOST = 500  # characters of a line that is not ours


class Logger:
    """A logger of structlog, which is imported when the first event is written: a command may never write one."""

    deferred: str | None = "info"  # structlog as it comes would print the variables of frames
    configured = 0  # how often: a logger of structlog keeps the configuration it was first used under

    def __init__(self, name: str) -> None:
        self._name = name
        self._logger: Any = None
        self._configured = 0

    def __getattr__(self, method: str) -> Any:
        import structlog

        if Logger.deferred is not None:
            configure(Logger.deferred)
        if self._logger is None or self._configured != Logger.configured:
            self._logger, self._configured = structlog.get_logger(self._name), Logger.configured
        return getattr(self._logger, method)


def configure_later(level: str) -> None:
    """The same as configure(), once something is written."""
    Logger.deferred = level


def configure(level: str) -> None:
    """Write log events of at least `level` to stderr, bound with request_id and decision_id where they are known."""
    import structlog

    Logger.deferred = None
    Logger.configured += 1
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(serializer=_dumps)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries(logging.WARNING)], level=logging.WARNING, force=True)


class _Libraries(logging.Handler):
    """What libraries warn of, as lines like ours; of an exception only its kind, whatever level is set."""

    def emit(self, record: logging.LogRecord) -> None:
        import structlog

        kind = record.exc_info[0] if record.exc_info else None
        structlog.get_logger(record.name).log(
            record.levelno,
            "library",
            library=record.name,
            message=record.getMessage()[:_MOST],
            error=kind and kind.__name__,
        )


def _dumps(event: Any, **_: Any) -> str:
    """One line of JSON; faster than the standard library's, which would cost a decision a tenth of its time."""
    return to_json(event, fallback=repr, inf_nan_mode="strings").decode()


traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The W3C traceparent that a call to another process goes out with; None where nothing is traced."""
