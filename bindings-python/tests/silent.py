"""A transport for the official SDK in tests."""

from __future__ import annotations

from typing import Any

from sentry_sdk.transport import Transport


class Silent(Transport):
    """Sends nothing."""

    def capture_envelope(self, envelope: Any) -> None:
        pass
