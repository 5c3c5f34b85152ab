-- Places: Place of schema.org, GeoJSON (RFC 7946). A place is a record, so anything can link to it.

CREATE TABLE places (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    aliases text[] NOT NULL DEFAULT '{}',
    description text,
    place_type text,
    lat double precision,
    lon double precision,
    radius_m integer,
    street text,
    postal_code text,
    locality text,
    region text,
    country_code char(2),
    tz text,
    url text,
    tel text,
    osm_id text,
    parent_id uuid,
    CONSTRAINT places_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT places_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT places_position_check CHECK ((lat IS NULL) = (lon IS NULL)),
    CONSTRAINT places_radius_m_check CHECK (radius_m > 0),
    CONSTRAINT places_country_code_check CHECK (country_code ~ '^[A-Z]{2}$'),
    CONSTRAINT places_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE places IS 'Somewhere: a café, a flat, a town, a mountain. Place of schema.org, with WGS 84 degrees
as in GeoJSON (RFC 7946).
@flags EHXC @half_life 90 @label name,locality @sensitivity low';
COMMENT ON COLUMN places.name IS 'Name of the place @title @name';
COMMENT ON COLUMN places.aliases IS 'Other names, in other languages too @name';
COMMENT ON COLUMN places.description IS 'What is there, and what it means to one @text @markdown';
COMMENT ON COLUMN places.place_type IS 'What kind of place: home, cafe, city, station, museum (the type of
schema.org or OpenStreetMap)';
COMMENT ON COLUMN places.lat IS 'Latitude, degrees north';
COMMENT ON COLUMN places.lon IS 'Longitude, degrees east';
COMMENT ON COLUMN places.radius_m IS 'How far around the point it reaches, in metres';
COMMENT ON COLUMN places.street IS 'Street and number @text';
COMMENT ON COLUMN places.postal_code IS 'Postal code';
COMMENT ON COLUMN places.locality IS 'City or village @text';
COMMENT ON COLUMN places.region IS 'State or province @text';
COMMENT ON COLUMN places.country_code IS 'ISO 3166 code of the country in capitals';
COMMENT ON COLUMN places.tz IS 'IANA time zone';
COMMENT ON COLUMN places.url IS 'A page about it';
COMMENT ON COLUMN places.tel IS 'Telephone number';
COMMENT ON COLUMN places.osm_id IS 'OpenStreetMap object, e.g. node/240109189';
COMMENT ON COLUMN places.parent_id IS 'The wider place that it is in: the town of the café (containedInPlace)';
CREATE INDEX places_parent_id_idx ON places (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX places_position_idx ON places (user_id, lat, lon) WHERE deleted_at IS NULL;
ALTER TABLE places ADD CONSTRAINT places_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE contact_addresses ADD CONSTRAINT contact_addresses_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE diary_entries ADD CONSTRAINT diary_entries_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE events ADD CONSTRAINT events_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE interactions ADD CONSTRAINT interactions_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE organizations ADD CONSTRAINT organizations_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_encounters ADD CONSTRAINT health_encounters_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meals ADD CONSTRAINT meals_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workouts ADD CONSTRAINT workouts_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
