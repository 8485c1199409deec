/*
 * settings - what a user may set for one feed, kept as a JSON object: rows of {key, kind, most, secret}.
 *
 * Keys: interval (seconds; text like "30m" is taken too), user_agent, header ("Name: value", one or several), cookie, proxy,
 * username, password, ca_file (no path but the text: certificates in PEM), and for the store keep_days, keep_items (numbers) and
 * mark_updated_unread (yes or no). "" and null unset. What is secret or long never leaves the daemon: settings_public() shows true in its
 * place.
 */
#ifndef DAEMON_CORE_SETTINGS_H
#define DAEMON_CORE_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/shared/record.h"
#include "feeds/base/json.h"
#include "feeds/url.h"

enum {
	SETTINGS_ERROR_BYTES = 256,
	SETTINGS_TEXT_MAX = 8 << 10,	/* bytes of one value */
	SETTINGS_HEADERS_MAX = 32,
	SETTINGS_INTERVAL_MAX_S = 365 * 86400
};

/* The object that the text is; an empty one if it is none. To be released with json_decref(). */
json_t	*settings_load(struct span text);

/* Owned by the caller. */
char	*settings_text(const json_t *settings);

/* Whether there is such a key. */
bool	 settings_is_key(const char *key);

/* Sets one key. 0, or -1 with error: "interval: 'soon' is no duration: 90, 15m, 1h, 2d". */
int	 settings_set(json_t *settings, const char *key, const json_t *value, char error[SETTINGS_ERROR_BYTES]);

/*
 * Sets username and password as a URL had them (NULL: none), but for those that the object given (NULL: none) names itself.
 * No name: nothing is set. As settings_set().
 */
int	 settings_login(json_t *settings, const json_t *given, const struct url_login *, char error[SETTINGS_ERROR_BYTES]);

/* As an object for clients. */
void	 settings_public(struct json *, const char *name, struct span text);

/* The feed's own interval in seconds; 0: none. */
int64_t	 settings_interval(const json_t *settings);

/*
 * Whether there are settings that only the feed's own origin may see: user name, password, cookie, headers. A redirect to another
 * one does not get them, so the feed must not move there by itself.
 */
bool	 settings_are_bound(struct span text);

/* Puts what concerns the fetcher into the job; strings are borrowed from settings, lists are in the arena. */
void	 settings_fill(const json_t *settings, struct rec_job *, struct arena *);

#endif
