-- How often a feed has news, and why it is polled next when it is.

ALTER TABLE feed_state ADD COLUMN posts INTEGER;
ALTER TABLE feed_state ADD COLUMN watched INTEGER;
ALTER TABLE feed_state ADD COLUMN why INTEGER;
