-- Films: VideoObject of schema.org, the headers of MP4 and QuickTime. The bytes are files (110_files.sql). Where and
-- during what one was taken is said by rules in 173_filmed.sql.

CREATE TABLE videos (
    LIKE synced INCLUDING ALL,
    file_id uuid,
    title text,
    caption text,
    taken_at timestamptz,
    tz_offset interval,
    duration_s numeric,
    width integer,
    height integer,
    codec text,
    camera_make text,
    camera_model text,
    lat double precision,
    lon double precision,
    altitude_m real,
    place_id uuid,
    favorite boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    CONSTRAINT videos_duration_s_check CHECK (duration_s >= 0),
    CONSTRAINT videos_width_check CHECK (width > 0),
    CONSTRAINT videos_height_check CHECK (height > 0),
    CONSTRAINT videos_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT videos_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT videos_position_check CHECK ((lat IS NULL) = (lon IS NULL))
);
COMMENT ON TABLE videos IS 'A film that one took or keeps: VideoObject of schema.org. What is said in it is in its
transcripts, who is in it are links DEPICTS to contacts.
@flags HXCS @half_life 60 @label title,caption,taken_at @time taken_at @sensitivity normal';
COMMENT ON COLUMN videos.file_id IS 'The file with the film itself; empty where only its description is known';
COMMENT ON COLUMN videos.title IS 'Title @title';
COMMENT ON COLUMN videos.caption IS 'What is to be seen @text @markdown';
COMMENT ON COLUMN videos.taken_at IS 'When the recording began';
COMMENT ON COLUMN videos.tz_offset IS 'How far the clock there was ahead of UTC, PT2H in a summer of Vienna; empty
means unknown';
COMMENT ON COLUMN videos.duration_s IS 'Length in seconds';
COMMENT ON COLUMN videos.width IS 'Width in pixels as stored, before it is turned';
COMMENT ON COLUMN videos.height IS 'Height in pixels as stored, before it is turned';
COMMENT ON COLUMN videos.codec IS 'How the picture is packed: h264, hevc, av1, vp9 or what the file itself calls it';
COMMENT ON COLUMN videos.camera_make IS 'Maker of the camera';
COMMENT ON COLUMN videos.camera_model IS 'The camera or the telephone';
COMMENT ON COLUMN videos.lat IS 'Latitude of the camera, degrees north (ISO 6709)';
COMMENT ON COLUMN videos.lon IS 'Longitude of the camera, degrees east (ISO 6709)';
COMMENT ON COLUMN videos.altitude_m IS 'Metres above sea level';
COMMENT ON COLUMN videos.place_id IS 'The place where it was taken, where that was said by hand';
COMMENT ON COLUMN videos.favorite IS 'Marked with a heart';
COMMENT ON COLUMN videos.archived IS 'Put away: kept and found, but out of the usual lists';
CREATE UNIQUE INDEX videos_file_id_key ON videos (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX videos_taken_at_idx ON videos (user_id, taken_at, id) WHERE deleted_at IS NULL;
CREATE INDEX videos_favorite_idx ON videos (user_id, taken_at) WHERE deleted_at IS NULL AND favorite;
CREATE INDEX videos_position_idx ON videos (user_id, lat, lon) WHERE deleted_at IS NULL AND lat IS NOT NULL;
CREATE INDEX videos_place_id_idx ON videos (user_id, place_id) WHERE deleted_at IS NULL;
ALTER TABLE videos ADD CONSTRAINT videos_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE call_records ADD CONSTRAINT call_records_transcript_id_fkey
    FOREIGN KEY (user_id, transcript_id) REFERENCES transcripts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
