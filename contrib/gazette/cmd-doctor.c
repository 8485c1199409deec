#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/doctor.h"
#include "daemon/shared/protocol.h"

enum { ANSWER_S_MAX = 10, STEP_MS = 200, SAID_BYTES = 2048, PAGES_MAX = 20 };

/* --- printing --------------------------------------------------------------------------------- */

static const struct { const char *word; enum out_style style; } verdicts[] = {
	[DOCTOR_OK] = { "ok", OUT_GOOD }, [DOCTOR_WARNING] = { "warning", OUT_MARK }, [DOCTOR_PROBLEM] = { "problem", OUT_BAD }
};

void
doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *subject, const char *advice, const char *fmt, ...)
{
	struct cmd	*cmd = doctor->cmd;
	char		 found[SAID_BYTES];
	json_t		*line;
	va_list		 ap;

	va_start(ap, fmt);
	vsnprintf(found, sizeof(found), fmt, ap);
	va_end(ap);
	doctor->sick |= verdict == DOCTOR_PROBLEM;
	if (cmd->options->json) {
		line = json_pack("{s:s, s:s, s:s, s:s*}", "verdict", verdicts[verdict].word, "subject", subject, "found",
		    cmd_clean(cmd, found), "advice", advice);
		out_json(line, false);
		json_decref(line);
		return;
	}
	out_printf("%s%-7s%s  %s: %s%s%s\n", out_on(&cmd->out, verdicts[verdict].style), verdicts[verdict].word, out_off(&cmd->out), subject,
	    cmd_clean(cmd, found), advice != NULL ? "; " : "", advice != NULL ? advice : "");
}

/* --- asking ----------------------------------------------------------------------------------- */

struct answer { bool done; json_t *result; struct client_error error; };

static void
answered(void *arg, json_t *result, const struct client_error *error)
{
	struct answer	*answer = arg;

	answer->done = true;
	answer->result = json_incref(result);
	if (error != NULL)
		answer->error = *error;
}

/* Waits at most so long (0: as long as it takes); NULL: error says why. */
static json_t *
ask(struct doctor *doctor, const char *method, json_t *params, int seconds)
{
	struct client		*client = doctor->cmd->client;
	struct answer		 answer = { .done = false };
	struct client_error	 lost;
	time_t			 begun = time(NULL);
	int64_t			 id = client_send(client, method, params, answered, &answer, &answer.error);

	while (id != -1 && !answer.done) {
		client_wait(client, STEP_MS, &lost);
		if (seconds == 0)
			out_waiting();
		else if (!answer.done && time(NULL) - begun > seconds) {
			client_forget(client, id);
			snprintf(answer.error.message, sizeof(answer.error.message), "no answer within %d s", seconds);
			break;
		}
	}
	out_progress_end();
	doctor->error = answer.error;
	return answer.result;
}

/* Findings of health that are failures; those of the first pages stand for all. */
static void
ask_failing(struct doctor *doctor)
{
	json_t		*page, *params, *finding;
	const char	*after;
	size_t		 i;
	int		 pages = 0;

	params = json_pack("{s:i}", "limit", PROTOCOL_PAGE_MAX);
	doctor->failing = json_array();
	do {
		page = ask(doctor, "health", params, ANSWER_S_MAX);
		json_array_foreach(json_object_get(page, "findings"), i, finding)
			if (cmd_string(finding, "word") != NULL)
				json_array_append(doctor->failing, finding);
		after = cmd_string(page, "after");
		params = after != NULL ? json_pack("{s:i, s:s}", "limit", PROTOCOL_PAGE_MAX, "after", after) : NULL;
		json_decref(page);
	} while (params != NULL && ++pages < PAGES_MAX);
	json_decref(params);
}

/* True if it has said how it is. */
static bool
ask_daemon(struct doctor *doctor)
{
	doctor->cmd->client = client_new(doctor->cmd->options->socket);
	if (client_connect(doctor->cmd->client, &doctor->error) == 0)
		doctor->status = ask(doctor, "status", NULL, ANSWER_S_MAX);
	if (doctor->status == NULL) {
		doctor_say(doctor, DOCTOR_PROBLEM, "daemon", "look into its log, and restart it if it hangs", "%s", doctor->error.message);
		return false;
	}
	doctor_say(doctor, DOCTOR_OK, "daemon", NULL, "process %" PRId64 " answers", cmd_integer(doctor->status, "pid"));
	ask_failing(doctor);
	doctor->check = ask(doctor, "check", NULL, 0);
	return true;
}

enum cmd_exit
cmd_doctor(struct cmd *cmd)
{
	struct doctor	 doctor = { .cmd = cmd, .now_s = cmd->out.now_s };
	bool		 there = doctor_socket(&doctor) && ask_daemon(&doctor);

	doctor_configuration(&doctor);
	doctor_clock(&doctor);
	doctor_trust(&doctor);
	if (there)
		doctor_daemon(&doctor);
	else
		doctor_say(&doctor, DOCTOR_WARNING, "daemon", "run \"gazette doctor\" again when it runs", "without it nothing can be said of "
		    "%ssandbox, index, helpers and network", doctor_database(&doctor) ? "" : "database, ");
	json_decref(doctor.status);
	json_decref(doctor.check);
	json_decref(doctor.failing);
	return doctor.sick ? CMD_REFUSED : CMD_DONE;
}
