"""What every answer carries: request id, security headers, one error shape; and health."""

import json
import logging
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from lms.models import Station
from portal import health
from portal.jobs.models import Job, Worker
from portal.settings.logs import logging_config

pytestmark = pytest.mark.django_db


def test_an_error_carries_the_request_id_of_its_header(client):
    response = client.get("/no-such-route", headers={"X-Request-ID": "abc-1"})

    assert response["X-Request-ID"] == "abc-1"
    assert response.json() == {"error": "Не найдено", "code": "not_found", "request_id": "abc-1"}


def test_a_malformed_request_id_is_replaced(client):
    response = client.get("/health/live", headers={"X-Request-ID": "a b\tc" * 40})

    assert len(response["X-Request-ID"]) == 32


def test_an_unexpected_failure_is_json_and_leaves_its_traceback(monkeypatch, caplog):
    def fail(*arguments, **named):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(Station.objects, "order_by", fail)
    with caplog.at_level(logging.ERROR, logger="django.request"):
        response = Client(raise_request_exception=False).get("/stations")

    assert (response.status_code, response.json()["code"]) == (500, "server_error")
    assert response.json()["request_id"] == response["X-Request-ID"]
    assert "broken on purpose" in caplog.text


@pytest.mark.parametrize("style", ["json", "console"])
def test_log_lines_have_the_request_id_and_the_traceback(style, capsys):
    import logging.config

    import structlog

    structlog.contextvars.bind_contextvars(request_id="id-42")
    config = logging_config(level="INFO", style=style)
    formatter = logging.config.DictConfigurator(config).configure_formatter(
        config["formatters"]["structured"]
    )
    try:
        raise ValueError("число № 5")
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f", 1, "failed %s", ("a",), __import__("sys").exc_info()
        )
    line = formatter.format(record)
    structlog.contextvars.clear_contextvars()

    assert "id-42" in line
    assert "число № 5" in line
    if style == "json":
        assert json.loads(line)["event"] == "failed a"


def test_answers_carry_the_security_headers(client):
    response = client.get("/admin/login/")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "object-src 'none'" in response["Content-Security-Policy"]


@override_settings(SECURE_HSTS_SECONDS=31536000)
def test_hsts_is_sent_where_tls_ends(client):
    response = client.get("/health/live", headers={"X-Forwarded-Proto": "https"})

    assert response["Strict-Transport-Security"] == "max-age=31536000"


def test_cors_is_closed_by_default_and_opens_for_a_named_origin(client, settings):
    closed = client.get("/stations", headers={"Origin": "https://vue.example.com"})
    settings.CORS_ALLOWED_ORIGINS = ["https://vue.example.com"]
    opened = client.get("/stations", headers={"Origin": "https://vue.example.com"})

    assert "Access-Control-Allow-Origin" not in closed
    assert opened["Access-Control-Allow-Origin"] == "https://vue.example.com"
    assert opened["Access-Control-Allow-Credentials"] == "true"


def test_health_names_each_dependency(client):
    Worker.objects.create(name="w", version="1", threads=4)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "ok": True,
        "status": "ok",
        "checks": {"database": "ok", "cache": "ok", "store": "ok"},
        "worker": {"status": "ok", "workers": 1, "waiting": 0, "behind_seconds": 0},
    }


def test_a_dependency_that_is_down_makes_the_portal_unready(client, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *arguments, **named: None)

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["checks"]["cache"] == "down"
    assert response.json()["checks"]["database"] == "ok"


@pytest.mark.both
def test_a_worker_that_is_missing_or_behind_does_not_make_the_portal_unready(client):
    missing = client.get("/health/ready")
    silent = Worker.objects.create(
        name="silent", version="1", threads=4, seen_at=timezone.now() - timedelta(seconds=90)
    )
    still_missing = client.get("/health/ready")
    Worker.objects.filter(pk=silent.pk).update(seen_at=timezone.now())
    Job.objects.create(task="x", created_at=timezone.now() - timedelta(seconds=400))
    Job.objects.create(task="x", run_after=timezone.now() + timedelta(hours=1))
    behind = client.get("/health/ready")

    for response in (missing, still_missing, behind):
        assert (response.status_code, response.json()["ok"]) == (200, True)
        assert response.json()["status"] == "degraded"
    assert missing.json()["worker"]["status"] == "missing"
    assert still_missing.json()["worker"]["workers"] == 0
    state = behind.json()["worker"]
    assert (state["status"], state["workers"], state["waiting"]) == ("behind", 1, 1)
    assert 400 <= state["behind_seconds"] < 430


def test_health_asks_the_queue_by_two_queries(client, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get("/health/ready")


def test_without_a_database_nothing_is_told_about_workers(client, monkeypatch):
    def fail():
        raise OperationalError

    monkeypatch.setitem(health.CHECKS, "database", fail)

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["checks"]["database"]) == (503, "down")
    assert "worker" not in response.json()


@pytest.mark.parametrize("path", ["/health", "/health/live", "/api/health", "/health/"])
def test_liveness_asks_nothing_of_others(client, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(path).json()["ok"] is True


def test_a_caller_above_the_rate_is_told_to_wait(sign_in, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": "2/min"})
    client = sign_in()
    codes = [client.get("/stations/departments").status_code for _call in range(3)]
    me = [client.get("/auth/me").status_code for _call in range(5)]

    assert codes == [200, 200, 429]
    assert me == [200] * 5


def test_a_signed_address_is_logged_without_its_token(client, caplog):
    with caplog.at_level(logging.INFO, logger="portal.request"):
        client.get("/api/files/local/secret-token")

    assert "secret-token" not in caplog.text
    assert "GET /api/files/local/... 40" in caplog.text
