"""Hooks of drf-spectacular: which routes the contract shows, and what it says of each.

Summaries, areas, examples and the errors of single operations stand in
portal/contract/operations.yaml; what all operations share is added here.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

Endpoint = tuple[str, str, str, Callable[..., Any]]
Json = dict[str, Any]

_OPERATIONS = Path(__file__).parents[1] / "contract" / "operations.yaml"
_TAGS = {
    "Sign-in": "Tokens and who they belong to. The refresh token stays the same at each refresh.",
    "Profile": "What people say of themselves.",
    "Stations": "Stations and what belongs to them; public.",
    "Programs": "The training program of a station; public.",
    "Departments": "The departments of the company; public.",
    "Courses": "The catalogue of courses.",
    "Progress": "Enrollments, completed materials, places in videos and documents.",
    "Tests": "Tests of lessons and programs; graded on the server.",
    "Certificates": "The caller's certificates; their public pages are no part of the API.",
    "Comments": "Remarks on topics and files.",
    "Files": "Links, listings, and bytes with ranges.",
    "Home page": "Pictures of the client's home page; public.",
    "Health": "Probes.",
}
# The client asks at every page; a limit would sign people out.
_UNLIMITED = {"/auth/me", "/auth/refresh", "/auth/logout", "/health"}
_ERROR_SCHEMA: Json = {
    "type": "object",
    "description": "The one shape of every error.",
    "properties": {
        "error": {"type": "string", "description": "A text for people."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "request_id": {"type": ["string", "null"], "description": "Stands in the log as well."},
        "fields": {
            "type": "object",
            "description": "What is wrong, by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["code", "error", "request_id"],
}
_SHARED_ERRORS = {
    400: ("invalid", "Проверьте данные и попробуйте ещё раз"),
    401: ("not_authenticated", "Требуется вход в систему"),
    415: ("unsupported_media_type", 'Неподдерживаемый тип данных "text/plain" в запросе.'),
    429: ("throttled", "Слишком много запросов. Подождите и попробуйте снова"),
    503: ("store_unavailable", "Хранилище файлов временно недоступно. Повторите через минуту"),
}


def keep_client_routes(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Keep one spelling of each route: drop the /api copy and the form with a final slash."""
    return [
        endpoint
        for endpoint in endpoints
        if not endpoint[0].startswith(("/api/", "/admin/")) and not endpoint[0].endswith("/")
    ]


@cache
def operations() -> dict[str, Json]:
    """Return what operations.yaml says, by method and path."""
    return yaml.safe_load(_OPERATIONS.read_text("utf-8"))


def describe_operations(result: Json, **kwargs: Any) -> Json:
    """Complete the generated contract: one entry of operations.yaml per operation, no more or less.

    Raises:
        KeyError: an operation without an entry.
    """
    result["paths"]["/health"] = {"get": _health()}
    result["paths"] = dict(sorted(result["paths"].items()))
    result["components"]["schemas"]["Error"] = _ERROR_SCHEMA
    result["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(path, operation, operations()[f"{method.upper()} {path}"])
    return result


def _health() -> Json:
    """Return the operation of a plain Django view, which the generator does not see."""
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}, "status": {"type": "string"}},
        "required": ["ok", "status"],
    }
    return {
        "operationId": "health_retrieve",
        "description": "Answer 200 as long as the process serves requests.",
        "tags": ["health"],
        "responses": {"200": {"content": {"application/json": {"schema": schema}}}},
    }


def _complete(path: str, operation: Json, entry: Json) -> None:
    operation["summary"] = entry["summary"]
    operation["tags"] = [entry["tag"]]
    operation.setdefault("security", [{}])
    for parameter in operation.get("parameters", []):
        if parameter["name"] in entry.get("parameters", {}):
            parameter["example"] = entry["parameters"][parameter["name"]]
    if "request" in entry:
        body = operation["requestBody"]["content"]["application/json"]
        body["examples"] = {"example": {"value": entry["request"]}}
    for status, response in operation["responses"].items():
        response["description"] = response.get("description") or HTTPStatus(int(status)).phrase
        if "response" in entry and status in {"200", "201"}:
            content = response["content"]["application/json"]
            content["examples"] = {"example": {"value": entry["response"]}}
    _add_errors(path, operation, entry)


def _add_errors(path: str, operation: Json, entry: Json) -> None:
    errors = {status: _SHARED_ERRORS[status] for status in _shared_errors(path, operation, entry)}
    errors |= entry.get("errors", {})
    responses = operation["responses"]
    for status, (code, text) in errors.items():
        if str(status) not in responses:
            responses[str(status)] = _error_response(status, code, text)
    operation["responses"] = dict(sorted(responses.items()))


def _shared_errors(path: str, operation: Json, entry: Json) -> list[int]:
    """Return the statuses that follow from what an operation takes and from who may call it."""
    found = []
    has_query = any(row["in"] == "query" for row in operation.get("parameters", []))
    if "requestBody" in operation or has_query or path.endswith("/enroll"):
        found.append(400)
    if "requestBody" in operation or path.endswith("/enroll"):
        found.append(415)
    if {} not in operation["security"]:
        found.append(401)
    if path not in _UNLIMITED:
        found.append(429)
    if entry["tag"] == "Files":
        found.append(503)
    return found


def _error_response(status: int, code: str, text: str) -> Json:
    value = {"error": text, "code": code, "request_id": "4f1c2a9be07d4d0f8a5f6f0e7c3b2a10"}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Error"},
                "examples": {"example": {"value": value}},
            }
        },
    }
