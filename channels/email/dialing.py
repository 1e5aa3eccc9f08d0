"""Connections to mail servers that somebody typed in: never into our own network."""

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

TIMEOUT = 10.0
# All that was ever given out of IPv6 for the public (RFC 4291, 2.4).
_GIVEN_OUT = IPv6Network("2000::/3")


@dataclass(frozen=True, slots=True)
class Server:
    """`trusted` ones are named by the deployment itself, and may be next door."""

    host: str
    port: int
    tls: str  # "tls" from the first byte, "starttls", or "none"
    trusted: bool = False

    def connect(self) -> socket.socket:
        """To the address that was looked at, so that a second answer of the DNS changes nothing."""
        last: OSError = ConnectionRefusedError(f"no public address: {self.host}")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM
        ):
            if not (self.trusted or is_public(str(address[0]))):
                continue
            try:
                line = socket.socket(family, kind, protocol)
                line.settimeout(TIMEOUT)
                line.connect(address)
            except OSError as error:
                line.close()
                last = error
            else:
                return line
        raise last


def is_public(address: str) -> bool:
    """Whether it is one of the public internet, and no tunnel of IPv6 that leads on from it."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        tunnel = found.sixtofour or found.teredo
        return found.is_global and found in _GIVEN_OUT and not tunnel
    return found.is_global and not found.is_multicast
