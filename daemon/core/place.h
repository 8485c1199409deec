/*
 * place - where things are when nobody says so: state, socket, configuration (gazetted(8), FILES), and the lock on the state.
 * Paths are owned by the caller.
 */
#ifndef DAEMON_CORE_PLACE_H
#define DAEMON_CORE_PLACE_H

#include <stdbool.h>

enum { PLACE_ERROR_BYTES = 512 };

/* NULL if not even HOME is set. */
char	*place_state(void);
char	*place_socket(void);
char	*place_config(void);

/* Makes the folder, mode 0700, and those above it that are missing. 0, or -1 with error. */
int	 place_make(const char *dir, char error[PLACE_ERROR_BYTES]);

/*
 * Room kept for a start on a full disk: dir/reserve, PLACE_RESERVE_BYTES of zeros. SQLite cannot so much as read a database without room
 * for the file that its processes share (32 KiB for each 16 MiB of its log). keep is true unless there is no room for it; give is true if
 * there was such a file, which is gone now.
 */
enum { PLACE_RESERVE_BYTES = 1 << 20 };
bool	 place_reserve_keep(const char *dir);
bool	 place_reserve_give(const char *dir);

/* Locks dir/lock for this process' life: one daemon per state directory. The descriptor, or -1 with error. */
int	 place_lock(const char *dir, char error[PLACE_ERROR_BYTES]);

#endif
