-- Where and during what a film was taken: as for photos (172_taken.sql), with the moment at which the recording began.

ALTER TABLE videos ADD CONSTRAINT videos_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION videos_around(who uuid, around double precision, radius_m integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT AS $$
    SELECT v.id FROM videos v
    WHERE radius_m <= 50000 AND v.user_id = who AND v.deleted_at IS NULL
        AND v.lat BETWEEN around - radius_m / 111000.0 AND around + radius_m / 111000.0
$$;
CREATE FUNCTION videos_taken(who uuid, since timestamptz, until timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT AS $$
    SELECT v.id FROM videos v
    WHERE v.user_id = who AND v.deleted_at IS NULL AND v.taken_at BETWEEN since AND until
$$;
REVOKE EXECUTE ON FUNCTION videos_around(uuid, double precision, integer), videos_taken(uuid, timestamptz, timestamptz)
    FROM PUBLIC;

CREATE VIEW edges_filmed_at AS
    SELECT f.user_id, f.id AS key, f.id AS source_id, pl.id AS target_id
    FROM videos f JOIN places pl ON pl.user_id = f.user_id AND pl.lat BETWEEN f.lat - 0.451 AND f.lat + 0.451
    WHERE f.deleted_at IS NULL AND pl.deleted_at IS NULL AND pl.radius_m <= 50000
        AND abs(pl.lat - f.lat) * 111000 <= pl.radius_m
        AND metres_between(f.lat, f.lon, pl.lat, pl.lon) <= pl.radius_m
    UNION ALL
    SELECT user_id, id, id, place_id FROM videos WHERE deleted_at IS NULL AND place_id IS NOT NULL;
SELECT derive_edges('edges_filmed_at', 'TAKEN_AT', 'videos', 'id');
SELECT derive_edges('edges_filmed_at', 'TAKEN_AT', 'places', 'videos_around(user_id, lat, radius_m)');

CREATE VIEW edges_filmed_during AS
    SELECT f.user_id, f.id AS key, f.id AS source_id, t.id AS target_id
    FROM videos f JOIN trips t ON t.user_id = f.user_id
        AND t.start_date <= (timezone('UTC', f.taken_at) + coalesce(f.tz_offset, '0'))::date
        AND coalesce(t.end_date, t.start_date) >= (timezone('UTC', f.taken_at) + coalesce(f.tz_offset, '0'))::date
    WHERE f.deleted_at IS NULL AND t.deleted_at IS NULL AND t.status = 'planned'
    UNION ALL
    SELECT f.user_id, f.id, f.id, v.id
    FROM videos f JOIN visits v ON v.user_id = f.user_id
        AND v.arrived_at BETWEEN f.taken_at - interval '30 days' AND f.taken_at AND v.departed_at >= f.taken_at
    WHERE f.deleted_at IS NULL AND v.deleted_at IS NULL
    UNION ALL
    SELECT f.user_id, f.id, f.id, e.id
    FROM videos f JOIN events e ON e.user_id = f.user_id
        AND e.starts_at BETWEEN f.taken_at - interval '1 day' AND f.taken_at AND e.ends_at >= f.taken_at
    WHERE f.deleted_at IS NULL AND e.deleted_at IS NULL AND e.dtstart IS NOT NULL AND NOT e.floating
        AND e.rrule IS NULL AND e.rdate = '{}' AND e.status IS DISTINCT FROM 'CANCELLED';
SELECT derive_edges('edges_filmed_during', 'TAKEN_DURING', 'videos', 'id');
SELECT derive_edges('edges_filmed_during', 'TAKEN_DURING', 'trips', $$videos_taken(
    user_id, timezone('UTC', (start_date - 1)::timestamp), timezone('UTC', (coalesce(end_date, start_date) + 2)::timestamp))$$);
SELECT derive_edges('edges_filmed_during', 'TAKEN_DURING', 'visits',
    $$videos_taken(user_id, arrived_at, least(departed_at, arrived_at + interval '30 days'))$$);
SELECT derive_edges('edges_filmed_during', 'TAKEN_DURING', 'events',
    $$videos_taken(user_id, dtstart, least(ends_at, dtstart + interval '1 day'))$$);
