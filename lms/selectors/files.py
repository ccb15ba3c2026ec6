"""Who may open a file, decided by what its key is used for; and which keys are in use."""

from collections.abc import Iterable

from lms.models import (
    Department,
    HeroSliderImage,
    NormativeDocument,
    Profile,
    PromoVideo,
    SiteSettings,
    Station,
    StationPhoto,
    TopicFile,
    User,
)

# Where the client looks for a picture that is named without a folder.
STATION_FOLDER = "stations/"
MAP_FOLDER = "tex_kart/"
DEPARTMENT_FOLDER = "departments/"
AVATAR_FOLDER = "avatars/"


def may_open(user: User | None, key: str) -> bool:
    """Tell whether a person (None: anonymous) may read an object.

    Pictures and videos of public pages are for everyone; learning files, regulations and avatars
    for people who are signed in; anything else for staff.
    """
    if user is not None and user.is_staff:
        return True
    if user is not None and is_for_learners(key):
        return True
    return is_public(key)


def is_public(key: str) -> bool:
    """Tell whether a public page shows this key; at most six index or small-table lookups."""
    return (
        _is_named(Station.objects.all(), "image", key, STATION_FOLDER)
        or _is_named(Station.objects.all(), "tech_map_image", key, MAP_FOLDER)
        or _is_named(StationPhoto.objects.all(), "image_url", key, STATION_FOLDER)
        or PromoVideo.objects.filter(is_active=True, object_key=key).exists()
        or _is_named(Department.objects.all(), "image", key, DEPARTMENT_FOLDER)
        or HeroSliderImage.objects.filter(key=key).exists()
        or SiteSettings.objects.filter(hero_background_image=key).exists()
    )


def is_for_learners(key: str) -> bool:
    """Tell whether this key is learning material, a regulation or an avatar."""
    return (
        key.startswith(AVATAR_FOLDER)
        or TopicFile.objects.filter(minio_object_name=key).exists()
        or NormativeDocument.objects.filter(file_url=key).exists()
    )


def is_in_use(key: str) -> bool:
    """Tell whether any row names this key."""
    return (
        is_public(key)
        or TopicFile.objects.filter(minio_object_name=key).exists()
        or NormativeDocument.objects.filter(file_url=key).exists()
        or PromoVideo.objects.filter(object_key=key).exists()
        or Profile.objects.filter(avatar_url=key).exists()
    )


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that any row names; the media library asks for a page at a time."""
    return {key for key in keys if is_in_use(key)}


def _is_named(rows, column: str, key: str, folder: str) -> bool:
    names = [key]
    bare = key.removeprefix(folder)
    if bare != key and "/" not in bare:
        names.append(bare)
    return rows.filter(**{f"{column}__in": names}).exists()
