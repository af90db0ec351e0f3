/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/time.h"
#include "engine/engine.h"
#include "fmt/host/proc_status.h"
#include "posture/facts/container_internal.h"

#define START_SLACK_S 10 /* between the engine's time and the kernel's */
#define COMM_MAX      256u
#define ELSEWHERE     "run it on the machine of the engine, as root, in its process namespace"

/*
 * The engine's number is a process of this machine, and that of the container: its cgroup names it,
 * or it began when the engine says so (containers without a cgroup of their own). An engine in a
 * container, or behind a forwarded socket, counts in another namespace.
 */
static int check_it(struct container_doc *doc, struct machine *machine,
		    const struct container_process *process, str *cgroup, struct err *err)
{
	int64_t said, began;
	str text;

	if (host_process_file(machine->view, process->pid, "cgroup", doc->scratch, &text, err) < 0)
		return -1;
	/* A group that does not name the container is that of others, too. */
	if (proc_cgroup_names(text, process->id) ||
	    (!str_empty(process->group) && proc_cgroup_holds(text, process->group))) {
		*cgroup = proc_cgroup_path(text);
		return 0;
	}
	*cgroup = STR_EMPTY;
	if (process->known)
		return 0;
	if (time_parse(process->started_at, &said)) {
		began = host_process_began(machine->view, process->pid, doc->scratch);
		if (began > 0 && began >= said - START_SLACK_S && began <= said + START_SLACK_S)
			return 0;
	}
	return err_set(err, ERR_NOT_FOUND,
		       "process %" PRId64 " of this machine is not that of the container",
		       process->pid);
}

static void put_capabilities(struct container_doc *doc, str key, uint64_t set)
{
	json_key(&doc->w, key);
	json_open_array(&doc->w);
	for (unsigned i = 0; i < 64; i++) {
		if (set >> i & 1)
			json_put_str(&doc->w, capability_name(i, doc->scratch));
	}
	json_close_array(&doc->w);
}

static void put_spaces(struct container_doc *doc, struct machine *machine,
		       struct container_process *process)
{
	struct err why = { .kind = ERR_NONE };

	JSON_KEY(&doc->w, "namespaces");
	json_open_object(&doc->w);
	for (unsigned i = 0; i < NAMESPACES; i++) {
		char name[16];
		str link = STR_EMPTY;

		(void)snprintf(name, sizeof(name), "ns/%s", machine_space_names[i]);
		if (host_process_link(machine->view, process->pid, name, doc->scratch, &link,
				      &why) < 0)
			link = STR_EMPTY;
		process->is_host[i] = machine_is_space(machine, i, link);
		if (process->is_host[i] >= 0)
			json_kv_str(&doc->w, str_c(machine_space_names[i]),
				    process->is_host[i] ? STR("host") : STR("own"));
		else
			container_doc_unread(doc, STR("process.namespaces"),
					     why.kind != ERR_NONE
						     ? str_dup(doc->scratch, str_c(why.msg))
						     : STR("those of the host cannot be read"),
					     STR("run as root"));
	}
	json_close_object(&doc->w);
}

static void put_process(struct container_doc *doc, struct machine *machine,
			struct container_process *process, const struct proc_status *status)
{
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "process");
	json_open_object(w);
	json_kv_i64(w, STR("pid"), process->pid);
	json_kv_u64(w, STR("uid"), status->uid);
	json_kv_u64(w, STR("euid"), status->euid);
	json_kv_u64(w, STR("gid"), status->gid);
	if (status->seccomp >= 0)
		json_kv_i64(w, STR("seccomp"), status->seccomp);
	if (status->no_new_privs >= 0)
		json_kv_i64(w, STR("no_new_privs"), status->no_new_privs);
	if (status->caps_known) {
		put_capabilities(doc, STR("cap_eff"), status->cap_eff);
		put_capabilities(doc, STR("cap_bnd"), status->cap_bnd);
	}
	put_spaces(doc, machine, process);
	json_close_object(w);
}

/* ---- all processes ---- */

static bool is_among(const struct machine_process *list, size_t n, int64_t pid)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].pid == pid)
			return true;
	}
	return false;
}

/* Those of its group; without one, those of its process namespace (`space`, else empty). */
static int put_group(struct container_doc *doc, struct machine *machine, str base, str space,
		     struct err *err)
{
	const struct machine_process *found;
	size_t n;

	if (str_empty(space) ? machine_in_cgroup(machine, base, &found, &n, err) < 0
			     : machine_in_pid_space(machine, space, &found, &n, err) < 0)
		return -1;
	if (n > DOCKER_LIST_MAX)
		return err_set(err, ERR_LIMIT, "more than %u", DOCKER_LIST_MAX);
	if (!str_empty(space) && is_among(found, n, getpid()))
		return err_set(err, ERR_NOT_FOUND,
			       "it has neither a cgroup nor a process namespace of its own");
	JSON_KEY(&doc->w, "processes");
	json_open_array(&doc->w);
	for (size_t i = 0; i < n; i++) {
		struct err gone; /* it has ended since */
		str comm;

		if (host_process_file(machine->view, found[i].pid, "comm", doc->scratch, &comm,
				      &gone) < 0)
			continue;
		json_open_object(&doc->w);
		json_kv_i64(&doc->w, STR("pid"), found[i].pid);
		json_kv_str(&doc->w, STR("comm"), str_without_suffix(comm, STR("\n")));
		json_close_object(&doc->w);
	}
	json_close_array(&doc->w);
	return 0;
}

static ptrdiff_t column(const struct json *titles, const char *const *names, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < json_len(titles); i++) {
			if (str_ieq(json_str(json_at(titles, i)), str_c(names[k])))
				return (ptrdiff_t)i;
		}
	}
	return -1;
}

/* GET /containers/ID/top: a table with a heading, as ps prints it. */
static int put_top(struct container_doc *doc, const struct container_process *process,
		   struct err *err)
{
	static const char *const pids[] = { "PID" }, *const comms[] = { "COMMAND", "CMD", "COMM" };
	str path = str_fmt(doc->scratch, "/containers/%.*s/top?ps_args=-eo%%20pid,comm",
			   STR_ARG(process->id));
	const struct json *answer;

	if (engine_get(process->engine, path, doc->scratch, &answer, err) < 0)
		return -1;
	ptrdiff_t pid_at = column(JSON_GET(answer, "Titles"), pids, ARRAY_LEN(pids));
	ptrdiff_t comm_at = column(JSON_GET(answer, "Titles"), comms, ARRAY_LEN(comms));
	const struct json *rows = JSON_GET(answer, "Processes");

	if (pid_at < 0 || comm_at < 0 || !json_is(rows, JSON_ARRAY))
		return err_set(err, ERR_INPUT,
			       "the engine's list of processes has no such columns");
	if (json_len(rows) > DOCKER_LIST_MAX)
		return err_set(err, ERR_LIMIT, "more than %u", DOCKER_LIST_MAX);
	JSON_KEY(&doc->w, "processes");
	json_open_array(&doc->w);
	JSON_EACH (rows, row) {
		str comm = str_trim(json_str(json_at(row, (size_t)comm_at)));
		uint64_t pid = 0;

		/* With arguments, where the engine did not do as it was asked: they are left out.
		 */
		comm = str_take(comm,
				(size_t)(str_find_char(comm, ' ') < 0 ? (ptrdiff_t)comm.n
								      : str_find_char(comm, ' ')));
		ptrdiff_t slash = str_rfind_char(comm, '/');
		json_open_object(&doc->w);
		if (str_u64(str_trim(json_str(json_at(row, (size_t)pid_at))), &pid))
			json_kv_u64(&doc->w, STR("pid"), pid);
		json_kv_str(&doc->w, STR("comm"),
			    str_take(str_skip(comm, (size_t)(slash + 1)), COMM_MAX));
		json_close_object(&doc->w);
	}
	json_close_array(&doc->w);
	return 0;
}

static void put_processes(struct container_doc *doc, struct machine *machine,
			  const struct container_process *process, str cgroup, bool is_here)
{
	str base = proc_cgroup_base(cgroup, process->id, process->group), space = STR_EMPTY;
	struct err why;
	int rc;

	if (is_here && base.n <= 1 && process->is_host[NAMESPACE_PID] != 1 &&
	    host_process_link(machine->view, process->pid, "ns/pid", doc->scratch, &space, &why) <
		    0)
		space = STR_EMPTY;
	rc = err_set(&why, ERR_NOT_FOUND, "it has no cgroup of its own");
	if (is_here && (base.n > 1 || !str_empty(space)))
		rc = put_group(doc, machine, base, space, &why);
	if (rc < 0 && why.kind == ERR_NOT_FOUND && process->engine)
		rc = put_top(doc, process, &why);
	if (rc < 0)
		container_doc_failed(doc, STR("processes"), &why);
}

/* ---- listening sockets ---- */

static int read_listening(struct container_doc *doc, struct machine *machine, int64_t pid,
			  struct proc_sockets *out, struct err *err)
{
	struct err why;
	str text;

	if (host_process_file(machine->view, pid, "net/tcp", doc->scratch, &text, err) < 0 ||
	    proc_listening_parse(text, false, doc->scratch, out, err) < 0)
		return -1;
	if (host_process_file(machine->view, pid, "net/tcp6", doc->scratch, &text, &why) < 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0; /* a kernel without IPv6 */
		*err = why;
		return -1;
	}
	return proc_listening_parse(text, true, doc->scratch, out, err);
}

static void put_listening(struct container_doc *doc, struct machine *machine,
			  const struct container_process *process)
{
	struct proc_sockets sockets = { .n = 0 };
	struct err why;

	if (process->is_host[NAMESPACE_NET] < 0) {
		container_doc_unread(doc, STR("listening"),
				     STR("whether its network is that of the host is not known"),
				     STR("run as root"));
		return;
	}
	if (process->is_host[NAMESPACE_NET] == 0 &&
	    read_listening(doc, machine, process->pid, &sockets, &why) < 0) {
		container_doc_failed(doc, STR("listening"), &why);
		return;
	}
	JSON_KEY(&doc->w, "listening");
	json_open_array(&doc->w);
	for (size_t i = 0; i < sockets.n; i++) {
		json_open_object(&doc->w);
		json_kv_str(&doc->w, STR("protocol"), sockets.items[i].protocol);
		json_kv_str(&doc->w, STR("address"), sockets.items[i].address);
		json_kv_u64(&doc->w, STR("port"), sockets.items[i].port);
		json_close_object(&doc->w);
	}
	json_close_array(&doc->w);
}

/* ---- all of it ---- */

static void put_null(struct container_doc *doc, str key)
{
	json_key(&doc->w, key);
	json_put_null(&doc->w);
}

static void nobody(struct container_doc *doc, const struct container_process *process, str reason)
{
	container_doc_unread(doc, STR("process"), reason, STR(ELSEWHERE));
	container_doc_unread(doc, STR("listening"), reason, STR(ELSEWHERE));
	put_processes(doc, NULL, process, STR_EMPTY, false);
}

void container_process_write(struct container_doc *doc, struct machine *machine,
			     struct container_process *process)
{
	struct proc_status status;
	struct err why;
	str cgroup;

	for (unsigned i = 0; i < NAMESPACES; i++)
		process->is_host[i] = -1;
	if (process->pid == 0) {
		put_null(doc, STR("process"));
		put_null(doc, STR("processes"));
		put_null(doc, STR("listening"));
		return;
	}
	if (!str_empty(process->elsewhere)) {
		nobody(doc, process, process->elsewhere);
		return;
	}
	if (check_it(doc, machine, process, &cgroup, &why) < 0 ||
	    host_process_read(machine->view, process->pid, doc->scratch, &status, &why) < 0) {
		nobody(doc, process, str_dup(doc->scratch, str_c(why.msg)));
		return;
	}
	put_process(doc, machine, process, &status);
	put_processes(doc, machine, process, cgroup, true);
	put_listening(doc, machine, process);
}
