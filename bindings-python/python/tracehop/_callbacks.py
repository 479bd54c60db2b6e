"""The application's callbacks: one that raises is logged once with its traceback, and fails no request."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Callback:
    """A function that returns None instead of raising; its first exception is logged."""

    __slots__ = ("_function", "_is_logged", "_option")

    def __init__(self, option: str, function: Any) -> None:
        self._option, self._function, self._is_logged = option, function, False

    @staticmethod
    def of(option: str, function: Any, accepted: str = "a callable or None") -> Callback | None:
        """Returns a callback, or None if no function is given."""
        if function is None:
            return None
        if not callable(function):
            raise TypeError(f"{option} must be {accepted}, not {type(function).__name__}")
        return Callback(option, function)

    def __call__(self, *arguments: Any) -> Any:
        try:
            return self._function(*arguments)
        except Exception as error:
            self._log(error)
            return None

    def _log(self, error: Exception) -> None:
        if not self._is_logged:
            self._is_logged = True
            log(self._option, error)


def log(option: str, error: BaseException) -> None:
    """Logs the exception of the function given as this option; the caller calls it once for each function."""
    import logging

    message = "the function given as %s raised; later exceptions of it are not logged"
    logging.getLogger("tracehop").error(message, option, exc_info=error)
