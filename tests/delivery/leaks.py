"""Counts open resources of an interface: threads, connections, open and temporary files."""

from dataclasses import asdict, dataclass
from pathlib import Path

from tests.delivery.interfaces import Interface


@dataclass(frozen=True)
class Resources:
    """Numbers of resources that the processes of an interface hold."""

    readers: int
    files: int
    temporary: int
    threads: int
    upstream: int

    def more_than(self, other: "Resources") -> dict[str, int]:
        """Return the numbers that are larger than in `other`."""
        before = asdict(other)
        return {
            name: count - before[name]
            for name, count in asdict(self).items()
            if count > before[name]
        }


def _descendants(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _established(port: int) -> int:
    """Count connections of readers to a port, on the side of the server."""
    count = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] in {"01", "08"}:
            count += 1
    return count


def open_resources(interface: Interface) -> Resources:
    """Count the resources now."""
    # nginx and others are children of pytest, so only the processes of the portal are counted.
    processes = [pid for each in interface.portal.processes for pid in _descendants(each.pid)]
    files, threads = 0, 0
    for pid in processes:
        threads += sum(1 for _each in Path(f"/proc/{pid}/task").iterdir())
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                files += "/objects/files/" in str(link.readlink())
            except OSError:
                continue
    cache, proxy = interface.folder / "media", interface.folder / "proxy"
    # While a slice is arriving, its file has the final name, a dot and a number.
    temporary = sum("." in file.name for file in cache.rglob("*") if file.is_file())
    temporary += sum(file.is_file() for file in proxy.rglob("*"))
    kept = 1 if interface.connection else 0
    return Resources(
        readers=max(0, _established(interface.port) - kept),
        files=files,
        temporary=temporary,
        threads=threads,
        upstream=interface.relay.connections if interface.relay else 0,
    )
