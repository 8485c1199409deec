/* sandbox-files - Landlock: the table of paths, and what a right means to the kernel at hand (landlock(7)). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/shared/log.h"
#include "daemon/shared/sandbox-private.h"

/* linux/landlock.h, declared here because that of the build machine may be older than the kernel at hand. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_add_rule		445
#define SYS_landlock_restrict_self	446
#endif
enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset { uint64_t fs, net, scoped; };
struct path_beneath { uint64_t allowed; int32_t fd; } __attribute__((packed));

#define FS_WRITE_FILE	(1ULL << 1)
#define FS_READ_FILE	(1ULL << 2)
#define FS_READ_DIR	(1ULL << 3)
#define FS_REMOVE_FILE	(1ULL << 5)
#define FS_MAKE_REG	(1ULL << 8)
#define FS_TRUNCATE	(1ULL << 14)
#define FS_OF_FILES	(1ULL << 0 | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | 1ULL << 15)

#define NET_BIND_TCP		(1ULL << 0)
#define NET_CONNECT_TCP		(1ULL << 1)
#define SCOPE_ABSTRACT_UNIX	(1ULL << 0)
#define SCOPE_SIGNAL		(1ULL << 1)

/* How many rights a kernel knows: the bits of all access to files, by its ABI. */
static const unsigned fs_bits[] = { 0, 13, 14, 15, 15, 16 };
enum { ABI_MAX = sizeof fs_bits / sizeof fs_bits[0] - 1, ABI_NET = 4, ABI_SCOPE = 6 };

/* What is refused of TCP and towards processes outside. Core ends its helpers, which are outside of its own walls. */
static const struct { enum sandbox_role role; uint64_t net, scoped; } walls[] = {
	{ SANDBOX_FETCHER, NET_BIND_TCP, SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL },
	{ SANDBOX_LISTENER, NET_BIND_TCP, SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL },
	{ SANDBOX_INDEXER, NET_BIND_TCP | NET_CONNECT_TCP, SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL },
	{ SANDBOX_CORE, NET_BIND_TCP | NET_CONNECT_TCP, 0 },
};

/* All of it read-only. Folders of distributions that are not ours are not there, and left out. */
enum { FETCHERS = SANDBOX_FETCHER | SANDBOX_LISTENER };

static const struct { unsigned roles; const char *path, *why; } rows[] = {
	{ FETCHERS | SANDBOX_INDEXER | SANDBOX_CORE, "/dev/urandom", "jansson's hashes must not be foreseen, SQLite's numbers neither" },
	{ FETCHERS, "/etc/resolv.conf", "which name servers" },
	{ FETCHERS, "/etc/hosts", "names of the place" },
	{ FETCHERS, "/etc/nsswitch.conf", "where names are looked for" },
	{ FETCHERS, "/etc/host.conf", "how" },
	{ FETCHERS, "/etc/gai.conf", "which address of many" },
	{ FETCHERS, "/etc/services", "getaddrinfo() asks it" },
	{ FETCHERS, "/etc/ld.so.cache", "where the modules of the C library for names are" },
	{ FETCHERS, "/lib", "these modules, and character sets" },
	{ FETCHERS, "/lib64", "the same" },
	{ FETCHERS, "/usr/lib", "the same" },
	{ FETCHERS, "/usr/lib64", "the same" },
	{ FETCHERS, "/etc/ssl/certs", "whom to trust: Debian, Arch, Alpine, SUSE" },
	{ FETCHERS, "/etc/ssl/cert.pem", "Alpine" },
	{ FETCHERS, "/usr/share/ca-certificates", "what the links in there lead to: Debian" },
	{ FETCHERS, "/usr/local/share/ca-certificates", "the same, of the machine's owner" },
	{ FETCHERS, "/etc/ca-certificates/extracted", "Arch" },
	{ FETCHERS, "/etc/pki/tls/certs", "Fedora" },
	{ FETCHERS, "/etc/pki/ca-trust/extracted", "Fedora" },
	{ FETCHERS, "/var/lib/ca-certificates", "SUSE" },
	{ SANDBOX_CORE, "/etc/localtime", "when today began" },
	{ SANDBOX_CORE, "/usr/share/zoneinfo", "the same: it is mostly a link" },
};

/* A file that may be read, and which one it was. */
struct known { const char *path; dev_t dev; ino_t ino; };
enum { KNOWN_MAX = sizeof rows / sizeof rows[0] + 4 };
static struct known known[KNOWN_MAX];
static size_t n_known;

static struct known
look(const char *path)
{
	struct stat status;

	if (stat(path, &status) == -1)
		return (struct known){ .path = path };
	return (struct known){ path, status.st_dev, status.st_ino };
}

bool
sandbox_stale(void)
{
	for (size_t i = 0; i < n_known; i++) {
		struct known now = look(known[i].path);

		if (now.dev != known[i].dev || now.ino != known[i].ino)
			return true;
	}
	return false;
}

static int
abi(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

bool
sandbox_has_files(void)
{
	return abi() > 0;
}

static uint64_t
fs_known(int version)
{
	return (1ULL << fs_bits[version < ABI_MAX ? version : ABI_MAX]) - 1;
}

static uint64_t
fs_rights(unsigned rights)
{
	static const struct { unsigned right; uint64_t fs; } meanings[] = {
		{ SANDBOX_READ, FS_READ_FILE | FS_READ_DIR },
		{ SANDBOX_CHANGE, FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_REMOVE_FILE },
		{ SANDBOX_REMOVE, FS_REMOVE_FILE },
	};
	uint64_t fs = 0;

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if ((rights & meanings[i].right) != 0)
			fs |= meanings[i].fs;
	return fs;
}

/* A rule holds for the file that is there now, whatever its name; what is not there needs none. */
static int
allow(int ruleset, int version, const char *path, unsigned rights)
{
	struct path_beneath rule = { .allowed = fs_rights(rights) & fs_known(version) };
	struct stat status;
	int result = 0;

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd == -1) {
		if (n_known < KNOWN_MAX)
			known[n_known++] = (struct known){ .path = path };
		return 0;
	}
	if (fstat(rule.fd, &status) == 0 && !S_ISDIR(status.st_mode)) {
		rule.allowed &= FS_OF_FILES;
		if (n_known < KNOWN_MAX)
			known[n_known++] = (struct known){ path, status.st_dev, status.st_ino };
	}
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == -1) {
		log_error("sandbox: %s: %s", path, strerror(errno));
		result = -1;
	}
	close(rule.fd);
	return result;
}

static int
allow_all(int ruleset, int version, const struct sandbox *sandbox)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if ((rows[i].roles & sandbox->role) != 0 && allow(ruleset, version, rows[i].path, SANDBOX_READ) == -1)
			return -1;
	for (size_t i = 0; i < sandbox->n_paths; i++)
		if (allow(ruleset, version, sandbox->paths[i].path, sandbox->paths[i].rights) == -1)
			return -1;
	return 0;
}

/* Everything that the kernel can refuse is refused but for the rules; what it does not know is masked out. */
static int
make_ruleset(enum sandbox_role role, int version)
{
	struct ruleset attr = { .fs = fs_known(version) };

	for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++)
		if (walls[i].role == role) {
			attr.net = version >= ABI_NET ? walls[i].net : 0;
			attr.scoped = version >= ABI_SCOPE ? walls[i].scoped : 0;
		}
	return (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
}

int
sandbox_files_enter(const struct sandbox *sandbox)
{
	int version = abi(), ruleset, result;

	if (version == 0) {
		sandbox_lacks(sandbox, "this kernel has no Landlock (5.13 with it built in and switched on): files are guarded by their modes alone");
		return 0;
	}
	ruleset = make_ruleset(sandbox->role, version);
	if (ruleset == -1) {
		log_error("sandbox: Landlock: %s", strerror(errno));
		return -1;
	}
	result = allow_all(ruleset, version, sandbox);
	if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) == -1) {
		log_error("sandbox: Landlock: %s", strerror(errno));
		result = -1;
	}
	close(ruleset);
	return result;
}
