/* Each promise of daemon/shared/sandbox.h: a process of each role tries, and is refused, or is not. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

enum { LIS = SANDBOX_LISTENER, FET = SANDBOX_FETCHER | LIS, IND = SANDBOX_INDEXER, COR = SANDBOX_CORE, POR = SANDBOX_PORTER, ALL = FET | IND | COR };
enum { NOTHING, LIMITS, FILES, CALLS };	/* what refuses it */
enum { KILLED = 1000, NAME_BYTES = 80, PATH_BYTES = 128, NOT_LOCKED = 255, ROWS_MAX = 300 };

#define MEMORY_MAX (256ULL << 20)

static char top[] = "/tmp/sandbox.XXXXXX";
static char own_file[PATH_BYTES], own_new[PATH_BYTES], other_file[PATH_BYTES], other_new[PATH_BYTES], libc_file[PATH_BYTES];

/* --- attempts: 0, or what errno says -------------------------------------------------------- */

static int
code(long result)
{
	return result == -1 ? errno : 0;
}

static int
try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static int read_other(void) { return try_open(other_file, O_RDONLY); }
static int read_passwd(void) { return try_open("/etc/passwd", O_RDONLY); }
static int read_self(void) { return try_open("/proc/self/maps", O_RDONLY); }
static int list_root(void) { return try_open("/", O_RDONLY | O_DIRECTORY); }
static int read_own(void) { return try_open(own_file, O_RDONLY); }
static int write_own(void) { return try_open(own_file, O_RDWR); }
static int make_own(void) { return try_open(own_new, O_RDWR | O_CREAT); }
static int cut_own(void) { return try_open(own_file, O_WRONLY | O_TRUNC); }
static int remove_own(void) { return code(unlink(own_file)); }
static int write_other(void) { return try_open(other_file, O_WRONLY); }
static int append_other(void) { return try_open(other_file, O_WRONLY | O_APPEND); }
static int cut_other(void) { return try_open(other_file, O_RDONLY | O_TRUNC); }
static int make_other(void) { return try_open(other_new, O_RDWR | O_CREAT); }
static int make_unnamed(void) { return try_open("/tmp", O_RDWR | O_TMPFILE); }
static int remove_other(void) { return code(unlink(other_file)); }
static int move_own(void) { return code(rename(own_file, other_new)); }
static int link_other(void) { return code(link(other_file, own_new)); }
static int symlink_other(void) { return code(symlink(other_file, own_new)); }
static int make_folder(void) { return code(mkdir(own_new, 0700)); }
static int chmod_other(void) { return code(chmod(other_file, 0777)); }
static int truncate_other(void) { return code(truncate(other_file, 0)); }

static int
exec_something(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int
start_something(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(exec_something());
	if (pid == -1)
		return errno;
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : ECHILD;
}

static int
fork_alone(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return code(pid);
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
start_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);

	return error != 0 ? error : pthread_join(thread, NULL);
}

static int attach(void) { return code(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)); }
static int peek(void) { return code(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)); }
static int kill_parent(void) { return code(kill(getppid(), SIGTERM)); }
static int inet(void) { return code(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }
static int inet6(void) { return code(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
static int udp(void) { return code(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }
static int raw(void) { return code(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static int netlink(void) { return code(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0)); }
static int packet(void) { return code(socket(AF_PACKET, SOCK_RAW, 0)); }
static int bus(void) { return code(socket(AF_UNIX, SOCK_STREAM, 0)); }
static int notice(void) { return code(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }
static int pair(void) { return code(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ -1, -1 })); }

static int
connect_somewhere(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	/* no descriptor of a socket is needed to see whether it may be tried */
	return code(connect(STDIN_FILENO, (const struct sockaddr *)&addr, sizeof addr));
}

static int have_signals_sent(void) { return code(fcntl(STDIN_FILENO, F_SETOWN, getppid())); }
static int type_into_terminal(void) { return code(ioctl(STDIN_FILENO, TIOCSTI, "x")); }
static int bind_something(void) { return code(bind(STDIN_FILENO, NULL, 0)); }
static int listen_something(void) { return code(listen(STDIN_FILENO, 1)); }
static int accept_somebody(void) { return code(accept(STDIN_FILENO, NULL, NULL)); }

static int
map(int prot, int flags, int fd)
{
	return mmap(NULL, 4096, prot, flags, fd, 0) == MAP_FAILED ? errno : 0;
}

static int map_code(void) { return map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1); }
static int map_both(void) { return map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1); }
static int map_library(void) { return map(PROT_READ | PROT_EXEC, MAP_PRIVATE, open(libc_file, O_RDONLY)); }
static int map_library_both(void) { return map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, open(libc_file, O_RDONLY)); }

static int
make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return code(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int make_memory_file(void) { return code(syscall(SYS_memfd_create, "x", 0)); }
static int become_other(void) { return code(syscall(SYS_setuid, 1)); }
static int mount_something(void) { return code(mount("none", top, "tmpfs", 0, NULL)); }
static int leave_namespaces(void) { return code(syscall(SYS_unshare, 0)); }
static int ring(void) { return code(syscall(SYS_io_uring_setup, 0, NULL)); }
static int program_kernel(void) { return code(syscall(SYS_bpf, 0, NULL, 0)); }
static int keyring(void) { return code(syscall(SYS_keyctl, 0, 0)); }

static int
raise_limit(void)
{
	struct rlimit limit = { 0, 0 };

	return code(setrlimit(RLIMIT_NPROC, &limit));
}

static int show_again(void) { return code(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }
static int is_shown(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : EPERM; }

static int
dumps_core(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 ? 0 : EPERM;
}

static int
take_much(void)
{
	return mmap(NULL, 2 * MEMORY_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int read_hosts(void) { return access("/etc/hosts", F_OK) == 0 ? try_open("/etc/hosts", O_RDONLY) : 0; }

/* --- rows ------------------------------------------------------------------------------------------ */

static const struct row {
	unsigned	 roles;
	const char	*name;
	int		(*attempt)(void);
	int		 expected;
	int		 by;		/* left out where that is not here */
} rows[] = {
	{ ALL, "read a file of others", read_other, EACCES, FILES },
	{ ALL, "read /etc/passwd", read_passwd, EACCES, FILES },
	{ ALL, "read /proc/self/maps", read_self, EACCES, FILES },
	{ ALL, "list /", list_root, EACCES, FILES },
	{ FET, "read the hosts", read_hosts, 0, NOTHING },
	{ FET, "read the state", read_own, EACCES, FILES },
	{ FET, "write the state", write_own, EPERM, CALLS },
	{ FET, "make a file in the state", make_own, EPERM, CALLS },
	{ IND | COR, "read the state", read_own, 0, NOTHING },
	{ IND | COR, "write the state", write_own, 0, NOTHING },
	{ IND | COR, "make a file in the state", make_own, 0, NOTHING },
	{ IND | COR, "cut a file in the state", cut_own, 0, NOTHING },
	{ IND | COR, "remove a file of the state", remove_own, 0, NOTHING },
	{ FET, "write a file of others", write_other, EPERM, CALLS },
	{ FET, "append to a file of others", append_other, EPERM, CALLS },
	{ FET, "cut a file of others", cut_other, EPERM, CALLS },
	{ FET, "make a file elsewhere", make_other, EPERM, CALLS },
	{ FET, "make a file without a name", make_unnamed, EPERM, CALLS },
	{ FET, "remove a file of others", remove_other, EPERM, CALLS },
	{ IND | COR, "write a file of others", write_other, EACCES, FILES },
	{ IND | COR, "append to a file of others", append_other, EACCES, FILES },
	{ IND | COR, "cut a file of others", cut_other, EACCES, FILES },
	{ IND | COR, "make a file elsewhere", make_other, EACCES, FILES },
	{ IND | COR, "make a file without a name", make_unnamed, EACCES, FILES },
	{ IND | COR, "remove a file of others", remove_other, EACCES, FILES },
	{ ALL, "move a file", move_own, EPERM, CALLS },
	{ ALL, "link a file", link_other, EPERM, CALLS },
	{ ALL, "make a symbolic link", symlink_other, EPERM, CALLS },
	{ ALL, "make a folder", make_folder, EPERM, CALLS },
	{ ALL, "open a file to all", chmod_other, EPERM, CALLS },
	{ ALL, "cut a file by name", truncate_other, EPERM, CALLS },
	{ ALL, "exec", exec_something, KILLED, CALLS },
	{ ALL, "fork", fork_alone, EPERM, CALLS },
	{ POR, "fork and exec", start_something, 0, NOTHING },
	{ FET, "a thread", start_thread, 0, NOTHING },
	{ IND | COR, "a thread", start_thread, EPERM, CALLS },
	{ ALL | POR, "ptrace", attach, KILLED, CALLS },
	{ ALL | POR, "read another process's memory", peek, KILLED, CALLS },
	{ ALL, "signal another process", kill_parent, EPERM, CALLS },
	{ ALL, "have signals sent to another process", have_signals_sent, EPERM, CALLS },
	{ ALL, "type into the terminal", type_into_terminal, EPERM, CALLS },
	{ FET, "an internet socket", inet, 0, NOTHING },
	{ FET, "an IPv6 socket", inet6, 0, NOTHING },
	{ FET, "a UDP socket", udp, 0, NOTHING },
	{ IND | COR, "an internet socket", inet, EPERM, CALLS },
	{ IND | COR, "an IPv6 socket", inet6, EPERM, CALLS },
	{ IND | COR, "a UDP socket", udp, EPERM, CALLS },
	{ ALL, "a raw socket", raw, EPERM, CALLS },
	{ ALL, "a packet socket", packet, EPERM, CALLS },
	{ ALL, "a netlink socket", netlink, EPERM, CALLS },
	{ ALL, "a local socket that connects", bus, EPERM, CALLS },
	{ FET | IND, "a local datagram socket", notice, EPERM, CALLS },
	{ COR, "a local datagram socket", notice, 0, NOTHING },
	{ FET | COR, "a pair of sockets", pair, 0, NOTHING },
	{ IND, "a pair of sockets", pair, EPERM, CALLS },
	{ FET, "connect", connect_somewhere, ENOTSOCK, NOTHING },
	{ IND | COR, "connect", connect_somewhere, EPERM, CALLS },
	{ FET | IND, "bind", bind_something, KILLED, CALLS },
	{ FET | IND, "listen", listen_something, KILLED, CALLS },
	{ SANDBOX_FETCHER | IND, "accept", accept_somebody, KILLED, CALLS },
	{ LIS | COR, "accept", accept_somebody, ENOTSOCK, NOTHING },
	{ COR, "bind", bind_something, EPERM, CALLS },
	{ COR, "listen", listen_something, EPERM, CALLS },
	{ ALL, "map memory as code", map_code, EPERM, CALLS },
	{ ALL, "map memory to be written and run", map_both, EPERM, CALLS },
	{ ALL, "make code of memory", make_code, EPERM, CALLS },
	{ FET, "load a library", map_library, 0, NOTHING },
	{ FET, "load a library to be written", map_library_both, EPERM, CALLS },
	{ ALL, "a file in memory", make_memory_file, KILLED, CALLS },
	{ ALL, "become somebody else", become_other, KILLED, CALLS },
	{ ALL | POR, "mount", mount_something, KILLED, CALLS },
	{ ALL | POR, "leave the namespaces", leave_namespaces, KILLED, CALLS },
	{ ALL | POR, "io_uring", ring, KILLED, CALLS },
	{ ALL | POR, "bpf", program_kernel, KILLED, CALLS },
	{ ALL | POR, "the kernel's keys", keyring, KILLED, CALLS },
	{ ALL, "change a limit", raise_limit, EPERM, CALLS },
	{ ALL, "be looked into again", show_again, EPERM, CALLS },
	{ POR, "not to be looked into", is_shown, 0, LIMITS },
	{ ALL | POR, "not to dump core", dumps_core, 0, LIMITS },
	{ FET | IND, "more memory than is its", take_much, ENOMEM, LIMITS },
};

static const struct { unsigned role; const char *name; } roles[] = {
	{ SANDBOX_FETCHER, "fetcher" }, { LIS, "listener" }, { IND, "indexer" }, { COR, "core" }, { POR, "porter" }
};

struct instance {
	const struct row *row;
	unsigned	 role;
	char		 name[NAME_BYTES];
};

/* --- the test of a row ---------------------------------------------------------------------------------- */

static void
put_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd != -1);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static int
prepare(void **state)
{
	char folder[PATH_BYTES];
	Dl_info info;

	(void)state;
	assert_non_null(mkdtemp(top));
	snprintf(folder, sizeof folder, "%s/own", top);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(own_file, sizeof own_file, "%s/own/file", top);
	snprintf(own_new, sizeof own_new, "%s/own/new", top);
	snprintf(other_file, sizeof other_file, "%s/file", top);
	snprintf(other_new, sizeof other_new, "%s/new", top);
	put_file(other_file);
	assert_true(dladdr((void *)(uintptr_t)fopen, &info) != 0 && info.dli_fname[0] == '/');
	snprintf(libc_file, sizeof libc_file, "%.*s", PATH_BYTES - 1, info.dli_fname);
	return 0;
}

static int
clean_up(void **state)
{
	char folder[PATH_BYTES];

	(void)state;
	snprintf(folder, sizeof folder, "%s/own", top);
	unlink(own_file);
	unlink(own_new);
	unlink(other_file);
	unlink(other_new);
	rmdir(folder);
	rmdir(top);
	return 0;
}

/* Not /dev/null at standard input but a file, which is no socket. */
static void __attribute__((noreturn))
attempt(const struct instance *instance)
{
	char folder[PATH_BYTES];
	const struct sandbox_path path = { folder, SANDBOX_READ | SANDBOX_CHANGE };
	const struct sandbox sandbox = { .role = (enum sandbox_role)instance->role, .paths = &path,
	    .n_paths = (instance->role & FET) != 0 ? 0 : 1, .memory_max = MEMORY_MAX };
	const struct rlimit no_core = { 0, RLIM_INFINITY };

	snprintf(folder, sizeof folder, "%s/own", top);
	setrlimit(RLIMIT_CORE, &no_core);
	close(STDIN_FILENO);
	if (open(other_file, O_RDONLY) != STDIN_FILENO || sandbox_enter(&sandbox) == -1)
		_exit(NOT_LOCKED);
	_exit(instance->row->attempt());
}

static bool
is_here(int by)
{
	return by == NOTHING || (by == LIMITS && sandbox_has_limits()) || (by == FILES && sandbox_has_files()) ||
	    (by == CALLS && sandbox_has_calls());
}

static void
test_row(void **state)
{
	const struct instance *instance = *state;
	const struct row *row = instance->row;
	int status, actual;
	pid_t pid;

	put_file(own_file);
	unlink(own_new);
	pid = fork();
	if (pid == 0)
		attempt(instance);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	actual = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status) == SIGSYS ? KILLED : -WTERMSIG(status);
	if (actual != row->expected)
		fail_msg("%s: %d instead of %d", instance->name, actual, row->expected);
}

/* --- files that are replaced ------------------------------------------------------------------------------ */

static void __attribute__((noreturn))
replace(void)
{
	const struct sandbox_path paths[] = { { other_file, SANDBOX_READ }, { other_new, SANDBOX_READ } };
	const struct sandbox sandbox = { .role = SANDBOX_FETCHER, .paths = paths, .n_paths = 2 };
	int result, pipes[2];
	char byte;
	pid_t pid;

	/* one to do what we cannot do any more, when it is told to */
	if (pipe(pipes) == -1)
		_exit(NOT_LOCKED);
	pid = fork();
	if (pid == 0) {
		close(pipes[1]);
		(void)!read(pipes[0], &byte, 1);
		_exit(rename(own_file, other_file) == 0 ? 0 : 1);
	}
	if (sandbox_enter(&sandbox) == -1)
		_exit(NOT_LOCKED);
	result = sandbox_stale() ? 1 : try_open(other_file, O_RDONLY) != 0 ? 2 : 0;
	close(pipes[1]);
	/* it has gone when the file is another; we may not wait for a process */
	for (long i = 0; result == 0 && !sandbox_stale(); i++)
		if (i > 10000000)
			result = 3;
	if (result == 0 && try_open(other_file, O_RDONLY) != EACCES)
		result = 4;
	_exit(result);
}

static void
test_stale(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	put_file(own_file);
	unlink(other_new);
	pid = fork();
	if (pid == 0)
		replace();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	put_file(other_file);
}

int
main(void)
{
	static struct instance instances[ROWS_MAX];
	static struct CMUnitTest tests[ROWS_MAX + 1];
	size_t count = 0, left_out = 0;

	log_open("test-sandbox", false);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t j = 0; j < sizeof roles / sizeof roles[0]; j++) {
			struct instance *instance = &instances[count];

			if ((rows[i].roles & roles[j].role) == 0)
				continue;
			if (!is_here(rows[i].by)) {
				left_out++;
				continue;
			}
			if (count == ROWS_MAX)
				abort();
			*instance = (struct instance){ .row = &rows[i], .role = roles[j].role };
			snprintf(instance->name, sizeof instance->name, "%s: %s", roles[j].name, rows[i].name);
			tests[count++] = (struct CMUnitTest){ .name = instance->name, .test_func = test_row,
			    .initial_state = instance };
		}
	if (sandbox_has_files())
		tests[count++] = (struct CMUnitTest){ .name = "a file that is replaced", .test_func = test_stale };
	if (left_out != 0)
		printf("# %zu rows are left out: this build or this kernel has no sandbox, no Landlock or no seccomp\n", left_out);
	return _cmocka_run_group_tests("sandbox", tests, count, prepare, clean_up);
}
