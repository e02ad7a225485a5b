"""Hosts: which names are this very machine, where a connection may be in clear and no proxy stands between."""

from __future__ import annotations

import ipaddress


def is_this_machine(host: str) -> bool:
    """Say whether a host, such as 127.0.0.1, [::1] or localhost, is this very machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
