"""Reads multipart/byteranges bodies as a client would."""

import re

from tests.deploy.nginx_process import Answer

_HEAD = re.compile(rb"Content-Range: bytes (\d+)-(\d+)/(\d+)", re.IGNORECASE)


def parts(answer: Answer) -> list[tuple[int, int, bytes]]:
    """Return first and last offset and the bytes of each part, in the order of the body."""
    kind = answer.headers["Content-Type"]
    if not kind.startswith("multipart/byteranges"):
        first, last = re.fullmatch(
            r"bytes (\d+)-(\d+)/\d+", answer.headers["Content-Range"]
        ).groups()
        return [(int(first), int(last), answer.body)]
    boundary = re.search(r"boundary=(\S+)", kind)[1].encode()
    assert answer.body.endswith(b"\r\n--" + boundary + b"--\r\n")
    found = []
    for piece in answer.body[: -len(boundary) - 8].split(b"\r\n--" + boundary + b"\r\n")[1:]:
        head, _empty, body = piece.partition(b"\r\n\r\n")
        first, last, _total = (int(number) for number in _HEAD.search(head).groups())
        found.append((first, last, body))
    return found
