"""Departments of the company: public, read-only."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api.examples import company as examples
from lms.api.public import PublicView
from lms.api.serializers import departments as schemas
from lms.errors import DepartmentNotFound
from lms.selectors.courses import catalogue
from portal.common.openapi import errors, response_example


class DepartmentListView(PublicView):
    """All departments."""

    @extend_schema(
        summary="List all departments",
        tags=["Departments"],
        operation_id="departments_list",
        responses=schemas.DepartmentList,
        examples=[response_example({"data": [examples.DEPARTMENT]})],
    )
    def get(self, request: Request) -> Response:
        """List the departments."""
        return Response({"data": catalogue.department_rows()})


class DepartmentView(PublicView):
    """One department."""

    parameter_examples: ClassVar[dict[str, Any]] = {"department_id": 3}

    @extend_schema(
        summary="Get a department",
        tags=["Departments"],
        responses={200: schemas.DepartmentResponse, **errors(DepartmentNotFound)},
        examples=[response_example({"data": examples.DEPARTMENT_DETAIL})],
    )
    def get(self, request: Request, department_id: int) -> Response:
        """Return the department; 404 when it does not exist."""
        return Response({"data": catalogue.department_row(department_id)})
