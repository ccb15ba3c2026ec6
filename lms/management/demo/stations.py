"""Fills departments, stations with all their children, the catalogue and the home page."""

from typing import Any

from lms.management.demo.content import fixed_uuid, load
from lms.management.demo.media import DemoFiles
from lms.models import (
    Course,
    Department,
    GasSource,
    HeroSliderImage,
    NormativeDocument,
    PromoVideo,
    SafetyFeature,
    SafetySystem,
    SiteSettings,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)

_STATION_FIELDS = (
    "id",
    "name",
    "short_name",
    "description",
    "power",
    "commission_date",
    "status",
    "location",
    "type",
    "design_capacity",
    "gas_pressure",
    "distance_from_border",
    "pipeline_diameter",
    "input_pressure",
    "output_pressure",
    "parallel_lines",
)
_PHOTO_FOLDERS = {"station_image": "images", "tech_map_image": "tech_maps"}


def create_departments(files_to_store: DemoFiles) -> dict[str, Department]:
    """Create the departments and return them by short name."""
    departments = {}
    for number, row in enumerate(load("departments"), start=1):
        image = files_to_store.add(row.pop("image"), f"departments/{number}/images")
        departments[row["short_name"]] = Department.objects.create(id=number, image=image, **row)
    return departments


def create_stations(files_to_store: DemoFiles) -> dict[str, Station]:
    """Create the stations with their children and return them by short name."""
    stations = {}
    courses = [row["station"] for row in load("courses") if row["is_active"]]
    for row in load("stations"):
        folder = f"stations/{row['id']}"
        station = Station.objects.create(
            **{name: row[name] for name in _STATION_FIELDS},
            image=files_to_store.add(row["image"], f"{folder}/images"),
            tech_map_image=files_to_store.add(row["tech_map_image"], f"{folder}/tech_maps"),
            courses_count=courses.count(row["short_name"]),
        )
        _create_children(station, row)
        _create_safety(station, row["safety_systems"])
        _create_media(station, row, files_to_store=files_to_store, folder=folder)
        stations[station.short_name] = station
    return stations


def _create_children(station: Station, row: dict[str, Any]) -> None:
    StationEquipment.objects.bulk_create(
        StationEquipment(station=station, order_index=place, **item)
        for place, item in enumerate(row["equipment"])
    )
    StationSpecification.objects.bulk_create(
        StationSpecification(station=station, order_index=place, **item)
        for place, item in enumerate(row["specifications"])
    )
    GasSource.objects.bulk_create(
        GasSource(station=station, order_index=place, source_name=name)
        for place, name in enumerate(row["gas_sources"])
    )


def _create_safety(station: Station, rows: list[dict[str, Any]]) -> None:
    for place, row in enumerate(rows):
        features = row.pop("features")
        system = SafetySystem.objects.create(station=station, order_index=place, **row)
        SafetyFeature.objects.bulk_create(
            SafetyFeature(safety_system=system, order_index=index, feature_name=name)
            for index, name in enumerate(features)
        )


def _create_media(
    station: Station, row: dict[str, Any], *, files_to_store: DemoFiles, folder: str
) -> None:
    StationPhoto.objects.bulk_create(
        StationPhoto(
            station=station,
            order_index=place,
            title=photo["title"],
            view=photo["view"],
            image_url=files_to_store.add(
                photo["image"], f"{folder}/{_PHOTO_FOLDERS.get(photo['view'], 'photos')}"
            ),
        )
        for place, photo in enumerate(row["photos"])
    )
    NormativeDocument.objects.bulk_create(
        NormativeDocument(
            station=station,
            title=paper["title"],
            file_url=files_to_store.add(paper["file"], f"{folder}/docs"),
        )
        for paper in row["normative_docs"]
    )
    video = row["promo_video"]
    if video:
        key = files_to_store.add(video["file"], f"{folder}/promo_video")
        PromoVideo.objects.create(station=station, title=video["title"], object_key=key)


def create_courses(stations: dict[str, Station]) -> dict[str, Course]:
    """Create the catalogue; return the first active course of each station by short name."""
    first: dict[str, Course] = {}
    for row in load("courses"):
        short_name = row.pop("station")
        course = Course.objects.create(
            id=fixed_uuid("course", row["title"]), station=stations.get(short_name), **row
        )
        if short_name and course.is_active:
            first.setdefault(short_name, course)
    return first


def create_site(files_to_store: DemoFiles) -> None:
    """Create the background and the slider of the home page."""
    row = load("site")
    background = files_to_store.add(row["hero_background"], "hero")
    SiteSettings.objects.update_or_create(id=1, defaults={"hero_background_image": background})
    HeroSliderImage.objects.bulk_create(
        HeroSliderImage(order_index=place, key=files_to_store.add(path, "hero"))
        for place, path in enumerate(row["hero_slider"])
    )
