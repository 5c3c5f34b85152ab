-- Where one was and where one travels: GPX 1.1 (trk, trkpt), GeoJSON (RFC 7946), Trip and Reservation of schema.org.

CREATE TABLE gps_tracks (
    LIKE synced INCLUDING ALL,
    name text NOT NULL DEFAULT '',
    description text,
    activity text,
    start_at timestamptz,
    end_at timestamptz,
    distance_m numeric,
    ascent_m numeric,
    descent_m numeric,
    polyline text,
    min_lat double precision,
    min_lon double precision,
    max_lat double precision,
    max_lon double precision,
    file_id uuid,
    CONSTRAINT gps_tracks_period_check CHECK (end_at >= start_at),
    CONSTRAINT gps_tracks_distance_m_check CHECK (distance_m >= 0),
    CONSTRAINT gps_tracks_ascent_m_check CHECK (ascent_m >= 0),
    CONSTRAINT gps_tracks_descent_m_check CHECK (descent_m >= 0),
    CONSTRAINT gps_tracks_min_lat_check CHECK (min_lat BETWEEN -90 AND 90),
    CONSTRAINT gps_tracks_max_lat_check CHECK (max_lat BETWEEN -90 AND 90),
    CONSTRAINT gps_tracks_min_lon_check CHECK (min_lon BETWEEN -180 AND 180),
    CONSTRAINT gps_tracks_max_lon_check CHECK (max_lon BETWEEN -180 AND 180),
    CONSTRAINT gps_tracks_bounds_check CHECK (num_nulls(min_lat, min_lon, max_lat, max_lon) IN (0, 4)),
    CONSTRAINT gps_tracks_height_check CHECK (max_lat >= min_lat)
);
COMMENT ON TABLE gps_tracks IS 'A way that was recorded: a walk, a ride, a sail (trk of GPX). Its points are location
points.
@flags HCS @half_life 45 @label name,activity,start_at @time start_at @sensitivity high';
COMMENT ON COLUMN gps_tracks.name IS 'Name of the track @title';
COMMENT ON COLUMN gps_tracks.description IS 'What it was like (desc, cmt) @text @markdown';
COMMENT ON COLUMN gps_tracks.activity IS 'How one moved: walking, cycling, sailing, driving (type)';
COMMENT ON COLUMN gps_tracks.start_at IS 'Time of the first point';
COMMENT ON COLUMN gps_tracks.end_at IS 'Time of the last point';
COMMENT ON COLUMN gps_tracks.distance_m IS 'Length in metres';
COMMENT ON COLUMN gps_tracks.ascent_m IS 'How many metres up in all';
COMMENT ON COLUMN gps_tracks.descent_m IS 'How many metres down in all';
COMMENT ON COLUMN gps_tracks.polyline IS 'The line to draw, simplified, as an encoded polyline of 5 decimals';
COMMENT ON COLUMN gps_tracks.min_lat IS 'South edge of the box around it, degrees north (bounds of GPX)';
COMMENT ON COLUMN gps_tracks.min_lon IS 'West edge of the box, degrees east; more than the east edge where the box
crosses the 180th meridian';
COMMENT ON COLUMN gps_tracks.max_lat IS 'North edge of the box, degrees north';
COMMENT ON COLUMN gps_tracks.max_lon IS 'East edge of the box, degrees east';
COMMENT ON COLUMN gps_tracks.file_id IS 'The file it was recorded in: GPX, FIT, TCX';
CREATE INDEX gps_tracks_start_at_idx ON gps_tracks (user_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX gps_tracks_file_id_idx ON gps_tracks (user_id, file_id) WHERE deleted_at IS NULL;
ALTER TABLE gps_tracks ADD CONSTRAINT gps_tracks_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE location_points (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    recorded_at timestamptz NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    ele_m real,
    accuracy_m real,
    speed_mps real,
    course_deg real,
    device text NOT NULL DEFAULT '',
    gps_track_id uuid,
    segment smallint,
    source text NOT NULL DEFAULT 'local',
    CONSTRAINT location_points_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT location_points_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT location_points_accuracy_m_check CHECK (accuracy_m >= 0),
    CONSTRAINT location_points_device_check CHECK (octet_length(device) <= 200),
    PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE location_points IS 'Where a device was at a moment: trkpt of GPX, a fix of a phone.
@class ledger @flags T @time recorded_at @sensitivity high';
COMMENT ON COLUMN location_points.recorded_at IS 'The moment (time)';
COMMENT ON COLUMN location_points.lat IS 'Latitude, degrees north (WGS 84)';
COMMENT ON COLUMN location_points.lon IS 'Longitude, degrees east (WGS 84)';
COMMENT ON COLUMN location_points.ele_m IS 'Metres above sea level (ele)';
COMMENT ON COLUMN location_points.accuracy_m IS 'How far off it may be, in metres';
COMMENT ON COLUMN location_points.speed_mps IS 'Metres per second';
COMMENT ON COLUMN location_points.course_deg IS 'Where it was heading, degrees clockwise from north (course)';
COMMENT ON COLUMN location_points.device IS 'Which device; empty where only one is known of';
COMMENT ON COLUMN location_points.gps_track_id IS 'The track that it is a point of';
COMMENT ON COLUMN location_points.segment IS 'Which segment of the track (trkseg), from 0: between two the recording
stopped';
COMMENT ON COLUMN location_points.source IS 'Where the row came from: local, or the name of an import or a connector';
CREATE UNIQUE INDEX location_points_key ON location_points (user_id, recorded_at, device);
CREATE INDEX location_points_gps_track_id_idx
    ON location_points (user_id, gps_track_id, recorded_at) WHERE gps_track_id IS NOT NULL;
CREATE INDEX location_points_recorded_at_idx ON location_points USING brin (recorded_at);
ALTER TABLE location_points ADD CONSTRAINT location_points_gps_track_id_fkey
    FOREIGN KEY (user_id, gps_track_id) REFERENCES gps_tracks (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE visits (
    LIKE synced INCLUDING ALL,
    place_id uuid NOT NULL,
    arrived_at timestamptz NOT NULL,
    departed_at timestamptz,
    confidence real,
    note text,
    CONSTRAINT visits_period_check CHECK (departed_at >= arrived_at),
    CONSTRAINT visits_confidence_check CHECK (confidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE visits IS 'That one was at a place, from then to then.
@flags HCS @half_life 30 @label note,arrived_at @time arrived_at @sensitivity high';
COMMENT ON COLUMN visits.place_id IS 'Where one was';
COMMENT ON COLUMN visits.arrived_at IS 'When one came';
COMMENT ON COLUMN visits.departed_at IS 'When one left; empty while one is there, or where it is not known';
COMMENT ON COLUMN visits.confidence IS 'How sure it is that it was this place, 0 to 1; empty where one said so oneself';
COMMENT ON COLUMN visits.note IS 'Anything worth remembering of it @text @markdown';
CREATE INDEX visits_place_id_idx ON visits (user_id, place_id, arrived_at) WHERE deleted_at IS NULL;
CREATE INDEX visits_arrived_at_idx ON visits (user_id, arrived_at, id) WHERE deleted_at IS NULL;
ALTER TABLE visits ADD CONSTRAINT visits_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE trips (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    start_date date,
    end_date date,
    purpose text,
    status text NOT NULL DEFAULT 'planned',
    budget numeric,
    currency char(3),
    CONSTRAINT trips_period_check CHECK (end_date >= start_date),
    CONSTRAINT trips_status_check CHECK (status IN ('idea', 'planned', 'cancelled')),
    CONSTRAINT trips_budget_check CHECK (budget >= 0),
    CONSTRAINT trips_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT trips_budget_currency_check CHECK (budget IS NULL OR currency IS NOT NULL)
);
COMMENT ON TABLE trips IS 'A journey, with all that belongs to it: reservations, photos, events (Trip of schema.org).
@flags EHXC @half_life 60 @label name @time start_date @sensitivity low';
COMMENT ON COLUMN trips.name IS 'What to call it @title @name';
COMMENT ON COLUMN trips.description IS 'What it is, or was, like @text @markdown';
COMMENT ON COLUMN trips.start_date IS 'The first day';
COMMENT ON COLUMN trips.end_date IS 'The last day';
COMMENT ON COLUMN trips.purpose IS 'What it is for: holiday, work, family @text';
COMMENT ON COLUMN trips.status IS 'How far it has come: idea, planned or cancelled; whether it is over is said by
its days';
COMMENT ON COLUMN trips.budget IS 'What it may cost in all, in the currency';
COMMENT ON COLUMN trips.currency IS 'ISO 4217 code of the currency';
CREATE INDEX trips_start_date_idx ON trips (user_id, start_date, id) WHERE deleted_at IS NULL;

CREATE TABLE reservations (
    LIKE synced INCLUDING ALL,
    trip_id uuid,
    kind text NOT NULL DEFAULT 'other',
    title text NOT NULL DEFAULT '',
    description text,
    reservation_number text,
    status text NOT NULL DEFAULT 'confirmed',
    provider text,
    under_name text,
    seat text,
    start_at timestamptz,
    end_at timestamptz,
    tzid text,
    end_tzid text,
    from_place_id uuid,
    to_place_id uuid,
    total numeric,
    currency char(3),
    url text,
    event_id uuid,
    email_id uuid,
    CONSTRAINT reservations_kind_check CHECK (
        kind IN ('flight', 'lodging', 'train', 'bus', 'boat', 'taxi', 'rental_car', 'food', 'event', 'other')
    ),
    CONSTRAINT reservations_status_check CHECK (status IN ('pending', 'hold', 'confirmed', 'cancelled')),
    CONSTRAINT reservations_period_check CHECK (end_at >= start_at),
    CONSTRAINT reservations_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT reservations_total_currency_check CHECK (total IS NULL OR currency IS NOT NULL)
);
COMMENT ON TABLE reservations IS 'Something booked: a flight, a room, a table, seats at the opera (Reservation of
schema.org).
@flags EHXCS @half_life 21 @label title,provider,kind @time start_at @sensitivity normal';
COMMENT ON COLUMN reservations.trip_id IS 'The trip that it is a part of';
COMMENT ON COLUMN reservations.kind IS 'What sort of thing: flight, lodging, train, bus, boat, taxi, rental_car,
food, event or other';
COMMENT ON COLUMN reservations.title IS 'What is booked (reservationFor): TP 1273 Vienna to Lisbon @title';
COMMENT ON COLUMN reservations.description IS 'Anything worth knowing: terms, breakfast, luggage @text @markdown';
COMMENT ON COLUMN reservations.reservation_number IS 'The number or code to show (reservationId) @text';
COMMENT ON COLUMN reservations.status IS 'How certain it is: pending, hold, confirmed or cancelled (reservationStatus)';
COMMENT ON COLUMN reservations.provider IS 'Who sold it or runs it: the airline, the hotel (provider) @text';
COMMENT ON COLUMN reservations.under_name IS 'For whom it is booked (underName) @text';
COMMENT ON COLUMN reservations.seat IS 'Seat, room or table: 14A';
COMMENT ON COLUMN reservations.start_at IS 'Departure, check-in, beginning';
COMMENT ON COLUMN reservations.end_at IS 'Arrival, check-out, end';
COMMENT ON COLUMN reservations.tzid IS 'IANA time zone of the start, whose clock the ticket shows';
COMMENT ON COLUMN reservations.end_tzid IS 'IANA time zone of the end where it differs, as on a flight';
COMMENT ON COLUMN reservations.from_place_id IS 'Where one leaves from; for what does not move, where it is';
COMMENT ON COLUMN reservations.to_place_id IS 'Where one arrives';
COMMENT ON COLUMN reservations.total IS 'What it costs in all, in the currency (totalPrice)';
COMMENT ON COLUMN reservations.currency IS 'ISO 4217 code of the currency (priceCurrency)';
COMMENT ON COLUMN reservations.url IS 'Where it is looked at or changed';
COMMENT ON COLUMN reservations.event_id IS 'The event in the calendar that stands for it';
COMMENT ON COLUMN reservations.email_id IS 'The mail that confirmed it';
CREATE INDEX reservations_trip_id_idx ON reservations (user_id, trip_id, start_at) WHERE deleted_at IS NULL;
CREATE INDEX reservations_start_at_idx ON reservations (user_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX reservations_reservation_number_idx
    ON reservations (user_id, reservation_number) WHERE deleted_at IS NULL;
CREATE INDEX reservations_from_place_id_idx ON reservations (user_id, from_place_id) WHERE deleted_at IS NULL;
CREATE INDEX reservations_to_place_id_idx ON reservations (user_id, to_place_id) WHERE deleted_at IS NULL;
CREATE INDEX reservations_event_id_idx ON reservations (user_id, event_id) WHERE deleted_at IS NULL;
CREATE INDEX reservations_email_id_idx ON reservations (user_id, email_id) WHERE deleted_at IS NULL;
ALTER TABLE reservations ADD CONSTRAINT reservations_trip_id_fkey
    FOREIGN KEY (user_id, trip_id) REFERENCES trips (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reservations ADD CONSTRAINT reservations_from_place_id_fkey
    FOREIGN KEY (user_id, from_place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reservations ADD CONSTRAINT reservations_to_place_id_fkey
    FOREIGN KEY (user_id, to_place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reservations ADD CONSTRAINT reservations_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reservations ADD CONSTRAINT reservations_email_id_fkey
    FOREIGN KEY (user_id, email_id) REFERENCES emails (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE photos ADD CONSTRAINT photos_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE workouts ADD CONSTRAINT workouts_gps_track_id_fkey
    FOREIGN KEY (user_id, gps_track_id) REFERENCES gps_tracks (user_id, id) DEFERRABLE INITIALLY DEFERRED;
