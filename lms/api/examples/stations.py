"""Examples of stations and what belongs to them."""

from lms.api.examples.base import row
from lms.models import (
    GasSource,
    NormativeDocument,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)

STATION = row(
    Station,
    id=1,
    name="Компрессорная станция WKC1",
    short_name="WKC1",
    description="Головная станция участка: приём, очистка, замер и компримирование газа.",
    image="stations/WKC1.jpg",
    tech_map_image="tex_kart/WKC1_scheme.png",
    power="4 × 16 МВт",
    commission_date="2011",
    courses_count=1,
    status="active",
    location="Бухарская область",
    type="Линейная компрессорная станция",
    design_capacity="20 млрд м³/год",
    gas_pressure="7,4 МПа",
    distance_from_border="12 км",
    pipeline_diameter="1420 мм",
    input_pressure="5,1 МПа",
    output_pressure="9,6 МПа",
    parallel_lines="2",
)
STATION_UNDER_MAINTENANCE = row(
    Station,
    id=2,
    name="Компрессорная станция UCS1",
    short_name="UCS1",
    description="Промежуточная станция на участке Б.",
    image="/stations/UCS1.jpg",
    tech_map_image=None,
    power=None,
    commission_date="14.03.2014",
    courses_count=0,
    status="maintenance",
    location="Навоийская область",
    type="Линейная компрессорная станция",
    design_capacity="20 млрд м³/год",
    gas_pressure="7,4 МПа",
    distance_from_border=None,
    pipeline_diameter="1420 мм",
    input_pressure="5,1 МПа",
    output_pressure="9,6 МПа",
    parallel_lines="2",
)
STATIONS = [STATION, STATION_UNDER_MAINTENANCE]
_EQUIPMENT_1 = row(
    StationEquipment,
    id=11,
    station_id=1,
    name="Газоперекачивающий агрегат",
    model="ГПА-16",
    manufacturer="ООО «Турбомаш»",
    quantity=4,
    power="16 МВт",
    description="Центробежный нагнетатель с газотурбинным приводом",
    order_index=0,
    created_at="2026-02-03T06:15:00Z",
)
_EQUIPMENT_2 = row(
    StationEquipment,
    id=12,
    station_id=1,
    name="Пылеуловитель циклонный",
    model=None,
    manufacturer=None,
    quantity=6,
    power=None,
    description=None,
    order_index=1,
    created_at="2026-02-03T06:16:00Z",
)
EQUIPMENT = [_EQUIPMENT_1, _EQUIPMENT_2]
_SPECIFICATIONS_1 = row(
    StationSpecification,
    id=21,
    station_id=1,
    category="Рабочее давление на выходе",
    value="9,6",
    unit="МПа",
    description="Максимально допустимое",
    order_index=0,
    created_at="2026-02-03T06:20:00Z",
)
SPECIFICATIONS = [_SPECIFICATIONS_1]
_FEATURES_1 = row(
    SafetyFeature,
    id=41,
    feature_name="Автоматический останов агрегата",
    order_index=0,
)
_FEATURES_2 = row(
    SafetyFeature,
    id=42,
    feature_name="Газовое пожаротушение",
    order_index=1,
)
FEATURES = [_FEATURES_1, _FEATURES_2]
_SAFETY_SYSTEMS_1 = {
    **row(
        SafetySystem,
        id=31,
        station_id=1,
        name="Система обнаружения пожара",
        description="Извещатели пламени в укрытиях агрегатов",
        manufacturer="АО «Сигнал»",
        order_index=0,
        created_at="2026-02-03T06:25:00Z",
    ),
    "features": FEATURES,
    "feature_names": ["Автоматический останов агрегата", "Газовое пожаротушение"],
}
SAFETY_SYSTEMS = [_SAFETY_SYSTEMS_1]
_GAS_SOURCES_1 = row(
    GasSource,
    id=51,
    station_id=1,
    source_name="Магистраль, нитка А",
    order_index=0,
    created_at="2026-02-03T06:30:00Z",
)
GAS_SOURCES = [_GAS_SOURCES_1]
_PHOTOS_1 = row(
    StationPhoto,
    id=61,
    station_id=1,
    title="Фото станции",
    view="station_image",
    image_url="stations/1/images/1763000100000_общий_вид.jpg",
    order_index=0,
    created_at="2026-02-03T06:31:00Z",
)
_PHOTOS_2 = row(
    StationPhoto,
    id=62,
    station_id=1,
    title="Техническая карта",
    view="tech_map_image",
    image_url="stations/1/tech_maps/1763000200000_схема.png",
    order_index=0,
    created_at="2026-02-03T06:32:00Z",
)
PHOTOS = [_PHOTOS_1, _PHOTOS_2]
_DOCUMENTS_1 = row(
    NormativeDocument,
    id=71,
    station_id=1,
    title="Регламент обхода.pdf",
    file_url="stations/1/docs/1763000400000_Регламент_обхода.pdf",
    created_at="2026-02-03T06:34:00Z",
)
DOCUMENTS = [_DOCUMENTS_1]
STATION_WITH_PARTS = {
    "station": {
        **STATION,
        "created_at": "2026-02-01T00:00:00Z",
        "updated_at": "2026-10-01T00:00:00Z",
    },
    "equipment": EQUIPMENT,
    "specs": SPECIFICATIONS,
    "safety": SAFETY_SYSTEMS,
    "gas_sources": GAS_SOURCES,
    "photos": PHOTOS,
    "normativeDocs": DOCUMENTS,
}
PROMO_VIDEO = {
    "video": {
        "id": 91,
        "stationId": 1,
        "title": "О станции",
        "objectKey": "stations/1/promo_video/1763000000000_О_станции.mp4",
    },
}
