/*
 * doctor - what is wrong with an installation, and what to do about it: "gazette doctor". What the daemon says of itself is judged here
 * (doctor-daemon.c), and what can be seen without it (doctor-place.c); cmd-doctor.c asks and prints.
 *
 * Each check says at least one thing; a "problem" is what keeps news from coming or being kept, a "warning" what may.
 */
#ifndef CONTRIB_GAZETTE_DOCTOR_H
#define CONTRIB_GAZETTE_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/cmd.h"

enum doctor_verdict { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_PROBLEM };

struct doctor {
	struct cmd	*cmd;
	json_t		*status;	/* the daemon's; NULL: there is none */
	json_t		*check;		/* the answer of the method check; NULL: error says why not */
	json_t		*failing;	/* findings of health, what: failing or throttled */
	struct client_error error;
	int64_t		 now_s;
	bool		 sick;		/* a problem was found */
};

/* One finding. advice may be NULL. fmt is for what was found. */
void	 doctor_say(struct doctor *, enum doctor_verdict, const char *subject, const char *advice, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));

/* Sockets where it is looked for; true: somebody listens at one, and we may go there. */
bool	 doctor_socket(struct doctor *);

/* These need no daemon, but say more with one. */
void	 doctor_configuration(struct doctor *);
void	 doctor_clock(struct doctor *);
void	 doctor_trust(struct doctor *);

/*
 * Without a daemon: the database where --state says, or gazetted would look for one. False: there is none, or it is not for us, and nothing was said. It is
 * only read, by gazette-sqlite.
 */
bool	 doctor_database(struct doctor *);

/* All that is judged by status, check and failing. */
void	 doctor_daemon(struct doctor *);

#endif
