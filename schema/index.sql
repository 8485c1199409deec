-- index.db: derived. A change here needs a new SCHEMA_INDEX_VERSION in schema.h; then it is made anew.

CREATE TABLE meta(
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	database	BLOB NOT NULL,
	generation	INTEGER NOT NULL,
	seq		INTEGER NOT NULL,
	entries		INTEGER NOT NULL,
	walked		INTEGER NOT NULL,
	complete	INTEGER NOT NULL
);

CREATE TABLE doc(
	entry		INTEGER PRIMARY KEY,
	feed		INTEGER NOT NULL,
	ord		INTEGER NOT NULL,
	size		INTEGER NOT NULL,
	data		BLOB NOT NULL
);
CREATE INDEX doc_feed ON doc(feed);

CREATE VIRTUAL TABLE fts USING fts5(title, authors, text, content = '', tokenize = 'unicode61 remove_diacritics 2');
-- A step's texts wait in memory and make one segment.
INSERT INTO fts(fts, rank) VALUES ('hashsize', 8388608);
