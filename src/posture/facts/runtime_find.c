/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where bundles lie. containerd: STATE/io.containerd.runtime.v2.task/NAMESPACE/ID, and the older
 * io.containerd.runtime.v1.linux. CRI-O and Podman: RUNROOT/DRIVER-containers/ID/userdata; Podman
 * has config.json in the folder of that name below its other root, and tells its monitor.
 */
#include "fmt/proc_status.h"
#include "posture/facts/runtime_internal.h"

#define NAMESPACES_LIMIT 64u
#define USERS_MAX	 1000u
#define FDS_MAX		 4096u
#define META_FILE	 "io.containerd.metadata.v1.bolt/meta.db"

#define STORAGE_ROOT "/var/lib/containers/storage"

static void add(struct bundle_list *list, enum runtime_kind kind, str space, str id, str folder,
		str pid_path)
{
	str key = kind == RUNTIME_STORAGE ? id : folder;

	if (map_has(&list->seen, key))
		return;
	if (list->n == RUNTIME_BUNDLES_MAX) {
		list->overflow = true;
		return;
	}
	map_put(&list->seen, key, NULL);
	list->items =
		arena_regrow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n++] = (struct bundle){ .kind = kind,
						  .space = str_dup(list->arena, space),
						  .id = str_dup(list->arena, id),
						  .folder = str_dup(list->arena, folder),
						  .pid_path = str_dup(list->arena, pid_path) };
}

/* Names in a folder; none where it is not there. */
static size_t names_in(struct host_view *view, struct bundle_list *list, str folder, size_t max,
		       const str **names)
{
	struct err why;
	size_t n = 0;

	if (host_view_list(view, folder, max, list->arena, names, &n, &why) == 0)
		return n;
	if (why.kind != ERR_NOT_FOUND && str_empty(list->denied))
		list->denied = str_dup(list->arena, str_c(why.msg));
	return 0;
}

static str below(struct bundle_list *list, str folder, str name)
{
	return str_fmt(list->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

/* ---- containerd ---- */

static void in_space(struct host_view *view, struct bundle_list *list, str folder)
{
	const str *ids;
	size_t n = names_in(view, list, folder, RUNTIME_BUNDLES_MAX, &ids);
	ptrdiff_t slash = str_rfind_char(folder, '/');
	str space = str_skip(folder, (size_t)(slash + 1));

	if (map_has(&list->seen, folder))
		return;
	map_put(&list->seen, folder, NULL);
	for (size_t i = 0; i < n; i++) {
		str bundle = below(list, folder, ids[i]);

		add(list, RUNTIME_CONTAINERD, space, ids[i], bundle,
		    below(list, bundle, STR("init.pid")));
	}
}

static void in_state(struct host_view *view, struct bundle_list *list, const char *state)
{
	static const char *const plugins[] = { "io.containerd.runtime.v2.task",
					       "io.containerd.runtime.v1.linux" };

	for (size_t k = 0; k < ARRAY_LEN(plugins); k++) {
		str folder = str_fmt(list->arena, "%s/%s", state, plugins[k]);
		const str *spaces;
		size_t n = names_in(view, list, folder, NAMESPACES_LIMIT, &spaces);

		for (size_t i = 0; i < n; i++)
			in_space(view, list, below(list, folder, spaces[i]));
	}
}

static void add_metadata(struct bundle_list *list, str path)
{
	for (size_t i = 0; i < list->metadata_n; i++) {
		if (str_eq(list->metadata[i], path))
			return;
	}
	if (list->metadata_n < ARRAY_LEN(list->metadata))
		list->metadata[list->metadata_n++] = str_dup(list->arena, path);
}

/* ---- containers/storage ---- */

static bool is_there(struct host_view *view, struct bundle_list *list, str path)
{
	struct host_node node;
	struct err ignored; /* looked at again when it is read */

	return host_view_look(view, path, list->arena, &node, &ignored) < 0 || node.exists;
}

static void in_driver(struct host_view *view, struct bundle_list *list, str runroot, str driver)
{
	str folder = below(list, runroot, driver);
	const str *ids;
	size_t n = names_in(view, list, folder, RUNTIME_BUNDLES_MAX, &ids);

	for (size_t i = 0; i < n; i++) {
		str data = below(list, below(list, folder, ids[i]), STR("userdata"));
		str pid_path = below(list, data, STR("pidfile"));

		if (!is_there(view, list, pid_path))
			continue;
		if (!is_there(view, list, below(list, data, STR("config.json"))))
			data = str_fmt(list->arena, STORAGE_ROOT "/%.*s/%.*s/userdata",
				       STR_ARG(driver), STR_ARG(ids[i]));
		add(list, RUNTIME_STORAGE, STR_EMPTY, ids[i], data, pid_path);
	}
}

static void in_runroot(struct host_view *view, struct bundle_list *list, str runroot)
{
	const str *drivers;
	size_t n = names_in(view, list, runroot, NAMESPACES_LIMIT, &drivers);

	for (size_t i = 0; i < n; i++) {
		if (str_ends(drivers[i], STR("-containers")))
			in_driver(view, list, runroot, drivers[i]);
	}
}

static void in_users(struct host_view *view, struct bundle_list *list)
{
	const str *users;
	size_t n = names_in(view, list, STR("/run/user"), USERS_MAX, &users);

	for (size_t i = 0; i < n; i++)
		in_runroot(view, list,
			   str_fmt(list->arena, "/run/user/%.*s/containers", STR_ARG(users[i])));
}

/* ---- what processes tell ---- */

/*
 * The folder of a shim is the bundle of its first container. Anybody may call a program so: only
 * those of the superuser and our own are believed.
 */
static void of_shim(struct host_view *view, struct bundle_list *list, int64_t pid)
{
	struct err ignored; /* it has ended, or may not be looked at: the usual places remain */
	struct proc_status status;
	str folder;

	if (host_process_read(view, pid, list->arena, &status, &ignored) < 0 ||
	    (status.uid != 0 && status.uid != geteuid()))
		return;
	if (host_process_link(view, pid, "cwd", list->arena, &folder, &ignored) < 0)
		return;
	ptrdiff_t slash = str_rfind_char(folder, '/');
	if (slash > 0 && (str_find(folder, STR("/io.containerd.runtime.v2.task/")) >= 0 ||
			  str_find(folder, STR("/io.containerd.runtime.v1.linux/")) >= 0))
		in_space(view, list, str_take(folder, (size_t)slash));
}

/* conmon says where bundle and number are: -b PATH, -p PATH. */
static void of_monitor(struct host_view *view, struct bundle_list *list, int64_t pid)
{
	struct err ignored; /* as above */
	const str *words;
	str id = STR_EMPTY, folder = STR_EMPTY, pid_path = STR_EMPTY;
	size_t n;

	if (host_process_words(view, pid, "cmdline", list->arena, &words, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i + 1 < n; i++) {
		if (str_eq(words[i], STR("-b")) || str_eq(words[i], STR("--bundle")))
			folder = words[i + 1];
		if (str_eq(words[i], STR("-c")) || str_eq(words[i], STR("--cid")))
			id = words[i + 1];
		if (str_eq(words[i], STR("-p")) || str_eq(words[i], STR("--container-pidfile")))
			pid_path = words[i + 1];
	}
	if (str_starts(folder, STR("/")) && str_starts(pid_path, STR("/")) && !str_empty(id))
		add(list, RUNTIME_STORAGE, STR_EMPTY, id, folder, pid_path);
}

/* The database that a containerd has open. */
static void of_daemon(struct host_view *view, struct bundle_list *list, int64_t pid)
{
	const str *fds;
	str folder = str_fmt(list->arena, "/proc/%lld/fd", (long long)pid);
	size_t n;
	struct err ignored; /* as above */

	if (host_view_list(view, folder, FDS_MAX, list->arena, &fds, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		str name = str_cat(list->arena, STR("fd/"), fds[i]), path;

		if (host_process_link(view, pid, str_cstr(list->arena, name), list->arena, &path,
				      &ignored) == 0 &&
		    str_ends(path, STR("/" META_FILE)))
			add_metadata(list, path);
	}
}

static void of_processes(struct host_view *view, struct bundle_list *list)
{
	const int64_t *pids;
	size_t n;
	struct err ignored; /* without /proc nothing can be told to run anyway */

	if (host_process_list(view, list->arena, &pids, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		str name;

		if (host_process_file(view, pids[i], "comm", list->arena, &name, &ignored) < 0)
			continue;
		/* A name has 15 bytes at most. */
		if (str_starts(name, STR("containerd-shim")))
			of_shim(view, list, pids[i]);
		else if (str_eq(name, STR("conmon\n")))
			of_monitor(view, list, pids[i]);
		else if (str_eq(name, STR("containerd\n")))
			of_daemon(view, list, pids[i]);
	}
}

void runtime_find(struct host_view *view, struct bundle_list *list)
{
	static const char *const states[] = { "/run/containerd", "/run/k3s/containerd",
					      "/run/docker/containerd/daemon" };
	static const char *const databases[] = {
		"/var/lib/containerd/" META_FILE,
		"/var/lib/rancher/k3s/agent/containerd/" META_FILE,
		"/var/lib/docker/containerd/daemon/" META_FILE,
	};

	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		in_state(view, list, states[i]);
	for (size_t i = 0; i < ARRAY_LEN(databases); i++)
		add_metadata(list, str_c(databases[i]));
	of_processes(view, list);
	in_runroot(view, list, STR("/run/containers/storage"));
	in_users(view, list);
}
