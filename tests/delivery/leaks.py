"""Counts what a door holds: threads, sockets, open files, temporary files, lines to the store."""

from dataclasses import asdict, dataclass
from pathlib import Path

from tests.delivery.interfaces import Door


@dataclass(frozen=True)
class Held:
    """What the processes of a door hold at a moment."""

    readers: int
    files: int
    temporary: int
    threads: int
    upstream: int

    def above(self, other: "Held") -> dict[str, int]:
        """Return what there is more of than in another moment."""
        before = asdict(other)
        return {
            name: count - before[name]
            for name, count in asdict(self).items()
            if count > before[name]
        }


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
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
    """Count connections of readers to a port, as the server's side sees them."""
    count = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] in {"01", "08"}:
            count += 1
    return count


def held(door: Door) -> Held:
    """Count now."""
    # pytest's own process holds nginx among others: only below it are the portal's.
    processes = [pid for each in door.portal.processes for pid in _family(each.pid)]
    files, threads = 0, 0
    for pid in processes:
        threads += sum(1 for _each in Path(f"/proc/{pid}/task").iterdir())
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                files += "/objects/files/" in str(link.readlink())
            except OSError:
                continue
    cache, proxy = door.folder / "media", door.folder / "proxy"
    # nginx names a slice that is still coming by its final name, a dot and a number.
    temporary = sum("." in file.name for file in cache.rglob("*") if file.is_file())
    temporary += sum(file.is_file() for file in proxy.rglob("*"))
    kept = 1 if door.kept else 0
    return Held(
        readers=max(0, _established(door.port) - kept),
        files=files,
        temporary=temporary,
        threads=threads,
        upstream=door.gate.connections if door.gate else 0,
    )
