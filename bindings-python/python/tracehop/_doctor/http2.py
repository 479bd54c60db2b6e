"""One request over HTTP/2, with the library h2: ``pip install tracehop[doctor]``."""

from __future__ import annotations

import socket
import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .http1 import BODY_BYTES, SECONDS, Answer, Lines, no_answer, path

RECEIVE_BYTES = 1 << 16


class Http2:
    """HTTP/2: chosen by ALPN for https, and with prior knowledge for http (RFC 9113, section 3.3)."""

    name = "HTTP/2"

    def ask(self, url: str, lines: Lines, method: str = "GET") -> Answer:
        """Sends one request on a new connection and reads the response. Raises NoAnswerError."""
        parts = urlsplit(url)
        try:
            with _socket(parts) as connection:
                return _Exchange(connection).run(url, _request(parts, lines, method))
        except (OSError, _ProtocolError) as error:
            raise no_answer(error) from None


class _ProtocolError(Exception):
    """The server does not support HTTP/2, or ended the connection or the stream."""


def _request(parts: SplitResult, lines: Lines, method: str) -> Lines:
    pseudo = [(":method", method), (":scheme", parts.scheme), (":authority", parts.netloc), (":path", path(parts))]
    return [*pseudo, *((name.lower(), value) for name, value in lines)]


def _socket(parts: SplitResult) -> socket.socket:
    is_tls = parts.scheme == "https"
    raw = socket.create_connection((parts.hostname or "", parts.port or (443 if is_tls else 80)), timeout=SECONDS)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not is_tls:
        return raw
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2"])
    secure = context.wrap_socket(raw, server_hostname=parts.hostname)
    if secure.selected_alpn_protocol() != "h2":
        secure.close()
        raise _ProtocolError("HTTP/2 is not offered")
    return secure


class _Exchange:
    """One stream on one connection."""

    def __init__(self, connection: socket.socket) -> None:
        from h2.config import H2Configuration
        from h2.connection import H2Connection

        # The values are examined unchanged, so h2 must not normalise them.
        config = H2Configuration(header_encoding="latin-1", validate_inbound_headers=False, normalize_inbound_headers=False)
        self._socket = connection
        self._h2 = H2Connection(config)
        self._status = 0
        self._headers: Lines = []
        self._body = bytearray()

    def run(self, url: str, lines: Lines) -> Answer:
        from h2.exceptions import ProtocolError

        try:
            self._h2.initiate_connection()
            self._h2.send_headers(1, lines, end_stream=True)
            while not self._step():
                pass
        except ProtocolError as error:
            raise _ProtocolError(str(error)) from None
        return Answer.of(url, self._status, self._headers, bytes(self._body[:BODY_BYTES]))

    def _step(self) -> bool:
        """Sends pending data and reads received data; True at the end of the response."""
        self._socket.sendall(self._h2.data_to_send())
        received = self._socket.recv(RECEIVE_BYTES)
        if not received:
            raise ConnectionResetError
        return any([self._take(event) for event in self._h2.receive_data(received)])

    def _take(self, event: Any) -> bool:
        from h2 import events

        if isinstance(event, events.ResponseReceived):
            pairs = [(str(name), str(value)) for name, value in event.headers]
            self._status = next((int(value) for name, value in pairs if name == ":status"), 0)
            self._headers = [pair for pair in pairs if not pair[0].startswith(":")]
        elif isinstance(event, events.DataReceived):
            self._body += event.data
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, events.StreamReset):
            raise _ProtocolError(f"the stream was reset (error {int(event.error_code)})")
        elif isinstance(event, events.ConnectionTerminated):
            raise _ProtocolError(f"the connection was ended (error {int(event.error_code or 0)})")
        return isinstance(event, events.StreamEnded) or len(self._body) > BODY_BYTES
