-- Watching and listening: Movie and MusicRecording of schema.org, MusicBrainz and ListenBrainz, Trakt. At the end what
-- follows from the addresses of pages.

CREATE TABLE movies (
    LIKE described INCLUDING ALL,
    title text NOT NULL,
    original_title text,
    release_date date,
    directors text[] NOT NULL DEFAULT '{}',
    genres text[] NOT NULL DEFAULT '{}',
    language text,
    runtime_min integer,
    overview text,
    imdb_id text,
    tmdb_id integer,
    url text,
    image_url text,
    status text NOT NULL DEFAULT 'want',
    rating smallint,
    review text,
    CONSTRAINT movies_title_check CHECK (title <> ''),
    CONSTRAINT movies_runtime_min_check CHECK (runtime_min > 0),
    CONSTRAINT movies_imdb_id_check CHECK (octet_length(imdb_id) BETWEEN 1 AND 64),
    CONSTRAINT movies_status_check CHECK (status IN ('want', 'watching', 'watched', 'abandoned')),
    CONSTRAINT movies_rating_check CHECK (rating BETWEEN 1 AND 10)
);
COMMENT ON TABLE movies IS 'A film that one has seen or means to see (Movie of schema.org). When it was watched is in
the watch history.
@flags EHC @half_life 60 @label title @sensitivity low';
COMMENT ON COLUMN movies.title IS 'Its title @title @name';
COMMENT ON COLUMN movies.original_title IS 'Its title in the language it was made in @name @text';
COMMENT ON COLUMN movies.release_date IS 'When it was first shown; the first day of the year where no more is known';
COMMENT ON COLUMN movies.directors IS 'Who directed it @text';
COMMENT ON COLUMN movies.genres IS 'Genres as plain labels @text';
COMMENT ON COLUMN movies.language IS 'Language it was made in, a BCP 47 tag';
COMMENT ON COLUMN movies.runtime_min IS 'Length in minutes';
COMMENT ON COLUMN movies.overview IS 'What it is about @text @markdown';
COMMENT ON COLUMN movies.imdb_id IS 'What IMDb knows it by: tt0083658';
COMMENT ON COLUMN movies.tmdb_id IS 'What The Movie Database knows it by';
COMMENT ON COLUMN movies.url IS 'A page about it';
COMMENT ON COLUMN movies.image_url IS 'Address of its poster';
COMMENT ON COLUMN movies.status IS 'How far one is with it: want, watching, watched or abandoned';
COMMENT ON COLUMN movies.rating IS 'Out of ten, 1 to 10; half stars of five doubled';
COMMENT ON COLUMN movies.review IS 'What one thinks of it @text @markdown';
CREATE INDEX movies_imdb_id_idx ON movies (user_id, imdb_id) WHERE deleted_at IS NULL;
CREATE INDEX movies_tmdb_id_idx ON movies (user_id, tmdb_id) WHERE deleted_at IS NULL;
CREATE INDEX movies_status_idx ON movies (user_id, status, created_at) WHERE deleted_at IS NULL;

CREATE TABLE watch_history (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    watched_at timestamptz NOT NULL,
    progress real,
    device text,
    source text NOT NULL DEFAULT 'local',
    CONSTRAINT watch_history_progress_check CHECK (progress BETWEEN 0 AND 1),
    PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE watch_history IS 'That one watched something: a film, an episode, a video.
@class ledger @flags T @type watch_entry @plural watch_history @time watched_at @sensitivity low';
COMMENT ON COLUMN watch_history.subject_type IS 'Type of what was watched';
COMMENT ON COLUMN watch_history.subject_id IS 'What was watched: a movie, an episode, a video';
COMMENT ON COLUMN watch_history.watched_at IS 'When one had seen it, or stopped';
COMMENT ON COLUMN watch_history.progress IS 'How much of it was seen, 0 to 1; empty means all, or unknown';
COMMENT ON COLUMN watch_history.device IS 'What it was seen on';
COMMENT ON COLUMN watch_history.source IS 'Where the row came from: local, or the name of an import or a connector';
CREATE UNIQUE INDEX watch_history_key ON watch_history (user_id, watched_at, subject_id);
CREATE INDEX watch_history_subject_id_idx ON watch_history (user_id, subject_id, watched_at);
CREATE INDEX watch_history_watched_at_idx ON watch_history USING brin (watched_at);
ALTER TABLE watch_history ADD CONSTRAINT watch_history_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE music_tracks (
    LIKE described INCLUDING ALL,
    title text NOT NULL,
    artist text,
    album text,
    album_artist text,
    disc_number integer,
    track_number integer,
    released_year smallint,
    genres text[] NOT NULL DEFAULT '{}',
    duration_ms integer,
    mbid uuid,
    isrc text,
    url text,
    favorite boolean NOT NULL DEFAULT false,
    rating smallint,
    file_id uuid,
    CONSTRAINT music_tracks_title_check CHECK (octet_length(title) BETWEEN 1 AND 1024),
    CONSTRAINT music_tracks_artist_check CHECK (octet_length(artist) <= 1024),
    CONSTRAINT music_tracks_disc_number_check CHECK (disc_number > 0),
    CONSTRAINT music_tracks_track_number_check CHECK (track_number > 0),
    CONSTRAINT music_tracks_duration_ms_check CHECK (duration_ms >= 0),
    CONSTRAINT music_tracks_isrc_check CHECK (octet_length(isrc) BETWEEN 1 AND 64),
    CONSTRAINT music_tracks_rating_check CHECK (rating BETWEEN 1 AND 5)
);
COMMENT ON TABLE music_tracks IS 'A recording of music (MusicRecording of schema.org, recording of MusicBrainz). When
it was heard is in the listens.
@flags HC @half_life 30 @label title @sensitivity low';
COMMENT ON COLUMN music_tracks.title IS 'Its title @title';
COMMENT ON COLUMN music_tracks.artist IS 'Who plays, as credited @text';
COMMENT ON COLUMN music_tracks.album IS 'The album that it is on (release) @text';
COMMENT ON COLUMN music_tracks.album_artist IS 'Whose album it is, where that is not the artist @text';
COMMENT ON COLUMN music_tracks.disc_number IS 'Which disc of the album';
COMMENT ON COLUMN music_tracks.track_number IS 'Which track of the disc';
COMMENT ON COLUMN music_tracks.released_year IS 'Year of the album';
COMMENT ON COLUMN music_tracks.genres IS 'Genres as plain labels @text';
COMMENT ON COLUMN music_tracks.duration_ms IS 'Length in milliseconds';
COMMENT ON COLUMN music_tracks.mbid IS 'The recording in MusicBrainz';
COMMENT ON COLUMN music_tracks.isrc IS 'International Standard Recording Code without hyphens';
COMMENT ON COLUMN music_tracks.url IS 'Where it is to be heard';
COMMENT ON COLUMN music_tracks.favorite IS 'Marked with a heart (loved)';
COMMENT ON COLUMN music_tracks.rating IS 'Stars, 1 to 5';
COMMENT ON COLUMN music_tracks.file_id IS 'The sound itself as a file';
CREATE INDEX music_tracks_artist_title_idx ON music_tracks (user_id, artist, title) WHERE deleted_at IS NULL;
CREATE INDEX music_tracks_mbid_idx ON music_tracks (user_id, mbid) WHERE deleted_at IS NULL;
CREATE INDEX music_tracks_isrc_idx ON music_tracks (user_id, isrc) WHERE deleted_at IS NULL;
CREATE INDEX music_tracks_file_id_idx ON music_tracks (user_id, file_id) WHERE deleted_at IS NULL;
ALTER TABLE music_tracks ADD CONSTRAINT music_tracks_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE listens (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    track_id uuid NOT NULL,
    listened_at timestamptz NOT NULL,
    duration_played_s integer,
    device text,
    source text NOT NULL DEFAULT 'local',
    CONSTRAINT listens_duration_played_s_check CHECK (duration_played_s >= 0),
    PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE listens IS 'That one heard a track: a listen of ListenBrainz, a scrobble.
@class ledger @flags T @time listened_at @sensitivity low';
COMMENT ON COLUMN listens.track_id IS 'What was heard';
COMMENT ON COLUMN listens.listened_at IS 'When it began (listened_at)';
COMMENT ON COLUMN listens.duration_played_s IS 'How many seconds of it were heard; empty means unknown';
COMMENT ON COLUMN listens.device IS 'What it was played on';
COMMENT ON COLUMN listens.source IS 'Where the row came from: local, or the name of an import or a connector';
CREATE UNIQUE INDEX listens_key ON listens (user_id, listened_at, track_id);
CREATE INDEX listens_track_id_idx ON listens (user_id, track_id, listened_at);
CREATE INDEX listens_listened_at_idx ON listens USING brin (listened_at);
ALTER TABLE listens ADD CONSTRAINT listens_track_id_fkey
    FOREIGN KEY (user_id, track_id) REFERENCES music_tracks (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- A page that was kept and that a feed brought is one page, whichever came first.
CREATE VIEW edges_same_page AS
    SELECT b.user_id, b.url_key AS key, b.id AS source_id, a.id AS target_id
    FROM bookmarks b JOIN feed_articles a ON a.user_id = b.user_id AND a.url_key = b.url_key
    WHERE b.deleted_at IS NULL AND a.deleted_at IS NULL;
SELECT derive_edges('edges_same_page', 'SAME_AS', 'bookmarks', 'url_key');
SELECT derive_edges('edges_same_page', 'SAME_AS', 'feed_articles', 'url_key');
