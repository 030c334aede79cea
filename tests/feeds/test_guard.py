"""An address that a user gives reaches the public web and nothing else."""

import socket
from ipaddress import ip_address

import aiohttp
import pytest
from yarl import URL

from bot.feeds.answers import FetchFailed, FetchReason, FetchRequest
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import (
    AddressGuard,
    AllowedNetwork,
    RefusedAddressError,
    is_public,
    parse_allowed,
)
from tests.feeds.conftest import AGENT, QUICK, MakeFetcher
from tests.feeds.server import Server, redirect, response, rss

INSIDE = """
    0.0.0.0            this host
    0.1.2.3            this network
    10.0.0.1           private
    100.64.0.1         shared by a carrier
    100.100.100.200    a cloud's metadata in shared space
    127.0.0.1          loopback
    127.255.255.254    loopback, its far end
    168.63.129.16      a cloud's host
    169.254.0.1        link-local
    169.254.169.254    a cloud's metadata
    172.16.0.1         private
    172.31.255.255     private, its far end
    192.0.0.1          protocol assignments
    192.0.0.8          dummy address, global for Python 3.11
    192.0.0.170        NAT64 discovery
    192.0.0.192        a cloud's metadata
    192.0.2.1          documentation
    192.88.99.1        6to4 relay
    192.168.0.1        private
    198.18.0.1         benchmarks
    198.51.100.7       documentation
    203.0.113.7        documentation
    224.0.0.1          multicast
    239.255.255.250    multicast, service discovery
    240.0.0.1          reserved
    255.255.255.255    broadcast
    ::                 unspecified
    ::1                loopback
    ::7f00:1           IPv4 inside: compatible
    ::ffff:127.0.0.1   IPv4 inside: mapped
    ::ffff:10.0.0.1    IPv4 inside: mapped
    ::ffff:8.8.8.8     IPv4 inside: mapped, a public one
    ::ffff:0:127.0.0.1 IPv4 inside: translated
    64:ff9b::7f00:1    IPv4 inside: NAT64
    64:ff9b::808:808   IPv4 inside: NAT64, a public one
    64:ff9b:1::a00:1   IPv4 inside: local NAT64
    100::1             discard
    2001::1            Teredo
    2001:10::1         ORCHID
    2001:20::1         ORCHID v2
    2001:db8::1        documentation
    2002:7f00:1::      IPv4 inside: 6to4
    2002:a00:1::1      IPv4 inside: 6to4
    3fff::1            documentation
    5f00::1            segment routing
    fc00::1            unique local
    fd00:ec2::254      a cloud's metadata
    fe80::1            link-local
    fe80::1%eth0       link-local with a scope
    fec0::1            site-local
    ff02::1            multicast
    2606:4700::1111%1  public by number, but with a scope
"""
OUTSIDE = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "198.17.255.255", "223.255.255.255")
OUTSIDE_V6 = ("2606:4700::1111", "2a00:1450:4001::200e", "2001:4860:4860::8888")
FORMS = [line.split(maxsplit=1) for line in INSIDE.strip().splitlines()]


@pytest.mark.parametrize(("address", "why"), FORMS, ids=[f"{a}-{w}" for a, w in FORMS])
def test_an_inside_address_is_refused(address: str, why: str) -> None:
    assert not is_public(ip_address(address)), why
    assert not AddressGuard().admits(address, 80)


@pytest.mark.parametrize("address", OUTSIDE + OUTSIDE_V6)
def test_a_public_address_is_admitted(address: str) -> None:
    guard = AddressGuard()

    assert guard.admits(address, 80)
    assert guard.admits(address, 443)


@pytest.mark.parametrize("port", [0, 21, 22, 25, 79, 81, 3306, 5432, 6379, 8080, 8443, 65535])
def test_only_the_webs_ports_are_open(port: int) -> None:
    assert not AddressGuard().admits("1.1.1.1", port)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254"])
def test_no_socket_is_made_for_a_refused_address(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    info = (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 80))

    with pytest.raises(RefusedAddressError):
        AddressGuard().socket_factory(info)


def test_a_socket_for_a_public_address_does_not_block() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("1.1.1.1", 443))

    with AddressGuard().socket_factory(info) as made:
        assert made.getblocking() is False


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/feed",
        "file:///etc/hostname",
        "gopher://example.org/",
        "http://user:secret@example.org/feed",
        "http://user@example.org/feed",
        "https://example.org:8443/feed",
        "http://example.org:22/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http:///feed",
    ],
)
def test_an_address_is_refused_by_its_form(url: str) -> None:
    assert not AddressGuard().admits_url(URL(url))


@pytest.mark.parametrize(
    "url",
    ["http://example.org/feed", "https://example.org:443/", "http://1.1.1.1/", "http://e.org:443"],
)
def test_a_web_address_is_admitted_by_its_form(url: str) -> None:
    assert AddressGuard().admits_url(URL(url))


# --- the operator's exceptions -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "port", "admitted"),
    [
        ("127.0.0.1/32:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1/32:8080", "127.0.0.1", 80, False),
        ("127.0.0.1/32:8080", "127.0.0.2", 8080, False),
        ("10.0.0.0/8", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "10.1.2.3", 443, True),
        ("10.0.0.0/8", "10.1.2.3", 8080, True),
        ("10.0.0.0/8", "11.1.2.3", 8080, False),
        ("127.0.0.1:9000", "127.0.0.1", 9000, True),
        ("127.0.0.1:8000-8100", "127.0.0.1", 8100, True),
        ("127.0.0.1:8000-8100", "127.0.0.1", 8101, False),
        ("::1", "::1", 443, True),
        ("::1/128:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 8080, True),
        ("[fd00::]/8:8080", "fd00::7", 8080, True),
        (" 10.0.0.0/8 , 127.0.0.1:81 ,", "127.0.0.1", 81, True),
        ("", "127.0.0.1", 80, False),
    ],
)
def test_an_exception_holds_for_its_network_and_ports(
    text: str, address: str, port: int, admitted: bool
) -> None:
    assert AddressGuard(parse_allowed(text)).admits(address, port) is admitted


def test_an_exception_opens_its_port_to_names_but_not_the_rest_of_the_web() -> None:
    guard = AddressGuard(parse_allowed("127.0.0.1:8080"))

    assert guard.admits_url(URL("http://localhost:8080/"))
    assert not guard.admits("1.1.1.1", 8080)


@pytest.mark.parametrize(
    "text", ["10.0.0.0/33", "10.0.0.1/8", "localhost:80", "127.0.0.1:0", "127.0.0.1:99999", "::1/x",
             "127.0.0.1:90-80", "127.0.0.1:http", "10.0.0.0/8; 127.0.0.1"],
)  # fmt: skip
def test_an_exception_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="no network with an optional port") as caught:
        parse_allowed(f"192.168.0.0/16, {text}")

    assert text in str(caught.value)


def test_no_exceptions_by_default() -> None:
    assert parse_allowed("") == ()
    assert parse_allowed("10.0.0.0/8") == (AllowedNetwork(parse_allowed("10.0.0.0/8")[0].network),)


# --- through real sockets ------------------------------------------------------------------------


class Rebinding(aiohttp.abc.AbstractResolver):
    """A name server that answers differently each time it is asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [
            aiohttp.abc.ResolveResult(
                hostname=host,
                host=self.answers.pop(0),
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:{port}/feed",
        "http://[::ffff:127.0.0.2]:{port}/feed",
        "http://[::ffff:7f00:2]:{port}/feed",
        "http://0.0.0.0:{port}/feed",
        "http://127.0.0.1:80/feed",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_a_literal_is_refused_directly_and_behind_a_redirect(
    server: Server, fetcher: Fetcher, url: str
) -> None:
    target = url.format(port=server.port)
    server.on("/feed", response(rss("Never read")))
    start = server.on("/start", redirect(target))

    for address in (target, start):
        failure = await fetcher.fetch(FetchRequest(address))
        assert isinstance(failure, FetchFailed)
        assert failure.reason is FetchReason.REFUSED_ADDRESS
    assert [request.path for request in server.requests] == ["/start"]


@pytest.mark.parametrize("name", ["2130706434", "127.2", "0x7f.2", "0177.0.0.2", "127.0.2"])
async def test_an_old_spelling_of_loopback_reaches_nothing(
    server: Server, fetcher: Fetcher, name: str
) -> None:
    server.on("/feed", response(rss("Never read")))

    failure = await fetcher.fetch(FetchRequest(f"http://{name}:{server.port}/feed"))

    assert isinstance(failure, FetchFailed)
    assert server.requests == []


async def test_a_name_that_leads_inside_is_refused(server: Server) -> None:
    # "localhost" is a name like any other: what counts is where it leads.
    guard = AddressGuard(parse_allowed(f"10.0.0.0/8:{server.port}"))
    async with Fetcher(AGENT, guard, QUICK) as fetcher:
        failure = await fetcher.fetch(FetchRequest(server.url(host="localhost")))

    assert isinstance(failure, FetchFailed)
    assert failure.reason is FetchReason.REFUSED_ADDRESS
    assert server.requests == []


async def test_a_name_that_leads_elsewhere_the_second_time_is_refused(
    server: Server, make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Rebinding("127.0.0.1", "127.0.0.2")
    monkeypatch.setattr("aiohttp.connector.DefaultResolver", lambda *_, **__: names)
    monkeypatch.setattr("aiohttp.connector._DNSCacheTable.expired", lambda *_: True)
    server.on("/feed", response(rss("Once")))
    url = server.url(host="rebinding.example")

    async with make_fetcher() as fetcher:
        first = await fetcher.fetch(FetchRequest(url))
        second = await fetcher.fetch(FetchRequest(url))

    assert not isinstance(first, FetchFailed)
    assert isinstance(second, FetchFailed)
    assert second.reason is FetchReason.REFUSED_ADDRESS
    assert len(server.requests) == 1


async def test_a_proxy_of_the_environment_does_not_lead_past_the_guard(
    server: Server, make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url("/"))

    async with make_fetcher() as fetcher:
        failure = await fetcher.fetch(FetchRequest("http://10.0.0.1/"))

    assert isinstance(failure, FetchFailed)
    assert failure.reason is FetchReason.REFUSED_ADDRESS
    assert server.requests == []
