"""One portal for all tests of delivery in this worker, with its files behind it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery import interfaces
from tests.delivery.interfaces import Door
from tests.selection import HAS_SERVICES


@pytest.fixture(scope="package")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Door]]:
    """Open the doors of this run: the local one, or the two that lead to the real store."""
    folder: Path = tmp_path_factory.mktemp("delivery")
    found, stack = (interfaces.open_services if HAS_SERVICES else interfaces.open_local)(folder)
    with stack:
        next(iter(found.values())).store(interfaces.FILES)
        # A date tells states apart only when a second has passed in which the file could change.
        time.sleep(1.1)
        yield found
        for door in found.values():
            door.close()


@pytest.fixture(params=["nginx", "s3"] if HAS_SERVICES else ["local"])
def door(request: pytest.FixtureRequest, opened: dict[str, Door]) -> Door:
    """Run the test once for each door."""
    return opened[request.param]
