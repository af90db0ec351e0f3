/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/container_proc.h"

#include <arpa/inet.h>

#include "base/err.h"

#define ID_LEAST 12u

static const char *const capability_names[CAPABILITY_COUNT] = {
	"CHOWN",
	"DAC_OVERRIDE",
	"DAC_READ_SEARCH",
	"FOWNER",
	"FSETID",
	"KILL",
	"SETGID",
	"SETUID",
	"SETPCAP",
	"LINUX_IMMUTABLE",
	"NET_BIND_SERVICE",
	"NET_BROADCAST",
	"NET_ADMIN",
	"NET_RAW",
	"IPC_LOCK",
	"IPC_OWNER",
	"SYS_MODULE",
	"SYS_RAWIO",
	"SYS_CHROOT",
	"SYS_PTRACE",
	"SYS_PACCT",
	"SYS_ADMIN",
	"SYS_BOOT",
	"SYS_NICE",
	"SYS_RESOURCE",
	"SYS_TIME",
	"SYS_TTY_CONFIG",
	"MKNOD",
	"LEASE",
	"AUDIT_WRITE",
	"AUDIT_CONTROL",
	"SETFCAP",
	"MAC_OVERRIDE",
	"MAC_ADMIN",
	"SYSLOG",
	"WAKE_ALARM",
	"BLOCK_SUSPEND",
	"AUDIT_READ",
	"PERFMON",
	"BPF",
	"CHECKPOINT_RESTORE",
};

str capability_name(unsigned number, struct arena *arena)
{
	return number < CAPABILITY_COUNT ? str_c(capability_names[number])
					 : str_fmt(arena, "%u", number);
}

int capability_number(str name)
{
	if (name.n > 4 && str_ieq(str_take(name, 4), STR("CAP_")))
		name = str_skip(name, 4);
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (str_ieq(name, str_c(capability_names[i])))
			return (int)i;
	}
	return -1;
}

/* ---- cgroup ---- */

/* "9:memory:/docker/ID" -> controllers and path. */
static bool cgroup_line(str line, str *controllers, str *path)
{
	str id, rest;

	return str_cut(line, ':', &id, &rest) && str_cut(rest, ':', controllers, path) &&
	       str_starts(*path, STR("/"));
}

str proc_cgroup_path(str text)
{
	str line, controllers, path, other = STR_EMPTY;

	while (str_line(&text, &line)) {
		if (!cgroup_line(line, &controllers, &path) || path.n < 2)
			continue;
		if (str_empty(controllers))
			return path;
		if (str_empty(other))
			other = path;
	}
	return other;
}

/* Where the first component that holds the text (that is it) ends; 0: none does. */
static size_t component_end(str path, str text, bool whole)
{
	size_t at = 0;

	if (str_empty(text) || (!whole && text.n < ID_LEAST))
		return 0;
	while (at < path.n) {
		ptrdiff_t slash = str_find_char(str_skip(path, at), '/');
		size_t end = slash < 0 ? path.n : at + (size_t)slash;
		str part = str_take(str_skip(path, at), end - at);

		if (whole ? str_eq(part, text) : str_find(part, text) >= 0)
			return end;
		at = end + 1;
	}
	return 0;
}

static bool any_path(str text, str wanted, bool whole)
{
	str line, controllers, path;

	while (str_line(&text, &line)) {
		if (cgroup_line(line, &controllers, &path) &&
		    component_end(path, wanted, whole) > 0)
			return true;
	}
	return false;
}

bool proc_cgroup_names(str text, str id) { return any_path(text, id, false); }

bool proc_cgroup_holds(str text, str component) { return any_path(text, component, true); }

str proc_cgroup_base(str path, str id, str component)
{
	size_t end = component_end(path, id, false);

	if (end == 0)
		end = component_end(path, component, true);
	return end ? str_take(path, end) : path;
}

/* ---- sockets ---- */

#define STATE_LISTEN 0x0au

/* The kernel writes words of 32 bits in the order of the machine. */
static bool address_read(str hex, bool v6, struct arena *arena, str *out)
{
	uint32_t words[4] = { 0 };
	char text[INET6_ADDRSTRLEN];
	size_t n = v6 ? 4 : 1;

	if (hex.n != 8 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t word;

		if (!str_u64_base(str_take(str_skip(hex, 8 * i), 8), 16, &word))
			return false;
		words[i] = (uint32_t)word;
	}
	if (!inet_ntop(v6 ? AF_INET6 : AF_INET, words, text, sizeof(text)))
		return false;
	*out = str_dup(arena, str_c(text));
	return true;
}

static bool socket_read(str line, bool v6, struct arena *arena, struct proc_socket *out,
			bool *listens)
{
	str number, rest, local, remote, state, hex, port_text;
	uint64_t port, value;

	if (!str_cut(str_trim(line), ':', &number, &rest))
		return false;
	rest = str_trim(rest);
	if (!str_cut(rest, ' ', &local, &rest) || !str_cut(str_trim(rest), ' ', &remote, &rest) ||
	    !str_cut(str_trim(rest), ' ', &state, &rest) ||
	    !str_cut(local, ':', &hex, &port_text) || !str_u64_base(port_text, 16, &port) ||
	    port > UINT16_MAX || !str_u64_base(state, 16, &value))
		return false;
	*listens = value == STATE_LISTEN;
	if (!*listens)
		return true;
	out->port = (uint16_t)port;
	out->protocol = v6 ? STR("tcp6") : STR("tcp");
	return address_read(hex, v6, arena, &out->address);
}

static bool is_told(const struct proc_sockets *sockets, const struct proc_socket *socket)
{
	for (size_t i = 0; i < sockets->n; i++) {
		const struct proc_socket *s = &sockets->items[i];

		if (s->port == socket->port && str_eq(s->protocol, socket->protocol) &&
		    str_eq(s->address, socket->address))
			return true;
	}
	return false;
}

int proc_listening_parse(str text, bool v6, struct arena *arena, struct proc_sockets *out,
			 struct err *err)
{
	unsigned number = 1;
	str line;

	if (!str_line(&text, &line)) /* the heading */
		return 0;
	while (str_line(&text, &line)) {
		struct proc_socket socket;
		bool listens = false;

		number++;
		if (str_empty(str_trim(line)))
			continue;
		if (!socket_read(line, v6, arena, &socket, &listens))
			return err_set(err, ERR_INPUT, "net/%s: line %u is malformed",
				       v6 ? "tcp6" : "tcp", number);
		if (!listens || is_told(out, &socket))
			continue;
		if (out->n == PROC_SOCKETS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u", PROC_SOCKETS_MAX);
		out->items = arena_regrow(arena, out->items, out->n, &out->cap, sizeof(socket));
		out->items[out->n++] = socket;
	}
	return 0;
}
