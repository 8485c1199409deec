/*
 * sandbox-calls - seccomp: the table of system calls. The only file that includes libseccomp.
 *
 * A row names calls, who may make them, with which arguments, and why. What is in no row, or in one whose arguments do not
 * fit, is answered EPERM: libraries try this and that and know how to go on. Rows with GONE answer ENOSYS to calls for which
 * libraries have an older one. Rows with DEAD end the process (SIGSYS): nothing we link makes these calls, only
 * somebody who has taken the process over. Names are libseccomp's, of all architectures; those that it does not
 * know, or that the machine does not have, are passed over.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/shared/log.h"
#include "daemon/shared/sandbox-private.h"

enum verdict { FINE, GONE, DEAD };
enum { LIS = SANDBOX_LISTENER, FET = SANDBOX_FETCHER | LIS, IND = SANDBOX_INDEXER, COR = SANDBOX_CORE, POR = SANDBOX_PORTER, ALL = FET | IND | COR };
enum { ARGS_MAX = 2, SELF = 1, SOCK_TYPE_MASK = 0xf, NAME_BYTES = 40, SET_VMA = 0x53564d41, TREE = 2 };

#if defined(__s390__) || defined(__CRIS__)
enum { CLONE_ARG = 1 };		/* clone(2): the order of its arguments is not the same everywhere */
#else
enum { CLONE_ARG = 0 };
#endif

/* The argument's bits under the mask are value; mask 0: no condition. self: the value is our process id. */
struct condition { unsigned arg; uint64_t mask, value; int self; };

#define ANY		{ { 0, 0, 0, 0 } }
#define WHOLE		0xffffffffULL
#define IS(arg, value)	{ arg, WHOLE, value, 0 }
#define HAS(arg, mask, value) { arg, mask, value, 0 }
#define NO(arg, mask)	{ arg, mask, 0, 0 }
#define READ_ONLY	(O_ACCMODE | O_CREAT | O_TRUNC)

static const struct row {
	unsigned	 roles;
	enum verdict	 verdict;
	const char	*names, *why;
	struct condition conditions[ARGS_MAX];
} rows[] = {
	{ ALL, FINE, "read readv pread64 write writev close lseek _llseek dup dup3",
	    "with what is open anything may be done; no descriptor leads out", ANY },
	{ ALL, FINE, "fcntl fcntl64", "flags and SQLite's locks (0 to 7), not to whom the kernel sends signals", { NO(1, WHOLE & ~7ULL) } },
	{ ALL, FINE, "fcntl fcntl64", "another descriptor", { IS(1, F_DUPFD_CLOEXEC) } },
	{ IND | COR, FINE, "fcntl64", "locks, where they have numbers of their own", { IS(1, 12) } },
	{ IND | COR, FINE, "fcntl64", "the same", { IS(1, 13) } },
	{ IND | COR, FINE, "fcntl64", "the same", { IS(1, 14) } },
	{ ALL, FINE, "fstat fstat64 fstatat64 newfstatat stat stat64 lstat lstat64 statx access faccessat readlink readlinkat getcwd",
	    "SQLite, TLS and names look before they open", ANY },
	{ ALL, FINE, "brk munmap mremap madvise", "memory", ANY },
	{ ALL, FINE, "mmap mmap2 mprotect", "memory: nothing that was written can be executed", { NO(2, PROT_EXEC) } },
	{ FET, FINE, "mmap mmap2", "the C library's modules for names: code, but from files and not writable",
	    { HAS(2, PROT_EXEC | PROT_WRITE, PROT_EXEC), NO(3, MAP_ANONYMOUS) } },
	{ ALL, FINE, "futex futex_time64 set_robust_list rseq sched_yield membarrier sched_getaffinity",
	    "threads and malloc", ANY },
	{ FET, FINE, "clone", "libcurl resolves names in threads: a thread, no process",
	    { HAS(CLONE_ARG, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM) } },
	{ ALL, FINE, "clock_gettime clock_gettime64 clock_getres clock_getres_time64 gettimeofday time "
	    "nanosleep clock_nanosleep clock_nanosleep_time64", "time; SQLite sleeps while a file is busy", ANY },
	{ ALL, FINE, "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait poll ppoll ppoll_time64 select _newselect pselect6 "
	    "pselect6_time64 eventfd2 pipe pipe2 timerfd_create timerfd_settime timerfd_settime64",
	    "libev's loop; libcurl and the resolver wait by themselves", ANY },
	{ ALL, FINE, "rt_sigaction rt_sigprocmask rt_sigreturn sigreturn sigaltstack restart_syscall", "signals", ANY },
	{ ALL, FINE, "tgkill tkill", "abort()", { { 0, WHOLE, 0, SELF } } },
	{ ALL, FINE, "exit exit_group", "the end", ANY },
	{ ALL, FINE, "getpid gettid getppid getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 uname sysinfo getrandom "
	    "getrusage getrlimit ugetrlimit", "who, where, how much", ANY },
	{ ALL, FINE, "prlimit64", "how much: read, not set", { { 2, ~0ULL, 0, 0 } } },
	{ ALL, FINE, "prctl", "a thread's name", { IS(0, PR_SET_NAME) } },
	{ ALL, FINE, "prctl", "malloc names what it maps", { IS(0, SET_VMA) } },
	{ ALL, FINE, "recvfrom recvmsg sendto sendmsg shutdown getsockopt", "channels, and what else is connected", ANY },

	{ FET, FINE, "openat", "to read; Landlock says what", { NO(2, READ_ONLY) } },
	{ FET, FINE, "open", "the same", { NO(1, READ_ONLY) } },
	{ FET, FINE, "getdents getdents64", "a folder of certificates", ANY },
	{ FET, FINE, "socket", "the web", { IS(0, AF_INET), HAS(1, SOCK_TYPE_MASK, SOCK_STREAM) } },
	{ FET, FINE, "socket", "the web", { IS(0, AF_INET6), HAS(1, SOCK_TYPE_MASK, SOCK_STREAM) } },
	{ FET, FINE, "socket", "name servers, and which address is the better one", { IS(0, AF_INET), HAS(1, SOCK_TYPE_MASK, SOCK_DGRAM) } },
	{ FET, FINE, "socket", "the same", { IS(0, AF_INET6), HAS(1, SOCK_TYPE_MASK, SOCK_DGRAM) } },
	{ FET, FINE, "connect getsockname getpeername setsockopt sendmmsg recvmmsg recvmmsg_time64", "the web and name servers", ANY },
	{ FET, FINE, "socketpair", "libcurl is woken by its threads", { IS(0, AF_UNIX) } },
	{ FET, FINE, "ioctl", "how much a name server has sent", { IS(1, FIONREAD) } },
	{ FET, FINE, "ioctl", "libcurl: not to wait", { IS(1, FIONBIO) } },
	{ LIS, FINE, "accept accept4", "hubs", ANY },

	{ IND | COR, FINE, "open openat pwrite64 ftruncate ftruncate64 fallocate fsync fdatasync unlink unlinkat fchmod fchown fchown32 "
	    "umask flock statfs statfs64 fstatfs fstatfs64", "SQLite's files; Landlock says where", ANY },
	{ COR, FINE, "accept accept4 getsockname getpeername setsockopt", "clients", ANY },
	{ COR, FINE, "socket", "the service manager is told how we are: datagrams, so no bus and no daemon can be talked to",
	    { IS(0, AF_UNIX), HAS(1, SOCK_TYPE_MASK, SOCK_DGRAM) } },
	{ COR, FINE, "socketpair", "a channel to a helper", { IS(0, AF_UNIX) } },
	{ COR, FINE, "wait4 waitid waitpid pidfd_open", "how a helper ended", ANY },
	{ COR, FINE, "kill", "a helper that hangs", { IS(1, SIGKILL) } },

	{ ALL, GONE, "clone3 openat2 faccessat2 close_range epoll_pwait2 futex_waitv fchmodat2 mseal map_shadow_stack",
	    "the C library goes on with the older call, whose arguments can be looked at", ANY },

	{ ALL, DEAD, "execve execveat fork vfork", "no program, no process: the porter starts the helpers", ANY },
	{ FET | IND, DEAD, "bind listen", "no other door", ANY },
	{ SANDBOX_FETCHER | IND, DEAD, "accept accept4", "nobody is let in", ANY },
	{ ALL, DEAD, "memfd_create memfd_secret", "a place for code that is no file", ANY },
	{ ALL, DEAD, "setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid "
	    "setresgid32 setgroups setgroups32 capset", "somebody else", ANY },
	{ ALL | POR, DEAD, "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp perf_event_open",
	    "into another process", ANY },
	{ ALL | POR, DEAD, "mount umount umount2 move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot setns unshare "
	    "mount_setattr swapon swapoff quotactl acct", "another view of the machine", ANY },
	{ ALL | POR, DEAD, "init_module finit_module delete_module kexec_load kexec_file_load reboot bpf userfaultfd io_uring_setup "
	    "io_uring_enter io_uring_register add_key request_key keyctl ioperm iopl modify_ldt vm86 vm86old personality",
	    "the kernel, and what it has most holes in", ANY },
};

static uint32_t
action(enum verdict verdict)
{
	static const uint32_t actions[] = {
		[FINE] = SCMP_ACT_ALLOW, [GONE] = SCMP_ACT_ERRNO(ENOSYS), [DEAD] = SCMP_ACT_KILL_PROCESS
	};

	return actions[verdict];
}

static int
add_call(scmp_filter_ctx filter, const struct row *row, const char *name)
{
	struct scmp_arg_cmp args[ARGS_MAX];
	int call = seccomp_syscall_resolve_name(name), status;
	unsigned count = 0;

	if (call == __NR_SCMP_ERROR)
		return 0;
	for (size_t i = 0; i < ARGS_MAX && row->conditions[i].mask != 0; i++) {
		const struct condition *one = &row->conditions[i];

		args[count++] = (struct scmp_arg_cmp){ .arg = one->arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = one->mask,
		    .datum_b = one->self ? (scmp_datum_t)getpid() : one->value };
	}
	status = seccomp_rule_add_array(filter, action(row->verdict), call, count, args);
	return status == -EDOM ? 0 : status;	/* this architecture has no such call */
}

static int
add_row(scmp_filter_ctx filter, const struct row *row)
{
	char name[NAME_BYTES];
	const char *at = row->names;
	int status = 0;

	while (status == 0 && *at != '\0') {
		size_t len = strcspn(at, " ");

		if (len >= sizeof name)
			return -EINVAL;
		memcpy(name, at, len);
		name[len] = '\0';
		status = add_call(filter, row, name);
		at += len + strspn(at + len, " ");
	}
	if (status != 0)
		log_error("sandbox: the row \"%s\", %s: %s", row->names, row->why, strerror(-status));
	return status;
}

static int
load(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
	int status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, TREE);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == 0; i++)
		if ((rows[i].roles & sandbox->role) != 0)
			status = add_row(filter, &rows[i]);
	if (status != 0)
		return -1;
	status = seccomp_load(filter);
	if (status == -EINVAL || status == -ENOSYS) {
		sandbox_lacks(sandbox, "this kernel has no seccomp: system calls are not filtered");
		return 0;
	}
	if (status != 0)
		log_error("sandbox: seccomp: %s", strerror(-status));
	return status != 0 ? -1 : 0;
}

int
sandbox_calls_enter(const struct sandbox *sandbox)
{
	/* The porter's own calls are its helpers', before they lock themselves: it only loses what nobody needs. */
	scmp_filter_ctx filter = seccomp_init(sandbox->role == SANDBOX_PORTER ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
	int status;

	if (filter == NULL)
		abort();
	status = load(filter, sandbox);
	seccomp_release(filter);
	return status;
}

bool
sandbox_has_calls(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != -1;
}
