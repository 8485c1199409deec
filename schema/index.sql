-- index.db: derived. A change here, or in what is made of a text (index-text.c), needs a new SCHEMA_INDEX_VERSION in schema.h; then it is made anew.

CREATE TABLE meta(
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	database	BLOB NOT NULL,
	generation	INTEGER NOT NULL,
	seq		INTEGER NOT NULL,
	entries		INTEGER NOT NULL,
	walked		INTEGER NOT NULL,
	complete	INTEGER NOT NULL,
	crowded		INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE doc(
	place		INTEGER PRIMARY KEY,
	entry		INTEGER NOT NULL,
	revision	INTEGER NOT NULL,
	feed		INTEGER NOT NULL,
	link		INTEGER,
	words		INTEGER
);
CREATE UNIQUE INDEX doc_entry ON doc(entry);
-- By spans of a fortnight, so that entries of one time are near one another.
CREATE INDEX doc_link ON doc(place / 1209600, link) WHERE link IS NOT NULL;
CREATE INDEX doc_words ON doc(place / 1209600, words) WHERE words IS NOT NULL;

CREATE TABLE story(
	entry		INTEGER PRIMARY KEY,
	story		INTEGER NOT NULL,
	feed		INTEGER NOT NULL
);
CREATE INDEX story_entries ON story(story, feed);

CREATE TABLE sketch(
	entry		INTEGER PRIMARY KEY,
	feed		INTEGER NOT NULL,
	published	INTEGER NOT NULL,
	sketch		BLOB NOT NULL
);

-- The tokenizer is daemon/shared/sqlite-words.c's. What stands in the first column takes two bytes less for each word of each entry.
CREATE VIRTUAL TABLE fts USING fts5(text, title, authors, content = '', tokenize = 'gazette');
-- A step's texts wait in memory and make one segment.
INSERT INTO fts(fts, rank) VALUES ('hashsize', 8388608);
