"""Changes profiles of people; fields that were not sent keep their values."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lms.errors import BelongsToHr, EmailTaken, EmptyName, StationNotFoundHere
from lms.models import Department, Profile, Station, User
from lms.services.accounts import sessions

_USER_FIELDS = ("full_name", "email")
_PROFILE_FIELDS = (
    "full_name",
    "email",
    "company",
    "position",
    "phone",
    "bio",
    "language",
    "email_notifications",
    "push_notifications",
    "weekly_report",
)


def profile_of(user_id: UUID) -> Profile:
    """Return a person's profile with user and station; a new, unsaved one if there is none."""
    rows = Profile.objects.select_related("user", "station", "department")
    found = rows.filter(pk=user_id).first()
    return found or Profile(user=User.objects.get(pk=user_id))


def update_profile(user_id: UUID, changes: dict[str, Any]) -> Profile:
    """Store the fields that were sent.

    The client sends the name of the station in `company`; it sets the station too.

    Raises:
        EmptyName: the name would become empty.
        EmailTaken: another person has this e-mail address.
        BelongsToHr: another name, position or station, which HR alone may enter.
    """
    if "full_name" in changes and not (changes["full_name"] or "").strip():
        raise EmptyName
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        profile, _created = Profile.objects.select_for_update().get_or_create(user=user)
        if not settings.PROFILE_NAME_EDITABLE:
            _refuse_what_belongs_to_hr(user, profile, changes)
        _update_user(user, changes)
        for name in _PROFILE_FIELDS:
            if name in changes:
                setattr(profile, name, changes[name])
        if changes.get("company"):
            station = Station.objects.filter(name=changes["company"]).first()
            profile.station = station or profile.station
        profile.save()
        sessions.forget_user(user)
    return profile_of(user_id)


def _refuse_what_belongs_to_hr(user: User, profile: Profile, changes: dict[str, Any]) -> None:
    """Check that the fields of HR keep their values; the client always sends them back.

    An empty field may be filled in: HR or the directory has left that to the person.
    """
    changed = [
        name
        for name, value in _values_of_hr(user, profile).items()
        if name in changes and value and (changes[name] or "").strip() != value.strip()
    ]
    if changed:
        raise BelongsToHr(fields={name: [BelongsToHr.message] for name in changed})


def _values_of_hr(user: User, profile: Profile) -> dict[str, str | None]:
    """Return what the client is shown of the fields that belong to HR."""
    return {
        "full_name": user.full_name or profile.full_name,
        "position": profile.position,
        "company": profile.station.name if profile.station else profile.company,
        "email": user.email,
    }


def _update_user(user: User, changes: dict[str, Any]) -> None:
    email = changes.get("email")
    if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise EmailTaken
    for name in _USER_FIELDS:
        if name in changes:
            setattr(user, name, changes[name] or None)
    user.save(update_fields=[*_USER_FIELDS, "updated_at"])


def register(
    user_id: UUID,
    *,
    full_name: str,
    phone: str,
    position: str,
    department: str,
    station_id: int | None,
    email: str | None = None,
) -> Profile:
    """Complete the profile of a first sign-in.

    The department is stored as written in `bio`, where the client shows it. If its name is known,
    the profile is also linked to it.

    Raises:
        StationNotFoundHere: no station has this number.
        EmailTaken: another person has the e-mail address that was sent.
    """
    station = Station.objects.filter(pk=station_id).first() if station_id else None
    if station_id and station is None:
        raise StationNotFoundHere
    known = Department.objects.filter(name__iexact=department).first()
    known = known or Department.objects.filter(short_name__iexact=department).first()
    sent = {
        "full_name": full_name,
        "phone": phone,
        "position": position,
        "bio": department,
        "company": station.name if station else None,
        **({"email": email} if email else {}),
    }
    with transaction.atomic():
        before = profile_of(user_id)
        if not settings.PROFILE_NAME_EDITABLE:
            # What HR or the directory has filled in stays.
            taken = _values_of_hr(before.user, before)
            sent = {name: value for name, value in sent.items() if not taken.get(name)}
        profile = update_profile(user_id, sent)
        if "company" in sent:
            profile.station = station
        if settings.PROFILE_NAME_EDITABLE or before.department is None:
            profile.department = known or profile.department
        profile.updated_at = timezone.now()
        profile.save()
    return profile


def is_complete(profile: Profile) -> bool:
    """Tell whether the profile has everything that the registration form asks for."""
    return bool(profile.user.full_name and profile.phone and profile.position)
