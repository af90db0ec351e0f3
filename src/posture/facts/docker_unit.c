/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/path.h"
#include "posture/facts/docker_internal.h"

#define FOLDERS_MAX 8u
#define NAMES_MAX   1000u /* of drop-ins */

/* Where units of the system lie, the first that has one counts (systemd.unit(5)). */
static const str folders[] = { STR_INIT("/etc/systemd/system"), STR_INIT("/run/systemd/system"),
			       STR_INIT("/usr/local/lib/systemd/system"),
			       STR_INIT("/usr/lib/systemd/system"),
			       STR_INIT("/lib/systemd/system") };
static const str user_folders[] = { STR_INIT("/etc/systemd/user"), STR_INIT("/run/systemd/user"),
				    STR_INIT("/usr/local/lib/systemd/user"),
				    STR_INIT("/usr/lib/systemd/user") };

static size_t folders_of(struct docker_facts *facts, str out[2 * FOLDERS_MAX])
{
	size_t n = 0;

	if (facts->rootless) {
		if (!str_empty(facts->config_home))
			out[n++] = str_cat(facts->arena, facts->config_home, STR("/systemd/user"));
		for (size_t i = 0; i < ARRAY_LEN(user_folders); i++)
			out[n++] = user_folders[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		out[n++] = folders[i];
	return n;
}

static int add_file(struct docker_facts *facts, struct docker_unit *unit, str path)
{
	str text;

	if (host_view_read(facts->view, path, SYSTEMD_UNIT_MAX_BYTES, facts->arena, &text,
			   &unit->err) < 0)
		return -1;
	if (systemd_unit_add(&unit->settings, path, text, &unit->err) < 0)
		return err_wrap(&unit->err, "%.*s", STR_ARG(path));
	return 0;
}

static int find_fragment(struct docker_facts *facts, struct docker_unit *unit, const str *where,
			 size_t n, str name)
{
	for (size_t i = 0; i < n; i++) {
		str path = path_join(facts->arena, where[i], name);
		struct host_node node;

		if (host_view_look(facts->view, path, facts->arena, &node, &unit->err) < 0)
			return -1;
		/* A link to /dev/null switches the unit off: it is there, and says nothing. */
		if (!node.exists)
			continue;
		unit->found = true;
		unit->fragment = path;
		return node.type == HOST_FILE ? add_file(facts, unit, path) : 0;
	}
	return 0;
}

struct drop_ins {
	str *names, *paths;
	size_t n, cap, path_cap;
};

/* Of drop-ins of one name the first folder's counts; they are read in the order of their names. */
static void drop_in_add(struct docker_facts *facts, struct drop_ins *list, str folder, str name)
{
	size_t at = 0;

	if (!str_ends(name, STR(".conf")) || list->n == NAMES_MAX)
		return;
	while (at < list->n && str_cmp(list->names[at], name) < 0)
		at++;
	if (at < list->n && str_eq(list->names[at], name))
		return;
	list->names =
		arena_regrow(facts->arena, list->names, list->n, &list->cap, sizeof(*list->names));
	list->paths = arena_regrow(facts->arena, list->paths, list->n, &list->path_cap,
				   sizeof(*list->paths));
	memmove(list->names + at + 1, list->names + at, (list->n - at) * sizeof(*list->names));
	memmove(list->paths + at + 1, list->paths + at, (list->n - at) * sizeof(*list->paths));
	list->names[at] = name;
	list->paths[at] = path_join(facts->arena, folder, name);
	list->n++;
}

static int find_drop_ins(struct docker_facts *facts, struct docker_unit *unit, const str *where,
			 size_t n, str name)
{
	ptrdiff_t dot = str_rfind_char(name, '.');
	const str owners[] = { name,
			       str_skip(name, (size_t)dot + 1) }; /* docker.service, service */
	struct drop_ins list = { .n = 0 };

	for (size_t i = 0; i < ARRAY_LEN(owners) * n; i++) {
		str folder = str_fmt(facts->arena, "%.*s/%.*s.d", STR_ARG(where[i % n]),
				     STR_ARG(owners[i / n]));
		const str *names;
		size_t count;
		struct err err;

		if (host_view_list(facts->view, folder, NAMES_MAX, facts->arena, &names, &count,
				   &err) < 0) {
			if (err.kind == ERR_NOT_FOUND)
				continue;
			unit->err = err;
			return -1;
		}
		for (size_t k = 0; k < count; k++)
			drop_in_add(facts, &list, folder, names[k]);
	}
	for (size_t i = 0; i < list.n; i++) {
		if (add_file(facts, unit, list.paths[i]) < 0)
			return -1;
	}
	unit->drop_ins = list.paths;
	unit->drop_in_count = list.n;
	return 0;
}

static void read_unit(struct docker_facts *facts, struct docker_unit *unit, str name)
{
	str where[2 * FOLDERS_MAX];
	size_t n = folders_of(facts, where);

	systemd_unit_init(&unit->settings, facts->arena);
	unit->fragment = path_join(facts->arena, STR("/lib/systemd/system"), name);
	if (find_fragment(facts, unit, where, n, name) < 0 ||
	    (unit->found && find_drop_ins(facts, unit, where, n, name) < 0))
		return;
	unit->err.kind = ERR_NONE;
}

void docker_read_units(struct docker_facts *facts)
{
	read_unit(facts, &facts->service, STR("docker.service"));
	read_unit(facts, &facts->socket, STR("docker.socket"));
}

/* ---- streams of a socket unit ---- */

static bool take_port(str text, uint64_t *port)
{
	return str_u64(text, port) && *port > 0 && *port <= UINT16_MAX;
}

bool docker_stream_parse(str listen, struct arena *arena, struct docker_stream *out)
{
	ptrdiff_t colon;

	*out = (struct docker_stream){ .listen = listen };
	/* %t: the folder for run-time files of the system. */
	if (str_starts(listen, STR("%t/")))
		listen = str_cat(arena, STR("/run"), str_skip(listen, 2));
	if (str_starts(listen, STR("/")) || str_starts(listen, STR("@"))) {
		out->protocol = STR("unix");
		out->path = listen;
		return true;
	}
	out->protocol = STR("tcp");
	if (take_port(listen, &out->port)) {
		out->address = STR("::");
		return true;
	}
	colon = str_rfind_char(listen, ':');
	if (colon <= 0 || !take_port(str_skip(listen, (size_t)colon + 1), &out->port))
		return false;
	out->address = str_take(listen, (size_t)colon);
	if (str_starts(out->address, STR("[")) && str_ends(out->address, STR("]")))
		out->address = str_drop_end(str_skip(out->address, 1), 1);
	return str_find(out->address, STR("vsock")) < 0;
}

size_t docker_streams(struct docker_facts *facts, struct docker_stream *out, size_t max)
{
	const struct systemd_setting *found[DOCKER_STREAMS_MAX];
	size_t n = systemd_unit_get(&facts->socket.settings, STR("Socket"), STR("ListenStream"),
				    found, ARRAY_LEN(found));
	size_t count = 0;

	for (size_t i = 0; i < n && count < max; i++) {
		str listen = found[i]->value;

		/* Of a user's unit the folder for run-time files is the user's. */
		if (facts->rootless && !str_empty(facts->run_dir) && str_starts(listen, STR("%t/")))
			listen = str_cat(facts->arena, facts->run_dir, str_skip(listen, 2));
		if (!docker_stream_parse(listen, facts->arena, &out[count]))
			continue;
		out[count++].where = str_fmt(facts->arena, "%.*s:%" PRIu32,
					     STR_ARG(found[i]->source), found[i]->line);
	}
	return count;
}
