-- What is to be done with entries as they come; what waits to be done; how far who is; and what became of entries and why.

CREATE TABLE rule(
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	query		TEXT NOT NULL,
	actions		TEXT NOT NULL
);

CREATE TABLE errand(
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	rule		INTEGER NOT NULL,
	entry		INTEGER NOT NULL,
	command		TEXT NOT NULL,
	tries		INTEGER NOT NULL DEFAULT 0,
	due		INTEGER NOT NULL
);
CREATE INDEX errand_due ON errand(due, id);
CREATE INDEX errand_entry ON errand(entry);

CREATE TABLE cursor(
	name		TEXT PRIMARY KEY NOT NULL,
	seq		INTEGER NOT NULL,
	entry		INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE trace(
	entry		INTEGER NOT NULL,
	what		INTEGER NOT NULL,
	subject		INTEGER NOT NULL,
	feed		INTEGER NOT NULL,
	first		INTEGER NOT NULL,
	last		INTEGER NOT NULL,
	times		INTEGER NOT NULL DEFAULT 1,
	detail		TEXT,
	PRIMARY KEY (entry, what, subject)
) WITHOUT ROWID;
CREATE INDEX trace_feed ON trace(feed);
