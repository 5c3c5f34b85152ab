-- Where and during what a photo was taken, as its position and its time say. The key of all these edges is the photo: a
-- photo that comes or moves looks for what is around it, and a place (a trip, a visit, an event) that does looks for
-- its photos by an index and leaves it to each of them what it is in.

-- Metres between two points of the earth taken for a sphere (haversine).
CREATE FUNCTION metres_between(
    lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision
) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN 12742017.6 * asin(least(1, sqrt(
        power(sind((lat2 - lat1) / 2), 2) + cosd(lat1) * cosd(lat2) * power(sind((lon2 - lon1) / 2), 2))));

-- The photos in the band of latitudes of a place. A place that reaches further than 50 km is a country and not where a
-- photo was taken; that bound is also what lets a photo find its places by the index on their latitude.
CREATE FUNCTION photos_around(who uuid, around double precision, radius_m integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT AS $$
    SELECT p.id FROM photos p
    WHERE radius_m <= 50000 AND p.user_id = who AND p.deleted_at IS NULL
        AND p.lat BETWEEN around - radius_m / 111000.0 AND around + radius_m / 111000.0
$$;

CREATE VIEW edges_taken_at AS
    SELECT ph.user_id, ph.id AS key, ph.id AS source_id, pl.id AS target_id
    FROM photos ph JOIN places pl ON pl.user_id = ph.user_id AND pl.lat BETWEEN ph.lat - 0.451 AND ph.lat + 0.451
    WHERE ph.deleted_at IS NULL AND pl.deleted_at IS NULL AND pl.radius_m <= 50000
        AND abs(pl.lat - ph.lat) * 111000 <= pl.radius_m
        AND metres_between(ph.lat, ph.lon, pl.lat, pl.lon) <= pl.radius_m;
SELECT derive_edges('edges_taken_at', 'TAKEN_AT', 'photos', 'id');
SELECT derive_edges('edges_taken_at', 'TAKEN_AT', 'places', 'photos_around(user_id, lat, radius_m)');

CREATE VIEW edges_taken_at_hand AS
    SELECT user_id, id AS key, id AS source_id, place_id AS target_id
    FROM photos WHERE deleted_at IS NULL AND place_id IS NOT NULL;
SELECT derive_edges('edges_taken_at_hand', 'TAKEN_AT', 'photos', 'id');

CREATE FUNCTION photos_taken(who uuid, since timestamptz, until timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT AS $$
    SELECT p.id FROM photos p
    WHERE p.user_id = who AND p.deleted_at IS NULL AND p.taken_at BETWEEN since AND until
$$;
REVOKE EXECUTE ON FUNCTION photos_around(uuid, double precision, integer), photos_taken(uuid, timestamptz, timestamptz)
    FROM PUBLIC;

-- A trip has days: those of the clock where the photo was taken.
CREATE VIEW edges_taken_on_trip AS
    SELECT ph.user_id, ph.id AS key, ph.id AS source_id, t.id AS target_id
    FROM photos ph JOIN trips t ON t.user_id = ph.user_id
        AND t.start_date <= (timezone('UTC', ph.taken_at) + coalesce(ph.tz_offset, '0'))::date
        AND coalesce(t.end_date, t.start_date) >= (timezone('UTC', ph.taken_at) + coalesce(ph.tz_offset, '0'))::date
    WHERE ph.deleted_at IS NULL AND t.deleted_at IS NULL AND t.status = 'planned';
SELECT derive_edges('edges_taken_on_trip', 'TAKEN_DURING', 'photos', 'id');
SELECT derive_edges('edges_taken_on_trip', 'TAKEN_DURING', 'trips', $$photos_taken(
    user_id, timezone('UTC', (start_date - 1)::timestamp), timezone('UTC', (coalesce(end_date, start_date) + 2)::timestamp))$$);

-- A visit of at most a month: who lives somewhere is not on a visit there.
CREATE VIEW edges_taken_on_visit AS
    SELECT ph.user_id, ph.id AS key, ph.id AS source_id, v.id AS target_id
    FROM photos ph JOIN visits v ON v.user_id = ph.user_id
        AND v.arrived_at BETWEEN ph.taken_at - interval '30 days' AND ph.taken_at AND v.departed_at >= ph.taken_at
    WHERE ph.deleted_at IS NULL AND v.deleted_at IS NULL;
SELECT derive_edges('edges_taken_on_visit', 'TAKEN_DURING', 'photos', 'id');
SELECT derive_edges('edges_taken_on_visit', 'TAKEN_DURING', 'visits',
    $$photos_taken(user_id, arrived_at, least(departed_at, arrived_at + interval '30 days'))$$);

-- An event at a time of day that takes place once and is over within a day: birthdays and holidays say nothing.
CREATE VIEW edges_taken_at_event AS
    SELECT ph.user_id, ph.id AS key, ph.id AS source_id, e.id AS target_id
    FROM photos ph JOIN events e ON e.user_id = ph.user_id
        AND e.starts_at BETWEEN ph.taken_at - interval '1 day' AND ph.taken_at AND e.ends_at >= ph.taken_at
    WHERE ph.deleted_at IS NULL AND e.deleted_at IS NULL AND e.dtstart IS NOT NULL AND NOT e.floating
        AND e.rrule IS NULL AND e.rdate = '{}' AND e.status IS DISTINCT FROM 'CANCELLED';
SELECT derive_edges('edges_taken_at_event', 'TAKEN_DURING', 'photos', 'id');
SELECT derive_edges('edges_taken_at_event', 'TAKEN_DURING', 'events',
    $$photos_taken(user_id, dtstart, least(ends_at, dtstart + interval '1 day'))$$);
