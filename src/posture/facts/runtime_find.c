/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where bundles lie. containerd: STATE/io.containerd.runtime.v2.task/NAMESPACE/ID, and the older
 * io.containerd.runtime.v1.linux. CRI-O and Podman: RUNROOT/DRIVER-containers/ID/userdata; Podman
 * has config.json in the folder of that name below its other root, and tells its monitor. What is
 * root's comes before what is anybody else's.
 */
#include <inttypes.h>

#include "base/path.h"
#include "posture/facts/runtime_internal.h"

#define NAMESPACES_LIMIT 64u
#define USERS_MAX	 1000u
#define SUBUID_MAX	 (1u << 20)
#define META_FILE	 "io.containerd.metadata.v1.bolt/meta.db"
#define DOUBT_MAX	 300u

void runtime_doubt(struct bundle_list *list, str text)
{
	if (list->doubt_n < RUNTIME_DOUBTS_MAX)
		list->doubts[list->doubt_n] = str_dup(list->arena, str_take(text, DOUBT_MAX));
	list->doubt_n++;
}

struct runtime_owner *runtime_owner(struct bundle_list *list, uint32_t uid)
{
	for (size_t i = 0; i < list->owner_n; i++) {
		if (list->owners[i].uid == uid)
			return &list->owners[i];
	}
	list->owners = arena_regrow(list->arena, list->owners, list->owner_n, &list->owner_cap,
				    sizeof(*list->owners));
	list->owners[list->owner_n] = (struct runtime_owner){ .uid = uid };
	return &list->owners[list->owner_n++];
}

static bool is_new(struct bundle_list *list, uint32_t owner, str key)
{
	return map_put(&list->seen, str_fmt(list->arena, "%" PRIu32 ":%.*s", owner, STR_ARG(key)),
		       NULL);
}

bool runtime_add(struct bundle_list *list, const struct bundle *bundle)
{
	struct runtime_owner *owner = runtime_owner(list, bundle->owner);
	size_t most = bundle->owner == 0 ? RUNTIME_BUNDLES_MAX : RUNTIME_USERS_BUNDLES_MAX;

	if (owner->bundles == most) {
		owner->overflow = list->overflow = true;
		return false;
	}
	if (!is_new(list, bundle->owner,
		    bundle->kind == RUNTIME_STORAGE ? bundle->id : bundle->folder))
		return true;
	owner->bundles++;
	list->items =
		arena_regrow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n] = *bundle;
	list->items[list->n].space = str_dup(list->arena, bundle->space);
	list->items[list->n].id = str_dup(list->arena, bundle->id);
	list->items[list->n].folder = str_dup(list->arena, bundle->folder);
	list->items[list->n].pid_path = str_dup(list->arena, bundle->pid_path);
	list->items[list->n++].name = str_dup(list->arena, bundle->name);
	return true;
}

bool runtime_is_users(struct host_view *view, const struct bundle_list *list, uint32_t owner,
		      uint32_t uid)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str name = host_view_user(view, owner, scratch);
	str number = str_fmt(scratch, "%" PRIu32, owner);

	for (size_t i = 0; i < list->range_n && uid != owner; i++) {
		const struct host_range *r = &list->ranges[i];

		if ((str_eq(r->name, name) || str_eq(r->name, number)) && uid >= r->start &&
		    uid - r->start < r->count)
			return true;
	}
	return uid == owner;
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

void runtime_add_space(struct host_view *view, struct bundle_list *list, str folder, uint32_t owner)
{
	const str *ids;
	size_t n = names_in(view, list, folder, RUNTIME_BUNDLES_MAX, &ids);

	if (!is_new(list, owner, folder))
		return;
	for (size_t i = 0; i < n; i++) {
		str path = below(list, folder, ids[i]);
		const struct bundle bundle = { .kind = RUNTIME_CONTAINERD,
					       .owner = owner,
					       .space = path_base(folder),
					       .id = ids[i],
					       .folder = path,
					       .pid_path = below(list, path, STR("init.pid")) };

		if (!runtime_add(list, &bundle))
			return;
	}
}

static void in_state(struct host_view *view, struct bundle_list *list, str state, uint32_t owner)
{
	static const char *const plugins[] = { "io.containerd.runtime.v2.task",
					       "io.containerd.runtime.v1.linux" };

	for (size_t k = 0; k < ARRAY_LEN(plugins); k++) {
		str folder = below(list, state, str_c(plugins[k]));
		const str *spaces;
		size_t n = names_in(view, list, folder, NAMESPACES_LIMIT, &spaces);

		for (size_t i = 0; i < n; i++)
			runtime_add_space(view, list, below(list, folder, spaces[i]), owner);
	}
}

void runtime_add_metadata(struct bundle_list *list, str path, uint32_t owner)
{
	for (size_t i = 0; i < list->metadata_n; i++) {
		if (str_eq(list->metadata[i].path, path) && list->metadata[i].owner == owner)
			return;
	}
	if (list->metadata_n < ARRAY_LEN(list->metadata))
		list->metadata[list->metadata_n++] =
			(struct runtime_file){ .path = str_dup(list->arena, path), .owner = owner };
}

/* ---- containers/storage ---- */

static bool is_there(struct host_view *view, struct bundle_list *list, str path)
{
	struct host_node node;
	struct err ignored; /* looked at again when it is read */

	return host_view_look(view, path, list->arena, &node, &ignored) < 0 || node.exists;
}

static void in_driver(struct host_view *view, struct bundle_list *list, str folder, str graph,
		      uint32_t owner)
{
	const str *ids;
	size_t n = names_in(view, list, folder, RUNTIME_BUNDLES_MAX, &ids);

	for (size_t i = 0; i < n; i++) {
		str data = below(list, below(list, folder, ids[i]), STR("userdata"));
		struct bundle bundle = { .kind = RUNTIME_STORAGE,
					 .owner = owner,
					 .id = ids[i],
					 .folder = data,
					 .pid_path = below(list, data, STR("pidfile")) };

		if (!is_there(view, list, bundle.pid_path))
			continue;
		if (!is_there(view, list, below(list, data, STR("config.json"))))
			bundle.folder =
				str_fmt(list->arena, "%.*s/%.*s/%.*s/userdata", STR_ARG(graph),
					STR_ARG(path_base(folder)), STR_ARG(ids[i]));
		if (!runtime_add(list, &bundle))
			return;
	}
}

static void in_runroot(struct host_view *view, struct bundle_list *list, str runroot, str graph,
		       uint32_t owner)
{
	const str *drivers;
	size_t n = names_in(view, list, runroot, NAMESPACES_LIMIT, &drivers);

	for (size_t i = 0; i < n; i++) {
		if (str_ends(drivers[i], STR("-containers")))
			in_driver(view, list, below(list, runroot, drivers[i]), graph, owner);
	}
}

/* ---- users ---- */

/* Rootless Podman, Docker and containerd have their run-time files in the user's folder. */
static void in_users(struct host_view *view, struct bundle_list *list)
{
	const struct host_accounts *accounts;
	const str *users;
	struct err ignored; /* without accounts nobody's home is known */
	size_t n = names_in(view, list, STR("/run/user"), USERS_MAX, &users);
	bool known = host_view_accounts(view, &accounts, &ignored) == 0;

	for (size_t i = 0; i < n; i++) {
		str run = below(list, STR("/run/user"), users[i]), home;
		const struct host_user *user;
		uint64_t uid;

		if (!str_u64(users[i], &uid) || uid >= UINT32_MAX)
			continue;
		user = known ? host_accounts_user(accounts, (uint32_t)uid) : NULL;
		home = user ? user->home : STR("/nonexistent");
		in_runroot(view, list, below(list, run, STR("containers")),
			   below(list, home, STR(".local/share/containers/storage")),
			   (uint32_t)uid);
		in_state(view, list, below(list, run, STR("docker/containerd/daemon")),
			 (uint32_t)uid);
		in_state(view, list, below(list, run, STR("containerd")), (uint32_t)uid);
		if (!user)
			continue;
		runtime_add_metadata(
			list,
			below(list, home, STR(".local/share/docker/containerd/daemon/" META_FILE)),
			(uint32_t)uid);
		runtime_add_metadata(list,
				     below(list, home, STR(".local/share/containerd/" META_FILE)),
				     (uint32_t)uid);
	}
}

static void read_ranges(struct host_view *view, struct bundle_list *list)
{
	struct err ignored; /* without it nobody has others */
	str text;

	if (host_view_read(view, STR("/etc/subuid"), SUBUID_MAX, list->arena, &text, &ignored) <
		    0 ||
	    host_subid(text, list->arena, &list->ranges, &list->range_n, &ignored) < 0)
		list->range_n = 0;
}

void runtime_find(struct host_view *view, struct bundle_list *list)
{
	/* containerd as such, of k3s and RKE2, Docker, k0s and MicroK8s. */
	static const str states[] = { STR_INIT("/run/containerd"), STR_INIT("/run/k3s/containerd"),
				      STR_INIT("/run/docker/containerd/daemon"),
				      STR_INIT("/run/k0s/containerd"),
				      STR_INIT("/var/snap/microk8s/common/run/containerd") };
	static const char *const databases[] = {
		"/var/lib/containerd/" META_FILE,
		"/var/lib/rancher/k3s/agent/containerd/" META_FILE,
		"/var/lib/rancher/rke2/agent/containerd/" META_FILE,
		"/var/lib/docker/containerd/daemon/" META_FILE,
		"/var/lib/k0s/containerd/" META_FILE,
		"/var/snap/microk8s/common/var/lib/containerd/" META_FILE,
	};
	static const str graph = STR_INIT("/var/lib/containers/storage");

	read_ranges(view, list);
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		in_state(view, list, states[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(databases); i++)
		runtime_add_metadata(list, str_c(databases[i]), 0);
	/* A monitor knows where the bundle is; in the folders of run-time files it is guessed. */
	runtime_ask_processes(view, list, true);
	in_runroot(view, list, STR("/run/containers/storage"), graph, 0);
	runtime_ask_processes(view, list, false);
	in_users(view, list);
}
