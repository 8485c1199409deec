/*
 * log - lines to standard error: "gazetted: feed=12 host=example.org: TLS: certificate expired".
 *
 * Under systemd (JOURNAL_STREAM names standard error) each line begins with its priority, "<4>".
 * Control characters in what is logged are replaced. No secret may be given to it.
 */
#ifndef DAEMON_SHARED_LOG_H
#define DAEMON_SHARED_LOG_H

#include <stdbool.h>

/* program: the name each line begins with; verbose: debug lines too. */
void	log_open(const char *program, bool verbose);
void	log_rename(const char *program);	/* after fork() */

void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
