"""Fixtures that the tests of the history share."""

from collections.abc import Callable

import pytest

from lms.services import response_cache


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable[[Callable[[], object]], bool]:
    """Return a function that runs a change, and tells whether the cached responses are renewed."""

    def run(change: Callable[[], object]) -> bool:
        before = response_cache.version()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return response_cache.version() != before

    return run
