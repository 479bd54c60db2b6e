"""``tracehop doctor --echo``: the echo application under a server that keeps each header line unchanged."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..echo import body, response_headers


class _Handler(BaseHTTPRequestHandler):
    # Load balancers and proxies reuse connections.
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _answer(self) -> None:
        self._discard()
        answer = body(self.command, self.headers.items())
        self.send_response(200)
        for name, value in response_headers(len(answer)):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def _discard(self) -> None:
        """Discards the request's body, so that the next request on this connection starts at its first byte."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self.close_connection = True
        else:
            self.rfile.read(int(length))

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


def server(host: str, port: int) -> ThreadingHTTPServer:
    """Returns the bound server, which does not run yet; port 0 selects a free one."""
    return ThreadingHTTPServer((host, port), _Handler)


def serve(host: str, port: int) -> None:
    """Serves until Ctrl-C."""
    with server(host, port) as echo:
        print(f"echo on http://{host}:{echo.server_port}/ until Ctrl-C", flush=True)
        try:
            echo.serve_forever()
        except KeyboardInterrupt:
            pass
