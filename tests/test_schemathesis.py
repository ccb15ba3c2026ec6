"""Generated requests over the whole API: never a failure of the server, always as in the contract.

Bounded and the same in every run, so that CI needs seconds and a failure can be repeated.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lms.models import Role
from portal.wsgi import application
from tests import recorded
from tests.recorded import ExampleRows

pytestmark = pytest.mark.django_db

EXAMPLES_PER_OPERATION = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def _schema() -> Any:
    config = schemathesis.Config()
    config.projects.default.phases.update(phases=["examples", "fuzzing"])
    config.projects.default.generation.update(
        max_examples=EXAMPLES_PER_OPERATION, deterministic=True, unique_inputs=True
    )
    return schemathesis.openapi.from_wsgi("/openapi.yaml", application, config=config)


load_all_checks()
schema = _schema()
bounded = hypothesis_settings(
    max_examples=EXAMPLES_PER_OPERATION,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def people(db: None) -> Iterator[ExampleRows]:
    """Build the rows of the examples; what the requests of an operation write is rolled back.

    As in Django's own test client, a request leaves the connection open: it is in a transaction.
    """
    built = recorded.build()
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield built
    for signal in signals:
        signal.connect(close_old_connections)


def _send(case: Any, headers: dict[str, str], cookies: dict[str, str] | None = None) -> None:
    """Send a request as somebody; a generated Authorization or cookie would make it anybody."""
    case.headers.pop("Authorization", None)
    case.call_and_validate(headers=headers, cookies=cookies, checks=CHECKS)


@schema.parametrize()
@bounded
def test_an_outsider(people: ExampleRows, case: Any) -> None:
    _send(case, {})


@schema.parametrize()
@bounded
def test_an_employee(people: ExampleRows, case: Any) -> None:
    cookies = {settings.MEDIA_COOKIE_NAME: people.tokens.media_token}
    _send(case, people.bearer(), cookies)


@schema.parametrize()
@bounded
def test_an_instructor(people: ExampleRows, case: Any) -> None:
    _send(case, people.bearer(Role.INSTRUCTOR))
