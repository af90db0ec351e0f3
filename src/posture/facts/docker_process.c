/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/path.h"
#include "fmt/host/proc_net.h"
#include "net/url.h"
#include "posture/facts/docker_internal.h"

#define DESCRIPTORS_MAX 65536u

void docker_find_processes(struct docker_facts *facts)
{
	const int64_t *pids;
	size_t n;

	if (host_process_list(facts->view, facts->arena, &pids, &n, &facts->procs_err) < 0)
		return;
	facts->procs_err.kind = ERR_NONE;
	facts->procs = ARENA_ARRAY(facts->arena, struct docker_process, n);
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	for (size_t i = 0; i < n; i++) {
		struct docker_process *p = &facts->procs[facts->procs_n];
		struct proc_status status;
		struct err gone; /* it has ended meanwhile, or hides */

		arena_reset(scratch);
		if (host_process_read(facts->view, pids[i], scratch, &status, &gone) < 0)
			continue;
		*p = (struct docker_process){ .pid = pids[i],
					      .parent = status.parent,
					      .uid = status.uid,
					      .gid = status.gid,
					      .name = str_dup(facts->arena, status.name) };
		if (host_process_link(facts->view, pids[i], "exe", facts->arena, &p->exe, &gone) <
		    0)
			p->exe = STR_EMPTY;
		facts->procs_n++;
	}
}

bool docker_process_is(const struct docker_process *process, str name)
{
	if (!str_empty(process->exe))
		return str_eq(path_base(process->exe), name);
	return str_eq(process->name, str_take(name, 15));
}

const struct docker_process *docker_process_named(const struct docker_facts *facts, str name)
{
	for (size_t i = 0; i < facts->procs_n; i++) {
		if (facts->procs[i].uid == 0 && docker_process_is(&facts->procs[i], name))
			return &facts->procs[i];
	}
	return NULL;
}

static int by_inode(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int docker_held_inodes(struct docker_facts *facts, int64_t pid, struct arena *arena,
		       uint64_t **inodes, size_t *n, struct err *err)
{
	str folder = str_fmt(arena, "/proc/%" PRId64 "/fd", pid);
	const str *names;
	size_t count;

	if (host_view_list(facts->view, folder, DESCRIPTORS_MAX, arena, &names, &count, err) < 0)
		return -1;
	*inodes = ARENA_ARRAY(arena, uint64_t, count);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = str_cstr(arena, str_cat(arena, STR("fd/"), names[i]));
		struct err closed; /* meanwhile */
		str link;

		if (host_process_link(facts->view, pid, name, arena, &link, &closed) < 0)
			continue;
		link = str_without_suffix(link, STR("]"));
		if (str_starts(link, STR("socket:[")) && str_u64(str_skip(link, 8), &(*inodes)[*n]))
			(*n)++;
	}
	if (*n > 1)
		qsort(*inodes, *n, sizeof(**inodes), by_inode);
	return 0;
}

bool docker_inode_in(const uint64_t *inodes, size_t n, uint64_t inode)
{
	return n && bsearch(&inode, inodes, n, sizeof(*inodes), by_inode);
}

/* ---- which one is asked ---- */

/* Who listens at the socket, as the kernel tells who connects; 0: not known here. */
static int64_t peer_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);
	size_t n = strlen(path);
	AUTO(fd_close)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || n >= sizeof(address.sun_path))
		return 0;
	memcpy(address.sun_path, path, n);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return 0;
	return peer.pid;
}

static bool is_daemon(const struct docker_process *p)
{
	return docker_process_is(p, STR("dockerd")) || docker_process_is(p, STR("podman"));
}

/* Its listening sockets of a table; 0 where they may not be looked at. */
static size_t held_sockets(struct docker_facts *facts, const struct docker_process *p,
			   const char *table, struct arena *arena, struct proc_socket **out)
{
	struct proc_sockets sockets = { .n = 0 };
	uint64_t *inodes;
	struct err err; /* without the right to look it cannot be told */
	size_t n, kept = 0;
	str text;

	if (host_process_file(facts->view, p->pid, table, arena, &text, &err) < 0 ||
	    (str_eq(str_c(table), STR("net/unix"))
		     ? proc_net_unix(text, arena, &sockets, &err)
		     : proc_net_tcp(text, arena, &sockets, &err)) < 0 ||
	    docker_held_inodes(facts, p->pid, arena, &inodes, &n, &err) < 0)
		return 0;
	for (size_t i = 0; i < sockets.n; i++) {
		if (docker_inode_in(inodes, n, sockets.items[i].inode))
			sockets.items[kept++] = sockets.items[i];
	}
	*out = sockets.items;
	return kept;
}

static bool holds_port(struct docker_facts *facts, const struct docker_process *p, uint64_t port)
{
	static const char *const tables[] = { "net/tcp", "net/tcp6" };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct proc_socket *sockets;

	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		size_t n = held_sockets(facts, p, tables[t], arena, &sockets);

		for (size_t i = 0; i < n; i++) {
			if (sockets[i].port == port)
				return true;
		}
	}
	return false;
}

/* Is one of its sockets the very file that was asked? Paths may be called otherwise there. */
static bool holds_file(struct docker_facts *facts, const struct docker_process *p,
		       const struct stat *asked)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct proc_socket *sockets;
	size_t n = held_sockets(facts, p, "net/unix", arena, &sockets);

	for (size_t i = 0; i < n; i++) {
		if (str_starts(sockets[i].address, STR("/")) &&
		    host_process_has_file(facts->view, p->pid, sockets[i].address, asked->st_dev,
					  asked->st_ino))
			return true;
	}
	return false;
}

/* "https://127.0.0.1:2376": its port, 0 for another machine. */
static uint64_t local_port(const struct docker_facts *facts)
{
	struct url url;
	struct err err; /* the engine answered there: it is an address */

	if (url_parse(facts->address, facts->arena, &url, &err) < 0 || !url_is_loopback(&url))
		return 0;
	return url.port;
}

/* The daemon that was asked, found by its listener. */
static const struct docker_process *by_listener(struct docker_facts *facts)
{
	const char *socket = engine_socket(facts->engine);
	bool here = str_eq(host_view_root(facts->view), STR("/"));
	int64_t peer = socket && here ? peer_of(socket) : 0;
	uint64_t port = socket ? 0 : local_port(facts);
	struct stat asked = { 0 };
	bool known = socket && stat(socket, &asked) == 0;

	for (size_t i = 0; peer && i < facts->procs_n; i++) {
		if (facts->procs[i].pid == peer && is_daemon(&facts->procs[i]))
			return &facts->procs[i];
	}
	for (size_t i = 0; i < facts->procs_n; i++) {
		const struct docker_process *p = &facts->procs[i];

		if (is_daemon(p) && ((known && holds_file(facts, p, &asked)) ||
				     (port && holds_port(facts, p, port))))
			return p;
	}
	return NULL;
}

/* Found by the listener, else by name where there is only one, and it is on this machine. */
static void choose(struct docker_facts *facts)
{
	const struct docker_process *named = NULL;
	size_t count = 0;

	if (facts->engine)
		facts->daemon = by_listener(facts);
	if (facts->daemon || (facts->engine && (!engine_socket(facts->engine) || facts->podman)))
		return;
	for (size_t i = 0; i < facts->procs_n; i++) {
		if (!docker_process_is(&facts->procs[i], STR("dockerd")))
			continue;
		named = named ? named : &facts->procs[i];
		count++;
	}
	facts->daemon_doubt = facts->engine && count > 1;
	if (!facts->daemon_doubt)
		facts->daemon = named;
}

/* Home and run-time folder of its user. */
static void find_places(struct docker_facts *facts)
{
	const struct host_accounts *accounts;
	const str *variables;
	struct err err; /* what is not known stays empty */
	size_t n;

	if (host_view_accounts(facts->view, &accounts, &err) == 0)
		facts->user = host_accounts_user(accounts, facts->daemon->uid);
	if (facts->user)
		facts->home = facts->user->home;
	if (host_process_words(facts->view, facts->daemon->pid, "environ", facts->arena, &variables,
			       &n, &err) == 0) {
		facts->run_dir = host_environ_get(variables, n, STR("XDG_RUNTIME_DIR"));
		if (facts->rootless && host_environ_get(variables, n, STR("HOME")).n)
			facts->home = host_environ_get(variables, n, STR("HOME"));
		if (facts->rootless)
			facts->config_home = host_environ_get(variables, n, STR("XDG_CONFIG_HOME"));
	}
	if (facts->rootless && str_empty(facts->config_home) && !str_empty(facts->home))
		facts->config_home = str_cat(facts->arena, facts->home, STR("/.config"));
	if (str_empty(facts->run_dir) && facts->rootless)
		facts->run_dir = str_fmt(facts->arena, "/run/user/%" PRIu32, facts->daemon->uid);
}

static const struct docker_process *child_of(const struct docker_facts *facts, int64_t parent,
					     str name)
{
	for (size_t i = 0; i < facts->procs_n; i++) {
		if (facts->procs[i].parent == parent && docker_process_is(&facts->procs[i], name))
			return &facts->procs[i];
	}
	return NULL;
}

void docker_find_daemon(struct docker_facts *facts)
{
	choose(facts);
	if (facts->daemon) {
		facts->containerd = child_of(facts, facts->daemon->pid, STR("containerd"));
		if (host_process_words(facts->view, facts->daemon->pid, "cmdline", facts->arena,
				       &facts->words, &facts->words_n, &facts->words_err) == 0)
			facts->words_err.kind = ERR_NONE;
		find_places(facts);
	}
	if (!facts->containerd && !facts->daemon_doubt)
		facts->containerd = docker_process_named(facts, STR("containerd"));
}
