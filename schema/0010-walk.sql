-- Who looks for a tag walks by time and asks each entry for its feed: that stands in what is walked, so that only what is found is read.
DROP INDEX entry_unread;
DROP INDEX entry_read;
CREATE INDEX entry_unread ON entry(ord, feed, tagged) WHERE unread = 1;
CREATE INDEX entry_read ON entry(ord, feed, tagged) WHERE unread = 0;
