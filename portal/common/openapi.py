"""The OpenAPI contract's common parts: errors, examples, one spelling of each path.

Views describe themselves with `extend_schema`; the helpers here keep these descriptions short.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.utils import translation
from drf_spectacular import openapi
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from portal.common.errors import AppError

Endpoint = tuple[str, str, str, Callable[..., Any]]
Json = dict[str, Any]

# The language of the texts in examples, whatever the reader's language is.
EXAMPLE_LANGUAGE = "ru"
_REQUEST_ID = "4f1c2a9be07d4d0f8a5f6f0e7c3b2a10"
# Errors that follow from what an operation takes and from who may call it: code and text.
_SHARED_ERRORS = {
    400: ("invalid", "Проверьте данные и попробуйте ещё раз"),
    401: ("not_authenticated", "Требуется вход в систему"),
    403: ("permission_denied", "Недостаточно прав"),
    413: ("body_too_large", "Запрос больше 1 МБ."),
    415: ("unsupported_media_type", 'Неподдерживаемый тип данных "text/plain" в запросе.'),
    429: ("throttled", "Слишком много запросов. Подождите и попробуйте снова"),
}


class ErrorSerializer(serializers.Serializer):
    """The body of every error."""

    error = serializers.CharField(help_text="A text for people.")
    code = serializers.CharField(help_text="A stable word for programs.")
    request_id = serializers.CharField(allow_null=True, help_text="Stands in the log as well.")
    # The name is part of the answer; this serializer only describes, so it hides nothing in use.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong, by field.",
    )


class AutoSchema(openapi.AutoSchema):
    """Adds the errors that operations share, and the examples of their parameters.

    A view may name examples of parameters that the framework finds by itself, in paths and in
    serializers of queries: `parameter_examples = {"station_id": 1}`.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> Json | None:
        """Return the description of an operation, complete with shared errors."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation.setdefault("security", [{}])
        examples = getattr(self.view, "parameter_examples", {})
        for parameter in operation.get("parameters", []):
            if parameter["name"] in examples:
                parameter["example"] = examples[parameter["name"]]
        responses = operation["responses"]
        for status in self._shared_errors(operation):
            if str(status) not in responses:
                code, text = _SHARED_ERRORS[status]
                error = error_response(status, code, text)
                responses[str(status)] = self._get_response_for_code(error, str(status))
        for status, response in responses.items():
            response["description"] = response.get("description") or HTTPStatus(int(status)).phrase
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _shared_errors(self, operation: Json) -> list[int]:
        found = []
        has_query = any(row["in"] == "query" for row in operation.get("parameters", []))
        if "requestBody" in operation or has_query:
            found.append(400)
        if "requestBody" in operation:
            found += [413, 415]
        if {} not in operation["security"]:
            found.append(401)
        if self.view.throttle_classes:
            found.append(429)
        return found


def error_response(status: int, code: str, text: str) -> OpenApiResponse:
    """Return the description of an error with an example."""
    value = {"error": text, "code": code, "request_id": _REQUEST_ID}
    example = OpenApiExample("example", value, status_codes=[str(status)])
    return OpenApiResponse(ErrorSerializer, HTTPStatus(status).phrase, [example])


def errors(*raised: AppError | type[AppError]) -> dict[int, OpenApiResponse]:
    """Return descriptions of the errors that an operation raises, by status."""
    with translation.override(EXAMPLE_LANGUAGE):
        return {
            error.status: error_response(error.status, error.code, str(error.message))
            for error in raised
        }


def shared_errors(*statuses: int) -> dict[int, OpenApiResponse]:
    """Return descriptions of shared errors for an operation that does not show their reason."""
    return {status: error_response(status, *_SHARED_ERRORS[status]) for status in statuses}


def request_example(value: Any) -> OpenApiExample:
    """Return an example of a request's body."""
    return OpenApiExample("example", value, request_only=True)


def response_example(value: Any) -> OpenApiExample:
    """Return an example of the body of a successful response."""
    return OpenApiExample("example", value, response_only=True)


def keep_client_routes(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Keep one spelling of each route: drop the /api copy and the form with a final slash."""
    return [
        endpoint
        for endpoint in endpoints
        if not endpoint[0].startswith(("/api/", "/admin/")) and not endpoint[0].endswith("/")
    ]


def sort_paths(result: Json, **kwargs: Any) -> Json:
    """Sort the paths, also those that other hooks have added."""
    result["paths"] = dict(sorted(result["paths"].items()))
    return result
