"""The Content-Security-Policy of answers that no browser should show as a page."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Nothing in JSON may run or load anything, or be framed.
_NOTHING = ("default-src", "base-uri", "form-action", "frame-ancestors")
_JSON_POLICY = {directive: ["'none'"] for directive in _NOTHING}


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, with a stricter policy for JSON; pages get CONTENT_SECURITY_POLICY."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return what the policy of this answer is made of."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and response.get("Content-Type") == "application/json":
            parts.config = _JSON_POLICY
        return parts
