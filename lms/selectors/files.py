"""Reads which rows name a file of the object store, and what the file is used for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast

from lms.models import (
    BinnableModel,
    Certificate,
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
    VideoTranscodeJob,
)

# Uses of a file; lms/services/file_access.py says who may open it.
PUBLIC = "public"
LEARNERS = "learners"
HIDDEN = "hidden"

# The client looks here for pictures that older installations named without a folder.
STATION_FOLDER = "stations/"
MAP_FOLDER = "tex_kart/"
DEPARTMENT_FOLDER = "departments/"
AVATAR_FOLDER = "avatars/"


@dataclass(frozen=True)
class FileColumn:
    """A column that names a file by its key, and what a file that it names is used for.

    A name without a slash lies in `folder`. With `only_active`, a row that is switched off or in
    the bin uses its file as HIDDEN instead; without it, a row in the bin does not use its file.
    """

    model: type[Model]
    name: str
    use: str
    folder: str = ""
    only_active: bool = False


# The only list of such columns: access, deletion, history and the media library follow from it.
FILE_COLUMNS = (
    FileColumn(Station, "image", PUBLIC, STATION_FOLDER),
    FileColumn(Station, "tech_map_image", PUBLIC, MAP_FOLDER),
    FileColumn(StationPhoto, "image_url", PUBLIC, STATION_FOLDER),
    FileColumn(Department, "image", PUBLIC, DEPARTMENT_FOLDER),
    FileColumn(HeroSliderImage, "key", PUBLIC),
    FileColumn(SiteSettings, "hero_background_image", PUBLIC),
    FileColumn(PromoVideo, "object_key", PUBLIC, only_active=True),
    FileColumn(TopicFile, "minio_object_name", LEARNERS, only_active=True),
    FileColumn(NormativeDocument, "file_url", LEARNERS),
    FileColumn(Profile, "avatar_url", LEARNERS),
    FileColumn(Question, "image", LEARNERS),
)

# Columns that keep their file from being deleted, and open it to nobody by themselves.
KEEPING_COLUMNS = (
    FileColumn(VideoTranscodeJob, "source_object_key", HIDDEN),
    FileColumn(VideoTranscodeJob, "master_object_key", HIDDEN),
    FileColumn(Certificate, "pdf_url", HIDDEN),
)


def is_file_column(model: type[Model], name: str) -> bool:
    """Tell whether a column names files by their keys."""
    return any(column.model is model and column.name == name for column in FILE_COLUMNS)


def uses_of(key: str) -> set[str]:
    """Return what a key is used for, in one query: PUBLIC, LEARNERS, HIDDEN.

    The folder of avatars alone decides about them: they are for everyone who is signed in.
    """
    rows = [use for column in FILE_COLUMNS for use in _uses(column, key)]
    uses = {use for (use,) in rows[0].union(*rows[1:])}
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


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that any row names, in one query; rows in the bin keep their files."""
    wanted = set(keys)
    rows = []
    for column in (*FILE_COLUMNS, *KEEPING_COLUMNS):
        names = wanted | {key.removeprefix(column.folder) for key in wanted}
        named = _all_rows(column.model).filter(**{f"{column.name}__in": names}).order_by()
        rows.append(named.values_list(Cast(column.name, CharField()), Value(column.folder)))
    found = rows[0].union(*rows[1:])
    return {_key(name, folder) for name, folder in found} & wanted


def keys_named_by(model: type[Model], rows: QuerySet[Any]) -> set[str]:
    """Return the keys of the files that these rows of a model name; web addresses are left out."""
    keys = set()
    for column in FILE_COLUMNS:
        if column.model is not model:
            continue
        for name in rows.order_by().values_list(column.name, flat=True):
            if name and "://" not in name and not name.startswith("/"):
                keys.add(_key(name, column.folder))
    return keys


def _uses(column: FileColumn, key: str) -> list[QuerySet[Any]]:
    """Select the use of a key by a column: one row for each row that names it."""
    names = [key]
    bare = key.removeprefix(column.folder)
    if bare != key and "/" not in bare:
        names.append(bare)
    # Ordered rows cannot be part of a union.
    rows = column.model._default_manager.filter(**{f"{column.name}__in": names}).order_by()
    if not column.only_active:
        return [rows.values_list(Value(column.use))]
    hidden = _all_rows(column.model).filter(**{f"{column.name}__in": names}).order_by()
    return [
        rows.filter(is_active=True).values_list(Value(column.use)),
        hidden.values_list(Value(HIDDEN)),
    ]


def _all_rows(model: type[Model]) -> QuerySet[Any]:
    """Return the rows of a model, those in the bin included."""
    if issubclass(model, BinnableModel):
        return model.everything.all()
    return model._default_manager.all()


def _key(name: str, folder: str) -> str:
    return name if "/" in name else folder + name


def _folders_of(key: str) -> list[str]:
    """Return the nearest three folders above a key: segments lie at most two below the master."""
    parts = key.split("/")
    return ["/".join(parts[:-up]) for up in (1, 2, 3) if len(parts) > up]
