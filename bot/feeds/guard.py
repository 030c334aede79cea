"""The guard at the door: a feed's address may lead to the public web and nowhere else.

Users give addresses, so an address is hostile until its socket is made. A resolver of our own
would not do: an IP literal never asks it, neither does a redirect to one. aiohttp calls
`TCPConnector(socket_factory=...)` with the final address of every connection, so the rule is
kept there, and what DNS answered a moment earlier does not matter.

`ipaddress.is_global` alone is not the rule: Python 3.11 calls NAT64, 6to4, site-local and
multicast addresses global.
"""

import errno
import socket
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from yarl import URL

SCHEME_PORTS = {"http": 80, "https": 443}
WEB_PORTS = frozenset(SCHEME_PORTS.values())

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Only what IANA has handed out as global unicast can be public; these parts of it are not.
GLOBAL_UNICAST = IPv6Network("2000::/3")
SPECIAL_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)
SPECIAL_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments, of which 3.11 calls some global
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "168.63.129.16/32",  # public by number, but the host's own services inside one cloud
    )
)


class RefusedAddressError(OSError):
    """The address is not on the public web."""

    # Every refusal reads alike: aiohttp then raises this very error when all addresses of a
    # name are refused, in place of a summary that has lost its type.
    def __init__(self) -> None:
        super().__init__(errno.EACCES, str(self.__doc__))


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """An operator's exception: a network that may be asked, at some of its ports or at any."""

    network: Network
    ports: range | None = None

    def admits(self, address: Address, port: int) -> bool:
        """Whether a connection to that address and port falls under the exception."""
        return address in self.network and (self.ports is None or port in self.ports)


def parse_allowed(text: str) -> tuple[AllowedNetwork, ...]:
    """The networks of FEED_ALLOW_NETWORKS: `127.0.0.1/32:8080, 10.0.0.0/8, [::1]:8000-8100`.

    A network without a port is open at every port: it is the operator's own.
    Raises ValueError that names the part which cannot be read.
    """
    parts = [part.strip() for part in text.split(",")]
    return tuple(_parse_network(part) for part in parts if part)


def _parse_network(part: str) -> AllowedNetwork:
    network, ports = _split_ports(part)
    try:
        return AllowedNetwork(ip_network(network), _parse_ports(ports) if ports else None)
    except ValueError as error:
        raise ValueError(
            f"{part!r} is no network with an optional port, such as 10.0.0.0/8 or "
            f"127.0.0.1/32:8080 ({error})"
        ) from None


def _split_ports(part: str) -> tuple[str, str]:
    if part.startswith("["):
        network, _, rest = part[1:].partition("]")
        mask, _, ports = rest.partition(":")
        return network + mask, ports
    address, slash, rest = part.partition("/")
    if slash:
        bits, _, ports = rest.partition(":")
        return f"{address}/{bits}", ports
    if address.count(":") == 1:
        address, _, ports = address.partition(":")
        return address, ports
    return address, ""


def _parse_ports(text: str) -> range:
    first, dash, last = text.partition("-")
    ports = range(int(first), int(last if dash else first) + 1)
    if not ports or ports[0] < 1 or ports[-1] > 65535:
        raise ValueError(f"{text!r} is no port or range of ports")
    return ports


def is_public(address: Address) -> bool:
    """Whether an address is on the public web.

    False for private, loopback, link-local, shared, reserved and multicast addresses, and for
    every IPv6 form that carries an IPv4 address inside (mapped, compatible, translated, 6to4,
    Teredo, NAT64): no honest site is reachable only so.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in SPECIAL_IPV4)
    if address.scope_id or address not in GLOBAL_UNICAST:
        return False
    return not any(address in network for network in SPECIAL_IPV6)


class AddressGuard:
    """Decides which addresses feeds may come from. `allow` holds the operator's exceptions."""

    def __init__(self, allow: tuple[AllowedNetwork, ...] = ()) -> None:
        self._allow = allow

    def admits(self, host: str, port: int) -> bool:
        """Whether a socket may be opened to an IP address (text, with or without a scope)."""
        try:
            address = ip_address(host)
        except ValueError:
            return False
        if any(network.admits(address, port) for network in self._allow):
            return True
        return port in WEB_PORTS and is_public(address)

    def admits_url(self, url: URL) -> bool:
        """Whether an address is worth a request: http(s), a usable port, no user name in it.

        A name passes here on its form alone; where it leads is judged when the socket is made.
        """
        if url.scheme not in SCHEME_PORTS or not url.host or url.user or url.password:
            return False
        port = url.port or SCHEME_PORTS[url.scheme]
        if _is_literal(url.host):
            return self.admits(url.host, port)
        return port in WEB_PORTS or any(
            network.ports is not None and port in network.ports for network in self._allow
        )

    def socket_factory(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """A socket for an address as `getaddrinfo` gives it: the hook of aiohttp's TCPConnector.

        Raises RefusedAddressError for an address that is neither public nor excepted.
        """
        family, kind, protocol, _, (host, port, *_) = addr_info
        if not self.admits(host, port):
            raise RefusedAddressError
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
