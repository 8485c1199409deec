-- The counts again, without IN: each use of it makes a table of its own, and these run for every entry.

DROP TRIGGER entry_count_insert;
DROP TRIGGER entry_count_update;
DROP TRIGGER entry_count_delete;

CREATE TRIGGER entry_count_insert AFTER INSERT ON entry BEGIN
	UPDATE feed_count SET total = total + 1, unread = unread + new.unread, starred = starred + new.starred,
	    newest = max(ifnull(newest, new.received), new.received)
	    WHERE feed = 0;
	UPDATE feed_count SET total = total + 1, unread = unread + new.unread, starred = starred + new.starred,
	    newest = max(ifnull(newest, new.received), new.received)
	    WHERE feed = new.feed;
END;

CREATE TRIGGER entry_count_update AFTER UPDATE OF unread, starred ON entry
    WHEN old.unread <> new.unread OR old.starred <> new.starred BEGIN
	UPDATE feed_count SET unread = unread + new.unread - old.unread, starred = starred + new.starred - old.starred
	    WHERE feed = 0;
	UPDATE feed_count SET unread = unread + new.unread - old.unread, starred = starred + new.starred - old.starred
	    WHERE feed = new.feed;
END;

CREATE TRIGGER entry_count_delete AFTER DELETE ON entry BEGIN
	UPDATE feed_count SET total = total - 1, unread = unread - old.unread, starred = starred - old.starred
	    WHERE feed = 0;
	UPDATE feed_count SET total = total - 1, unread = unread - old.unread, starred = starred - old.starred
	    WHERE feed = old.feed;
END;
