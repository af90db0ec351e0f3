/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/time.h"
#include "net/http_server_internal.h"
#include "net/tls_identity.h"
#include "net/url.h"

static const char *const refusal_names[HTTP_REFUSED_COUNT] = {
	[HTTP_REFUSED_CONNECTION] = "connections",
	[HTTP_REFUSED_IDLE] = "idle",
	[HTTP_REFUSED_HANDSHAKE] = "handshake",
	[HTTP_REFUSED_SLOW] = "slow",
	[HTTP_REFUSED_HEAD] = "head",
	[HTTP_REFUSED_CHUNK] = "chunk",
	[HTTP_REFUSED_BODY] = "body_size",
	[HTTP_REFUSED_MEMORY] = "memory",
	[HTTP_REFUSED_PATH] = "path",
	[HTTP_REFUSED_METHOD] = "method",
	[HTTP_REFUSED_CLIENT] = "client",
	[HTTP_REFUSED_BUSY] = "busy",
	[HTTP_REFUSED_LATE] = "late",
	[HTTP_REFUSED_READER] = "reader",
};

const char *http_refusal_name(enum http_refusal refusal) { return refusal_names[refusal]; }

static unsigned preset(unsigned value, unsigned otherwise) { return value ? value : otherwise; }

static unsigned cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > (long)HTTP_MAX_THREADS ? HTTP_MAX_THREADS : (unsigned)n;
}

struct http_server *http_server_new(const struct http_server_opts *opts)
{
	struct http_server *server = mem_zalloc(sizeof(*server));
	struct http_server_opts *o = &server->opts;

	*o = *opts;
	o->loops = preset(o->loops, cores());
	o->workers = preset(o->workers, cores());
	assert(o->loops <= HTTP_MAX_THREADS && o->workers <= HTTP_MAX_THREADS);
	o->queue = preset(o->queue, 8 * o->workers);
	o->max_connections = preset(o->max_connections, 1024);
	o->max_bodies = o->max_bodies ? o->max_bodies : 64u << 20;
	o->shake_ms = preset(o->shake_ms, 5000);
	o->head_ms = preset(o->head_ms, 10000);
	o->body_ms = preset(o->body_ms, 30000);
	o->idle_ms = preset(o->idle_ms, 120000);
	o->write_ms = preset(o->write_ms, 30000);
	(void)pthread_mutex_init(&server->identity_lock, NULL);
	(void)pthread_mutex_init(&server->queue_lock, NULL);
	(void)pthread_cond_init(&server->queue_filled, NULL);
	for (unsigned i = 0; i < o->loops; i++) {
		server->loops[i].epoll = server->loops[i].wake = server->loops[i].spare = -1;
		(void)pthread_mutex_init(&server->loops[i].lock, NULL);
	}
	atomic_store(&server->drain_until, INT64_MAX);
	return server;
}

static void close_listeners(struct http_server *server)
{
	for (unsigned i = 0; i < server->listeners_n; i++)
		(void)close(server->listeners[i].fd);
	server->listeners_n = 0;
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	close_listeners(server);
	for (unsigned i = 0; i < server->opts.loops; i++) {
		http_loop_done(&server->loops[i]);
		(void)pthread_mutex_destroy(&server->loops[i].lock);
	}
	tls_identity_unref(server->identity);
	(void)pthread_mutex_destroy(&server->identity_lock);
	(void)pthread_mutex_destroy(&server->queue_lock);
	(void)pthread_cond_destroy(&server->queue_filled);
	free(server);
}

void http_server_set_identity(struct http_server *server, struct tls_identity *identity)
{
	struct tls_identity *old;

	(void)pthread_mutex_lock(&server->identity_lock);
	old = server->identity;
	server->identity = tls_identity_ref(identity);
	(void)pthread_mutex_unlock(&server->identity_lock);
	tls_identity_unref(old);
}

/* ---- listening ----------------------------------------------------------------------------- */

/* "HOST:PORT", "[IPV6]:PORT"; a numeric address, or localhost. */
static int resolve(str address, struct addrinfo **out, struct err *err)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	ptrdiff_t colon = str_rfind_char(address, ':');
	str host, port;
	uint64_t number;

	if (colon < 0)
		return err_set(err, ERR_USAGE, "%.*s: an address has the form HOST:PORT",
			       STR_ARG(str_take(address, 200)));
	host = str_take(address, (size_t)colon);
	port = str_skip(address, (size_t)colon + 1);
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_drop_end(str_skip(host, 1), 1);
	if (str_eq(host, STR("localhost")))
		host = STR("127.0.0.1");
	if (!str_u64(port, &number) || number > 65535)
		return err_set(err, ERR_USAGE, "%.*s: a port is a number up to 65535",
			       STR_ARG(str_take(address, 200)));
	if (getaddrinfo(host.n ? str_cstr(scratch, host) : NULL, str_cstr(scratch, port), &hints,
			out) != 0)
		return err_set(err, ERR_USAGE, "%.*s: no address of this machine",
			       STR_ARG(str_take(address, 200)));
	return 0;
}

AUTO_PTR(freeaddrinfo, struct addrinfo);

static int port_of(const struct sockaddr_storage *address)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in4;

	memcpy(&in6, address, sizeof(in6));
	memcpy(&in4, address, sizeof(in4));
	return ntohs(address->ss_family == AF_INET6 ? in6.sin6_port : in4.sin_port);
}

int http_server_listen(struct http_server *server, str address, bool tls, struct err *err)
{
	AUTO(freeaddrinfo)
	struct addrinfo *info = NULL;
	AUTO(fd_close)
	int fd = -1;
	struct sockaddr_storage bound = { 0 };
	socklen_t size = sizeof(bound);
	int one = 1;

	if (server->listeners_n >= HTTP_MAX_LISTENERS)
		return err_set(err, ERR_LIMIT, "more than %u addresses", HTTP_MAX_LISTENERS);
	if (!tls && !host_is_loopback(address))
		return err_set(err, ERR_USAGE, "%.*s: without TLS only on loopback",
			       STR_ARG(str_take(address, 200)));
	if (resolve(address, &info, err) < 0)
		return -1;
	fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, 1024) < 0 ||
	    getsockname(fd, (struct sockaddr *)&bound, &size) < 0)
		return err_sys(err, errno, "listening on %.*s", STR_ARG(str_take(address, 200)));
	server->listeners[server->listeners_n++] =
		(struct http_listener){ .kind = POLL_LISTENER, .fd = fd_take(&fd), .tls = tls };
	return port_of(&bound);
}

/* ---- start and stop ------------------------------------------------------------------------ */

static int start_thread(pthread_t *thread, void *(*run)(void *), void *context, struct err *err)
{
	int rc = pthread_create(thread, NULL, run, context);

	return rc ? err_sys(err, rc, "starting a thread") : 0;
}

static int start_threads(struct http_server *server, struct err *err)
{
	for (unsigned i = 0; i < server->opts.workers; i++) {
		struct http_worker *worker = mem_zalloc(sizeof(*worker));

		*worker = (struct http_worker){ server, i };
		if (start_thread(&server->workers[i], http_worker_run, worker, err) < 0) {
			free(worker);
			return -1;
		}
		server->workers_n++;
	}
	for (unsigned i = 0; i < server->opts.loops; i++) {
		struct http_loop *loop = &server->loops[i];

		if (start_thread(&loop->thread, http_loop_run, loop, err) < 0)
			return -1;
		loop->started = true;
	}
	return 0;
}

int http_server_start(struct http_server *server, struct err *err)
{
	sigset_t all, before;
	int rc = 0;

	for (unsigned i = 0; i < server->opts.loops; i++) {
		if (http_loop_init(&server->loops[i], server, err) < 0)
			return -1;
	}
	for (unsigned i = 0; i < server->listeners_n; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = &server->listeners[i] };

		if (epoll_ctl(server->loops[0].epoll, EPOLL_CTL_ADD, server->listeners[i].fd,
			      &event) < 0)
			return err_sys(err, errno, "epoll");
	}
	/* Signals are for the thread that started us; SIGPIPE is an error of a write. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = start_threads(server, err);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc < 0)
		http_server_stop(server, 0);
	return rc;
}

static void stop_workers(struct http_server *server)
{
	(void)pthread_mutex_lock(&server->queue_lock);
	server->queue_closed = true;
	for (struct http_job *job = server->queue_first; job; job = job->next)
		atomic_store(&job->dropped, true);
	(void)pthread_cond_broadcast(&server->queue_filled);
	(void)pthread_mutex_unlock(&server->queue_lock);
	for (unsigned i = 0; i < server->workers_n; i++)
		(void)pthread_join(server->workers[i], NULL);
	server->workers_n = 0;
}

void http_server_stop(struct http_server *server, unsigned drain_ms)
{
	atomic_store(&server->drain_until, time_mono_ms() + drain_ms);
	for (unsigned i = 0; i < server->listeners_n; i++)
		(void)epoll_ctl(server->loops[0].epoll, EPOLL_CTL_DEL, server->listeners[i].fd,
				NULL);
	atomic_store(&server->stopping, true);
	for (unsigned i = 0; i < server->opts.loops; i++) {
		struct http_loop *loop = &server->loops[i];

		if (!loop->started)
			continue;
		http_loop_wake(loop);
		(void)pthread_join(loop->thread, NULL);
		loop->started = false;
	}
	stop_workers(server);
	close_listeners(server);
}

/* ---- counts -------------------------------------------------------------------------------- */

void http_server_count(struct http_server *server, struct http_server_counts *out)
{
	*out = (struct http_server_counts){
		.accepted = atomic_load(&server->accepted),
		.requests = atomic_load(&server->requests),
		.open = atomic_load(&server->open),
		.running = atomic_load(&server->running),
		.body_bytes = atomic_load(&server->bodies),
	};
	(void)pthread_mutex_lock(&server->queue_lock);
	out->waiting = server->queue_n;
	(void)pthread_mutex_unlock(&server->queue_lock);
	for (size_t i = 0; i < HTTP_REFUSED_COUNT; i++)
		out->refused[i] = atomic_load(&server->refused[i]);
}

unsigned http_server_workers(const struct http_server *server) { return server->opts.workers; }
