-- Long texts are kept packed; and what an entry said before, until the full-text index has let go of it.

CREATE TABLE dictionary(
	number		INTEGER PRIMARY KEY,
	data		BLOB NOT NULL
);

ALTER TABLE content ADD COLUMN packed BLOB;
ALTER TABLE revision ADD COLUMN packed BLOB;

CREATE TABLE stale(
	id		INTEGER PRIMARY KEY,
	entry		INTEGER NOT NULL,
	revision	INTEGER NOT NULL,
	feed		INTEGER NOT NULL,
	title		TEXT,
	authors		TEXT,
	summary		TEXT,
	text		TEXT,
	html		TEXT,
	packed		BLOB
);
CREATE INDEX stale_entry ON stale(entry, revision);
CREATE INDEX stale_feed ON stale(feed);

CREATE TRIGGER entry_stale_update BEFORE UPDATE OF revision ON entry BEGIN
	INSERT INTO stale(entry, revision, feed, title, authors, summary, text, html, packed)
	    SELECT old.id, old.revision, old.feed, old.title, old.authors, summary, text, html, packed
	    FROM content WHERE entry = old.id;
END;

-- Whichever of the two rows goes first finds the other one still there.
CREATE TRIGGER entry_stale_delete BEFORE DELETE ON entry BEGIN
	INSERT INTO stale(entry, revision, feed, title, authors, summary, text, html, packed)
	    SELECT old.id, old.revision, old.feed, old.title, old.authors, summary, text, html, packed
	    FROM content WHERE entry = old.id;
END;

CREATE TRIGGER content_stale_delete BEFORE DELETE ON content BEGIN
	INSERT INTO stale(entry, revision, feed, title, authors, summary, text, html, packed)
	    SELECT id, revision, feed, title, authors, old.summary, old.text, old.html, old.packed
	    FROM entry WHERE id = old.entry;
END;
