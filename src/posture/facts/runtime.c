/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/runtime.h"

#include "posture/facts/runtime_internal.h"

#define PID_MAX_BYTES 32u
#define START_SLACK_S 10

struct work {
	struct docker_facts *facts;
	struct host_view *view;
	const struct runtime_opts *opts;
	struct arena *scratch;
	struct container_doc doc;
	struct machine machine;
	struct bundle_list *list;
	struct runtime_counts *counts;
};

/* Root's first: what a user says of an id never stands in front of what root says of it. */
static int by_owner_and_name(const void *a, const void *b)
{
	const struct bundle *x = a, *y = b;
	int order = (x->owner > y->owner) - (x->owner < y->owner);

	order = order ? order : (int)x->kind - (int)y->kind;
	order = order ? order : str_cmp(x->space, y->space);
	order = order ? order : str_cmp(x->name, y->name);
	return order ? order : str_cmp(x->id, y->id);
}

static str user_of(struct work *work, const struct bundle *bundle)
{
	return host_view_user(work->view, bundle->owner, work->scratch);
}

static void doubt(struct work *work, const struct bundle *bundle, const char *why)
{
	runtime_doubt(work->list, str_fmt(work->scratch, "container %.*s of user %.*s: %s",
					  STR_ARG(str_take(bundle->id, 64)),
					  STR_ARG(user_of(work, bundle)), why));
}

/* A file that is somebody else's, or one that we may not read. */
static void refused(struct work *work, const struct bundle *bundle, const struct err *why)
{
	if (why->code == 0)
		doubt(work, bundle, why->msg);
	else if (str_empty(work->list->denied))
		work->list->denied = str_dup(work->list->arena, str_c(why->msg));
}

/* 0: none is known. */
static int64_t pid_of(struct work *work, const struct bundle *bundle)
{
	struct err why;
	int64_t pid;
	str text;

	if (host_view_read_owned(work->view, bundle->pid_path, bundle->owner, PID_MAX_BYTES,
				 work->scratch, &text, &why) < 0) {
		/* None, or already gone; else it is somebody else's. */
		if (why.kind == ERR_DENIED)
			refused(work, bundle, &why);
		return 0;
	}
	if (!str_i64(str_trim(text), &pid) || pid <= 0 || pid > INT32_MAX)
		return 0;
	return pid;
}

static int read_config(struct work *work, const struct bundle *bundle, const struct json **out,
		       struct err *err)
{
	const struct json_opts opts = { .max_values = RUNTIME_CONFIG_VALUES, .borrow = true };
	str path = str_fmt(work->scratch, "%.*s/config.json", STR_ARG(bundle->folder)), text;

	if (host_view_read_owned(work->view, path, bundle->owner, RUNTIME_CONFIG_MAX, work->scratch,
				 &text, err) < 0)
		return -1;
	if (json_parse(text, &opts, work->scratch, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

/* It began when the file with its number was written. */
static bool is_of_that_time(struct work *work, const struct bundle *bundle, int64_t pid)
{
	int64_t began = host_process_began(work->machine.view, pid, work->scratch);
	struct host_node node;
	struct err ignored; /* then nothing tells it */

	return began > 0 &&
	       host_view_look(work->view, bundle->pid_path, work->scratch, &node, &ignored) == 0 &&
	       node.exists && began <= node.modified + START_SLACK_S &&
	       began >= node.modified - START_SLACK_S;
}

/*
 * The process that a file names runs, and in the group that the bundle asks for or one that names
 * the container: numbers come again. Engines of users may have no groups for their containers. 1,
 * 0, -1: it cannot be told.
 */
static int runs(struct work *work, const struct bundle *bundle, const struct bundle_facts *f,
		int64_t pid)
{
	struct err err;
	str text;

	if (pid == 0)
		return 0;
	if (host_process_file(work->view, pid, "cgroup", work->scratch, &text, &err) < 0)
		return err.kind == ERR_NOT_FOUND ? 0 : -1;
	if (proc_cgroup_names(text, bundle->id) ||
	    (!str_empty(f->component) && proc_cgroup_holds(text, f->component)))
		return 1;
	if (bundle->owner != 0 && is_of_that_time(work, bundle, pid))
		return 1;
	/* Without groups of its own nothing tells it apart from another. */
	return str_empty(proc_cgroup_path(text)) ? 1 : 0;
}

/* Root's containers run as anybody; those of a user as nobody but the user and whom he was given.
 */
static bool is_owners(struct work *work, const struct bundle *bundle, int64_t pid)
{
	struct proc_status status;
	struct err ignored; /* it has ended, or hides: then it is not told */

	if (bundle->owner == 0)
		return true;
	if (host_process_read(work->view, pid, work->scratch, &status, &ignored) < 0)
		return false;
	if (runtime_is_users(work->view, work->list, bundle->owner, status.uid))
		return true;
	doubt(work, bundle, "its process belongs to somebody else");
	return false;
}

static void put_head(struct work *work, const struct bundle *bundle, str name, str image)
{
	struct container_doc *doc = &work->doc;

	container_doc_begin(doc, STR("runtime"), docker_facts_time(work->facts));
	json_kv_str(&doc->w, STR("id"), bundle->id);
	json_kv_str(&doc->w, STR("name"), name);
	json_kv_str(&doc->w, STR("image"), image);
	json_kv_str(&doc->w, STR("state"), STR("running"));
	json_kv_bool(&doc->w, STR("started"), true);
}

static void put_tail(struct work *work)
{
	struct container_doc *doc = &work->doc;

	JSON_KEY(&doc->w, "service");
	json_put_null(&doc->w);
	container_doc_unread(doc, STR("image_facts"), STR("no engine tells of its image"),
			     STR("scan the image"));
	JSON_KEY(&doc->w, "host");
	json_put_raw(&doc->w, docker_facts_of_host(work->facts));
}

static int hand_on(struct work *work, str name, docker_facts_fn *fn, void *context, struct err *err)
{
	const struct docker_document document = { .kind = "container",
						  .name = name,
						  .json = buf_str(&work->doc.out) };

	work->counts->told++;
	return fn(context, &document, err);
}

/* A bundle that cannot be understood, of a container that runs. */
static int tell_unread(struct work *work, const struct bundle *bundle, const struct err *why,
		       docker_facts_fn *fn, void *context, struct err *err)
{
	static const char *const absent[] = { "inspect",   "joined",	"mounts",	"process",
					      "processes", "listening", "bridge_member" };
	struct container_doc *doc = &work->doc;
	str name = str_empty(bundle->name) ? bundle->id : bundle->name;

	work->counts->unreadable++;
	put_head(work, bundle, name, bundle->image);
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		container_doc_failed(doc, str_c(absent[i]), why);
	put_tail(work);
	if (!container_doc_end(doc))
		return err_set(err, ERR_LIMIT, "facts of the host over %u bytes",
			       CONTAINER_DOC_BYTES);
	return hand_on(work, name, fn, context, err);
}

static bool write_all(struct work *work, const struct bundle *bundle, const struct json *config,
		      const struct bundle_facts *f, int64_t pid)
{
	struct container_doc *doc = &work->doc;
	struct container_process process = {
		.pid = pid, .id = bundle->id, .group = f->component, .known = true
	};

	put_head(work, bundle, f->name, f->image);
	container_process_write(doc, &work->machine, &process);
	bundle_inspect_write(doc, config, f, process.is_host);
	bundle_runtime_write(doc, bundle, f, user_of(work, bundle));
	bundle_mounts_write(doc, config, bundle->folder, work->view);
	/* Its modes are those at the end of the chain already; no network of an engine has it. */
	JSON_KEY(&doc->w, "joined");
	json_open_object(&doc->w);
	json_close_object(&doc->w);
	json_kv_bool(&doc->w, STR("bridge_member"), false);
	put_tail(work);
	return container_doc_end(doc);
}

/* The configuration, and who it is of. */
static int understand(struct work *work, struct bundle *bundle, const struct json **config,
		      struct bundle_facts *out, struct err *err)
{
	if (read_config(work, bundle, config, err) < 0)
		return -1;
	if (str_eq(bundle->space, STR("moby")))
		runtime_name_moby(work->view, *config, bundle, work->scratch);
	return bundle_read(*config, bundle, work->scratch, out, err);
}

static int tell(struct work *work, struct bundle *bundle, docker_facts_fn *fn, void *context,
		struct err *err)
{
	int64_t pid = pid_of(work, bundle);
	struct bundle_facts f = { .sandbox = false };
	const struct json *config;
	struct err why;

	if (pid == 0) {
		work->counts->stopped++;
		return 0;
	}
	if (understand(work, bundle, &config, &f, &why) < 0) {
		if (why.kind == ERR_NOT_FOUND || runs(work, bundle, &f, pid) == 0) {
			work->counts->stopped++;
			return 0;
		}
		if (why.kind == ERR_DENIED && bundle->owner != 0) {
			refused(work, bundle, &why);
			return 0;
		}
		if (!is_owners(work, bundle, pid))
			return 0;
		return tell_unread(work, bundle, &why, fn, context, err);
	}
	if (runs(work, bundle, &f, pid) == 0) {
		work->counts->stopped++;
		return 0;
	}
	if (!is_owners(work, bundle, pid))
		return 0;
	if (work->opts->wants && !work->opts->wants(work->opts->wants_context, f.name)) {
		work->counts->unwanted++;
		return 0;
	}
	if (!write_all(work, bundle, config, &f, pid)) {
		err_set(&why, ERR_LIMIT, "the facts are over %u bytes", CONTAINER_DOC_BYTES);
		return tell_unread(work, bundle, &why, fn, context, err);
	}
	return hand_on(work, f.name, fn, context, err);
}

/* What an engine told of its own user: the same id of somebody else is another container. */
static bool is_known(const struct work *work, const struct bundle *bundle)
{
	const struct runtime_opts *opts = work->opts;

	if (opts->skip_owner != RUNTIME_ANYBODY && opts->skip_owner != bundle->owner)
		return false;
	if (opts->skip && map_has(opts->skip, bundle->id))
		return true;
	return opts->no_moby && bundle->kind == RUNTIME_CONTAINERD &&
	       (str_eq(bundle->space, STR("moby")) || str_eq(bundle->space, STR("plugins.moby")));
}

static int tell_all(struct work *work, struct bundle_list *list, docker_facts_fn *fn, void *context,
		    struct err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		work->counts->bundles++;
		if (is_known(work, &list->items[i]))
			work->counts->known++;
		else
			list->items[kept++] = list->items[i];
	}
	list->n = kept;
	runtime_name(work->view, list);
	if (kept > 1)
		qsort(list->items, kept, sizeof(*list->items), by_owner_and_name);
	for (size_t i = 0; i < kept; i++) {
		arena_reset(work->scratch);
		if (tell(work, &list->items[i], fn, context, err) < 0)
			return -1;
	}
	return 0;
}

/* "7 were not believed: conmon 4711 of user eve: ...; and 2 more" */
static str doubts_of(const struct bundle_list *list, struct arena *arena)
{
	size_t shown = list->doubt_n < RUNTIME_DOUBTS_MAX ? list->doubt_n : RUNTIME_DOUBTS_MAX;
	str text = str_fmt(arena, "%zu that say where containers are were not believed",
			   list->doubt_n);

	if (list->doubt_n == 0)
		return STR_EMPTY;
	for (size_t i = 0; i < shown; i++)
		text = str_fmt(arena, "%.*s%s %.*s", STR_ARG(text), i ? ";" : ":",
			       STR_ARG(list->doubts[i]));
	return list->doubt_n == shown
		       ? text
		       : str_fmt(arena, "%.*s; and %zu more", STR_ARG(text), list->doubt_n - shown);
}

static void tell_gaps(const struct bundle_list *list, struct host_view *view, struct arena *arena,
		      struct runtime_gaps *gaps)
{
	*gaps = (struct runtime_gaps){ .denied = str_dup(arena, list->denied),
				       .doubts = doubts_of(list, arena) };
	for (size_t i = 0; i < list->owner_n && list->overflow; i++) {
		if (list->owners[i].overflow && str_empty(gaps->overflow))
			gaps->overflow =
				str_fmt(arena, "more than %zu bundles of user %.*s",
					list->owners[i].bundles,
					STR_ARG(host_view_user(view, list->owners[i].uid, arena)));
	}
}

int runtime_facts_each(struct docker_facts *facts, const struct runtime_opts *opts,
		       docker_facts_fn *fn, void *context, struct arena *arena,
		       struct runtime_counts *counts, struct runtime_gaps *gaps, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(arena_free)
	struct arena *found = arena_new();
	struct bundle_list list = { .arena = found };
	struct work work = { .facts = facts,
			     .view = docker_facts_view(facts),
			     .opts = opts,
			     .scratch = scratch,
			     .list = &list,
			     .counts = counts };

	*counts = (struct runtime_counts){ 0 };
	map_init(&list.seen, found);
	runtime_find(work.view, &list);
	container_doc_init(&work.doc, scratch);
	machine_init(&work.machine, work.view, 0);
	int rc = tell_all(&work, &list, fn, context, err);

	machine_done(&work.machine);
	container_doc_done(&work.doc);
	counts->doubted = list.doubt_n;
	tell_gaps(&list, work.view, arena, gaps);
	return rc;
}
