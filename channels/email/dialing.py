"""Connections to mail servers that somebody typed in: never into our own network."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address

TIMEOUT = 10.0


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
            if not (self.trusted or ip_address(str(address[0]).partition("%")[0]).is_global):
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
