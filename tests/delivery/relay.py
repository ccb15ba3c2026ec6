"""A TCP relay to a real server; a test can close it and read how many bytes have passed."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

_ABRUPT = struct.pack("ii", 1, 0)


class Relay:
    """Relays TCP connections from a port of its own; `address` is host:port."""

    def __init__(self, target: str) -> None:
        host, _colon, port = target.partition(":")
        self._target = (host, int(port))
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._listener: socket.socket | None = None
        self._port = 0
        self.bytes_out = 0
        self.open()

    @property
    def address(self) -> str:
        """Host and port of the relay."""
        return f"127.0.0.1:{self._port}"

    @property
    def connections(self) -> int:
        """How many connections to the server are open."""
        return len(self._pairs)

    def open(self) -> None:
        """Accept connections, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=256)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Reset all connections and refuse new ones, like a server that was killed."""
        # A thread that waits in accept() is not woken by close().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._end(pair, is_abrupt=True)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self._copy, args=(pair, source, sink), daemon=True).start()

    def _copy(
        self,
        pair: tuple[socket.socket, socket.socket],
        source: socket.socket,
        sink: socket.socket,
    ) -> None:
        buffer = memoryview(bytearray(256 * 1024))
        with contextlib.suppress(OSError):
            while count := source.recv_into(buffer):
                sink.sendall(buffer[:count])
                if source is pair[1]:
                    self.bytes_out += count
        self._end(pair)

    def _end(self, pair: tuple[socket.socket, socket.socket], *, is_abrupt: bool = False) -> None:
        with self._lock:
            self._pairs.discard(pair)
        for each in pair:
            with contextlib.suppress(OSError):
                if is_abrupt:
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPT)
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """Relay to a port of this machine until the block ends."""
    relay = Relay(f"127.0.0.1:{port}")
    try:
        yield relay
    finally:
        relay.close()
