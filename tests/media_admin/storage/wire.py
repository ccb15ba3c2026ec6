"""Sends signed requests over a real connection, exactly as they were signed."""

import http.client
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from media_admin.storage.base import SignedRequest


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def etag(self) -> str:
        """Return the ETag without its quotes."""
        return self.headers["ETag"].strip('"')


@dataclass(frozen=True)
class Wire:
    """Sends requests to the store; URLs without a host belong to the portal at `base`."""

    base: str

    def send(
        self,
        signed: SignedRequest,
        body: bytes | None = None,
        *,
        method: str = "",
        url: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send the request, optionally with a changed part; nothing is encoded again."""
        parts = urlsplit(self.absolute(url or signed.url))
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        try:
            connection.request(
                method or signed.method,
                f"{parts.path}?{parts.query}" if parts.query else parts.path,
                body=body,
                headers=signed.headers if headers is None else headers,
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def break_off(self, signed: SignedRequest, body: bytes, *, announced_bytes: int) -> None:
        """Announce more bytes than are sent, then close the connection."""
        parts = urlsplit(self.absolute(signed.url))
        lines = [
            f"{signed.method} {parts.path}?{parts.query} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Content-Length: {announced_bytes}",
            *(f"{name}: {value}" for name, value in signed.headers.items()),
        ]
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def absolute(self, url: str) -> str:
        """Return the URL with a host."""
        return self.base + url if url.startswith("/") else url
