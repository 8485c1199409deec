/*
 * log - lines to standard error: "gazetted: feed=12 host=example.org: TLS: certificate expired".
 *
 * Under systemd (JOURNAL_STREAM names standard error) each line begins with its priority, "<4>".
 * Control characters in what is logged are replaced. No secret may be given to it.
 */
#ifndef DAEMON_SHARED_LOG_H
#define DAEMON_SHARED_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_BRAKE_MS = 60 * 1000 };	/* between two lines of a kind that others can cause as often as they like */

struct log_brake { int64_t said_ms; uint64_t held; };	/* one for each place; all zero at first */

/* program: the name each line begins with; verbose: debug lines too. */
void	log_open(const char *program, bool verbose);
void	log_rename(const char *program);	/* after fork() */

void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * For lines that others can cause as often as they like: NULL while the last one is not LOG_BRAKE_MS ago, then nothing is to be
 * logged; else what ends the line, which tells how many were held back. Borrowed until the next call. now_ms: loop_mono_ms().
 *
 *	const char *more = log_brake(&brake, loop_mono_ms());
 *
 *	if (more != NULL)
 *		log_warn("peer=%d: turned away%s", pid, more);
 */
const char	*log_brake(struct log_brake *, int64_t now_ms);

#endif
