"""A real SMTP server for tests, and a self-signed certificate for it."""

import asyncio
import ssl
import subprocess
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.deploy.nginx_process import free_port

USER, PASSWORD = "portal", "mail-password-1"


class MailServer:
    """Keeps what it gets, or answers as told."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.accepted = 0
        self.keeps_mails = True
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"
        self.seconds = 0.0
        # Accepts the mail and then does not say so.
        self.is_cut_after_data = False

    async def handle_RCPT(self, *args: Any) -> str:
        """Accept or refuse a recipient."""
        _server, _session, envelope, address, _options = args
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, *args: Any) -> str:
        """Accept or refuse a mail."""
        server, _session, envelope = args
        await asyncio.sleep(self.seconds)
        if self.answer_to_data.startswith("250"):
            self.accepted += 1
            if self.keeps_mails:
                self.envelopes.append(envelope)
        if self.is_cut_after_data:
            server.transport.abort()
        return self.answer_to_data

    @property
    def messages(self) -> list[Message]:
        """The mails that were accepted."""
        return [message_from_bytes(envelope.original_content) for envelope in self.envelopes]


def started(server: MailServer, *, certificate: Path | None = None) -> Controller:
    """Run a server on a free port; with a certificate it needs STARTTLS, a name and a password."""
    options: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        options = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _authenticate,
        }
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    return controller


def self_signed(folder: Path) -> Path:
    """Return a file with a key and a certificate for 127.0.0.1 that nobody has signed."""
    key, certificate, both = (folder / name for name in ("key.pem", "cert.pem", "both.pem"))
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


def _authenticate(*args: Any) -> AuthResult:
    data = args[4]
    assert isinstance(data, LoginPassword)
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    # Not handled: the server itself says that it is wrong.
    return AuthResult(success=right, handled=right)


def text_of(message: Message, kind: str = "text/plain") -> str:
    """Return the text of a mail, or its HTML."""
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def header_of(message: Message, name: str) -> str:
    """Return a header as people read it."""
    return str(make_header(decode_header(message[name])))
