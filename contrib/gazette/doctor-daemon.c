/* doctor-daemon - what the daemon says of itself, judged. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "contrib/gazette/doctor.h"

enum { ROOM_LEAST = 64 << 20, LAG_LARGE = 10000, MANY_PERCENT = 50, HOSTS_TOLD = 3, LSM_BYTES = 512 };

#define LSM_FILE "/sys/kernel/security/lsm"

static const char *
mib(struct doctor *doctor, int64_t bytes)
{
	return arena_printf(doctor->cmd->arena, "%" PRId64 " MiB", bytes >> 20);
}

static const json_t *
part(const struct doctor *doctor, const char *name)
{
	return json_object_get(doctor->status, name);
}

static const char *
word_of(const struct doctor *doctor, const char *name)
{
	const char	*word = cmd_string(part(doctor, name), "state");

	return word != NULL ? word : "unknown";
}

static void
judge_version(struct doctor *doctor)
{
	const char	*version = cmd_string(doctor->status, "version");

	if (version != NULL && strcmp(version, PACKAGE_VERSION) == 0)
		doctor_say(doctor, DOCTOR_OK, "version", NULL, "%s", version);
	else
		doctor_say(doctor, DOCTOR_WARNING, "version", "restart gazetted if it was upgraded, or upgrade the older one",
		    "gazetted is %s, gazette is " PACKAGE_VERSION, version != NULL ? cmd_clean(doctor->cmd, version) : "unknown");
}

/* --- the state directory ---------------------------------------------------------------------- */

static void
judge_state(struct doctor *doctor)
{
	const json_t	*state = part(doctor, "state");
	const char	*path = cmd_member(doctor->cmd, state, "path");
	int64_t		 mode = cmd_integer(state, "mode"), owner = cmd_integer(state, "uid"), user = cmd_integer(state, "user");

	if (state == NULL)
		doctor_say(doctor, DOCTOR_WARNING, "state directory", NULL, "gazetted does not tell of it");
	else if (owner != user)
		doctor_say(doctor, DOCTOR_PROBLEM, "state directory", arena_printf(doctor->cmd->arena, "\"chown -R %" PRId64 " %s\"", user, path),
		    "%s belongs to user %" PRId64 ", but gazetted runs as %" PRId64, path, owner, user);
	else if ((mode & 077) != 0)
		doctor_say(doctor, DOCTOR_WARNING, "state directory", arena_printf(doctor->cmd->arena, "\"chmod 700 %s\": passwords are in it",
		    path), "%s is open to others, mode %03" PRIo64, path, mode);
	else
		doctor_say(doctor, DOCTOR_OK, "state directory", NULL, "%s", path);
}

static void
judge_room(struct doctor *doctor)
{
	const json_t	*state = part(doctor, "state"), *database = part(doctor, "database"), *ingest = part(doctor, "ingest");
	int64_t		 free = cmd_integer(state, "free_bytes"), size = cmd_integer(database, "bytes");

	if (strcmp(word_of(doctor, "ingest"), "stopped") == 0)
		doctor_say(doctor, DOCTOR_PROBLEM, "disk", "make room, or mend the disk; storing goes on by itself", "storing has stopped: %s",
		    cmd_member(doctor->cmd, ingest, "reason"));
	else if (json_object_get(state, "free_bytes") == NULL)
		doctor_say(doctor, DOCTOR_WARNING, "disk", NULL, "gazetted does not tell how much room is left");
	else if (free < ROOM_LEAST)
		doctor_say(doctor, DOCTOR_PROBLEM, "disk", "make room, or keep less (keep_days, keep_items in gazetted.conf)", "%s are left",
		    mib(doctor, free));
	else if (free < size)
		doctor_say(doctor, DOCTOR_WARNING, "disk", "a backup and a new index need as much as the database: make room, or keep less",
		    "%s are left, the database has %s", mib(doctor, free), mib(doctor, size));
	else
		doctor_say(doctor, DOCTOR_OK, "disk", NULL, "%s are left, the database has %s", mib(doctor, free), mib(doctor, size));
}

/* --- walls ------------------------------------------------------------------------------------ */

/* Why the kernel has no Landlock, as far as can be seen. */
static const char *
why_no_landlock(struct doctor *doctor)
{
	char		 active[LSM_BYTES] = "";
	struct utsname	 name;
	FILE		*file = fopen(LSM_FILE, "re");
	int		 major = 0, minor = 0;

	if (file != NULL && fgets(active, sizeof(active), file) == NULL)
		active[0] = '\0';
	if (file != NULL)
		fclose(file);
	active[strcspn(active, "\n")] = '\0';
	if (uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 && (major < 5 || (major == 5 && minor < 13)))
		return arena_printf(doctor->cmd->arena, "Linux %d.%d is older than 5.13: run a newer one", major, minor);
	if (active[0] != '\0' && strstr(active, "landlock") == NULL)
		return arena_printf(doctor->cmd->arena, "it is not among the security modules that are on: boot with lsm=landlock,%s", active);
	return "run a kernel that has it (CONFIG_SECURITY_LANDLOCK) and has it on (lsm=)";
}

static void
judge_sandbox(struct doctor *doctor)
{
	const json_t	*walls = part(doctor, "sandbox");
	bool		 files = json_is_true(json_object_get(walls, "files")), calls = json_is_true(json_object_get(walls, "calls"));

	if (walls == NULL)
		doctor_say(doctor, DOCTOR_WARNING, "sandbox", NULL, "gazetted does not tell of it");
	else if (!json_is_true(json_object_get(walls, "limits")))
		doctor_say(doctor, DOCTOR_WARNING, "sandbox", "install one that was configured without --disable-sandbox and sanitizers",
		    "gazetted is a build without it");
	else if (!files)
		doctor_say(doctor, DOCTOR_WARNING, "sandbox", why_no_landlock(doctor), "files are guarded by their modes alone: no Landlock");
	if (json_is_true(json_object_get(walls, "limits")) && !calls)
		doctor_say(doctor, DOCTOR_WARNING, "sandbox", "run a kernel that has it (CONFIG_SECCOMP_FILTER), or a build without --without-seccomp",
		    "system calls are not filtered: no seccomp");
	else if (files && calls)
		doctor_say(doctor, DOCTOR_OK, "sandbox", NULL, "Landlock and seccomp");
}

/* --- parts ------------------------------------------------------------------------------------ */

static void
judge_database(struct doctor *doctor)
{
	const json_t	*check = doctor->check;

	if (check == NULL)
		doctor_say(doctor, DOCTOR_WARNING, "database", strcmp(doctor->error.word, "read-only") == 0 ?
		    "ask at the other socket, which is not for reading only" : NULL, "it could not be checked: %s", doctor->error.message);
	else if (!json_is_true(json_object_get(check, "whole")))
		doctor_say(doctor, DOCTOR_PROBLEM, "database", "stop gazetted and restore a backup, as gazetted(8) says; then look after the disk",
		    "it is damaged: %s", cmd_member(doctor->cmd, check, "finding"));
	else
		doctor_say(doctor, DOCTOR_OK, "database", NULL, "whole");
}

static void
judge_index(struct doctor *doctor)
{
	const json_t	*index = part(doctor, "index");
	const char	*word = word_of(doctor, "index");
	int64_t		 lag = cmd_integer(index, "lag");

	if (strcmp(word, "starting") == 0)
		doctor_say(doctor, DOCTOR_WARNING, "index", "wait; words can be searched for when it is there", "it is starting");
	else if (strcmp(word, "rebuilding") == 0)
		doctor_say(doctor, DOCTOR_WARNING, "index", "wait; words can be searched for when it is done", "it is being rebuilt, %" PRId64
		    " entries so far", cmd_integer(index, "entries"));
	else if (strcmp(word, "ok") != 0)
		doctor_say(doctor, DOCTOR_PROBLEM, "index", "look into the log; index.db may be deleted while gazetted is stopped", "it is %s",
		    cmd_clean(doctor->cmd, word));
	else
		doctor_say(doctor, lag > LAG_LARGE ? DOCTOR_WARNING : DOCTOR_OK, "index", lag > LAG_LARGE ? "wait; new entries cannot be "
		    "searched for words until it has caught up" : NULL, "%" PRId64 " entries, %" PRId64 " changes behind",
		    cmd_integer(index, "entries"), lag);
}

static void
judge_helper(struct doctor *doctor, const char *name, const char *part_name)
{
	int64_t		 restarts = cmd_integer(part(doctor, part_name), "restarts");

	if (strcmp(word_of(doctor, part_name), "restarting") == 0)
		doctor_say(doctor, DOCTOR_PROBLEM, name, "look into the log for why it ends", "it does not run, %" PRId64 " restarts", restarts);
	else
		doctor_say(doctor, restarts > 0 ? DOCTOR_WARNING : DOCTOR_OK, name, restarts > 0 ? "look into the log for why it ended; "
		    "\"gazette health\" names feeds that are to blame" : NULL, "%s",
		    cmd_number(doctor->cmd, restarts, "restart", "restarts"));
}

static void
judge_quarantine(struct doctor *doctor)
{
	int64_t		 count = cmd_integer(doctor->status, "quarantined");

	doctor_say(doctor, count > 0 ? DOCTOR_WARNING : DOCTOR_OK, "quarantine", count > 0 ? "\"gazette health\" names them, and "
	    "\"gazette refresh FEED\" tries one again" : NULL, "%s", cmd_number(doctor->cmd, count, "feed", "feeds"));
}

/* --- the network ------------------------------------------------------------------------------ */

/* What many feeds suffer at once when it is not they who are ill. */
static const struct reach { const char *word, *advice; } reaches[] = {
	{ "dns-failure", "look at /etc/resolv.conf, and whether its name servers answer" },
	{ "unreachable", "look whether this machine is on the network, and at firewalls and proxy in gazetted.conf" },
	{ "tls-failure", "look at the clock, at ca_file in gazetted.conf and the certificates of this machine, and whether a proxy changes them" },
	{ "network-error", "look whether this machine is on the network, and at proxy in gazetted.conf" },
	{ "too-slow", "look whether the network is slow or loses packets; timeout in gazetted.conf says how long is waited" },
	{ "private-address", "names lead to private addresses: look at the name server; allow_private_networks in gazetted.conf allows them" },
};

/* The host of a URL: what is between "//" and the next "/", in the arena. */
static const char *
host_of(struct doctor *doctor, const char *url)
{
	const char	*begin = url != NULL ? strstr(url, "//") : NULL;

	return begin == NULL ? "" : arena_strndup(doctor->cmd->arena, begin + 2, strcspn(begin + 2, "/?#"));
}

/* True: many feeds on several hosts fail like this, and it has been said. */
static bool
judge_reach(struct doctor *doctor, const struct reach *reach)
{
	int64_t		 feeds = cmd_integer(doctor->status, "feeds"), count = 0;
	json_t		*hosts = json_object(), *finding;
	const char	*since = NULL;
	size_t		 i, n_hosts;

	json_array_foreach(doctor->failing, i, finding) {
		const char	*word = cmd_string(finding, "word"), *at = cmd_string(finding, "since");

		if (word == NULL || strcmp(word, reach->word) != 0)
			continue;
		count++;
		json_object_set_new(hosts, host_of(doctor, cmd_string(finding, "url")), json_true());
		if (at != NULL && (since == NULL || strcmp(at, since) < 0))
			since = at;
	}
	n_hosts = json_object_size(hosts);
	json_decref(hosts);
	if (n_hosts < HOSTS_TOLD || count * 100 < feeds * MANY_PERCENT)
		return false;
	doctor_say(doctor, DOCTOR_PROBLEM, "network", reach->advice, "%s%s on %zu hosts fail with %s%s%s", count >= feeds ? "all " : "",
	    count >= feeds ? cmd_number(doctor->cmd, count, "feed", "feeds") : arena_printf(doctor->cmd->arena, "%" PRId64 " of %" PRId64 " feeds",
	    count, feeds), n_hosts, reach->word, since != NULL ? ", since " : "", since != NULL ? cmd_clean(doctor->cmd, since) : "");
	return true;
}

static void
judge_network(struct doctor *doctor)
{
	bool	 said = false;
	size_t	 i;

	for (i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++)
		said |= judge_reach(doctor, &reaches[i]);
	if (!said)
		doctor_say(doctor, DOCTOR_OK, "network", NULL, "%" PRId64 " of %" PRId64 " feeds fail%s", cmd_integer(doctor->status, "failing"),
		    cmd_integer(doctor->status, "feeds"), cmd_integer(doctor->status, "failing") > 0 ? " (\"gazette health\" says why)" : "");
}

void
doctor_daemon(struct doctor *doctor)
{
	judge_version(doctor);
	judge_state(doctor);
	judge_room(doctor);
	judge_sandbox(doctor);
	judge_database(doctor);
	judge_index(doctor);
	judge_helper(doctor, "fetcher", "fetcher");
	judge_helper(doctor, "indexer", "index");
	judge_network(doctor);
	judge_quarantine(doctor);
}
