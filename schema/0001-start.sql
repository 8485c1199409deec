-- What each table is for: README in this directory.

CREATE TABLE meta(
	name		TEXT PRIMARY KEY NOT NULL,
	value		BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE counter(
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	seq		INTEGER NOT NULL,
	entry		INTEGER NOT NULL,
	feed		INTEGER NOT NULL
);
INSERT INTO counter VALUES (1, 0, 0, 0);

CREATE TABLE feed(
	id		INTEGER PRIMARY KEY,
	url		TEXT NOT NULL UNIQUE,
	original_url	TEXT,
	user_title	TEXT,
	title		TEXT,
	home_page_url	TEXT,
	description	TEXT,
	language	TEXT,
	format		TEXT,
	icon		TEXT,
	added		INTEGER NOT NULL,
	paused		INTEGER NOT NULL DEFAULT 0,
	gone		INTEGER NOT NULL DEFAULT 0,
	settings	TEXT NOT NULL DEFAULT '{}',
	hints		TEXT NOT NULL DEFAULT '{}',
	members		TEXT
);
CREATE INDEX feed_original ON feed(original_url) WHERE original_url IS NOT NULL;

CREATE TABLE feed_state(
	feed		INTEGER PRIMARY KEY,
	next_poll	INTEGER,
	last_poll	INTEGER,
	last_success	INTEGER,
	interval	INTEGER,
	retry		INTEGER,
	failures	INTEGER NOT NULL DEFAULT 0,
	since		INTEGER,
	error_status	INTEGER,
	error_word	TEXT,
	error_message	TEXT,
	body_hash	INTEGER,
	validators_url	TEXT,
	etag		TEXT,
	last_modified	TEXT,
	moved_url	TEXT
);
CREATE INDEX feed_state_due ON feed_state(next_poll) WHERE next_poll IS NOT NULL;
CREATE INDEX feed_state_failing ON feed_state(feed) WHERE failures > 0;

CREATE TABLE feed_tag(
	tag		TEXT NOT NULL,
	feed		INTEGER NOT NULL,
	PRIMARY KEY (tag, feed)
) WITHOUT ROWID;
CREATE INDEX feed_tag_feed ON feed_tag(feed);

CREATE TABLE feed_count(
	feed		INTEGER PRIMARY KEY,
	total		INTEGER NOT NULL DEFAULT 0,
	unread		INTEGER NOT NULL DEFAULT 0,
	starred		INTEGER NOT NULL DEFAULT 0,
	newest		INTEGER
);
INSERT INTO feed_count(feed) VALUES (0);

CREATE TABLE entry(
	id		INTEGER PRIMARY KEY,
	feed		INTEGER NOT NULL,
	ord		INTEGER NOT NULL,
	seq		INTEGER NOT NULL,
	unread		INTEGER NOT NULL,
	starred		INTEGER NOT NULL DEFAULT 0,
	tagged		INTEGER NOT NULL DEFAULT 0,
	revision	INTEGER NOT NULL DEFAULT 0,
	guids		INTEGER NOT NULL DEFAULT 0,
	attachments	INTEGER NOT NULL DEFAULT 0,
	published	INTEGER,
	modified	INTEGER,
	received	INTEGER NOT NULL,
	content_hash	INTEGER NOT NULL,
	title		TEXT,
	url		TEXT,
	authors		TEXT,
	language	TEXT
);
CREATE UNIQUE INDEX entry_ord ON entry(ord);
CREATE INDEX entry_unread ON entry(ord) WHERE unread = 1;
CREATE INDEX entry_read ON entry(ord) WHERE unread = 0;
CREATE INDEX entry_starred ON entry(ord) WHERE starred = 1;
CREATE INDEX entry_feed ON entry(feed, ord);

-- The long columns come last, so that reading the others does not walk through them.
CREATE TABLE content(
	entry		INTEGER PRIMARY KEY,
	guid		TEXT,
	summary		TEXT,
	rest		TEXT,
	gazette		TEXT,
	text		TEXT,
	html		TEXT
);

CREATE TABLE entry_tag(
	tag		TEXT NOT NULL,
	entry		INTEGER NOT NULL,
	PRIMARY KEY (tag, entry)
) WITHOUT ROWID;
CREATE INDEX entry_tag_entry ON entry_tag(entry);

CREATE TABLE alias(
	feed		INTEGER NOT NULL,
	hash		INTEGER NOT NULL,
	kind		INTEGER NOT NULL,
	entry		INTEGER NOT NULL,
	PRIMARY KEY (feed, hash, kind)
) WITHOUT ROWID;

CREATE TABLE revision(
	id		INTEGER PRIMARY KEY,
	entry		INTEGER NOT NULL,
	number		INTEGER NOT NULL,
	replaced	INTEGER NOT NULL,
	title		TEXT,
	url		TEXT,
	summary		TEXT,
	text		TEXT,
	html		TEXT
);
CREATE UNIQUE INDEX revision_entry ON revision(entry, number);

CREATE TABLE change(
	seq		INTEGER PRIMARY KEY,
	at		INTEGER NOT NULL,
	what		INTEGER NOT NULL,
	feed		INTEGER NOT NULL,
	entry		INTEGER NOT NULL DEFAULT 0,
	detail		TEXT
);

CREATE TABLE saved_search(
	name		TEXT PRIMARY KEY NOT NULL,
	query		TEXT NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER entry_count_insert AFTER INSERT ON entry BEGIN
	UPDATE feed_count SET total = total + 1, unread = unread + new.unread, starred = starred + new.starred,
	    newest = max(ifnull(newest, new.received), new.received)
	    WHERE feed IN (0, new.feed);
END;

CREATE TRIGGER entry_count_update AFTER UPDATE OF unread, starred ON entry
    WHEN old.unread <> new.unread OR old.starred <> new.starred BEGIN
	UPDATE feed_count SET unread = unread + new.unread - old.unread, starred = starred + new.starred - old.starred
	    WHERE feed IN (0, new.feed);
END;

CREATE TRIGGER entry_count_delete AFTER DELETE ON entry BEGIN
	UPDATE feed_count SET total = total - 1, unread = unread - old.unread, starred = starred - old.starred
	    WHERE feed IN (0, old.feed);
END;
