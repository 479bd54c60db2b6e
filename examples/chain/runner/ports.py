"""Free ports on the loopback interface."""

import os
import socket

LOOPBACK = "127.0.0.1"


class PortTaken(Exception):
    """The requested port is in use."""


def free(count):
    """This many unused ports. All stay bound until the last is known, so that none is returned twice."""
    held = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in held]
    for sock in held:
        sock.close()
    return ports


def claim(port):
    """This port if it is free."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError as failure:
        why = os.strerror(failure.errno).lower()
        raise PortTaken(f"Port {port} cannot be used ({why}): name another, or SERVE=1 for any free one.") from None
    return port
