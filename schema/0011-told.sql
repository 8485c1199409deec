-- Undo tells what it has taken back: by which query it was done, and by whom. How many entries and feeds have each tag is counted.

ALTER TABLE operation ADD COLUMN query TEXT;
ALTER TABLE operation ADD COLUMN user INTEGER;

CREATE TABLE tag_count(
	tag		TEXT PRIMARY KEY NOT NULL,
	entries		INTEGER NOT NULL DEFAULT 0,
	feeds		INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO tag_count(tag, entries, feeds)
    SELECT tag, sum(entries), sum(feeds) FROM (SELECT tag, count(*) AS entries, 0 AS feeds FROM entry_tag GROUP BY tag
    UNION ALL SELECT tag, 0, count(*) FROM feed_tag GROUP BY tag) GROUP BY tag;

CREATE TRIGGER entry_tag_insert AFTER INSERT ON entry_tag BEGIN
	INSERT OR IGNORE INTO tag_count(tag) VALUES (new.tag);
	UPDATE tag_count SET entries = entries + 1 WHERE tag = new.tag;
END;

CREATE TRIGGER entry_tag_delete AFTER DELETE ON entry_tag BEGIN
	UPDATE tag_count SET entries = entries - 1 WHERE tag = old.tag;
	DELETE FROM tag_count WHERE tag = old.tag AND entries = 0 AND feeds = 0;
END;

CREATE TRIGGER feed_tag_insert AFTER INSERT ON feed_tag BEGIN
	INSERT OR IGNORE INTO tag_count(tag) VALUES (new.tag);
	UPDATE tag_count SET feeds = feeds + 1 WHERE tag = new.tag;
END;

CREATE TRIGGER feed_tag_delete AFTER DELETE ON feed_tag BEGIN
	UPDATE tag_count SET feeds = feeds - 1 WHERE tag = old.tag;
	DELETE FROM tag_count WHERE tag = old.tag AND entries = 0 AND feeds = 0;
END;
