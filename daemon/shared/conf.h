/*
 * conf - gazetted.conf(5): "key = value" lines, '#' comments. Rows of {name, kind, default, least, most}; the parser
 * has no code for a single key. An unknown key or a bad value is an error that names file, line, key and what is allowed.
 */
#ifndef DAEMON_SHARED_CONF_H
#define DAEMON_SHARED_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct conf {
	int64_t	 min_interval_s, max_interval_s, host_spacing_ms, timeout_ms;
	int64_t	 parallel, parallel_per_host;
	int64_t	 max_body_bytes;
	int64_t	 keep_days, keep_items, keep_revisions;	/* 0: without end (days, items), none (revisions) */
	int64_t	 keep_changes;
	bool	 allow_private_networks, rule_exec;
	char	*user_agent, *ca_file, *proxy, *socket_group, *readonly_socket, *readonly_group, *on_new;	/* owned; NULL: not set */
	char	*websub_listen, *websub_callback;	/* both or neither */
};

/* The most that keep_days and keep_items may be, here and for one feed. */
enum { CONF_KEEP_DAYS_MAX = 36500, CONF_KEEP_ITEMS_MAX = 10000000 };

enum { CONF_ERROR_BYTES = 512, CONF_QUANTITY_BYTES = 32 };

/* Fills in the defaults. */
void	conf_init(struct conf *);
void	conf_free(struct conf *);

/*
 * Reads file over what the conf holds. 0; 1 if there is none; -1 with error filled in (the conf is then as before):
 * "/etc/gazetted.conf:3: parallel: 'many' is not a number from 1 to 1000".
 */
int	conf_read(struct conf *, const char *file, char error[CONF_ERROR_BYTES]);

/* The same of a file that is open; its name is for the error. 0 or -1. */
int	conf_read_stream(struct conf *, const char *file, FILE *, char error[CONF_ERROR_BYTES]);

/* "90", "15m", "1h", "2d", "1w" to seconds; 0, or -1 if it is none. Sizes: "32M" to bytes. */
int	conf_duration(const char *str, int64_t *seconds);
int	conf_duration_ms(const char *str, int64_t *milliseconds);	/* "200ms" too */
int	conf_size(const char *str, int64_t *bytes);

/* The other way, for messages: the largest unit that divides it. Returns out. */
char	*conf_format_ms(int64_t milliseconds, char out[CONF_QUANTITY_BYTES]);
char	*conf_format_size(int64_t bytes, char out[CONF_QUANTITY_BYTES]);

#endif
