"""Apple Health: records, nights, workouts with their ways, pressures and meals; the traps of real exports."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from zipfile import ZipFile

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.health.apple_health import AppleHealth
from graph.importers.travel.gpx import Gpx
from tests.graph.household import Household, write
from tests.graph.importers.bringing import reasons, told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory
from tests.graph.importers.watch import EXPORT, HEAD, HEART, MOTION, ROUTE, record, stage


def extract(directory: Path, content: str) -> list[Item | Problem]:
    return run(AppleHealth(), directory / "export.xml", content)


def observed(found: list[Item | Problem], kind: str) -> list[dict[str, Any]]:
    return [row for row in filled(found, "health_observations") if str(row.get("apple_type", "")).endswith(kind)]


def sampled(found: list[Item | Problem], code: str) -> list[dict[str, Any]]:
    return [row for row in filled(found, "health_samples") if row["code"] == code]


class TestConformance(Conformance):
    importer: ClassVar[Importer] = AppleHealth()
    samples: ClassVar[dict[str, str]] = {"export.xml": EXPORT, "exportar.xml": HEAD + HEART + "</HealthData>"}


def test_records(tmp_path: Path) -> None:
    found = extract(tmp_path, EXPORT)
    (heart,) = sampled(found, "heart rate")
    assert heart == {
        "code": "heart rate",
        "sampled_at": datetime(2026, 3, 1, 7, tzinfo=UTC),
        "value": 61,
        "unit": "/min",
        "device": "Watch (Apple Inc. Watch6,2, 8.3, Apple Watch)",
        "note": "HKMetadataKeyHeartRateMotionContext: 1",
        "source": "apple_health",
    }
    assert [row["value"] for row in sampled(found, "step count")] == [12, 14]
    assert [row["value"] for row in sampled(found, "oxygen saturation")] == [97]
    (resting,) = observed(found, "RestingHeartRate")
    assert (resting["code_system"], resting["code"], resting["category"]) == (
        "http://loinc.org",
        "40443-4",
        "vital-signs",
    )
    assert observed(found, "StandHour")[0]["value_text"] == "HKCategoryValueAppleStandHourStood"
    assert observed(found, "DateOfBirth")[0]["value_text"] == "1980-02-03"
    assert [warning for item in items(found).values() for warning in item.warnings] == [
        "of records it is not kept when they were written down (creationDate)"
    ]
    (problem,) = [reason for reason in problems(found) if "startDate" in reason]
    assert problem.startswith("it has no startDate that is a moment: <Record")


def test_measurements_of_the_body(tmp_path: Path) -> None:
    found = filled(extract(tmp_path, EXPORT), "body_measurements")
    assert {(row["kind"], row["value"], row.get("value2"), row["unit"]) for row in found} == {
        ("body_fat_percentage", 23.1, None, "%"),
        ("body_weight", 154.5, None, "[lb_av]"),
        ("blood_pressure", 121, 79, "mm[Hg]"),
    }


def test_a_pressure_is_told_once(tmp_path: Path) -> None:
    found = extract(tmp_path, EXPORT)
    assert [row["value_quantity"] for row in observed(found, "Systolic")] == [140]
    assert observed(found, "Diastolic") == []


def test_nights_of_two_devices(tmp_path: Path) -> None:
    phone, night, nap = filled(extract(tmp_path, EXPORT), "sleep_sessions")
    assert (phone["source_device"], "total_sleep_s" in phone) == ("Phone", False)
    assert (night["light_sleep_s"], night["deep_sleep_s"], night["rem_sleep_s"]) == (6000, 3600, 13_200)
    assert (night["total_sleep_s"], night["latency_s"], night["awakenings"]) == (22_800, 1200, 1)
    assert (night["efficiency"], night["is_main"]) == (0.9048, True)
    assert (nap["total_sleep_s"], nap["is_main"], "awakenings" in nap) == (1800, False, False)


def test_the_stages_of_a_night(tmp_path: Path) -> None:
    found = extract(tmp_path, EXPORT)
    _, night, _ = rows(found, "sleep_sessions")
    stages = [row.values for row in rows(found, "sleep_stages") if row.values["sleep_session_id"] == To(night.key)]
    assert [one["stage"] for one in stages] == ["in_bed", "light", "deep", "awake", "rem"]
    assert stages[2]["effective_start"] == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert stages[2]["effective_end"] == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert [row["stage"] for row in filled(found, "sleep_stages")][-1] == "asleep", "of the nap nobody knows how deep"


def test_what_a_stage_says_besides_is_kept_raw(tmp_path: Path) -> None:
    zone = '<MetadataEntry key="HKTimeZone" value="Europe/Vienna"/>'
    plain, more = stage("AsleepCore", "01:00", "02:00"), stage("AsleepDeep", "02:00", "03:00", inner=zone)
    (night,) = items(extract(tmp_path, HEAD + plain + more + stage("Floating", "03:00", "04:00"))).values()
    assert [row.values["stage"] for row in night.rows[1:]] == ["light", "deep"]
    assert night.raw is not None
    assert (b"Core" in night.raw, b"Europe/Vienna" in night.raw, b"Floating" in night.raw) == (False, True, True)
    (night,) = items(extract(tmp_path, HEAD + plain + plain.replace("<Record", '<Record sourceVersion="9"'))).values()
    assert (night.raw, len(night.rows)) == (None, 2)


async def test_a_night_is_read_with_its_stages(house: Household, tmp_path: Path) -> None:
    def export(*stages: str) -> str:
        return HEAD + "".join(stages) + "</HealthData>"

    night = (stage("AsleepCore", "01:00", "02:00"), stage("AsleepDeep", "02:00", "03:00"))
    (path,) = write(tmp_path, {"export.xml": export(*night)}).iterdir()
    assert told(await house.bring(path)) == {"sleep_session": {"created": 1}, "sleep_stage": {"created": 2}}
    assert (await house.bring(path)).changes == 0
    path.write_text(export(*night, stage("AsleepREM", "03:00", "04:00")))
    assert told(await house.bring(path)) == {
        "sleep_session": {"updated": 1}, "sleep_stage": {"created": 1, "unchanged": 2},
    }  # fmt: skip
    read = "SELECT stage FROM sleep_stages WHERE sleep_session_id = (SELECT id FROM sleep_sessions) ORDER BY effective_start"
    assert await house.column(read) == ["light", "deep", "rem"]


def test_workouts(tmp_path: Path) -> None:
    write(tmp_path, {"workout-routes/route_1.gpx": ROUTE})
    found = extract(tmp_path, EXPORT)
    new, old = filled(found, "workouts")
    assert new["activity_name"] == "traditional strength training"
    assert (new["moving_time_s"], new["distance_m"], new["kcal_burned"]) == (1830, 5200, 300)
    assert (new["avg_heart_rate"], new["max_heart_rate"], new["elevation_gain_m"]) == (141, 171, 50.3)
    assert new["gps_track_id"] == To("route:route_1.gpx")
    assert new["custom_fields"]["apple_health"]["events"][0]["type"] == "HKWorkoutEventTypePause"
    assert (old["distance_m"], old["kcal_burned"], old["moving_time_s"]) == (16_093.44, 300, 3600)
    point = values(found, "location_points")
    assert (point["speed_mps"], point["course_deg"], point["accuracy_m"]) == (2.5, 90, 3)
    assert items(found)["route:route_1.gpx"].warnings == ("not kept of the points: vAcc",)
    assert not Gpx().identify(tmp_path / "workout-routes" / "route_1.gpx")


def test_the_rest(tmp_path: Path) -> None:
    found = extract(tmp_path, EXPORT)
    meal = values(found, "meals")
    assert (meal["description"], meal["kcal"], meal["protein_g"]) == ("Soup", 300, 12)
    rings = [row.values for row in rows(found, "health_observations") if "parent_id" in row.values]
    assert [(row["code"], row["value_quantity"], row.get("reference_low")) for row in rings] == [
        ("activeEnergyBurned", 512, 500),
        ("appleExerciseTime", 31, 30),
        ("appleStandHours", 9, None),
    ]
    raws = [item.raw for item in items(found).values() if item.raw and b"Audiogram" in item.raw]
    assert raws[0] is not None
    assert b'<SensitivityPoint frequencyValue="1000" leftEarValue="10"/>' in raws[0]
    assert [reason[:38] for reason in problems(found)] == [
        "it has no startDate that is a moment: ",
        "the FHIR file of a clinical record is ",
        "there is no place for a Strange withou",
    ]


async def test_the_zip_and_a_later_export(house: Household, tmp_path: Path) -> None:
    for name in ("first.zip", "second.zip"):
        with ZipFile(tmp_path / name, "w") as archive:
            later = EXPORT.replace("0x2834e8d70", "0x999").replace("</HealthData>", "")
            later += record("QuantityTypeIdentifierStepCount", "99", "count") + "</HealthData>"
            archive.writestr("apple_health_export/Exportación.xml", EXPORT if name == "first.zip" else later)
            archive.writestr("apple_health_export/export_cda.xml", "<ClinicalDocument/>")
            archive.writestr("apple_health_export/workout-routes/route_1.gpx", ROUTE)
            archive.writestr("apple_health_export/electrocardiograms/ecg_1.csv", "x")
    report = await house.bring(tmp_path / "first.zip")
    assert [reason for reason in reasons(report) if "stay in the archive" in reason] == [
        "1 files of apple_health_export/export_cda.xml stay in the archive: unpack it and import the folder",
        "1 files of apple_health_export/electrocardiograms stay in the archive: unpack it and import the folder",
    ]
    assert told(report)["workout"] == {"created": 2}
    assert await house.value("SELECT count(*) FROM workouts w JOIN gps_tracks t ON t.id = w.gps_track_id") == 1
    assert (await house.bring(tmp_path / "first.zip")).changes == 0
    again = told(await house.bring(tmp_path / "second.zip"))
    assert again["health_sample"]["created"] == 1
    assert sum(counts.get("updated", 0) for counts in again.values()) == 0


async def test_a_folder_goes_as_one(house: Household, tmp_path: Path) -> None:
    write(tmp_path, {"apple_health_export/export.xml": EXPORT, "apple_health_export/workout-routes/route_1.gpx": ROUTE})
    report = await house.bring(tmp_path)
    assert told(report)["gps_track"] == {"created": 1}
    assert (await house.bring(tmp_path)).changes == 0


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    with path.open("w") as file:
        file.write(HEAD)
        for number in range(15_000):
            day = f"2026-03-{number // 1440 + 1:02} {number // 60 % 24:02}:{number % 60:02}:00 +0100"
            file.write(record("QuantityTypeIdentifierHeartRate", "61", "count/min", MOTION, startDate=day, endDate=day))
            file.write(f"<!-- {'.' * 300} -->")
        file.write("</HealthData>")
    with little_memory(2_500_000):
        count = sum(1 for _ in AppleHealth().extract(path))
    assert count == 15_000
    assert path.stat().st_size / 3 > 2_500_000
