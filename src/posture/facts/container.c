/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/container.h"

#include "engine/engine.h"
#include "posture/facts/container_internal.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/runtime.h"

#define ID_MAX	  128u
#define ID_LEAST  12u
#define NAME_MAX_ 512u

struct listed {
	str id, name, image, state;
};

static str clean_name(str name) { return str_take(str_without_prefix(name, STR("/")), NAME_MAX_); }

/* The name of its own among those that links give it. */
static str name_of(const struct json *entry)
{
	str first = STR_EMPTY;

	JSON_EACH (JSON_GET(entry, "Names"), name) {
		str text = clean_name(json_str(name));

		if (!str_empty(text) && str_find_char(text, '/') < 0)
			return text;
		if (str_empty(first))
			first = text;
	}
	return first;
}

/* Ids go into paths of questions. */
static bool is_id(str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if (!is_alnum(id.p[i]) && !memchr("._-", id.p[i], 3))
			return false;
	}
	return id.n >= ID_LEAST && id.n <= ID_MAX;
}

static int by_name(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : str_cmp(x->id, y->id);
}

static bool is_only(const struct container_opts *opts, const struct listed *c)
{
	if (str_empty(opts->only))
		return true;
	return str_eq(c->name, clean_name(opts->only)) ||
	       (opts->only.n >= ID_LEAST && str_starts(c->id, opts->only));
}

/* The list, in `arena`; one that is unwanted or named twice is counted. */
static int list(struct container_work *work, const struct container_opts *opts, struct listed **out,
		size_t *out_n, struct err *err)
{
	AUTO(arena_free)
	struct arena *answer = arena_new();
	const struct json *doc;
	struct listed *items = NULL;
	size_t n = 0, cap = 0;
	struct map seen;

	if (engine_get(work->engine, STR("/containers/json?all=1"), answer, &doc, err) < 0)
		return err_wrap(err, "list of containers");
	if (!json_is(doc, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "list of containers: the engine answers no list");
	if (json_len(doc) > DOCKER_LONG_MAX)
		return err_set(err, ERR_LIMIT, "list of containers: more than %u", DOCKER_LONG_MAX);
	map_init(&seen, answer);
	JSON_EACH (doc, entry) {
		struct listed c = { .id = json_get_str(entry, STR("Id")),
				    .name = name_of(entry),
				    .image = json_get_str(entry, STR("Image")),
				    .state = json_get_str(entry, STR("State")) };

		if (!is_id(c.id))
			return err_set(err, ERR_INPUT,
				       "list of containers: an entry without a valid Id");
		work->counts->listed++;
		if (!map_put(&seen, c.id, NULL)) {
			work->counts->repeated++;
			continue;
		}
		if (opts->ids)
			map_put(opts->ids, c.id, NULL);
		if (!is_only(opts, &c) ||
		    (opts->wants && !opts->wants(opts->wants_context, c.name))) {
			work->counts->unwanted++;
			continue;
		}
		c.id = str_dup(work->arena, c.id);
		c.name = str_dup(work->arena, c.name);
		c.image = str_dup(work->arena, str_take(c.image, NAME_MAX_));
		c.state = str_dup(work->arena, str_take(c.state, NAME_MAX_));
		items = arena_grow(work->arena, items, n, &cap, sizeof(c));
		items[n++] = c;
	}
	if (n > 1)
		qsort(items, n, sizeof(*items), by_name);
	*out = items;
	*out_n = n;
	return 0;
}

/* ---- one document ---- */

/* The default of the daemon decides where neither the container nor its process does. */
static void note_default(struct container_work *work)
{
	const struct docker_facts *facts = work->facts;

	if (docker_settings_complete(facts) || docker_setting(facts, STR("no-new-privileges")))
		return;
	for (size_t i = 0; i < facts->missed_n; i++) {
		if (str_eq(facts->missed[i].what, STR("daemon.settings")))
			container_doc_unread(&work->doc, STR("host.no_new_privileges"),
					     facts->missed[i].reason, facts->missed[i].remedy);
	}
}

static void put_host(struct container_work *work)
{
	str host = docker_facts_of_host(work->facts);

	if (str_empty(host)) {
		container_doc_unread(&work->doc, STR("host"),
				     STR("the facts of the host are not known"),
				     STR("look at not_read of the host"));
		return;
	}
	JSON_KEY(&work->doc.w, "host");
	json_put_raw(&work->doc.w, host);
	note_default(work);
}

static void put_identity(struct container_doc *doc, const struct listed *c,
			 const struct json *answer)
{
	str image = json_get_str(JSON_GET(answer, "Config"), STR("Image"));
	str state = json_get_str(JSON_GET(answer, "State"), STR("Status"));
	str started = json_get_str(JSON_GET(answer, "State"), STR("StartedAt"));
	str name = clean_name(json_get_str(answer, STR("Name")));

	json_kv_str(&doc->w, STR("id"), c->id);
	json_kv_str(&doc->w, STR("name"), str_empty(name) ? c->name : name);
	json_kv_str(&doc->w, STR("image"), str_empty(image) ? c->image : image);
	if (str_empty(state))
		container_doc_unread(doc, STR("state"), STR("the engine does not say it"),
				     STR("look at the engine"));
	else
		json_kv_str(&doc->w, STR("state"), state);
	/* The engine's zero time. */
	if (!str_empty(started))
		json_kv_bool(&doc->w, STR("started"), !str_starts(started, STR("0001-01-01")));
}

static str elsewhere(const struct container_work *work)
{
	if (work->local)
		return STR_EMPTY;
	return str_empty(work->facts->host_unknown) ? STR("the engine is on another machine")
						    : work->facts->host_unknown;
}

static void put_process(struct container_work *work, const struct listed *c,
			const struct json *answer)
{
	const struct json *state = JSON_GET(answer, "State");
	struct container_process process = { .id = c->id,
					     .started_at = json_get_str(state, STR("StartedAt")),
					     .elsewhere = elsewhere(work),
					     .engine = work->engine };

	if (container_is_running(answer) &&
	    (!json_i64(JSON_GET(state, "Pid"), &process.pid) || process.pid <= 0)) {
		process.pid = -1;
		process.elsewhere = STR("the engine does not say its process");
	}
	container_process_write(&work->doc, &work->machine, &process);
}

static void write_all(struct container_work *work, const struct listed *c,
		      const struct json *answer)
{
	struct container_doc *doc = &work->doc;

	container_doc_begin(doc, STR("engine"), docker_facts_time(work->facts));
	put_identity(doc, c, answer);
	container_inspect_write(doc, answer);
	container_joined_write(work, answer);
	container_mounts_write(work, answer);
	put_process(work, c, answer);
	container_bridge_write(work, c->id);
	container_service_write(work, answer);
	container_image_write(work, answer);
	put_host(work);
}

/* What the list says, where the rest could not be had. */
static void write_little(struct container_work *work, const struct listed *c, const struct err *why)
{
	struct container_doc *doc = &work->doc;

	container_doc_begin(doc, STR("engine"), docker_facts_time(work->facts));
	json_kv_str(&doc->w, STR("id"), c->id);
	json_kv_str(&doc->w, STR("name"), c->name);
	json_kv_str(&doc->w, STR("image"), c->image);
	if (!str_empty(c->state))
		json_kv_str(&doc->w, STR("state"), c->state);
	static const char *const absent[] = { "inspect",       "joined",    "mounts",
					      "process",       "processes", "listening",
					      "bridge_member", "service",   "image_facts" };
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		container_doc_failed(doc, str_c(absent[i]), why);
	put_host(work);
}

static void count_image(struct container_work *work, const struct json *answer)
{
	str image = json_get_str(answer, STR("Image"));

	if (container_is_running(answer) && !str_empty(image) &&
	    map_put(&work->images_used, image, NULL))
		work->counts->images_used++;
}

static int tell(struct container_work *work, const struct listed *c, docker_facts_fn *fn,
		void *context, struct err *err)
{
	str path = str_fmt(work->scratch, "/containers/%.*s/json", STR_ARG(c->id));
	const struct json *answer;
	struct err why;

	int rc = engine_get(work->engine, path, work->scratch, &answer, &why);

	if (rc < 0 && why.kind == ERR_NOT_FOUND) {
		work->counts->vanished++;
		return 0;
	}
	if (rc == 0 && !json_is(answer, JSON_OBJECT))
		rc = err_set(&why, ERR_INPUT, "the engine answers no object to %.*s",
			     STR_ARG(path));
	if (rc == 0) {
		write_all(work, c, answer);
		count_image(work, answer);
		if (!container_doc_end(&work->doc))
			rc = err_set(&why, ERR_LIMIT, "the facts are over %u bytes",
				     CONTAINER_DOC_BYTES);
	}
	if (rc < 0) {
		write_little(work, c, &why);
		if (!container_doc_end(&work->doc))
			return err_set(err, ERR_LIMIT,
				       "container %.*s: facts of the host over %u bytes",
				       STR_ARG(c->id), CONTAINER_DOC_BYTES);
	}
	const struct docker_document document = { .kind = "container",
						  .name = c->name,
						  .json = buf_str(&work->doc.out) };

	work->counts->told++;
	return fn(context, &document, err);
}

static int tell_all(struct container_work *work, const struct container_opts *opts,
		    docker_facts_fn *fn, void *context, struct err *err)
{
	struct listed *items;
	size_t n;

	if (list(work, opts, &items, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		arena_reset(work->scratch);
		if (tell(work, &items[i], fn, context, err) < 0)
			return -1;
	}
	if (!str_empty(opts->only) && work->counts->told == 0)
		return err_set(err, ERR_NOT_FOUND, "the engine has no container %.*s",
			       STR_ARG(opts->only));
	return 0;
}

int container_facts_some(struct docker_facts *facts, const struct container_opts *opts,
			 docker_facts_fn *fn, void *context, struct container_counts *counts,
			 struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct container_opts all = { .wants = NULL };
	struct container_counts ignored; /* nobody asked for them */
	struct container_work work = { .facts = facts,
				       .engine = docker_facts_engine(facts),
				       .view = docker_facts_view(facts),
				       .local = docker_facts_local(facts),
				       .arena = arena,
				       .scratch = scratch,
				       .counts = counts ? counts : &ignored };
	int64_t daemon_pid = 0;

	*work.counts = (struct container_counts){ 0 };
	if (!work.engine)
		return 0;
	/* Absent where no daemon is known: then it stays 0. */
	IGNORE(json_i64(json_path(docker_facts_document(facts), "daemon", "pid", NULL),
			&daemon_pid));
	map_init(&work.images.by_key, arena);
	map_init(&work.volumes.by_key, arena);
	map_init(&work.bridge.by_key, arena);
	map_init(&work.services, arena);
	map_init(&work.others, arena);
	map_init(&work.images_used, arena);
	container_doc_init(&work.doc, scratch);
	machine_init(&work.machine, work.view, daemon_pid);
	int rc = tell_all(&work, opts ? opts : &all, fn, context, err);

	machine_done(&work.machine);
	container_doc_done(&work.doc);
	return rc;
}

/* Whoever names an engine asks about that one alone; else it is about all of this host. */
static bool is_whole_host(const struct docker_facts *facts)
{
	const char *host = facts->opts.host ? facts->opts.host : getenv("DOCKER_HOST");

	return (!host || !host[0]) && (!facts->engine || facts->host_known);
}

/* Whose containers the engine told of. */
static uint32_t engine_user(const struct docker_facts *facts)
{
	struct host_node node;
	struct err ignored; /* then it is not known */

	if (facts->daemon)
		return facts->daemon->uid;
	if (!facts->engine || !engine_socket(facts->engine) ||
	    host_view_look(facts->view, str_skip(facts->address, 7), facts->arena, &node,
			   &ignored) < 0 ||
	    !node.exists)
		return RUNTIME_ANYBODY;
	return node.uid;
}

static void note_gaps(struct docker_facts *facts, const struct runtime_counts *counts,
		      const struct runtime_gaps *gaps)
{
	str what = STR("containers");

	if (!str_empty(gaps->denied))
		docker_skip_note(facts, what, gaps->denied, STR("run as root"));
	if (!str_empty(gaps->overflow))
		docker_skip_note(facts, what, gaps->overflow, STR("there is more than is read"));
	if (!str_empty(gaps->doubts))
		docker_skip_note(facts, what, gaps->doubts,
				 STR("look at these processes and who started them"));
	if (counts->unreadable > 0)
		docker_skip_note(facts, what,
				 str_fmt(facts->arena,
					 "%zu bundles of runtimes cannot be understood",
					 counts->unreadable),
				 STR("look at not_read of their documents"));
}

static int tell_runtimes(struct docker_facts *facts, const struct map *ids, docker_facts_fn *fn,
			 void *context, struct err *err)
{
	const struct runtime_opts opts = { .skip = ids,
					   .skip_owner = engine_user(facts),
					   .no_moby = facts->engine && !facts->podman };
	struct runtime_counts counts;
	struct runtime_gaps gaps;

	if (!is_whole_host(facts))
		return 0;
	if (runtime_facts_each(facts, &opts, fn, context, facts->arena, &counts, &gaps, err) < 0)
		return -1;
	note_gaps(facts, &counts, &gaps);
	if (!str_empty(facts->user_sockets))
		docker_skip_note(facts, STR("engines"),
				 str_fmt(facts->arena, "engines of users were not asked: %.*s",
					 STR_ARG(facts->user_sockets)),
				 STR("name one with --host"));
	return 0;
}

int container_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
			 struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct container_counts counts;
	struct map ids;
	const struct container_opts opts = { .ids = &ids };

	map_init(&ids, arena);
	if (container_facts_some(facts, &opts, fn, context, &counts, err) < 0)
		return -1;
	if (counts.vanished > 0)
		docker_skip_note(
			facts, STR("containers"),
			str_fmt(arena, "%zu were gone when they were asked for", counts.vanished),
			STR("look again"));
	if (counts.repeated > 0)
		docker_skip_note(facts, STR("containers"),
				 str_fmt(arena, "the engine names %zu twice", counts.repeated),
				 STR("look at the engine"));
	return tell_runtimes(facts, &ids, fn, context, err);
}
