"""Roles and their permissions, for the admin and the API."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of a person; the client does not know `hr` and shows it as a student."""

    ADMIN = "admin", _("administrator")
    INSTRUCTOR = "instructor", _("instructor")
    HR = "hr", _("HR")
    USER = "user", _("employee")


CONTENT_MODELS = frozenset(
    {
        "station",
        "stationequipment",
        "stationspecification",
        "safetysystem",
        "safetyfeature",
        "gassource",
        "stationphoto",
        "normativedocument",
        "promovideo",
        "department",
        "course",
        "courseprogram",
        "learningoutcome",
        "programrequirement",
        "targetaudience",
        "lesson",
        "lessonmaterial",
        "topic",
        "topicfile",
        "lessontest",
        "finaltest",
        "question",
        "option",
        "comment",
        "sitesettings",
        "herosliderimage",
        "videotranscodejob",
        "mediafile",
        "binentry",
        "contentchange",
    }
)
PEOPLE_MODELS = frozenset(
    {
        "user",
        "profile",
        "userstats",
        "department",
        "station",
        "courseenrollment",
        "enrollment",
        "topicprogress",
        "completedmaterial",
        "materialprogress",
        "testresult",
        "certificate",
    }
)
_HR_ACTIONS = frozenset({"view", "export"})
_WRITE_ACTIONS = frozenset({"view", "add", "change", "delete", "export"})


def role_allows(role: str, action: str, model_name: str) -> bool:
    """Tell whether `role` may do `action` (view, add, change, delete, export) on a model."""
    if role == Role.ADMIN:
        return True
    if role == Role.INSTRUCTOR:
        return model_name in CONTENT_MODELS and action in _WRITE_ACTIONS
    if role == Role.HR:
        return model_name in PEOPLE_MODELS and action in _HR_ACTIONS
    return False


def may_enter_admin(role: str) -> bool:
    """Tell whether a person of this role may sign in to the admin."""
    return role in {Role.ADMIN, Role.INSTRUCTOR, Role.HR}
