-- Reading: OPML 2.0, RSS 2.0, Atom (RFC 4287), JSON Feed, Dublin Core, Book of schema.org, CSL-JSON and BibTeX.
-- What one watches and hears is in 131_listening.sql.

CREATE TABLE feed_folders (
    LIKE synced_part INCLUDING ALL,
    title text NOT NULL,
    parent_id uuid,
    sort_order double precision,
    CONSTRAINT feed_folders_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE feed_folders IS 'A folder of feeds, an outline of OPML that has outlines in it.
@flags CS @label title @sensitivity low';
COMMENT ON COLUMN feed_folders.title IS 'Name of the folder (text of the outline) @title';
COMMENT ON COLUMN feed_folders.parent_id IS 'The folder that this one is inside of; empty at the top';
COMMENT ON COLUMN feed_folders.sort_order IS 'Place among its siblings, smaller first';
CREATE INDEX feed_folders_parent_id_idx ON feed_folders (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE feed_folders ADD CONSTRAINT feed_folders_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES feed_folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE feeds (
    LIKE synced INCLUDING ALL,
    feed_folder_id uuid,
    xml_url text NOT NULL,
    html_url text,
    title text NOT NULL DEFAULT '',
    description text,
    type text,
    language text,
    image_url text,
    sort_order double precision,
    fetch_interval interval,
    archived boolean NOT NULL DEFAULT false,
    etag text,
    last_modified text,
    last_fetched_at timestamptz,
    last_error text,
    error_count integer NOT NULL DEFAULT 0,
    CONSTRAINT feeds_xml_url_check CHECK (octet_length(xml_url) BETWEEN 1 AND 2000),
    CONSTRAINT feeds_type_check CHECK (type IN ('rss', 'atom', 'json', 'podcast')),
    CONSTRAINT feeds_error_count_check CHECK (error_count >= 0)
);
COMMENT ON TABLE feeds IS 'A feed that one follows: a blog, a newspaper, a podcast (RSS, Atom or JSON Feed; an
outline of OPML with an xmlUrl).
@flags HCS @half_life 30 @label title,xml_url @sensitivity low';
COMMENT ON COLUMN feeds.feed_folder_id IS 'The folder that holds the feed';
COMMENT ON COLUMN feeds.xml_url IS 'Address of the feed itself (xmlUrl)';
COMMENT ON COLUMN feeds.html_url IS 'Address of the site (htmlUrl, link)';
COMMENT ON COLUMN feeds.title IS 'Name of the feed, or one of one''s own @title @name';
COMMENT ON COLUMN feeds.description IS 'What it says it is about (description, subtitle) @text';
COMMENT ON COLUMN feeds.type IS 'Its format: rss, atom, json or podcast; empty before it was first fetched';
COMMENT ON COLUMN feeds.language IS 'Language of its articles, a BCP 47 tag';
COMMENT ON COLUMN feeds.image_url IS 'Address of its picture (image, logo, icon)';
COMMENT ON COLUMN feeds.sort_order IS 'Place in its folder, smaller first';
COMMENT ON COLUMN feeds.fetch_interval IS 'How often to ask for it; empty is as the service thinks fit';
COMMENT ON COLUMN feeds.archived IS 'No longer followed: its articles are kept, and it is not asked for any more';
COMMENT ON COLUMN feeds.etag IS 'ETag of the last answer, so that only what is new is sent @volatile';
COMMENT ON COLUMN feeds.last_modified IS 'Last-Modified of the last answer, as it was written @volatile';
COMMENT ON COLUMN feeds.last_fetched_at IS 'When it was last asked for @volatile';
COMMENT ON COLUMN feeds.last_error IS 'What went wrong the last time; empty when all was well @volatile';
COMMENT ON COLUMN feeds.error_count IS 'How many times in a row it went wrong @volatile';
CREATE UNIQUE INDEX feeds_xml_url_key ON feeds (user_id, xml_url) WHERE deleted_at IS NULL;
CREATE INDEX feeds_feed_folder_id_idx ON feeds (user_id, feed_folder_id) WHERE deleted_at IS NULL;
ALTER TABLE feeds ADD CONSTRAINT feeds_feed_folder_id_fkey
    FOREIGN KEY (user_id, feed_folder_id) REFERENCES feed_folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE feed_articles (
    LIKE described INCLUDING ALL,
    feed_id uuid NOT NULL,
    guid text NOT NULL,
    url text,
    url_key text GENERATED ALWAYS AS (url_key(url)) STORED,
    title text NOT NULL DEFAULT '',
    author text,
    published_at timestamptz,
    modified_at timestamptz,
    summary text,
    content text,
    content_format text NOT NULL DEFAULT 'html',
    categories text[] NOT NULL DEFAULT '{}',
    language text,
    image_url text,
    comments_url text,
    enclosure_url text,
    enclosure_type text,
    enclosure_length bigint,
    duration_s integer,
    read_at timestamptz,
    starred boolean NOT NULL DEFAULT false,
    CONSTRAINT feed_articles_guid_check CHECK (octet_length(guid) BETWEEN 1 AND 2000),
    CONSTRAINT feed_articles_content_format_check CHECK (content_format IN ('markdown', 'html', 'plain')),
    CONSTRAINT feed_articles_enclosure_length_check CHECK (enclosure_length >= 0),
    CONSTRAINT feed_articles_duration_s_check CHECK (duration_s >= 0)
);
COMMENT ON TABLE feed_articles IS 'An article or an episode that a feed brought: item of RSS and JSON Feed, entry of
Atom. A bookmark of the same page is linked SAME_AS.
@flags EHXC @half_life 7 @label title,summary,url @time published_at @sensitivity low';
COMMENT ON COLUMN feed_articles.feed_id IS 'The feed that brought it';
COMMENT ON COLUMN feed_articles.guid IS 'What the feed knows it by (guid, id); its address where the feed gives none';
COMMENT ON COLUMN feed_articles.url IS 'Address of the page (link)';
COMMENT ON COLUMN feed_articles.url_key IS 'The address without what does not tell pages apart; equal to
bookmarks.url_key of the same page';
COMMENT ON COLUMN feed_articles.title IS 'Its title @title';
COMMENT ON COLUMN feed_articles.author IS 'Who wrote it (author, dc:creator), several separated by commas @text';
COMMENT ON COLUMN feed_articles.published_at IS 'When it was published (pubDate, published)';
COMMENT ON COLUMN feed_articles.modified_at IS 'When it was last changed by its author (updated)';
COMMENT ON COLUMN feed_articles.summary IS 'What it is about (description, summary) @text @markdown';
COMMENT ON COLUMN feed_articles.content IS 'The article itself (content:encoded, content) @text @markdown';
COMMENT ON COLUMN feed_articles.content_format IS 'How summary and content are to be read: markdown, html or plain';
COMMENT ON COLUMN feed_articles.categories IS 'Categories as plain labels @text';
COMMENT ON COLUMN feed_articles.language IS 'Language of the article, a BCP 47 tag';
COMMENT ON COLUMN feed_articles.image_url IS 'Address of its picture';
COMMENT ON COLUMN feed_articles.comments_url IS 'Where it is talked about (comments)';
COMMENT ON COLUMN feed_articles.enclosure_url IS 'Address of the sound or film that comes with it (enclosure)';
COMMENT ON COLUMN feed_articles.enclosure_type IS 'IANA media type of the enclosure: audio/mpeg';
COMMENT ON COLUMN feed_articles.enclosure_length IS 'Size of the enclosure in bytes, as the feed says';
COMMENT ON COLUMN feed_articles.duration_s IS 'How long the episode is, in seconds (itunes:duration)';
COMMENT ON COLUMN feed_articles.read_at IS 'When it was read; empty means still to read';
COMMENT ON COLUMN feed_articles.starred IS 'Marked to be kept in mind';
CREATE UNIQUE INDEX feed_articles_feed_id_guid_key
    ON feed_articles (user_id, feed_id, guid) WHERE deleted_at IS NULL;
CREATE INDEX feed_articles_feed_id_idx ON feed_articles (user_id, feed_id, published_at) WHERE deleted_at IS NULL;
CREATE INDEX feed_articles_url_key_idx ON feed_articles (user_id, url_key) WHERE deleted_at IS NULL;
CREATE INDEX feed_articles_published_at_idx ON feed_articles (user_id, published_at, id) WHERE deleted_at IS NULL;
CREATE INDEX feed_articles_unread_idx
    ON feed_articles (user_id, published_at) WHERE deleted_at IS NULL AND read_at IS NULL;
CREATE INDEX feed_articles_starred_idx ON feed_articles (user_id, published_at) WHERE deleted_at IS NULL AND starred;
ALTER TABLE feed_articles ADD CONSTRAINT feed_articles_feed_id_fkey
    FOREIGN KEY (user_id, feed_id) REFERENCES feeds (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE books (
    LIKE described INCLUDING ALL,
    title text NOT NULL,
    subtitle text,
    authors text[] NOT NULL DEFAULT '{}',
    isbn13 char(13),
    publisher text,
    published_year smallint,
    page_count integer,
    language text,
    series text,
    series_position numeric,
    description text,
    book_format text,
    url text,
    image_url text,
    file_id uuid,
    status text NOT NULL DEFAULT 'want',
    rating smallint,
    started_on date,
    finished_on date,
    review text,
    CONSTRAINT books_title_check CHECK (title <> ''),
    CONSTRAINT books_isbn13_check CHECK (octet_length(isbn13) = 13),
    CONSTRAINT books_page_count_check CHECK (page_count > 0),
    CONSTRAINT books_book_format_check CHECK (book_format IN ('hardcover', 'paperback', 'ebook', 'audiobook')),
    CONSTRAINT books_status_check CHECK (status IN ('want', 'reading', 'read', 'paused', 'abandoned')),
    CONSTRAINT books_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT books_dates_check CHECK (finished_on >= started_on)
);
COMMENT ON TABLE books IS 'A book that one has read, reads or means to read (Book of schema.org).
@flags EHXC @half_life 90 @label title @sensitivity low';
COMMENT ON COLUMN books.title IS 'Its title @title @name';
COMMENT ON COLUMN books.subtitle IS 'Its subtitle @text';
COMMENT ON COLUMN books.authors IS 'Who wrote it, as on the cover; records of them are links WRITTEN_BY @text';
COMMENT ON COLUMN books.isbn13 IS 'ISBN of 13 digits without hyphens; one of 10 digits is turned into one';
COMMENT ON COLUMN books.publisher IS 'Who published it @text';
COMMENT ON COLUMN books.published_year IS 'In which year; negative before our era';
COMMENT ON COLUMN books.page_count IS 'How many pages this edition has';
COMMENT ON COLUMN books.language IS 'Language of this edition, a BCP 47 tag';
COMMENT ON COLUMN books.series IS 'The series that it is a part of @text';
COMMENT ON COLUMN books.series_position IS 'Its place in the series; 1.5 stands between the first and the second';
COMMENT ON COLUMN books.description IS 'What it is about @text @markdown';
COMMENT ON COLUMN books.book_format IS 'As what one has it: hardcover, paperback, ebook or audiobook (bookFormat)';
COMMENT ON COLUMN books.url IS 'A page about it';
COMMENT ON COLUMN books.image_url IS 'Address of its cover';
COMMENT ON COLUMN books.file_id IS 'The book itself as a file: EPUB, PDF, sound';
COMMENT ON COLUMN books.status IS 'How far one is with it: want, reading, read, paused or abandoned';
COMMENT ON COLUMN books.rating IS 'Stars, 1 to 5';
COMMENT ON COLUMN books.started_on IS 'When one began to read it, the last time';
COMMENT ON COLUMN books.finished_on IS 'When one had read it, the last time';
COMMENT ON COLUMN books.review IS 'What one thinks of it @text @markdown';
CREATE INDEX books_isbn13_idx ON books (user_id, isbn13) WHERE deleted_at IS NULL;
CREATE INDEX books_status_idx ON books (user_id, status, finished_on) WHERE deleted_at IS NULL;
CREATE INDEX books_file_id_idx ON books (user_id, file_id) WHERE deleted_at IS NULL;
ALTER TABLE books ADD CONSTRAINT books_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE bibliography_items (
    LIKE synced INCLUDING ALL,
    citation_key text,
    csl_type text NOT NULL DEFAULT 'article-journal',
    title text NOT NULL DEFAULT '',
    authors text[] NOT NULL DEFAULT '{}',
    editors text[] NOT NULL DEFAULT '{}',
    container_title text,
    publisher text,
    issued date,
    volume text,
    issue text,
    pages text,
    doi text,
    isbn text,
    url text,
    language text,
    keywords text[] NOT NULL DEFAULT '{}',
    abstract text,
    note text,
    csl jsonb NOT NULL DEFAULT '{}',
    file_id uuid,
    CONSTRAINT bibliography_items_citation_key_check CHECK (octet_length(citation_key) BETWEEN 1 AND 1024),
    CONSTRAINT bibliography_items_doi_check CHECK (octet_length(doi) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE bibliography_items IS 'A work to cite: a paper, a chapter, a thesis (CSL-JSON, BibTeX, RIS). What it
cites are links CITES to others.
@flags EHXCS @half_life 60 @label title,citation_key @time issued @sensitivity low';
COMMENT ON COLUMN bibliography_items.citation_key IS 'The key of BibTeX, as knuth1984literate @name';
COMMENT ON COLUMN bibliography_items.csl_type IS 'Type of CSL: article-journal, book, chapter, paper-conference,
thesis, webpage ...';
COMMENT ON COLUMN bibliography_items.title IS 'Its title @title @name';
COMMENT ON COLUMN bibliography_items.authors IS 'Who wrote it, in order, each as Family, Given @text';
COMMENT ON COLUMN bibliography_items.editors IS 'Who edited it, in order, each as Family, Given @text';
COMMENT ON COLUMN bibliography_items.container_title IS 'The journal, the proceedings or the book that it is in
(container-title) @text';
COMMENT ON COLUMN bibliography_items.publisher IS 'Publisher, university or institution @text';
COMMENT ON COLUMN bibliography_items.issued IS 'When it was published; the first day where only the month or the
year is known, and csl has it as it was given';
COMMENT ON COLUMN bibliography_items.volume IS 'Volume of the journal or series';
COMMENT ON COLUMN bibliography_items.issue IS 'Number within the volume';
COMMENT ON COLUMN bibliography_items.pages IS 'Pages as written (page of CSL): 97-111';
COMMENT ON COLUMN bibliography_items.doi IS 'DOI in small letters without https://doi.org/';
COMMENT ON COLUMN bibliography_items.isbn IS 'ISBN or ISSN as written';
COMMENT ON COLUMN bibliography_items.url IS 'Where it is to be read';
COMMENT ON COLUMN bibliography_items.language IS 'Language of the work, a BCP 47 tag';
COMMENT ON COLUMN bibliography_items.keywords IS 'Keywords as plain labels @text';
COMMENT ON COLUMN bibliography_items.abstract IS 'Its abstract @text @markdown';
COMMENT ON COLUMN bibliography_items.note IS 'A remark of one''s own @text @markdown';
COMMENT ON COLUMN bibliography_items.csl IS 'The whole item as CSL-JSON, with what has no column here: names with
their particles, incomplete dates, other roles';
COMMENT ON COLUMN bibliography_items.file_id IS 'The work itself as a file';
CREATE INDEX bibliography_items_citation_key_idx
    ON bibliography_items (user_id, citation_key) WHERE deleted_at IS NULL;
CREATE INDEX bibliography_items_doi_idx ON bibliography_items (user_id, doi) WHERE deleted_at IS NULL;
CREATE INDEX bibliography_items_issued_idx ON bibliography_items (user_id, issued, id) WHERE deleted_at IS NULL;
CREATE INDEX bibliography_items_file_id_idx ON bibliography_items (user_id, file_id) WHERE deleted_at IS NULL;
ALTER TABLE bibliography_items ADD CONSTRAINT bibliography_items_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
