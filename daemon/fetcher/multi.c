#include "daemon/fetcher/multi.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <xxhash.h>

#include "daemon/fetcher/transfer.h"
#include "daemon/shared/mark.h"

/* Of a thread that resolves a name, of which there may be as many as transfers: eight MiB each, as usual, are too many. */
enum { STACK_BYTES = 512 << 10 };

/*
 * libcurl keeps few TLS sessions in one share (eight, as of 7.88), and throws away the oldest: many shares, by host. With all in
 * use sessions take some 20 MiB.
 */
enum { SHARES = 256 };

struct multi {
	CURLM		*curl;
	struct loop	*loop;
	struct loop_timer *timer;
	void		(*on_turn)(void *arg);
	void		*arg;
	CURLSH		*shares[SHARES];	/* NULL: not yet needed */
};

/* One descriptor that libcurl wants to be told about. */
struct watch {
	struct loop_io	*io;
	struct multi	*multi;
	curl_socket_t	 fd;
	uint64_t	 job;		/* that it is for: connections are not shared, but used again */
};

static void
reap(struct multi *multi)
{
	struct transfer *transfer;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi->curl, &left)) != NULL) {
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		mark_set(transfer_job(transfer));
		curl_multi_remove_handle(multi->curl, easy);
		transfer_ended(transfer, (int)code);
		mark_set(MARK_NOBODY);
	}
	multi->on_turn(multi->arg);
}

static void
on_io(void *arg, int events)
{
	struct watch *watch = arg;
	struct multi *multi = watch->multi;	/* the watch may be gone on return */
	int running;

	mark_set(watch->job);
	curl_multi_socket_action(multi->curl, watch->fd, ((events & LOOP_READ) != 0 ? CURL_CSELECT_IN : 0) |
	    ((events & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0), &running);
	mark_set(MARK_NOBODY);
	reap(multi);
}

static void
on_timer(void *arg)
{
	struct multi *multi = arg;
	int running;

	curl_multi_socket_action(multi->curl, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(multi);
}

static int
want_timer(CURLM *curl, long after_ms, void *arg)
{
	struct multi *multi = arg;

	(void)curl;
	if (after_ms < 0)
		loop_timer_stop(multi->timer);
	else
		loop_timer_start(multi->timer, after_ms);
	return 0;
}

static struct watch *
watch_new(struct multi *multi, curl_socket_t fd)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL)
		abort();
	watch->multi = multi;
	watch->fd = fd;
	watch->io = loop_io_new(multi->loop, fd, 0, on_io, watch);
	curl_multi_assign(multi->curl, fd, watch);
	return watch;
}

static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct multi *multi = arg;
	struct watch *watch = socket_arg;
	struct transfer *transfer = NULL;	/* as it is for handles of libcurl's own */

	if (what == CURL_POLL_REMOVE) {
		if (watch != NULL) {
			curl_multi_assign(multi->curl, fd, NULL);
			loop_io_free(watch->io);
			free(watch);
		}
		return 0;
	}
	if (watch == NULL)
		watch = watch_new(multi, fd);
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
	watch->job = transfer != NULL ? transfer_job(transfer) : MARK_NOBODY;
	loop_io_set(watch->io, ((what & CURL_POLL_IN) != 0 ? LOOP_READ : 0) | ((what & CURL_POLL_OUT) != 0 ? LOOP_WRITE : 0));
	return 0;
}

static void
limit_stacks(void)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) != 0)
		abort();
	if (pthread_attr_setstacksize(&attr, STACK_BYTES) != 0 || pthread_setattr_default_np(&attr) != 0)
		abort();
	pthread_attr_destroy(&attr);
}

struct multi *
multi_new(struct loop *loop, void (*on_turn)(void *arg), void *arg)
{
	struct multi *multi = calloc(1, sizeof(*multi));

	if (multi == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	limit_stacks();
	multi->curl = curl_multi_init();
	if (multi->curl == NULL)
		abort();
	multi->loop = loop;
	multi->on_turn = on_turn;
	multi->arg = arg;
	multi->timer = loop_timer_new(loop, on_timer, multi);
	/* No two transfers in one connection: one that is paused would hold up the other, or fill memory beside it. */
	curl_multi_setopt(multi->curl, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
	curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
	return multi;
}

void
multi_free(struct multi *multi)
{
	if (multi == NULL)
		return;
	curl_multi_cleanup(multi->curl);
	for (size_t i = 0; i < SHARES; i++)
		curl_share_cleanup(multi->shares[i]);
	loop_timer_free(multi->timer);
	free(multi);
	curl_global_cleanup();
}

void
multi_set_parallel(struct multi *multi, size_t parallel)
{
	curl_multi_setopt(multi->curl, CURLMOPT_MAXCONNECTS, (long)(2 * parallel));
}

void
multi_add(struct multi *multi, void *easy)
{
	curl_multi_add_handle(multi->curl, easy);
}

void
multi_remove(struct multi *multi, void *easy)
{
	curl_multi_remove_handle(multi->curl, easy);
}

/* Nothing is locked: one thread uses them, and those that resolve names do not. */
void *
multi_share(struct multi *multi, const char *host, size_t len)
{
	CURLSH **share = &multi->shares[XXH3_64bits(host, len) % SHARES];

	if (*share == NULL) {
		*share = curl_share_init();
		if (*share == NULL || curl_share_setopt(*share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK)
			abort();
	}
	return *share;
}
