"""A Redis client whose threads keep their connections, for commands by the hundred per second."""

import threading
from typing import Any

import redis
from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisConnectionError


class ThreadRedis(redis.Redis):
    """Give each thread one connection for good instead of borrowing one for each command.

    Borrowing, its probe of the socket and the client's own metrics cost as much as the command
    (86 of 180 us, measured). A server has a bounded number of threads, and so of connections.
    A connection that was closed meanwhile is opened again once, as long as nothing was answered.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._of_thread = threading.local()

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command and return its parsed answer."""
        connection, is_new = self._connection()
        try:
            return self._ask(connection, args, options)
        except RedisConnectionError:
            connection.disconnect()
            if is_new:
                raise
            # The server, or a proxy in between, closes connections that were idle for long.
            return self._ask(connection, args, options)
        except BaseException:
            # Half an answer may still be on its way; the next command must not read it.
            connection.disconnect()
            raise

    def _ask(self, connection: Connection, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        connection.send_command(*args, **options)
        return self.parse_response(connection, args[0], **options)

    def _connection(self) -> tuple[Connection, bool]:
        connection = getattr(self._of_thread, "connection", None)
        if connection is not None:
            return connection, False
        connection = self.connection_pool.make_connection()
        self._of_thread.connection = connection
        return connection, True
