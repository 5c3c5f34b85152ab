"""The types and units of Apple Health in LOINC and UCUM.

https://developer.apple.com/documentation/healthkit/data_types, https://loinc.org, https://ucum.org
"""

import re
from dataclasses import dataclass
from functools import cache

from graph.importers.trees.values import number

LOINC = "http://loinc.org"
HEALTHKIT = "https://developer.apple.com/documentation/healthkit"

_PREFIX = re.compile(
    r"HK(?:Quantity|Category|Correlation|Data|Characteristic)Type(?:Identifier)?|HKWorkoutActivityType"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

BODY = {
    "BodyMass": "body_weight",
    "Height": "body_height",
    "BodyFatPercentage": "body_fat_percentage",
    "BodyMassIndex": "body_mass_index",
    "LeanBodyMass": "lean_body_mass",
    "WaistCircumference": "waist_circumference",
    "BodyTemperature": "body_temperature",
}
"""What scales, tapes and thermometers say, by the kind of `body_measurements`."""

_CODES = {
    "ActiveEnergyBurned": "41981-2",
    "BasalEnergyBurned": "41982-0",
    "BloodAlcoholContent": "5640-8",
    "BloodGlucose": "2339-0",
    "BloodPressureDiastolic": "8462-4",
    "BloodPressureSystolic": "8480-6",
    "DistanceWalkingRunning": "41953-1",
    "HeartRate": "8867-4",
    "HeartRateVariabilitySDNN": "80404-7",
    "OxygenSaturation": "59408-5",
    "RespiratoryRate": "9279-1",
    "RestingHeartRate": "40443-4",
    "StepCount": "55423-8",
    "VO2Max": "60842-2",
}
_VITAL = frozenset(
    (
        "BloodPressureDiastolic",
        "BloodPressureSystolic",
        "HeartRate",
        "HeartRateRecoveryOneMinute",
        "HeartRateVariabilitySDNN",
        "OxygenSaturation",
        "RespiratoryRate",
        "RestingHeartRate",
        "WalkingHeartRateAverage",
        "BasalBodyTemperature",
        "AppleSleepingWristTemperature",
    )
)
_SAMPLED = frozenset(
    ("HeartRate", "OxygenSaturation", "RespiratoryRate", "EnvironmentalAudioExposure", "HeadphoneAudioExposure")
)
_LABORATORY = frozenset(("BloodGlucose", "BloodAlcoholContent"))
_ACTIVITY = re.compile(
    r"Distance|StepCount|EnergyBurned|Flights|AppleExercise|AppleStand|AppleMove|Walking|Running|Cycling|Swimming|Stair"
    r"|PushCount|PhysicalEffort|VO2Max|SixMinuteWalk"
)
_UNITS = {
    "": "{score}",
    "Cal": "kcal",
    "appleEffortScore": "{score}",
    "cmAq": "cm[H2O]",
    "count": "{count}",
    "count/min": "/min",
    "count/s": "/s",
    "dBASPL": "dB[SPL]",
    "dBHL": "dB",
    "degC": "Cel",
    "degF": "[degF]",
    "fl_oz_us": "[foz_us]",
    "ft": "[ft_i]",
    "hr": "h",
    "in": "[in_i]",
    "inHg": "[in_i'Hg]",
    "kcal/hr·kg": "kcal/h/kg",
    "km/hr": "km/h",
    "lb": "[lb_av]",
    "mL/min·kg": "mL/min/kg",
    "mcg": "ug",
    "mi": "[mi_i]",
    "mi/hr": "[mi_i]/h",
    "mmHg": "mm[Hg]",
    "mmol<180.1558800000541>/L": "mmol/L",
    "oz": "[oz_av]",
    "sec": "s",
    "st": "[stone_av]",
    "yd": "[yd_i]",
}
_METRES = {"m": 1.0, "km": 1000.0, "cm": 0.01, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048, "in": 0.0254}
_KILOCALORIES = {"kcal": 1.0, "Cal": 1.0, "kJ": 1 / 4.184, "cal": 0.001, "J": 1 / 4184}
_SECONDS = {"min": 60.0, "sec": 1.0, "s": 1.0, "hr": 3600.0, "ms": 0.001}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type of Apple's is called elsewhere. `short` is its name without the prefix; `sampled` says that a watch
    measures it all day long."""

    short: str
    system: str
    code: str
    display: str
    category: str | None
    sampled: bool


@cache
def kind_of(apple_type: str) -> Kind:
    """The coding of a type; one that LOINC has no word for keeps Apple's."""
    short = _PREFIX.sub("", apple_type, count=1)
    code = _CODES.get(short)
    category = "vital-signs" if short in _VITAL else "laboratory" if short in _LABORATORY else None
    if category is None and _ACTIVITY.search(short):
        category = "activity"
    sampled = short in _SAMPLED or (category == "activity" and apple_type.startswith("HKQuantityType"))
    return Kind(short, LOINC if code else HEALTHKIT, code or apple_type, words(apple_type), category, sampled)


def words(apple_type: str) -> str:
    """The name of a type as words: heart rate, traditional strength training."""
    found = _WORD.findall(_PREFIX.sub("", apple_type, count=1))
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in found) or apple_type


def quantity(value: str, unit: str) -> tuple[float | None, str]:
    """Number and unit in UCUM; Apple writes per cent as a fraction of one."""
    found = number(value)
    if found is not None and unit == "%":
        found = round(found * 100, 10)
    return found, _UNITS.get(unit, unit)


def metres(value: str | None, unit: str | None) -> float | None:
    """A length in metres, or nothing where there is none or its unit is unknown."""
    return _in(value, unit, _METRES)


def kilocalories(value: str | None, unit: str | None) -> float | None:
    """An energy in kilocalories."""
    return _in(value, unit, _KILOCALORIES)


def seconds(value: str | None, unit: str | None) -> float | None:
    """A time in seconds."""
    return _in(value, unit, _SECONDS)


def _in(value: str | None, unit: str | None, factors: dict[str, float]) -> float | None:
    found, factor = number(value), factors.get(unit or "")
    return None if found is None or factor is None or found < 0 else round(found * factor, 3)
