/*
 * serve - what the small servers beside the origin share: each connection has a process of its own, which may block.
 *
 *	serve_options("front", argc, argv, "c:k:", on_option);
 *	serve(on_connection);
 *
 * Options of all of them: -a ADDRESS (127.0.0.1; no other than loopback), -l FILE (the log), -t SECONDS (300: then it ends),
 * -w PID (it ends with that process). The port, which the kernel chooses, is printed; then the server goes into the background.
 */
#ifndef TESTS_ORIGIN_SERVE_H
#define TESTS_ORIGIN_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Options beyond those above; ends with a usage message if one is wrong or there are arguments. */
void	serve_options(const char *name, int argc, char **argv, const char *more, void (*on_option)(int chr, const char *arg));

/* Does not return. on_connection is called in a new process, which ends when it returns. */
void	serve(void (*on_connection)(int fd)) __attribute__((noreturn));

/* Appends one line to the log; whole, whoever else writes. */
void	serve_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A connection to this port of 127.0.0.1; ends the process if there is none. */
int	serve_connect(uint16_t port);

/* Writes all; false if the peer is gone. */
bool	serve_write(int fd, const char *ptr, size_t len);

uint16_t serve_port(const char *text);

#endif
