"""What a database error means for us: the database is away, or somebody else was faster."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import Conflict, StorageUnavailable

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL,
}  # fmt: skip
_AWAY = {"57P01", "57P02", "57P03", "53100", "53200", "53300", "25006", "25P03"}
"""Shut down, starting, disk or memory or connections used up, a standby, a transaction left idle too long."""
CLASHES = 4
"""So many times something is tried at once when somebody else was faster."""
_CLASH = {"40001", "40P01", "55P03"}
"""Serialization failure, deadlock, a lock not had in time."""


def is_away(error: BaseException) -> bool:
    """Whether the error, or one it came from, means that the database cannot be reached or cannot write."""
    return any(_away(cause) for cause in _chain(error))


def is_clash(error: BaseException) -> bool:
    """Whether doing the same again at once is the right answer."""
    return any(isinstance(cause, Conflict) or _state(cause) in _CLASH for cause in _chain(error))


def again_after_clashes(function: Callable[P, T]) -> Callable[P, T]:
    """A function of one transaction, done again when another transaction was in its way."""

    @wraps(function)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(CLASHES - 1):
            try:
                return function(*args, **kwargs)
            except (Conflict, DBAPIError) as error:
                if not is_clash(error):
                    raise
        return function(*args, **kwargs)

    return again


@contextmanager
def naming_loss() -> Iterator[None]:
    """Raise ``StorageUnavailable`` for whatever means that the database is away."""
    try:
        yield
    except StorageUnavailable:
        raise
    except Exception as error:
        if is_away(error):
            raise StorageUnavailable(_sentence(error)) from error
        raise


class Watch:
    """Says once that the database is away and once that it is back, whichever thread notices."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._away = False

    @contextmanager
    def over(self) -> Iterator[None]:
        """Around whatever uses the database; raises ``StorageUnavailable`` when it is away."""
        try:
            with naming_loss():
                yield
        except StorageUnavailable as lost:
            if self._became(away=True):
                log.error("database is away", extra={"why": str(lost)})
            raise
        if self._away and self._became(away=False):
            log.warning("database is back")

    def _became(self, *, away: bool) -> bool:
        with self._mutex:
            before, self._away = self._away, away
            return before != away


def _away(error: BaseException) -> bool:
    if isinstance(error, StorageUnavailable | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in _SQLITE_AWAY
    state = _state(error)
    if state is None:
        return error.connection_invalidated or type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return state in _AWAY or state.startswith("08")


def _state(error: BaseException) -> str | None:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _sentence(error: BaseException) -> str:
    away = next((cause for cause in _chain(error) if _away(cause)), error)
    said = str(getattr(away, "orig", away)).strip().partition("\n")[0]
    return f"The database cannot be reached; nothing was lost, try again later. It said: {said}"
