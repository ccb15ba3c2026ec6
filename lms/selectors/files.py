"""Who may open a file, decided by what its key is used for; and which keys are in use."""

from collections.abc import Iterable

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast

from lms.models import (
    BinnableModel,
    Department,
    HeroSliderImage,
    NormativeDocument,
    Profile,
    PromoVideo,
    Question,
    SiteSettings,
    Station,
    StationPhoto,
    TopicFile,
    User,
    VideoTranscodeJob,
)

# Where the client looks for a picture that is named without a folder.
STATION_FOLDER = "stations/"
MAP_FOLDER = "tex_kart/"
DEPARTMENT_FOLDER = "departments/"
AVATAR_FOLDER = "avatars/"


PUBLIC = "public"
LEARNERS = "learners"
KEPT = "kept"


# The columns that name objects in the store, with the folder that a bare name implies.
KEY_COLUMNS: dict[type[Model], dict[str, str]] = {
    Station: {"image": STATION_FOLDER, "tech_map_image": MAP_FOLDER},
    StationPhoto: {"image_url": STATION_FOLDER},
    Department: {"image": DEPARTMENT_FOLDER},
    HeroSliderImage: {"key": ""},
    SiteSettings: {"hero_background_image": ""},
    PromoVideo: {"object_key": ""},
    TopicFile: {"minio_object_name": ""},
    NormativeDocument: {"file_url": ""},
    Profile: {"avatar_url": ""},
    Question: {"image": ""},
}


def uses_of(key: str) -> set[str]:
    """Return what a key is used for, in one query: public, learners, kept.

    Kept are files of rows that are switched off or in the bin. Avatars are told by their folder:
    they are for everyone who is signed in.
    """
    found = (
        _named(Station, "image", key, STATION_FOLDER).values_list(Value(PUBLIC)),
        _named(Station, "tech_map_image", key, MAP_FOLDER).values_list(Value(PUBLIC)),
        _named(StationPhoto, "image_url", key, STATION_FOLDER).values_list(Value(PUBLIC)),
        _named(Department, "image", key, DEPARTMENT_FOLDER).values_list(Value(PUBLIC)),
        HeroSliderImage.objects.filter(key=key).values_list(Value(PUBLIC)),
        SiteSettings.objects.filter(hero_background_image=key).values_list(Value(PUBLIC)),
        PromoVideo.objects.filter(object_key=key, is_active=True).values_list(Value(PUBLIC)),
        PromoVideo.everything.filter(object_key=key).values_list(Value(KEPT)),
        TopicFile.objects.active().filter(minio_object_name=key).values_list(Value(LEARNERS)),
        TopicFile.everything.filter(minio_object_name=key).values_list(Value(KEPT)),
        NormativeDocument.objects.filter(file_url=key).values_list(Value(LEARNERS)),
        Profile.objects.filter(avatar_url=key).values_list(Value(LEARNERS)),
        Question.objects.filter(image=key).values_list(Value(LEARNERS)),
    )
    # Without the tables' own orders, which a union may not have.
    first, *others = (rows.order_by() for rows in found)
    uses = {row[0] for row in first.union(*others)}
    return uses | {LEARNERS} if key.startswith(AVATAR_FOLDER) else uses


def uses_of_converted(key: str) -> set[str]:
    """Return what a playlist or segment is used for: what its source video is used for.

    A conversion names its master playlist; everything in that folder and below belongs to it.
    """
    folders = _folders_of(key)
    masters = [f"{folder}/{name}" for folder in folders for name in ("master.m3u8", "index.m3u8")]
    sources = VideoTranscodeJob.objects.filter(master_object_key__in=[*masters, key])
    names = sources.values_list("source_object_key", flat=True)
    return uses_of(key).union(*(uses_of(name) for name in set(names)))


def _folders_of(key: str) -> list[str]:
    """Return the nearest three folders above a key: segments lie at most two below the master."""
    parts = key.split("/")
    return ["/".join(parts[:-up]) for up in (1, 2, 3) if len(parts) > up]


def may_open(user: User | None, uses: set[str]) -> bool:
    """Tell whether a person (None: anonymous) may read an object with these uses.

    Pictures and videos of public pages are for everyone; learning files, regulations and avatars
    for people who are signed in; anything else for staff.
    """
    if PUBLIC in uses:
        return True
    return user is not None and (user.is_staff or LEARNERS in uses)


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that any row names, in one query."""
    wanted = set(keys)
    rows = [
        _values(model, column, wanted, folder)
        for model, columns in KEY_COLUMNS.items()
        for column, folder in columns.items()
    ]
    first, *others = rows
    found = first.union(*others)
    return {value if "/" in value else folder + value for value, folder in found} & wanted


def keys_named_by(model: type[Model], rows: QuerySet) -> set[str]:
    """Return the keys of objects that these rows of a model name; addresses are none."""
    keys = set()
    for column, folder in KEY_COLUMNS.get(model, {}).items():
        for value in rows.order_by().values_list(column, flat=True):
            if value and "://" not in value and not value.startswith("/"):
                keys.add(value if "/" in value else folder + value)
    return keys


def _values(model: type[Model], column: str, keys: set[str], folder: str = "") -> QuerySet:
    """Select the column's values that name one of the keys, with the folder that they imply."""
    names = keys | {key.removeprefix(folder) for key in keys}
    # What lies in the bin keeps its files.
    manager = model.everything if issubclass(model, BinnableModel) else model.objects
    rows = manager.filter(**{f"{column}__in": names}).order_by()
    return rows.values_list(Cast(column, CharField()), Value(folder))


def _named(model: type[Model], column: str, key: str, folder: str) -> QuerySet:
    names = [key]
    bare = key.removeprefix(folder)
    if bare != key and "/" not in bare:
        names.append(bare)
    return model.objects.filter(**{f"{column}__in": names})
