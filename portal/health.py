"""Health of the process and of what it needs, each named: database, cache, store, jobs."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from media_admin.services.health import check_store
from portal.internals import may_read_internals
from portal.jobs.services import queue_state

logger = logging.getLogger(__name__)


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_cache() -> None:
    cache.set("health", "ok", timeout=10)
    if cache.get("health") != "ok":
        raise RuntimeError("the cache lost a value")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "cache": _check_cache,
    "store": check_store,
}


def _probe(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # whatever a dependency raises, it is down
        logger.warning("health check %s failed: %s", check.__name__, type(error).__name__)
        return "down"
    return "ok"


def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process serves requests."""
    return JsonResponse({"ok": True, "status": "ok"})


def _worker() -> dict[str, Any] | None:
    """Return how background jobs are doing; None if the database cannot tell."""
    try:
        state = queue_state()
    except DatabaseError as error:
        logger.warning("health check worker failed: %s", type(error).__name__)
        return None
    return {"status": state.status, **asdict(state)}


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything answers that requests need, else 503.

    Staff and allowed addresses are told each dependency.

    A worker of background jobs that is missing or behind makes the portal degraded, not unready.
    """
    checks = {name: _probe(check) for name, check in CHECKS.items()}
    is_ready = all(state == "ok" for state in checks.values())
    shape: dict[str, Any] = {"ok": is_ready, "status": "ok" if is_ready else "down"}
    worker = _worker() if checks["database"] == "ok" else None
    if worker and is_ready and worker["status"] != "ok":
        shape["status"] = "degraded"
    if may_read_internals(request):
        shape["checks"] = checks
        if worker:
            shape["worker"] = worker
    return JsonResponse(shape, status=200 if is_ready else 503)


def describe(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the probe of the process to the API contract: a plain view is not found by itself."""
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}, "status": {"type": "string"}},
        "required": ["ok", "status"],
    }
    content = {"schema": schema, "examples": {"Example": {"value": {"ok": True, "status": "ok"}}}}
    result["paths"]["/health"] = {
        "get": {
            "operationId": "health_retrieve",
            "description": live.__doc__,
            "summary": "Check that the process serves requests",
            "tags": ["Health"],
            "security": [{}],
            "responses": {
                "200": {"content": {"application/json": content}, "description": "OK"},
            },
        }
    }
    return result
