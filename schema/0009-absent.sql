-- What is shown of entries besides their texts; removed entries that feeds list no more; and removed feeds that have entries left.

ALTER TABLE entry ADD COLUMN facts INTEGER;
ALTER TABLE feed_state ADD COLUMN polls INTEGER NOT NULL DEFAULT 0;

CREATE TABLE gone(
	feed		INTEGER NOT NULL,
	entry		INTEGER NOT NULL,
	absent		INTEGER,
	polls		INTEGER,
	PRIMARY KEY (feed, entry)
) WITHOUT ROWID;
CREATE INDEX gone_listed ON gone(feed) WHERE absent IS NULL;
CREATE INDEX gone_absent ON gone(feed, absent) WHERE absent IS NOT NULL;
INSERT OR IGNORE INTO gone(feed, entry) SELECT feed, entry FROM alias WHERE entry <> 0 AND entry NOT IN (SELECT id FROM entry);

CREATE TRIGGER entry_gone AFTER DELETE ON entry WHEN EXISTS (SELECT 1 FROM feed WHERE id = old.feed) BEGIN
	INSERT OR REPLACE INTO gone(feed, entry) VALUES (old.feed, old.id);
END;

CREATE TABLE doomed(feed INTEGER PRIMARY KEY);

-- What a removed feed had has been taken from the counts of all with the feed.
DROP TRIGGER entry_count_delete;
CREATE TRIGGER entry_count_delete AFTER DELETE ON entry WHEN EXISTS (SELECT 1 FROM feed_count WHERE feed = old.feed) BEGIN
	UPDATE feed_count SET total = total - 1, unread = unread - old.unread, starred = starred - old.starred
	    WHERE feed = 0;
	UPDATE feed_count SET total = total - 1, unread = unread - old.unread, starred = starred - old.starred
	    WHERE feed = old.feed;
END;
