"""Where a server can listen, and how many groups it can have: what is asked before anything is begun."""

from __future__ import annotations

import socket

from wijksim.errors import InputError
from wijksim.live.workshop import MOST_GROUPS

__all__ = ["EVERYWHERE", "LOOPBACK", "free_port", "own_address", "require_groups", "require_port"]

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
_PORTS_TRIED = 100
_LAST_PORT = 65535


def require_port(port: int, *, share: bool = False) -> None:
    """Refuse a port that can't be listened on, here or on the network.

    Raises
    ------
    InputError
        It is in use; the next one that is free is offered.
    """
    address = EVERYWHERE if share else LOOPBACK
    if _is_free(port, address):
        return
    other = free_port(port + 1, address)
    hint = f"Take the next one: --port {other}" if other else "Take another with --port."
    raise InputError.single("--port", f"{port} is in use by another program.", hint)


def require_groups(groups: int) -> None:
    """Refuse a number of groups that a workshop can't have.

    Raises
    ------
    InputError
        It is below zero or above eight.
    """
    if not 0 <= groups <= MOST_GROUPS:
        hint = "Put people together at a table; each group has a plan and a process of its own."
        raise InputError.single("--groups", f"is {groups}; expected a number from 1 to {MOST_GROUPS}.", hint)


def free_port(first: int, address: str = LOOPBACK) -> int | None:
    """Give the first free port from a number on; None where none is near."""
    ports = range(first, min(first + _PORTS_TRIED, _LAST_PORT + 1))
    return next((port for port in ports if _is_free(port, address)), None)


def _is_free(port: int, address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except (OSError, OverflowError):
            return False
    return True


def own_address() -> str:
    """Address of this machine in its network, as others see it; that of itself where it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # for documentation only: nothing is sent, only a way is chosen
            return str(asked.getsockname()[0])
        except OSError:
            return LOOPBACK
