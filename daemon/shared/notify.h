/*
 * notify - tells the service manager how we are: sd_notify(3)'s protocol, without its library.
 *
 * Without NOTIFY_SOCKET in the environment all of it does nothing. Nothing blocks.
 *
 *	notify_ready();
 *	notify_status("%zu feeds, %zu due", feeds, due);
 *	if (notify_watchdog_ms() != 0)		every so often:
 *		notify_watchdog();
 */
#ifndef DAEMON_SHARED_NOTIFY_H
#define DAEMON_SHARED_NOTIFY_H

#include <stdint.h>

void	notify_ready(void);
void	notify_reloading(void);		/* follow with notify_ready() */
void	notify_stopping(void);
void	notify_watchdog(void);

/* One line for "systemctl status". */
void	notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* How often to call notify_watchdog(): half of what the manager allows. 0: it does not watch us. */
int64_t	notify_watchdog_ms(void);

#endif
