-- Hubs that feeds name, and what has been agreed with them.

CREATE TABLE websub(
	id		INTEGER PRIMARY KEY,
	feed		INTEGER UNIQUE,
	hub		TEXT NOT NULL,
	topic		TEXT NOT NULL,
	state		INTEGER NOT NULL DEFAULT 0,
	next		INTEGER DEFAULT 0,
	until		INTEGER,
	failures	INTEGER NOT NULL DEFAULT 0,
	callback	TEXT,
	token		TEXT,
	secret		TEXT
);
CREATE INDEX websub_next ON websub(next) WHERE next IS NOT NULL;
CREATE INDEX websub_token ON websub(token) WHERE token IS NOT NULL;

-- What was agreed for a feed that is not polled any more, or lives elsewhere, is to be ended.
CREATE TRIGGER websub_feed_delete AFTER DELETE ON feed BEGIN
	UPDATE websub SET feed = NULL, state = 4, next = 0, failures = 0 WHERE feed = old.id AND state = 2;
	DELETE FROM websub WHERE feed = old.id;
END;

CREATE TRIGGER websub_feed_stop AFTER UPDATE OF paused, gone ON feed
    WHEN (old.paused OR old.gone) <> (new.paused OR new.gone) BEGIN
	INSERT INTO websub(hub, topic, state, until, callback, token, secret)
	    SELECT hub, topic, 4, until, callback, token, secret FROM websub WHERE feed = new.id AND state = 2;
	UPDATE websub SET state = 0, next = CASE WHEN new.paused OR new.gone THEN NULL ELSE 0 END, until = NULL, failures = 0,
	    callback = NULL, token = NULL, secret = NULL WHERE feed = new.id;
END;

CREATE TRIGGER websub_feed_move AFTER UPDATE OF url ON feed WHEN old.url <> new.url BEGIN
	UPDATE websub SET feed = NULL, state = 4, next = 0, failures = 0 WHERE feed = old.id AND state = 2;
	DELETE FROM websub WHERE feed = old.id;
END;
