/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/time.h"
#include "fmt/host/mountinfo.h"
#include "fmt/syntax/toml.h"
#include "net/url.h"
#include "posture/facts/docker_internal.h"

#define CONFIG_MAX (1u << 20)

/* ---- mounts ---- */

static void put_mount(struct json_writer *w, const struct mount_entry *m)
{
	json_open_object(w);
	json_kv_str(w, STR("point"), m->point);
	json_kv_str(w, STR("root"), m->root);
	json_kv_u64(w, STR("major"), m->major);
	json_kv_u64(w, STR("minor"), m->minor);
	json_kv_str(w, STR("type"), m->type);
	json_kv_str(w, STR("source"), m->source);
	json_kv_str(w, STR("options"), m->options);
	json_close_object(w);
}

static void put_mounts(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	struct mount_list list = { .n = 0 };
	int64_t pid = facts->daemon ? facts->daemon->pid : 1;
	str what = STR("mounts"), text;
	struct err err;

	if (!facts->host_known) {
		docker_missed(facts, what, facts->host_unknown, facts->host_remedy);
		return;
	}
	if (host_process_file(facts->view, pid, "mountinfo", facts->arena, &text, &err) < 0 ||
	    mountinfo_parse(text, facts->arena, &list, &err) < 0) {
		docker_failed(facts, what, &err);
		return;
	}
	if (docker_too_many(facts, what, list.n, DOCKER_LONG_MAX))
		return;
	JSON_KEY(&facts->w, "mounts");
	json_open_array(&facts->w);
	for (size_t i = 0; i < list.n; i++)
		put_mount(&facts->w, &list.items[i]);
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, what)); /* noted */
}

/* ---- what the engine lists ---- */

str docker_data_file(struct docker_facts *facts, const char *name)
{
	str root = json_get_str(facts->info, STR("DockerRootDir"));

	if (!str_starts(root, STR("/")))
		root = docker_setting_text(facts, STR("data-root"));
	if (!str_starts(root, STR("/")))
		root = STR("/var/lib/docker");
	return str_fmt(facts->arena, "%.*s/%s", STR_ARG(root), name);
}

/* None runs, nobody named one, and there is no data: it never ran, or was cleared. */
static bool keeps_nothing(struct docker_facts *facts)
{
	struct host_node node;
	struct err err; /* then it is not known */

	return facts->present && !facts->engine && !docker_engine_is_named(facts) &&
	       facts->engine_err.kind == ERR_NOT_FOUND && facts->host_known &&
	       facts->procs_err.kind == ERR_NONE && !facts->daemon && !facts->daemon_doubt &&
	       host_view_look(facts->view, docker_data_file(facts, "image"), facts->arena, &node,
			      &err) == 0 &&
	       !node.exists;
}

/* NULL: noted as `what`. `kept`: it is in the data folder, also while no engine runs. */
static const struct json *ask_list(struct docker_facts *facts, const char *path, const char *what,
				   bool kept, size_t max, struct arena *arena)
{
	const struct json *list;
	struct err err;

	if (kept && keeps_nothing(facts) && json_parse(STR("[]"), NULL, arena, &list, &err) == 0)
		return list;
	if (!facts->engine) {
		docker_missed(facts, str_c(what),
			      facts->present ? str_c(facts->engine_err.msg)
					     : STR("there is no engine"),
			      facts->present ? STR("see that the engine runs and may be asked")
					     : STR("none is needed"));
		return NULL;
	}
	if (engine_get(facts->engine, str_c(path), arena, &list, &err) < 0) {
		docker_failed(facts, str_c(what), &err);
		return NULL;
	}
	if (!json_is(list, JSON_ARRAY)) {
		IGNORE(err_set(&err, ERR_INPUT, "the engine answers no list to %s",
			       path)); /* below */
		docker_failed(facts, str_c(what), &err);
		return NULL;
	}
	return docker_too_many(facts, str_c(what), list->n, max) ? NULL : list;
}

/* Ids of the containers of a network: only its own answer has them. */
static int put_members(struct docker_facts *facts, str id, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str path = str_cat(arena, STR("/networks/"), url_escape(arena, id));
	const struct json *network;

	if (engine_get(facts->engine, path, arena, &network, err) < 0) {
		if (err->kind != ERR_NOT_FOUND)
			return -1;
		network = NULL; /* gone meanwhile: it has none */
	}
	JSON_KEY(&facts->w, "containers");
	json_open_array(&facts->w);
	JSON_MEMBERS (JSON_GET(network, "Containers"), member)
		json_put_str(&facts->w, member->key);
	json_close_array(&facts->w);
	return 0;
}

static void put_networks(struct docker_facts *facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;
	const struct json *list =
		ask_list(facts, "/networks", "networks", false, DOCKER_LIST_MAX, arena);
	struct err err;

	if (!list || docker_is_deep(facts, STR("networks"), list))
		return;
	JSON_KEY(w, "networks");
	json_open_array(w);
	JSON_EACH (list, network) {
		const struct json *options = JSON_GET(network, "Options");

		json_open_object(w);
		json_kv_str(w, STR("id"), json_get_str(network, STR("Id")));
		json_kv_str(w, STR("name"), json_get_str(network, STR("Name")));
		json_kv_str(w, STR("driver"), json_get_str(network, STR("Driver")));
		json_kv_str(w, STR("scope"), json_get_str(network, STR("Scope")));
		json_kv_bool(w, STR("internal"), json_bool(JSON_GET(network, "Internal")));
		json_kv_bool(w, STR("ingress"), json_bool(JSON_GET(network, "Ingress")));
		JSON_KEY(w, "options");
		if (json_is(options, JSON_OBJECT))
			json_put(w, options);
		else
			json_put_raw(w, STR("{}"));
		if (put_members(facts, json_get_str(network, STR("Id")), &err) < 0) {
			docker_cut(facts, &mark);
			docker_failed(facts, STR("networks"), &err);
			return;
		}
		json_close_object(w);
	}
	json_close_array(w);
	IGNORE(docker_keep(facts, &mark, STR("networks"))); /* noted */
}

static str name_of(const struct json *container)
{
	str name = json_str(json_at(JSON_GET(container, "Names"), 0));

	return str_without_prefix(name, STR("/"));
}

static void put_port(struct json_writer *w, str protocol, str address, const struct json *port,
		     str owner)
{
	int64_t number;

	if (!json_i64(port, &number) || number <= 0)
		return;
	json_open_object(w);
	json_kv_str(w, STR("protocol"), protocol);
	json_kv_str(w, STR("address"), address);
	json_kv_i64(w, STR("port"), number);
	json_kv_str(w, STR("owner"), owner);
	json_close_object(w);
}

/* Ports of running containers, and of the services of a swarm (only a manager knows them). */
static void put_published(struct docker_facts *facts, const struct json *containers)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct docker_mark mark = docker_mark(facts);
	bool manager = json_bool(json_path(facts->info, "Swarm", "ControlAvailable", NULL));
	const struct json *services = NULL;
	size_t n = 0;

	if (manager)
		services = ask_list(facts, "/services", "published", false, DOCKER_LIST_MAX, arena);
	if (manager && !services)
		return;
	JSON_EACH (containers, counted)
		n += json_len(JSON_GET(counted, "Ports"));
	JSON_EACH (services, service)
		n += json_len(json_path(service, "Endpoint", "Ports", NULL));
	if (docker_too_many(facts, STR("published"), n, DOCKER_LIST_MAX))
		return;
	JSON_KEY(&facts->w, "published");
	json_open_array(&facts->w);
	JSON_EACH (containers, container) {
		JSON_EACH (JSON_GET(container, "Ports"), port)
			put_port(&facts->w, json_get_str(port, STR("Type")),
				 json_get_str(port, STR("IP")), JSON_GET(port, "PublicPort"),
				 name_of(container));
	}
	JSON_EACH (services, publisher) {
		JSON_EACH (json_path(publisher, "Endpoint", "Ports", NULL), published)
			put_port(&facts->w, json_get_str(published, STR("Protocol")), STR(""),
				 JSON_GET(published, "PublishedPort"),
				 json_get_str(JSON_GET(publisher, "Spec"), STR("Name")));
	}
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("published"))); /* noted */
}

static void put_images(struct docker_facts *facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;
	const struct json *list =
		ask_list(facts, "/images/json", "images", true, DOCKER_LONG_MAX, arena);

	if (!list)
		return;
	JSON_KEY(w, "images");
	json_open_array(w);
	JSON_EACH (list, image) {
		int64_t created = 0, size = 0;

		json_open_object(w);
		json_kv_str(w, STR("id"), json_get_str(image, STR("Id")));
		JSON_KEY(w, "repo_tags");
		json_open_array(w);
		JSON_EACH (JSON_GET(image, "RepoTags"), tag) {
			if (!str_eq(json_str(tag), STR("<none>:<none>")))
				json_put_str(w, json_str(tag));
		}
		json_close_array(w);
		if (json_i64(JSON_GET(image, "Created"), &created))
			json_kv_str(w, STR("created"), time_format(arena, created));
		if (json_i64(JSON_GET(image, "Size"), &size))
			json_kv_i64(w, STR("size_bytes"), size);
		json_close_object(w);
	}
	json_close_array(w);
	IGNORE(docker_keep(facts, &mark, STR("images"))); /* noted */
}

static void put_containers(struct docker_facts *facts, const struct json *list)
{
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;

	JSON_KEY(w, "containers");
	json_open_array(w);
	JSON_EACH (list, container) {
		json_open_object(w);
		json_kv_str(w, STR("id"), json_get_str(container, STR("Id")));
		json_kv_str(w, STR("name"), name_of(container));
		json_kv_str(w, STR("image_id"), json_get_str(container, STR("ImageID")));
		json_kv_str(w, STR("state"), json_get_str(container, STR("State")));
		json_close_object(w);
	}
	json_close_array(w);
	IGNORE(docker_keep(facts, &mark, STR("containers"))); /* noted */
}

/* ---- containerd ---- */

/* --address, else [grpc] address of its configuration; empty: neither says. */
static str grpc_address(struct docker_facts *facts, const str *words, size_t n)
{
	str config = STR("/etc/containerd/config.toml"), name, value, text;
	const struct json *doc;
	struct err err; /* a file that is not there, or not to be had, says nothing */

	for (size_t i = 1; i < n; i++) {
		name = words[i];
		value = i + 1 < n ? words[i + 1] : STR_EMPTY;
		IGNORE(str_cut(words[i], '=', &name, &value)); /* else the next word */
		if (str_eq(name, STR("--address")) || str_eq(name, STR("-a")))
			return value;
		if (str_eq(name, STR("--config")) || str_eq(name, STR("-c")))
			config = value;
	}
	if (host_view_read(facts->view, config, CONFIG_MAX, facts->arena, &text, &err) < 0 ||
	    toml_parse(text, 0, facts->arena, &doc, NULL, &err) < 0)
		return STR_EMPTY;
	return json_get_str(JSON_GET(doc, "grpc"), STR("address"));
}

static void put_containerd(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	const struct docker_process *p = facts->containerd;
	struct json_writer *w = &facts->w;
	str what = STR("containerd");
	const str *words;
	struct err err;
	size_t n;

	if (!facts->host_known || facts->procs_err.kind != ERR_NONE) {
		docker_missed(
			facts, what, STR("the processes of the host are not seen from here"),
			STR("run as root, on the host or with --host-root and its processes"));
		return;
	}
	if (p && host_process_words(facts->view, p->pid, "cmdline", facts->arena, &words, &n,
				    &err) < 0) {
		docker_failed(facts, what, &err);
		return;
	}
	JSON_KEY(w, "containerd");
	if (!p) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_i64(w, STR("pid"), p->pid);
	json_kv_str(w, STR("exe"), p->exe);
	json_kv_strings(w, STR("cmdline"), words, n);
	json_kv_str(w, STR("grpc_address"), grpc_address(facts, words, n));
	json_close_object(w);
	IGNORE(docker_keep(facts, &mark, what)); /* noted */
}

void docker_put_inventory(struct docker_facts *facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *containers;

	put_mounts(facts);
	put_networks(facts);
	containers = ask_list(facts, "/containers/json?all=1", "containers", true, DOCKER_LONG_MAX,
			      arena);
	if (containers)
		put_published(facts, containers);
	else
		docker_missed(facts, STR("published"), STR("the containers are not known"),
			      STR("see that the engine runs and may be asked"));
	put_images(facts);
	if (containers)
		put_containers(facts, containers);
	put_containerd(facts);
}
