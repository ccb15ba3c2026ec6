"""One portal with stored files for all tests of delivery in this worker."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HAS_SERVICES
from tests.delivery import interfaces
from tests.delivery.interfaces import Interface


@pytest.fixture(scope="package")
def all_interfaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Interface]]:
    """Start the interfaces of this run: local files, or the two that use the real store."""
    folder: Path = tmp_path_factory.mktemp("delivery")
    found, stack = (interfaces.open_services if HAS_SERVICES else interfaces.open_local)(folder)
    with stack:
        next(iter(found.values())).store(interfaces.FILES)
        # Last-Modified is a strong validator only after a second without changes.
        time.sleep(1.1)
        yield found
        for interface in found.values():
            interface.close()


@pytest.fixture(params=["nginx", "s3"] if HAS_SERVICES else ["local"])
def interface(request: pytest.FixtureRequest, all_interfaces: dict[str, Interface]) -> Interface:
    """Run the test once for each interface."""
    return all_interfaces[request.param]
