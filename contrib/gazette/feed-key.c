#include "contrib/gazette/feed-key.h"

#include <string.h>

const struct feed_key feed_keys[] = {
	{ "title", "the title to show instead of the feed's own", FEED_KEY_THERE },
	{ "url", "where it is now; its entries stay", FEED_KEY_THERE },
	{ "tags", "its tags, separated by commas", FEED_KEY_THERE },
	{ "interval", "how often to poll: 30m, 2h, 1d; nothing: it finds out", 0 },
	{ "paused", "yes: it is not polled at all", 0 },
	{ "user_agent", "what requests say who asks", 0 },
	{ "header", "another field of requests: \"Name: value\"", 0 },
	{ "cookie", "a cookie for requests", 0 },
	{ "proxy", "a proxy for requests: http://host:port, https:, socks5h:", 0 },
	{ "username", "for servers that ask for one", 0 },
	{ "password", "for servers that ask for one", 0 },
	{ "ca_file", "a file of certificates to trust, in PEM", FEED_KEY_FILE },
	{ "keep_days", "how many days its entries are kept; 0: for ever", 0 },
	{ "keep_items", "how many of its newest entries are kept; 0: all", 0 },
	{ "mark_updated_unread", "yes: an edited entry is unread again", 0 },
	{ NULL, NULL, 0 }
};

const char *const *
feed_key_names(void)
{
	static const char *names[sizeof(feed_keys) / sizeof(feed_keys[0])];

	for (size_t row = 0; feed_keys[row].name != NULL; row++)
		names[row] = feed_keys[row].name;
	return names;
}

const struct feed_key *
feed_key_find(const char *name, size_t len)
{
	for (const struct feed_key *key = feed_keys; key->name != NULL; key++)
		if (strlen(key->name) == len && memcmp(key->name, name, len) == 0)
			return key;
	return NULL;
}
