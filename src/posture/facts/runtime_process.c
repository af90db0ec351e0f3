/* SPDX-License-Identifier: Apache-2.0 */
/* What processes tell about containers, and which of them are believed. */
#include <inttypes.h>
#include <sys/stat.h>

#include "base/path.h"
#include "fmt/host/proc_status.h"
#include "posture/facts/runtime_internal.h"

#define FDS_MAX	  4096u
#define META_NAME "/io.containerd.metadata.v1.bolt/meta.db"

/* A process that tells of containers. */
struct witness {
	struct host_view *view;
	struct bundle_list *list;
	struct arena *scratch;
	int64_t pid;
	uint32_t uid, euid;
	str what; /* "conmon" */
};

static void doubt(struct witness *w, const char *why)
{
	runtime_doubt(w->list,
		      str_fmt(w->scratch, "%.*s %" PRId64 " of user %.*s: %s", STR_ARG(w->what),
			      w->pid, STR_ARG(host_view_user(w->view, w->uid, w->scratch)), why));
}

/* Users of user namespaces: they belong to somebody, and have no runtimes on the host. */
static bool is_subordinate(const struct bundle_list *list, uint32_t uid)
{
	for (size_t i = 0; i < list->range_n; i++) {
		if (uid >= list->ranges[i].start &&
		    uid - list->ranges[i].start < list->ranges[i].count)
			return true;
	}
	return false;
}

/* Whose program it is and what it is called; false: it has ended, or may not be looked at. */
static bool read_program(struct witness *w, str *name, uint32_t *uid, uint32_t *mode)
{
	struct err err;

	if (host_process_link(w->view, w->pid, "exe", w->scratch, name, &err) == 0 &&
	    host_process_program(w->view, w->pid, uid, mode, &err) == 0) {
		*name = path_base(*name);
		return true;
	}
	if (err.kind != ERR_NOT_FOUND && str_empty(w->list->denied))
		w->list->denied = str_dup(w->list->arena, str_c(err.msg));
	return false;
}

/* What speaks against it; NULL: nothing. */
static const char *objection(const struct witness *w, str name, uint32_t uid, uint32_t mode)
{
	/* k3s is one program under many names. */
	bool k3s = str_eq(name, STR("k3s")) && str_eq(w->what, STR("containerd"));

	if (!host_process_in_root(w->view, w->pid))
		return "it runs in a root of its own, as in a container";
	if (!str_starts(name, w->what) && !k3s)
		return "its program is another one";
	if (uid != 0 && uid != w->uid && uid != geteuid())
		return "its program belongs to somebody else";
	if (mode & S_IWOTH)
		return "everybody may write its program";
	if (w->uid != w->euid)
		return "it has the rights of somebody else";
	if (w->uid != 0 && is_subordinate(w->list, w->uid))
		return "that is a user of a user namespace";
	return NULL;
}

static bool is_believed(struct witness *w)
{
	uint32_t uid, mode;
	const char *why;
	str name;

	if (!read_program(w, &name, &uid, &mode))
		return false;
	why = objection(w, name, uid, mode);
	if (why)
		doubt(w, why);
	return !why;
}

/* The folder of a shim is the bundle of its first container. */
static void of_shim(struct witness *w)
{
	struct err ignored; /* it has ended, or may not be looked at: the usual places remain */
	str folder;

	if (host_process_link(w->view, w->pid, "cwd", w->scratch, &folder, &ignored) < 0 ||
	    (str_find(folder, STR("/io.containerd.runtime.v2.task/")) < 0 &&
	     str_find(folder, STR("/io.containerd.runtime.v1.linux/")) < 0))
		return;
	if (is_believed(w))
		runtime_add_space(w->view, w->list, path_dir(folder), w->uid);
}

/* conmon says where bundle and number are: -b PATH, -p PATH; for an exec it has none. */
static void of_monitor(struct witness *w)
{
	struct bundle bundle = { .kind = RUNTIME_STORAGE, .owner = w->uid };
	struct err ignored; /* as above */
	const str *words;
	size_t n;

	if (host_process_words(w->view, w->pid, "cmdline", w->scratch, &words, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i + 1 < n; i++) {
		if (str_eq(words[i], STR("-b")) || str_eq(words[i], STR("--bundle")))
			bundle.folder = words[i + 1];
		if (str_eq(words[i], STR("-c")) || str_eq(words[i], STR("--cid")))
			bundle.id = words[i + 1];
		if (str_eq(words[i], STR("-n")) || str_eq(words[i], STR("--name")))
			bundle.name = words[i + 1];
		if (str_eq(words[i], STR("-p")) || str_eq(words[i], STR("--container-pidfile")))
			bundle.pid_path = words[i + 1];
	}
	if (str_starts(bundle.folder, STR("/")) && str_starts(bundle.pid_path, STR("/")) &&
	    !str_empty(bundle.id) && is_believed(w))
		IGNORE(runtime_add(w->list, &bundle)); /* too many of them are noted */
}

/* The database that a containerd has open. */
static void of_daemon(struct witness *w)
{
	str folder = str_fmt(w->scratch, "/proc/%" PRId64 "/fd", w->pid);
	struct err ignored; /* as above */
	const str *fds;
	size_t n;

	if (host_view_list(w->view, folder, FDS_MAX, w->scratch, &fds, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		str name = str_cat(w->scratch, STR("fd/"), fds[i]), path;

		if (host_process_link(w->view, w->pid, str_cstr(w->scratch, name), w->scratch,
				      &path, &ignored) < 0 ||
		    !str_ends(path, STR(META_NAME)))
			continue;
		if (is_believed(w))
			runtime_add_metadata(w->list, path, w->uid);
		return;
	}
}

static void ask(struct witness *w, str name)
{
	/* A name has 15 bytes at most. */
	if (str_starts(name, STR("containerd-shim"))) {
		w->what = STR("containerd-shim");
		of_shim(w);
	} else if (str_eq(name, STR("conmon"))) {
		w->what = STR("conmon");
		of_monitor(w);
	} else if (str_eq(name, STR("containerd"))) {
		w->what = STR("containerd");
		of_daemon(w);
	}
}

void runtime_ask_processes(struct host_view *view, struct bundle_list *list, bool of_root)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const int64_t *pids;
	struct err ignored; /* without /proc nothing can be told to run anyway */
	size_t n;

	if (host_process_list(view, list->arena, &pids, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct witness w = {
			.view = view, .list = list, .scratch = scratch, .pid = pids[i]
		};
		struct proc_status status;
		str name;

		arena_reset(scratch);
		if (host_process_file(view, w.pid, "comm", scratch, &name, &ignored) < 0)
			continue;
		name = str_without_suffix(name, STR("\n"));
		if (!str_starts(name, STR("con")) ||
		    host_process_read(view, w.pid, scratch, &status, &ignored) < 0)
			continue;
		w.uid = status.uid;
		w.euid = status.euid;
		if ((w.uid == 0) == of_root)
			ask(&w, name);
	}
}
