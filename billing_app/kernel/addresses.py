"""Addresses of machines, in one spelling, and what limits count by."""

from __future__ import annotations

import ipaddress


def read_address(entry: str) -> str | None:
    """The address of an entry such as ``[2001:db8::1]:4711`` or ``192.0.2.1:4711``.

    A server that listens on both kinds writes IPv4 as ``::ffff:192.0.2.1``. All of those
    are in one IPv6 network, so each is read as the address it stands for.
    """
    host = entry
    if entry.startswith("["):
        host = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        host = entry.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(host)
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    except ValueError:
        return None


def neighbourhood(address: str) -> str:
    """The address that limits count by: one household owns a whole IPv6 /64."""
    plain = read_address(address)
    if plain is None or ":" not in plain:
        return plain or address
    return str(ipaddress.ip_network(f"{plain.partition('%')[0]}/64", strict=False))
