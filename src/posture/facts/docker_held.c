/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/time.h"
#include "fmt/host/proc_net.h"
#include "net/http.h"
#include "posture/facts/docker_internal.h"

#define ASKED_MAX  32u /* listeners that are asked whether they are the API's */
#define CONNECT_MS 2000
#define ASK_S	   3u
#define ALL_MS	   10000

enum ping { PING_API, PING_OTHER, PING_UNKNOWN };

/* Does anybody take connections there at all? */
static bool connects(str host, bool v6, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	const struct sockaddr *address =
		v6 ? (const struct sockaddr *)&six : (const struct sockaddr *)&four;
	char text[INET6_ADDRSTRLEN];
	struct pollfd p = { .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);
	AUTO(fd_close)
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || host.n >= sizeof(text))
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = 0;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, text,
		      v6 ? (void *)&six.sin6_addr : (void *)&four.sin_addr) != 1)
		return false;
	if (connect(fd, address, v6 ? sizeof(six) : sizeof(four)) == 0)
		return true;
	p.fd = fd;
	return errno == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1 &&
	       getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/* One GET /_ping: does the answer have the header of the API? */
static enum ping ask(struct docker_facts *facts, str url, struct arena *arena)
{
	const struct http_opts opts = { .connect_s = ASK_S,
					.stall_s = ASK_S,
					.no_retry = true,
					.deadline_ms = facts->opts.deadline_ms };
	const struct http_tls tls = { .insecure = true };
	const struct http_request request = {
		.url = url, .tls = &tls, .max_bytes = 4096, .total_s = ASK_S
	};
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);
	struct http_response response;
	struct err err; /* who does not answer so is no API, unless it took too long */
	int64_t begin = time_mono_ms();

	if (http_do(client, &request, arena, &response, &err) < 0)
		return time_mono_ms() - begin >= (int64_t)ASK_S * 1000 ? PING_UNKNOWN : PING_OTHER;
	return http_header(&response, STR("Api-Version")).n ? PING_API : PING_OTHER;
}

static enum ping ping(struct docker_facts *facts, const struct proc_socket *s, bool v6)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str host = s->address;
	enum ping plain, tls;

	if (str_eq(host, STR("0.0.0.0")))
		host = STR("127.0.0.1");
	if (str_eq(host, STR("::")))
		host = STR("::1");
	if (!connects(host, v6, s->port))
		return PING_UNKNOWN;
	if (v6)
		host = str_fmt(arena, "[%.*s]", STR_ARG(host));
	plain = ask(facts, str_fmt(arena, "http://%.*s:%u/_ping", STR_ARG(host), s->port), arena);
	if (plain == PING_API)
		return plain;
	tls = ask(facts, str_fmt(arena, "https://%.*s:%u/_ping", STR_ARG(host), s->port), arena);
	if (tls == PING_API)
		return tls;
	return plain == PING_UNKNOWN && tls == PING_UNKNOWN ? PING_UNKNOWN : PING_OTHER;
}

/* Its network is ours: an address of it leads to it. */
static bool same_network(struct docker_facts *facts, struct arena *arena)
{
	char own[256];
	ssize_t n = readlink("/proc/self/ns/net", own, sizeof(own));
	struct err err; /* then it is not known to be */
	str theirs;

	return n > 0 &&
	       host_process_link(facts->view, facts->daemon->pid, "ns/net", arena, &theirs, &err) ==
		       0 &&
	       str_eq(theirs, str_of(own, (size_t)n));
}

struct held {
	struct docker_facts *facts;
	struct arena *arena;
	const uint64_t *inodes;
	size_t n, asked, told;
	bool near;
	int64_t until; /* when no more listeners are asked */
};

static void put_one(struct held *held, const struct proc_socket *s, const char *protocol)
{
	struct json_writer *w = &held->facts->w;
	bool tcp = protocol[0] == 't';

	json_open_object(w);
	json_kv_str(w, STR("protocol"), str_c(protocol));
	json_kv_str(w, STR("address"), s->address);
	json_kv_u64(w, STR("port"), s->port);
	if (tcp && held->near && held->asked < ASKED_MAX && time_mono_ms() < held->until) {
		enum ping answer = ping(held->facts, s, protocol[3] == '6');

		held->asked++;
		if (answer != PING_UNKNOWN)
			json_kv_bool(w, STR("api"), answer == PING_API);
	}
	json_close_object(w);
}

static int put_table(struct held *held, const char *protocol, struct err *err)
{
	const char *file = str_cstr(held->arena, str_fmt(held->arena, "net/%s", protocol));
	struct proc_sockets sockets;
	str text;

	if (host_process_file(held->facts->view, held->facts->daemon->pid, file, held->arena, &text,
			      err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1; /* a kernel without IPv6 */
	if ((protocol[0] == 't' ? proc_net_tcp(text, held->arena, &sockets, err)
				: proc_net_udp(text, held->arena, &sockets, err)) < 0)
		return -1;
	for (size_t i = 0; i < sockets.n; i++) {
		if (!docker_inode_in(held->inodes, held->n, sockets.items[i].inode))
			continue;
		if (held->told++ == DOCKER_LIST_MAX)
			return err_set(err, ERR_LIMIT, "more than %u", DOCKER_LIST_MAX);
		put_one(held, &sockets.items[i], protocol);
	}
	return 0;
}

void docker_put_held(struct docker_facts *facts)
{
	static const char *const protocols[] = { "tcp", "tcp6", "udp", "udp6" };
	struct docker_mark mark = docker_mark(facts);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct held held = { .facts = facts, .arena = arena };
	uint64_t *inodes;
	struct err err;

	if (docker_held_inodes(facts, facts->daemon->pid, arena, &inodes, &held.n, &err) < 0) {
		docker_failed(facts, STR("daemon.held"), &err);
		return;
	}
	held.inodes = inodes;
	held.near = same_network(facts, arena);
	held.until = time_mono_ms() + ALL_MS;
	JSON_KEY(&facts->w, "held");
	json_open_array(&facts->w);
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
		if (put_table(&held, protocols[i], &err) == 0)
			continue;
		docker_cut(facts, &mark);
		docker_failed(facts, STR("daemon.held"), &err);
		return;
	}
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("daemon.held"))); /* noted */
}
