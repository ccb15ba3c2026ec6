"""The builder's page: who sees it, what its scripts get, and that the policy lets them run."""

import json
import re

import pytest
from django.test import Client

from media_admin.services.upload_targets import read_target
from tests.lms.admin.courses.builder_requests import builder_url

pytestmark = pytest.mark.django_db


def _config(page: str) -> dict:
    found = re.search(r'<script id="builder-config" type="application/json">(.*?)</script>', page)
    return json.loads(found.group(1))


def test_the_page_gives_its_scripts_all_they_need(editor, program, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        response = editor.get(builder_url(program, ""))

    page = response.content.decode()
    config = _config(page)
    assert response.status_code == 200
    assert editor.get(config["tree"]).json()["program"]["title"] == program.title
    assert editor.get(config["version"]).json()["treeVersion"] == program.tree_version
    assert read_target(config["upload"]["target"]).kinds == ("pdf", "video", "document")
    assert {station["id"] for station in config["stations"]} >= {program.station_id}
    assert "lms/courses/builder/builder" in page


def test_the_page_has_nothing_that_the_policy_refuses(editor, program):
    page = editor.get(builder_url(program, "")).content.decode()

    own = page[page.index("builder-config") : page.rindex("b-dialog")]
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", own)


def test_a_title_with_markup_is_shown_as_text(editor, program):
    program.title = "</script><img src=x onerror=alert(1)>"
    program.save()

    page = editor.get(builder_url(program, "")).content.decode()

    assert "<img src=x" not in page


@pytest.mark.parametrize(("role", "status"), [("hr", 403), ("user", 302), (None, 302)])
def test_others_do_not_see_the_page(program, make_user, role, status):
    client = Client()
    if role:
        client.force_login(make_user(role, role=role))

    assert client.get(builder_url(program, "")).status_code == status
