/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "fmt/host/proc_status.h"
#include "posture/facts/container_internal.h"

const char *const machine_space_names[NAMESPACES] = { "net",  "pid", "ipc",   "uts",
						      "user", "mnt", "cgroup" };

void machine_init(struct machine *machine, struct host_view *view, int64_t daemon_pid)
{
	*machine = (struct machine){ .view = view, .arena = arena_new(), .daemon_pid = daemon_pid };
}

void machine_done(struct machine *machine) { arena_free(machine->arena); }

/* ---- processes by cgroup ---- */

static int by_cgroup(const void *a, const void *b)
{
	const struct machine_process *x = a, *y = b;
	int order = str_cmp(x->cgroup, y->cgroup);

	return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

static int list(struct machine *machine, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const int64_t *pids;
	size_t n;

	if (host_process_list(machine->view, machine->arena, &pids, &n, err) < 0)
		return -1;
	machine->processes = ARENA_ARRAY(machine->arena, struct machine_process, n);
	for (size_t i = 0; i < n; i++) {
		struct err gone; /* it ended while we looked: then it is in no group */
		str text;

		arena_reset(scratch);
		if (host_process_file(machine->view, pids[i], "cgroup", scratch, &text, &gone) < 0)
			continue;
		str path = proc_cgroup_path(text);
		if (str_empty(path))
			continue;
		machine->processes[machine->process_n++] =
			(struct machine_process){ .pid = pids[i],
						  .cgroup = str_dup(machine->arena, path) };
	}
	if (machine->process_n > 1)
		qsort(machine->processes, machine->process_n, sizeof(*machine->processes),
		      by_cgroup);
	return 0;
}

/* The first process whose cgroup is not before `path`. */
static size_t lower_bound(const struct machine *machine, str path)
{
	size_t low = 0, high = machine->process_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(machine->processes[middle].cgroup, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int machine_in_cgroup(struct machine *machine, str base, const struct machine_process **out,
		      size_t *n, struct err *err)
{
	if (!machine->listed) {
		machine->listed = true;
		machine->list_err.kind = ERR_NONE;
		IGNORE(list(machine, &machine->list_err)); /* told below, each time */
	}
	if (machine->list_err.kind != ERR_NONE) {
		*err = machine->list_err;
		return -1;
	}
	size_t begin = lower_bound(machine, base), end = begin;

	/* "/a/b" and "/a/b/c" are neighbours but for "/a/b-c": those are left out. */
	while (end < machine->process_n && str_starts(machine->processes[end].cgroup, base))
		end++;
	struct machine_process *found =
		ARENA_ARRAY(machine->arena, struct machine_process, end - begin);
	size_t count = 0;
	for (size_t i = begin; i < end; i++) {
		str cgroup = machine->processes[i].cgroup;

		if (cgroup.n == base.n || cgroup.p[base.n] == '/')
			found[count++] = machine->processes[i];
	}
	*out = found;
	*n = count;
	return 0;
}

/* ---- namespaces ---- */

static int list_pid_spaces(struct machine *machine, struct err *err)
{
	const int64_t *pids;
	size_t n;

	if (host_process_list(machine->view, machine->arena, &pids, &n, err) < 0)
		return -1;
	machine->pid_spaces = ARENA_ARRAY(machine->arena, struct machine_process, n);
	for (size_t i = 0; i < n; i++) {
		struct machine_process *p = &machine->pid_spaces[machine->pid_space_n];
		struct err gone; /* it has ended, or is none of those that we may look at */

		p->pid = pids[i];
		if (host_process_link(machine->view, pids[i], "ns/pid", machine->arena, &p->cgroup,
				      &gone) == 0)
			machine->pid_space_n++;
	}
	return 0;
}

int machine_in_pid_space(struct machine *machine, str link, const struct machine_process **out,
			 size_t *n, struct err *err)
{
	if (!machine->pid_spaces_listed) {
		machine->pid_spaces_listed = true;
		machine->pid_spaces_err.kind = ERR_NONE;
		IGNORE(list_pid_spaces(machine, &machine->pid_spaces_err)); /* told below */
	}
	if (machine->pid_spaces_err.kind != ERR_NONE) {
		*err = machine->pid_spaces_err;
		return -1;
	}
	struct machine_process *found =
		ARENA_ARRAY(machine->arena, struct machine_process, machine->pid_space_n);
	size_t count = 0;
	for (size_t i = 0; i < machine->pid_space_n; i++) {
		if (str_eq(machine->pid_spaces[i].cgroup, link))
			found[count++] = machine->pid_spaces[i];
	}
	*out = found;
	*n = count;
	return 0;
}

/* What is known already stays. */
static void read_spaces(struct machine *machine, int64_t pid, str *out)
{
	struct err ignored; /* a namespace that nobody can tell stays empty: not known */

	for (unsigned i = 0; i < NAMESPACES; i++) {
		char name[16];
		str link;

		(void)snprintf(name, sizeof(name), "ns/%s", machine_space_names[i]);
		if (str_empty(out[i]) && host_process_link(machine->view, pid, name, machine->arena,
							   &link, &ignored) == 0)
			out[i] = link;
	}
}

/* The kernel's own first thread is in the namespaces of the host, and may be looked at where the
 * first process may not. */
static bool is_kernel_thread(struct machine *machine, int64_t pid)
{
	struct proc_status status;
	struct err ignored; /* then it is none */

	return host_process_read(machine->view, pid, machine->arena, &status, &ignored) == 0 &&
	       status.parent == 0 && !status.memory && str_eq(status.name, STR("kthreadd"));
}

int machine_is_space(struct machine *machine, unsigned kind, str link)
{
	if (!machine->spaces_read) {
		machine->spaces_read = true;
		read_spaces(machine, 1, machine->spaces[0]);
		if (is_kernel_thread(machine, 2))
			read_spaces(machine, 2, machine->spaces[0]);
		if (machine->daemon_pid > 0)
			read_spaces(machine, machine->daemon_pid, machine->spaces[1]);
	}
	if (str_empty(link) || str_empty(machine->spaces[0][kind]))
		return -1;
	/* A user namespace of the engine is what keeps it from being root: not the host's. */
	return str_eq(link, machine->spaces[0][kind]) ||
	       (kind != NAMESPACE_USER && str_eq(link, machine->spaces[1][kind]));
}
