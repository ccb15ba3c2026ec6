"""Who may view, add, change and delete what in the admin: each role, each model, as literals."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory

from lms.models import Role, User

# The same on whichever database: a role is a table in the code.
pytestmark = pytest.mark.embedded

# Letters: v view, a add, c change, d delete; a dash where the role may not.
# Model: administrator, instructor, HR, employee.
RIGHTS = {
    "station": ("vacd", "vacd", "v---", "----"),
    "stationequipment": ("vacd", "vacd", "----", "----"),
    "stationspecification": ("vacd", "vacd", "----", "----"),
    "safetysystem": ("vacd", "vacd", "----", "----"),
    "safetyfeature": ("vacd", "vacd", "----", "----"),
    "gassource": ("vacd", "vacd", "----", "----"),
    "stationphoto": ("vacd", "vacd", "----", "----"),
    "normativedocument": ("vacd", "vacd", "----", "----"),
    "promovideo": ("vacd", "vacd", "----", "----"),
    "department": ("vacd", "vacd", "v---", "----"),
    "course": ("vacd", "vacd", "----", "----"),
    "courseprogram": ("vacd", "vacd", "----", "----"),
    "learningoutcome": ("vacd", "vacd", "----", "----"),
    "programrequirement": ("vacd", "vacd", "----", "----"),
    "targetaudience": ("vacd", "vacd", "----", "----"),
    "lesson": ("vacd", "vacd", "----", "----"),
    "lessonmaterial": ("vacd", "vacd", "----", "----"),
    "topic": ("vacd", "vacd", "----", "----"),
    "topicfile": ("vacd", "vacd", "----", "----"),
    "lessontest": ("vacd", "vacd", "----", "----"),
    "finaltest": ("vacd", "vacd", "----", "----"),
    "question": ("vacd", "vacd", "----", "----"),
    "option": ("vacd", "vacd", "----", "----"),
    "comment": ("v-cd", "v-cd", "----", "----"),
    "sitesettings": ("vac-", "vac-", "----", "----"),
    "herosliderimage": ("vacd", "vacd", "----", "----"),
    "videotranscodejob": ("v---", "v---", "----", "----"),
    "binentry": ("v--d", "v---", "----", "----"),
    "contentchange": ("v---", "v---", "----", "----"),
    "user": ("vacd", "----", "v---", "----"),
    "profile": ("vacd", "----", "v---", "----"),
    "usersession": ("v--d", "----", "----", "----"),
    "userstats": ("v--d", "----", "v---", "----"),
    "mail": ("v--d", "----", "----", "----"),
    "ldaptempsession": ("v--d", "----", "----", "----"),
    "courseenrollment": ("v--d", "----", "v---", "----"),
    "enrollment": ("v--d", "----", "v---", "----"),
    "topicprogress": ("v--d", "----", "v---", "----"),
    "completedmaterial": ("v--d", "----", "v---", "----"),
    "materialprogress": ("v--d", "----", "v---", "----"),
    "testresult": ("v--d", "----", "v---", "----"),
    "certificate": ("v--d", "----", "v---", "----"),
}
ROLES = [Role.ADMIN, Role.INSTRUCTOR, Role.HR, Role.USER]


def _admin_of(name: str) -> admin.ModelAdmin:
    registry = admin.site._registry.items()
    return next(found for model, found in registry if model._meta.model_name == name)


def test_the_table_names_every_model_of_the_domain() -> None:
    registered = {m._meta.model_name for m in admin.site._registry if m._meta.app_label == "lms"}

    assert registered == set(RIGHTS)


def _rights_of(role: Role) -> dict[str, str]:
    """Return the column of a role."""
    return {name: row[ROLES.index(role)] for name, row in RIGHTS.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_exactly_this(role: Role, rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = User(username="someone", role=role)
    allowed = {}
    for name in RIGHTS:
        model_admin = _admin_of(name)
        answers = {
            "v": model_admin.has_view_or_change_permission(request),
            "a": model_admin.has_add_permission(request),
            "c": model_admin.has_change_permission(request),
            "d": model_admin.has_delete_permission(request),
        }
        allowed[name] = "".join(letter if yes else "-" for letter, yes in answers.items())

    assert allowed == _rights_of(role)


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_obey_the_table(
    role: Role, admin_client_for: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = admin_client_for(role)
    refused = 302 if role == Role.USER else 403
    # The view decides before its template: that every page renders is shown by test_pages_open.py.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")

    answers = {
        name: tuple(client.get(f"/admin/lms/{name}/{page}").status_code for page in ("", "add/"))
        for name in RIGHTS
    }

    expected = {
        name: (200 if rights[0] == "v" else refused, 200 if rights[1] == "a" else refused)
        for name, rights in _rights_of(role).items()
    }
    if role in {Role.ADMIN, Role.INSTRUCTOR}:
        # The list of the one settings row leads on to its form.
        expected["sitesettings"] = (302, 200)
    assert answers == expected


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 200), ("user", 302)]
)
def test_employees_cannot_enter(
    role: str, status: int, admin_client_for: Callable[[str], Client]
) -> None:
    response = admin_client_for(role).get("/admin/")

    assert response.status_code == status


@pytest.mark.parametrize(
    ("role", "may"), [("admin", True), ("instructor", False), ("hr", True), ("user", False)]
)
@pytest.mark.parametrize("name", ["enrollment", "topicprogress", "testresult"])
def test_only_hr_and_administrators_export(
    name: str, role: str, may: bool, admin_client_for: Callable[[str], Client]
) -> None:
    refused = 302 if role == "user" else 403

    response = admin_client_for(role).get(f"/admin/lms/{name}/export/")

    assert response.status_code == (200 if may else refused)


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("admin", ["user", "courseprogram", "enrollment", "station"], []),
        ("instructor", ["courseprogram", "station"], ["user", "enrollment", "testresult"]),
        ("hr", ["user", "enrollment", "station"], ["courseprogram", "usersession", "topicfile"]),
    ],
)
def test_the_sidebar_shows_what_the_role_may_see(
    role: str, shown: list[str], hidden: list[str], admin_client_for: Callable[[str], Client]
) -> None:
    page = admin_client_for(role).get("/admin/").content.decode()
    sidebar = page[page.index('id="nav-sidebar-apps"') : page.index('id="main"')]

    assert [name for name in shown if f"/admin/lms/{name}/" not in sidebar] == []
    assert [name for name in hidden if f"/admin/lms/{name}/" in sidebar] == []


def test_hr_sees_no_password_on_the_page_of_an_account(
    admin_client_for: Callable[[str], Client], make_user: Callable[..., User]
) -> None:
    person = make_user("karimov")
    client = admin_client_for("hr")

    page = client.get(f"/admin/lms/user/{person.pk}/change/").content.decode()

    assert "karimov" in page
    assert "md5" not in page
    assert 'name="password"' not in page
    assert client.get(f"/admin/lms/user/{person.pk}/password/").status_code == 403
