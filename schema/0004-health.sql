-- What has to be known of feeds that do not do well: moves, crashes, silence, faults; and of hosts that want to be left alone.

CREATE TABLE move(
	id		INTEGER PRIMARY KEY,
	feed		INTEGER NOT NULL,
	at		INTEGER NOT NULL,
	old_url		TEXT NOT NULL,
	new_url		TEXT NOT NULL,
	taken_back	INTEGER
);
CREATE INDEX move_feed ON move(feed);

CREATE TABLE host_rest(
	host		TEXT PRIMARY KEY NOT NULL,
	until		INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX host_rest_until ON host_rest(until);

ALTER TABLE feed ADD COLUMN fault TEXT;
ALTER TABLE feed ADD COLUMN fault_since INTEGER;
CREATE INDEX feed_gone ON feed(id) WHERE gone = 1;
CREATE INDEX feed_fault ON feed(id) WHERE fault IS NOT NULL;

ALTER TABLE feed_state ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN quarantine TEXT;
ALTER TABLE feed_state ADD COLUMN moving_since INTEGER;
ALTER TABLE feed_state ADD COLUMN quiet_until INTEGER;
ALTER TABLE feed_state ADD COLUMN silent_since INTEGER;
UPDATE feed_state SET moving_since = last_poll WHERE moved_url IS NOT NULL;
CREATE INDEX feed_state_quarantine ON feed_state(feed) WHERE quarantine IS NOT NULL;
CREATE INDEX feed_state_moving ON feed_state(feed) WHERE moved_url IS NOT NULL;
CREATE INDEX feed_state_silent ON feed_state(feed) WHERE silent_since IS NOT NULL;
