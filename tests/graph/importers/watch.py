"""What a watch has measured, as Apple Health exports it."""

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record)*)>
<!ATTLIST HeartRate <!ATTLIST broken as in iOS 16
]>
<HealthData locale="de_AT">
 <ExportDate value="2026-03-02 10:00:00 +0100"/>
"""
WATCH = "&lt;&lt;HKDevice: 0x2834e8d70&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:8.3&gt;"


def record(kind: str, value: str, unit: str = "", inner: str = "", source: str = "Watch", **more: str) -> str:
    said = {"startDate": "2026-03-01 08:00:00 +0100", "endDate": "2026-03-01 08:00:00 +0100", **more}
    rest = "".join(f' {name}="{text}"' for name, text in said.items())
    units = f' unit="{unit}"' if unit else ""
    return f' <Record type="HK{kind}" sourceName="{source}"{units} value="{value}"{rest}>{inner}</Record>\n'


def stage(value: str, start: str, end: str, source: str = "Watch", inner: str = "") -> str:
    kind = "CategoryTypeIdentifierSleepAnalysis"
    times = {"startDate": f"2026-03-01 {start}:00 +0100", "endDate": f"2026-03-01 {end}:00 +0100"}
    return record(kind, f"HKCategoryValueSleepAnalysis{value}", inner=inner, source=source, **times)


MOTION = '<MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>'
SYSTOLIC = record("QuantityTypeIdentifierBloodPressureSystolic", "121", "mmHg", source="Cuff")
DIASTOLIC = record("QuantityTypeIdentifierBloodPressureDiastolic", "79", "mmHg", source="Cuff")
LONE = record("QuantityTypeIdentifierBloodPressureSystolic", "140", "mmHg", source="Other cuff")
CORRELATION = (
    ' <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" '
    'startDate="2026-03-01 08:00:00 +0100" endDate="2026-03-01 08:00:00 +0100">'
    f"{SYSTOLIC}{DIASTOLIC}</Correlation>\n"
)
FOOD = (
    ' <Correlation type="HKCorrelationTypeIdentifierFood" sourceName="Diary" '
    'startDate="2026-03-01 12:00:00 +0100" endDate="2026-03-01 12:00:00 +0100">'
    '<MetadataEntry key="HKFoodType" value="Soup"/>'
    + record("QuantityTypeIdentifierDietaryEnergyConsumed", "300", "Cal")
    + record("QuantityTypeIdentifierDietaryProtein", "12000", "mg")
    + "</Correlation>\n"
)
WORKOUT = """\
 <Workout workoutActivityType="HKWorkoutActivityTypeTraditionalStrengthTraining" duration="30.5" durationUnit="min"
  sourceName="Watch" sourceVersion="9.1" startDate="2026-03-01 18:00:00 +0100" endDate="2026-03-01 18:31:00 +0100">
  <MetadataEntry key="HKElevationAscended" value="5030 cm"/>
  <WorkoutEvent type="HKWorkoutEventTypePause" date="2026-03-01 18:10:00 +0100"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="1255.2" unit="kJ"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5.2" unit="km"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="141.4" minimum="98" maximum="171" unit="count/min"/>
  <WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>
 </Workout>
"""
OLD_WORKOUT = """\
 <Workout workoutActivityType="HKWorkoutActivityTypeCycling" duration="1" durationUnit="hr" totalDistance="10"
  totalDistanceUnit="mi" totalEnergyBurned="300" totalEnergyBurnedUnit="Cal" sourceName="Phone"
  startDate="2016-03-01 18:00:00 +0100" endDate="2016-03-01 19:00:00 +0100">
  <WorkoutRoute><Location date="2016-03-01 18:00:00 +0100" latitude="1" longitude="2"/></WorkoutRoute></Workout>
"""
REST = """\
 <ActivitySummary dateComponents="2026-03-01" activeEnergyBurned="512" activeEnergyBurnedGoal="500"
  activeEnergyBurnedUnit="kcal" appleExerciseTime="31" appleExerciseTimeGoal="30" appleStandHours="9"/>
 <ClinicalRecord type="Condition" identifier="1" resourceFilePath="/clinical-records/Condition-1.json"/>
 <Audiogram type="HKDataTypeIdentifierAudiogram" sourceName="Ear" startDate="2026-03-01 09:00:00 +0100"
  endDate="2026-03-01 09:00:00 +0100"><SensitivityPoint frequencyValue="1000" leftEarValue="10"/></Audiogram>
 <Strange/>
"""
WRITTEN = {"device": WATCH, "sourceVersion": "8.3", "creationDate": "2026-03-01 08:00:05 +0100"}
HEART = record("QuantityTypeIdentifierHeartRate", "61", "count/min", MOTION, **WRITTEN)
EXPORT = (
    HEAD
    + ' <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-02-03" '
    + 'HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet"/>\n'
    + HEART
    + record("QuantityTypeIdentifierStepCount", "12", "count", endDate="2026-03-01 08:10:00 +0100")
    + record("QuantityTypeIdentifierStepCount", "14", "count", source="Phone", endDate="2026-03-01 08:10:00 +0100")
    + record("QuantityTypeIdentifierOxygenSaturation", "0.97", "%")
    + record("QuantityTypeIdentifierRestingHeartRate", "52", "count/min")
    + record("QuantityTypeIdentifierBodyFatPercentage", "0.231", "%", source="Scales")
    + record("QuantityTypeIdentifierBodyMass", "154.5", "lb", source="Scales")
    + record("CategoryTypeIdentifierAppleStandHour", "HKCategoryValueAppleStandHourStood")
    + SYSTOLIC
    + DIASTOLIC
    + LONE
    + stage("InBed", "00:00", "07:00")
    + stage("AsleepCore", "00:20", "02:00")
    + stage("AsleepDeep", "02:00", "03:00")
    + stage("Awake", "03:00", "03:10")
    + stage("AsleepREM", "03:10", "06:50")
    + stage("AsleepUnspecified", "13:00", "13:30")
    + stage("InBed", "00:05", "06:00", "Phone")
    + record("QuantityTypeIdentifierHeartRate", "61", startDate="never")
    + CORRELATION
    + FOOD
    + WORKOUT
    + OLD_WORKOUT
    + REST
    + "</HealthData>\n"
)
ROUTE = """\
<gpx creator="Apple Health Export"><trk><name>Route</name><trkseg><trkpt lon="11" lat="48"><ele>5</ele>
<time>2026-03-01T17:00:00Z</time><extensions><speed>2.5</speed><course>90</course><hAcc>3</hAcc><vAcc>2</vAcc>
</extensions></trkpt></trkseg></trk></gpx>
"""
