/* doctor-place - what can be seen without the daemon: its socket, configuration, database, the clock, certificates. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contrib/gazette/child.h"
#include "contrib/gazette/doctor.h"

enum { SAID_BYTES = 1024, DAY_S = 86400, GROUPS_MOST = 64 };

#define OWN_PROGRAM "/proc/self/exe"
#define STATE_OF_SYSTEM "/var/lib/gazette"

/* --- the socket ------------------------------------------------------------------------------- */

/* 0, or errno. */
static int
knock(const char *path)
{
	struct sockaddr_un	 addr = { .sun_family = AF_UNIX };
	int			 fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	memcpy(addr.sun_path, path, strlen(path) + 1);
	error = connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1 ? errno : 0;
	close(fd);
	return error;
}

/* The group that has to be joined to get there: that of the socket, or of the nearest folder above it that can be seen. */
static const char *
group_of(struct doctor *doctor, const char *path)
{
	char		*place = arena_strdup(doctor->cmd->arena, path);
	struct stat	 status;
	struct group	*group;

	while (stat(place, &status) == -1 && strcmp(place, "/") != 0 && strcmp(place, ".") != 0)
		place = dirname(place);
	group = getgrgid(status.st_gid);
	return group != NULL ? arena_strdup(doctor->cmd->arena, group->gr_name) :
	    arena_printf(doctor->cmd->arena, "%u", (unsigned)status.st_gid);
}

/* What helps who may not go there. */
static const char *
way_in(struct doctor *doctor, const char *path)
{
	struct arena	*arena = doctor->cmd->arena;
	const char	*group = group_of(doctor, path), *join, *reading;

	join = arena_printf(arena, "become one of the group %s: \"adduser USER %s\" and log in again", group, group);
	reading = arena_printf(arena, "%s/readonly", dirname(arena_strdup(arena, path)));
	if (strlen(reading) >= CLIENT_PATH_BYTES || knock(reading) != 0)
		return join;
	return arena_printf(arena, "use \"-s %s\", where this user may read, or %s", reading, join);
}

static void
say_refused(struct doctor *doctor, const char *path, int error)
{
	if (error == ENOENT || error == ENOTDIR)
		doctor_say(doctor, DOCTOR_PROBLEM, "socket", "start gazetted, or \"systemctl enable --now gazetted\"; or say with -s or "
		    "GAZETTE_SOCKET where it is", "%s is not there", path);
	else if (error == ECONNREFUSED)
		doctor_say(doctor, DOCTOR_PROBLEM, "socket", "gazetted has ended without a word: look into its log and start it again",
		    "%s is there, but nobody listens", path);
	else if (error == EACCES || error == EPERM)
		doctor_say(doctor, DOCTOR_PROBLEM, "socket", way_in(doctor, path), "%s is not for this user", path);
	else
		doctor_say(doctor, DOCTOR_PROBLEM, "socket", NULL, "%s: %s", path, strerror(error));
}

bool
doctor_socket(struct doctor *doctor)
{
	char	 paths[CLIENT_PATHS_MAX][CLIENT_PATH_BYTES];
	int	 why[CLIENT_PATHS_MAX];
	size_t	 count = client_paths(doctor->cmd->options->socket, paths), i, worst = 0;

	if (count == 0) {
		doctor_say(doctor, DOCTOR_PROBLEM, "socket", "choose a shorter one", "its path is empty or too long");
		return false;
	}
	for (i = 0; i < count; i++) {
		why[i] = knock(paths[i]);
		if (why[i] == 0) {
			doctor_say(doctor, DOCTOR_OK, "socket", NULL, "%s", paths[i]);
			return true;
		}
		/* one that is there says more than one that is not */
		if (why[worst] == ENOENT && why[i] != ENOENT)
			worst = i;
	}
	say_refused(doctor, paths[worst], why[worst]);
	return false;
}

/* --- the configuration ------------------------------------------------------------------------ */

static const char *
find_daemon(struct doctor *doctor)
{
	static const char *const	 places[] = {
		"gazetted", "../../daemon/gazetted", "../sbin/gazetted", SBINDIR "/gazetted", NULL
	};

	return child_find(doctor->cmd->arena, places);
}

/* Runs it; its status, and the first line that it says on standard error. */
static int
run(char *const argv[], char said[SAID_BYTES])
{
	int	 fd, status;
	size_t	 len = 0;
	ssize_t	 got;
	pid_t	 pid;

	said[0] = '\0';
	fd = child_start(argv[0], argv, STDERR_FILENO, &pid);
	if (fd == -1)
		return -1;
	while (len < SAID_BYTES - 1 && (got = read(fd, said + len, SAID_BYTES - 1 - len)) > 0)
		len += (size_t)got;
	close(fd);
	said[len] = '\0';
	said[strcspn(said, "\n")] = '\0';
	status = child_wait(pid);
	return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the daemon says it reads; else what it would read; NULL: it finds that itself. */
static const char *
config_file(struct doctor *doctor)
{
	const char	*config = doctor->status != NULL ? cmd_string(doctor->status, "config") : NULL;
	const char	*of_system = SYSCONFDIR "/gazette/gazetted.conf";

	if (config != NULL)
		return config;
	return doctor->status == NULL && geteuid() == 0 && access(of_system, F_OK) == 0 ? of_system : NULL;
}

/* Whom the daemon runs as; without one, whom root's would. -1: nobody knows. */
static int64_t
daemon_user(struct doctor *doctor)
{
	const json_t	*user = json_object_get(json_object_get(doctor->status, "state"), "user");
	struct stat	 state;

	if (doctor->status != NULL)
		return user != NULL ? json_integer_value(user) : -1;
	return geteuid() == 0 && stat(STATE_OF_SYSTEM, &state) == 0 ? (int64_t)state.st_uid : -1;
}

static bool
is_member(const struct passwd *user, gid_t group)
{
	gid_t	 groups[GROUPS_MOST];
	int	 n_groups = GROUPS_MOST, i;

	if (getgrouplist(user->pw_name, user->pw_gid, groups, &n_groups) == -1)
		n_groups = GROUPS_MOST;
	for (i = 0; i < n_groups; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* What we may read the daemon need not: true if its user may not, and it has been said. */
static bool
is_kept_from_daemon(struct doctor *doctor, const char *file)
{
	int64_t		 uid = daemon_user(doctor);
	struct passwd	*user = uid > 0 ? getpwuid((uid_t)uid) : NULL;
	struct stat	 status;
	struct group	*own;
	mode_t		 right;

	if (user == NULL || stat(file, &status) == -1)
		return false;
	right = status.st_uid == user->pw_uid ? S_IRUSR : is_member(user, status.st_gid) ? S_IRGRP : S_IROTH;
	if ((status.st_mode & right) != 0)
		return false;
	own = getgrgid(user->pw_gid);
	doctor_say(doctor, DOCTOR_PROBLEM, "configuration", arena_printf(doctor->cmd->arena, "\"chgrp %s %s\" and \"chmod 640 %s\"",
	    own != NULL ? own->gr_name : user->pw_name, file, file), "%s: gazetted, which runs as %s, may not read it", file, user->pw_name);
	return true;
}

void
doctor_configuration(struct doctor *doctor)
{
	const char	*program = find_daemon(doctor), *file = config_file(doctor);
	char		 said[SAID_BYTES];
	char		*argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)"-n", (char *)(uintptr_t)(file != NULL ? "-f" : NULL),
			    (char *)(uintptr_t)file, NULL };

	if (program == NULL) {
		doctor_say(doctor, DOCTOR_WARNING, "configuration", "install gazetted on this machine, or put gazette beside it",
		    "it cannot be checked: there is no gazetted beside gazette or in " SBINDIR);
		return;
	}
	/* a daemon without such a file has its defaults */
	if (file != NULL && access(file, F_OK) == -1 && errno == ENOENT) {
		doctor_say(doctor, DOCTOR_OK, "configuration", NULL, "%s is not there: all is as it is by default", file);
		return;
	}
	if (file != NULL && access(file, R_OK) == -1) {
		doctor_say(doctor, DOCTOR_WARNING, "configuration", "run \"gazette doctor\" as a user who may read it", "%s: %s", file,
		    strerror(errno));
		return;
	}
	if (file != NULL && is_kept_from_daemon(doctor, file))
		return;
	if (run(argv, said) == 0)
		doctor_say(doctor, DOCTOR_OK, "configuration", NULL, "%s", file != NULL ? file : "what gazetted would read is valid");
	else
		doctor_say(doctor, DOCTOR_PROBLEM, "configuration", doctor->status != NULL ?
		    "mend it, gazetted.conf(5) says what is allowed; then reload gazetted" :
		    "mend it, gazetted.conf(5) says what is allowed; then start gazetted", "%s", said[0] != '\0' ? said : "gazetted -n fails without a word");
}

/* --- the database ----------------------------------------------------------------------------- */

enum { CHECK_WHOLE = 0, CHECK_DAMAGED = 3 };	/* what gazette-sqlite --check ends with */

/* The state directory: as it was said, or where gazetted looks by itself; root is asked about the system's. */
static const char *
state_directory(struct doctor *doctor)
{
	static const struct { const char *variable, *suffix; } choices[] = {
		{ "STATE_DIRECTORY", "" }, { "XDG_DATA_HOME", "/gazette" }, { "HOME", "/.local/share/gazette" }
	};
	const char	*value;
	size_t		 i;

	if (doctor->cmd->options->state != NULL)
		return doctor->cmd->options->state;
	if (getenv(choices[0].variable) == NULL && geteuid() == 0 && access(STATE_OF_SYSTEM, F_OK) == 0)
		return STATE_OF_SYSTEM;
	for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		value = getenv(choices[i].variable);
		if (value != NULL && *value != '\0')
			return arena_printf(doctor->cmd->arena, "%.*s%s", (int)strcspn(value, ":"), value, choices[i].suffix);
	}
	return NULL;
}

static bool
has_bytes(struct doctor *doctor, const char *folder, const char *name)
{
	struct stat	 status;

	return stat(arena_printf(doctor->cmd->arena, "%s/%s", folder, name), &status) == 0 && status.st_size > 0;
}

static int
check_database(struct doctor *doctor, const char *file, char said[SAID_BYTES])
{
	static const char *const	 places[] = { "gazette-sqlite", LIBEXECDIR "/gazette-sqlite", NULL };
	const char			*program = child_find(doctor->cmd->arena, places);
	char				*argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)"--check", (char *)(uintptr_t)file, NULL };

	if (program != NULL)
		return run(argv, said);
	snprintf(said, SAID_BYTES, "there is no gazette-sqlite beside gazette or in " LIBEXECDIR);
	return -1;
}

bool
doctor_database(struct doctor *doctor)
{
	const char	*state = state_directory(doctor), *file;
	char		 said[SAID_BYTES];
	int		 found;

	file = state != NULL ? arena_printf(doctor->cmd->arena, "%s/gazette.db", state) : NULL;
	if (file == NULL || access(file, R_OK) == -1) {
		if (doctor->cmd->options->state == NULL)
			return false;
		doctor_say(doctor, DOCTOR_PROBLEM, "database", NULL, "%s: %s", file, strerror(errno));
		return true;
	}
	found = check_database(doctor, file, said);
	/* SQLite takes an empty file for a new one */
	if (found == CHECK_WHOLE && !has_bytes(doctor, state, "gazette.db") && has_bytes(doctor, state, "index.db")) {
		found = CHECK_DAMAGED;
		snprintf(said, sizeof(said), "it has no byte, but there is an index of it");
	}
	if (found == CHECK_WHOLE)
		doctor_say(doctor, DOCTOR_OK, "database", NULL, "%s is whole", file);
	else if (found == CHECK_DAMAGED)
		doctor_say(doctor, DOCTOR_PROBLEM, "database", "put a backup in its place, as gazetted(8) says, before gazetted is started; then "
		    "look after the disk", "%s is damaged: %s", file, said);
	else
		doctor_say(doctor, DOCTOR_WARNING, "database", NULL, "it could not be checked: %s", said[0] != '\0' ? said : file);
	return true;
}

/* --- the clock -------------------------------------------------------------------------------- */

/* Programs are never older than the time at which they run. */
void
doctor_clock(struct doctor *doctor)
{
	char		 now[32], then[32];
	time_t		 clock_s = (time_t)doctor->now_s;
	struct stat	 own;

	strftime(now, sizeof(now), "%Y-%m-%d %H:%M UTC", gmtime(&clock_s));
	if (stat(OWN_PROGRAM, &own) == -1 || own.st_mtime <= clock_s + DAY_S) {
		doctor_say(doctor, DOCTOR_OK, "clock", NULL, "%s", now);
		return;
	}
	strftime(then, sizeof(then), "%Y-%m-%d %H:%M UTC", gmtime(&own.st_mtime));
	doctor_say(doctor, DOCTOR_PROBLEM, "clock", "set it (\"timedatectl set-ntp true\"): certificates are not valid yet, and polls are late",
	    "it is %s, which is before gazette was installed: %s", now, then);
}

/* --- certificates ----------------------------------------------------------------------------- */

void
doctor_trust(struct doctor *doctor)
{
	static const char *const	 places[] = {
		"/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted", "/var/lib/ca-certificates"
	};
	const char			*file = doctor->status != NULL ? cmd_string(doctor->status, "ca_file") : NULL;
	size_t				 i;

	if (file != NULL && access(file, R_OK) == -1) {
		doctor_say(doctor, DOCTOR_PROBLEM, "certificates", "set ca_file in gazetted.conf to a file of certificates in PEM, or to nothing",
		    "ca_file %s: %s", file, strerror(errno));
		return;
	}
	if (file != NULL) {
		doctor_say(doctor, DOCTOR_OK, "certificates", NULL, "ca_file %s", file);
		return;
	}
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], R_OK) == 0) {
			doctor_say(doctor, DOCTOR_OK, "certificates", NULL, "%s", places[i]);
			return;
		}
	doctor_say(doctor, DOCTOR_WARNING, "certificates", "install those of your system (ca-certificates), or set ca_file in gazetted.conf",
	    "there are none where systems have them: no https will work");
}
