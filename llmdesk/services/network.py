"""Addresses of this machine, and who can reach them."""

from __future__ import annotations

import ipaddress
import socket

import psutil

_NOWHERE = ("192.0.2.1", 9)
"""Of the range that is kept for examples: nobody is there, and nothing is sent."""
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "cni", "podman", "tun", "tap", "wg")


def is_address(name: str) -> bool:
    """Whether it is an IP address and no name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address. Names other than localhost are not looked up: they are not."""
    return host.lower() == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def is_any_address(host: str) -> bool:
    """Whether it stands for all addresses of this machine (0.0.0.0, ::)."""
    return is_address(host) and ipaddress.ip_address(host).is_unspecified


def lan_addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, the one that leads to most others first. Sends nothing."""
    found = []
    states = psutil.net_if_stats()
    for name, entries in psutil.net_if_addrs().items():
        if name in states and not states[name].isup:
            continue
        for entry in entries:
            if entry.family == socket.AF_INET and _is_in_a_network(entry.address):
                found.append((name.startswith(_VIRTUAL), entry.address))
    first = _usual_address()
    return [address for _, address in sorted(found, key=lambda each: (each[1] != first, each[0]))]


def _is_in_a_network(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not parsed.is_loopback and not parsed.is_link_local


def _usual_address() -> str:
    """The address that packets to the world would leave from; empty if they could not leave."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)  # UDP: only looks up the route
        except OSError:
            return ""
        return str(probe.getsockname()[0])
