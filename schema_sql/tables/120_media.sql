-- Photos and sound: EXIF, IPTC and XMP words, ImageObject of schema.org, WebVTT. The bytes are files (110_files.sql).
-- Who is in a picture is said by links DEPICTS to contacts; where and when it was taken, by rules in 172_taken.sql.

CREATE TABLE photos (
    LIKE synced INCLUDING ALL,
    file_id uuid,
    title text,
    caption text,
    location text,
    keywords text[] NOT NULL DEFAULT '{}',
    creator text,
    taken_at timestamptz,
    tz_offset interval,
    width integer,
    height integer,
    orientation smallint,
    camera_make text,
    camera_model text,
    lens_model text,
    f_number numeric,
    exposure_time text,
    iso integer,
    focal_length numeric,
    flash boolean,
    lat double precision,
    lon double precision,
    altitude_m real,
    direction real,
    place_id uuid,
    ocr_text text,
    phash bigint,
    rating smallint,
    favorite boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    CONSTRAINT photos_width_check CHECK (width > 0),
    CONSTRAINT photos_height_check CHECK (height > 0),
    CONSTRAINT photos_orientation_check CHECK (orientation BETWEEN 1 AND 8),
    CONSTRAINT photos_f_number_check CHECK (f_number > 0),
    CONSTRAINT photos_iso_check CHECK (iso > 0),
    CONSTRAINT photos_focal_length_check CHECK (focal_length > 0),
    CONSTRAINT photos_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT photos_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT photos_position_check CHECK ((lat IS NULL) = (lon IS NULL)),
    CONSTRAINT photos_direction_check CHECK (direction >= 0 AND direction < 360),
    CONSTRAINT photos_rating_check CHECK (rating BETWEEN -1 AND 5)
);
COMMENT ON TABLE photos IS 'A photograph or another picture: what EXIF, IPTC and XMP say of it (ImageObject of
schema.org). Who is in it are links DEPICTS to contacts.
@flags EHXCS @half_life 60 @label title,caption,location,taken_at @time taken_at @sensitivity normal';
COMMENT ON COLUMN photos.file_id IS 'The file with the picture itself; empty where only its description is known';
COMMENT ON COLUMN photos.title IS 'Title (dc:title, Headline of IPTC) @title';
COMMENT ON COLUMN photos.caption IS 'What is to be seen (dc:description, ImageDescription, Caption of IPTC) @text
@markdown';
COMMENT ON COLUMN photos.location IS 'Where it was taken, as written into the picture (Sublocation, City, Country
of IPTC) @text';
COMMENT ON COLUMN photos.keywords IS 'Keywords of the picture as plain labels (dc:subject) @text';
COMMENT ON COLUMN photos.creator IS 'Who took it (dc:creator, Artist of EXIF) @text';
COMMENT ON COLUMN photos.taken_at IS 'When it was taken (DateTimeOriginal); of a camera that knows no zone its clock
is taken for UTC';
COMMENT ON COLUMN photos.tz_offset IS 'How far the clock there was ahead of UTC (OffsetTimeOriginal), PT2H in a summer
of Vienna; empty means unknown';
COMMENT ON COLUMN photos.width IS 'Width in pixels as stored, before it is turned';
COMMENT ON COLUMN photos.height IS 'Height in pixels as stored, before it is turned';
COMMENT ON COLUMN photos.orientation IS 'How to turn it, 1 to 8 (Orientation of EXIF): 1 is upright, 6 a quarter
clockwise';
COMMENT ON COLUMN photos.camera_make IS 'Maker of the camera (Make)';
COMMENT ON COLUMN photos.camera_model IS 'The camera (Model)';
COMMENT ON COLUMN photos.lens_model IS 'The lens (LensModel)';
COMMENT ON COLUMN photos.f_number IS 'Aperture (FNumber): 2.8 for f/2.8';
COMMENT ON COLUMN photos.exposure_time IS 'Exposure time in seconds as a fraction (ExposureTime): 1/250';
COMMENT ON COLUMN photos.iso IS 'Sensitivity (PhotographicSensitivity)';
COMMENT ON COLUMN photos.focal_length IS 'Focal length in millimetres (FocalLength)';
COMMENT ON COLUMN photos.flash IS 'Whether the flash fired';
COMMENT ON COLUMN photos.lat IS 'Latitude of the camera, degrees north (GPSLatitude)';
COMMENT ON COLUMN photos.lon IS 'Longitude of the camera, degrees east (GPSLongitude)';
COMMENT ON COLUMN photos.altitude_m IS 'Metres above sea level (GPSAltitude)';
COMMENT ON COLUMN photos.direction IS 'Where the camera looked, degrees clockwise from north (GPSImgDirection)';
COMMENT ON COLUMN photos.place_id IS 'The place where it was taken, where that was said by hand';
COMMENT ON COLUMN photos.ocr_text IS 'The writing in the picture, where it was read @text';
COMMENT ON COLUMN photos.phash IS 'Perceptual hash of 64 bits: pictures that look alike differ in few of them';
COMMENT ON COLUMN photos.rating IS 'Stars, 1 to 5 (xmp:Rating); 0 is none, -1 rejected';
COMMENT ON COLUMN photos.favorite IS 'Marked with a heart';
COMMENT ON COLUMN photos.archived IS 'Put away: kept and found, but out of the usual lists';
CREATE UNIQUE INDEX photos_file_id_key ON photos (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX photos_taken_at_idx ON photos (user_id, taken_at, id) WHERE deleted_at IS NULL;
CREATE INDEX photos_favorite_idx ON photos (user_id, taken_at) WHERE deleted_at IS NULL AND favorite;
CREATE INDEX photos_position_idx ON photos (user_id, lat, lon) WHERE deleted_at IS NULL AND lat IS NOT NULL;
CREATE INDEX photos_place_id_idx ON photos (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX photos_phash_idx ON photos (user_id, phash) WHERE deleted_at IS NULL AND phash IS NOT NULL;
ALTER TABLE photos ADD CONSTRAINT photos_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE albums (
    LIKE synced INCLUDING ALL,
    title text NOT NULL,
    description text,
    cover_photo_id uuid,
    is_shared boolean NOT NULL DEFAULT false,
    smart_filter jsonb
);
COMMENT ON TABLE albums IS 'An album of photos, or a smart one that holds whatever its filter finds.
@flags HCS @half_life 60 @label title @sensitivity normal';
COMMENT ON COLUMN albums.title IS 'Name of the album @title @name';
COMMENT ON COLUMN albums.description IS 'What it shows @text @markdown';
COMMENT ON COLUMN albums.cover_photo_id IS 'The photo to show for it';
COMMENT ON COLUMN albums.is_shared IS 'Whether others can see it where it comes from';
COMMENT ON COLUMN albums.smart_filter IS 'Conditions of a smart album, in the words of the photos'' filter; empty where
photos are put in by hand';
CREATE INDEX albums_cover_photo_id_idx ON albums (user_id, cover_photo_id) WHERE deleted_at IS NULL;
ALTER TABLE albums ADD CONSTRAINT albums_cover_photo_id_fkey
    FOREIGN KEY (user_id, cover_photo_id) REFERENCES photos (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE album_items (
    LIKE synced_part INCLUDING ALL,
    album_id uuid NOT NULL,
    photo_id uuid NOT NULL,
    sort_order double precision NOT NULL DEFAULT 0
);
COMMENT ON TABLE album_items IS 'That a photo is in an album, and where in it.
@flags CS @sensitivity normal';
COMMENT ON COLUMN album_items.album_id IS 'The album';
COMMENT ON COLUMN album_items.photo_id IS 'The photo';
COMMENT ON COLUMN album_items.sort_order IS 'Place in the album, smaller first';
CREATE UNIQUE INDEX album_items_album_id_photo_id_key
    ON album_items (user_id, album_id, photo_id) WHERE deleted_at IS NULL;
CREATE INDEX album_items_album_id_idx ON album_items (user_id, album_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX album_items_photo_id_idx ON album_items (user_id, photo_id) WHERE deleted_at IS NULL;
ALTER TABLE album_items ADD CONSTRAINT album_items_album_id_fkey
    FOREIGN KEY (user_id, album_id) REFERENCES albums (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE album_items ADD CONSTRAINT album_items_photo_id_fkey
    FOREIGN KEY (user_id, photo_id) REFERENCES photos (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE audio_recordings (
    LIKE described INCLUDING ALL,
    file_id uuid,
    title text NOT NULL DEFAULT '',
    description text,
    kind text NOT NULL DEFAULT 'memo',
    recorded_at timestamptz,
    duration_s numeric,
    event_id uuid,
    CONSTRAINT audio_recordings_kind_check CHECK (kind IN ('memo', 'meeting', 'call', 'interview', 'music', 'other')),
    CONSTRAINT audio_recordings_duration_s_check CHECK (duration_s >= 0)
);
COMMENT ON TABLE audio_recordings IS 'Something recorded: a voice memo, a meeting, a call (AudioObject of schema.org).
What was said is in its transcripts.
@flags HXC @half_life 45 @label title,description,kind @time recorded_at @sensitivity high';
COMMENT ON COLUMN audio_recordings.file_id IS 'The file with the sound itself';
COMMENT ON COLUMN audio_recordings.title IS 'What to call it @title';
COMMENT ON COLUMN audio_recordings.description IS 'What it is about @text @markdown';
COMMENT ON COLUMN audio_recordings.kind IS 'What sort of recording: memo, meeting, call, interview, music or other';
COMMENT ON COLUMN audio_recordings.recorded_at IS 'When the recording began';
COMMENT ON COLUMN audio_recordings.duration_s IS 'Length in seconds';
COMMENT ON COLUMN audio_recordings.event_id IS 'The meeting or other event that it is of';
CREATE INDEX audio_recordings_file_id_idx ON audio_recordings (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX audio_recordings_event_id_idx ON audio_recordings (user_id, event_id) WHERE deleted_at IS NULL;
CREATE INDEX audio_recordings_recorded_at_idx
    ON audio_recordings (user_id, recorded_at, id) WHERE deleted_at IS NULL;
ALTER TABLE audio_recordings ADD CONSTRAINT audio_recordings_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE audio_recordings ADD CONSTRAINT audio_recordings_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE transcripts (
    LIKE described INCLUDING ALL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    title text,
    language text,
    text text NOT NULL DEFAULT '',
    segments jsonb NOT NULL DEFAULT '[]',
    model text
);
COMMENT ON TABLE transcripts IS 'What is said in a recording, a video or an event, in writing; with times it is a
WebVTT file. One thing may have several, as in two languages.
@flags EHXC @half_life 45 @label title,text @sensitivity high';
COMMENT ON COLUMN transcripts.subject_type IS 'Type of the record that it writes down';
COMMENT ON COLUMN transcripts.subject_id IS 'The record that it writes down: an audio recording, a video, an event';
COMMENT ON COLUMN transcripts.title IS 'A title, where it has one of its own @title';
COMMENT ON COLUMN transcripts.language IS 'Language of the text, a BCP 47 tag such as en or de-AT';
COMMENT ON COLUMN transcripts.text IS 'The whole text @text';
COMMENT ON COLUMN transcripts.segments IS 'The text in pieces, each {"start": seconds, "end": seconds, "speaker":
name, "text": words} (a cue of WebVTT)';
COMMENT ON COLUMN transcripts.model IS 'What wrote it down: a model with its version, or a person';
CREATE INDEX transcripts_subject_id_idx ON transcripts (user_id, subject_id) WHERE deleted_at IS NULL;
ALTER TABLE transcripts ADD CONSTRAINT transcripts_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_in_album AS
    SELECT user_id, id AS key, photo_id AS source_id, album_id AS target_id FROM album_items WHERE deleted_at IS NULL;
SELECT derive_edges('edges_in_album', 'PART_OF', 'album_items', 'id');
