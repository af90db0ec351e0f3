/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig.h"

#include <sys/stat.h>

#include "base/map.h"
#include "fmt/syntax/yaml.h"
#include "kube/kubeconfig_internal.h"

#define ACCOUNT_DIR "/var/run/secrets/kubernetes.io/serviceaccount"
#define NAMES_SHOWN 10u
#define MAX_DEPTH   64u
#define MAX_VALUES  400000u

/* The files of a set, parsed. */
struct file_set {
	const struct kubeconfig_source *sources;
	const struct json **docs;
	size_t n;
	kubeconfig_read_fn *read;
	struct arena *arena;
};

static struct kubeconfig_node node_of(const struct file_set *set, size_t i)
{
	return (struct kubeconfig_node){ .path = set->sources[i].path,
					 .object = set->docs[i],
					 .read = set->read,
					 .arena = set->arena };
}

static int parse_all(struct file_set *set, struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_KUBERNETES,
					.max_depth = MAX_DEPTH,
					.max_values = MAX_VALUES,
					.last_wins = true };

	for (size_t i = 0; i < set->n; i++) {
		const struct kubeconfig_source *s = &set->sources[i];

		if (s->text.n > KUBECONFIG_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "%s: more than %u bytes", s->path,
				       KUBECONFIG_MAX_BYTES);
		if (yaml_parse(s->text, &opts, set->arena, &set->docs[i], NULL, err) < 0)
			return err_wrap(err, "%s", s->path);
		if (json_is(set->docs[i], JSON_NULL))
			set->docs[i] = NULL;
		if (set->docs[i] && set->docs[i]->type != JSON_OBJECT)
			return err_set(err, ERR_INPUT, "%s: is not a kubeconfig", s->path);
	}
	return 0;
}

static int current_context(const struct file_set *set, str *out, struct err *err)
{
	for (size_t i = 0; i < set->n; i++) {
		struct kubeconfig_node node = node_of(set, i);

		if (kubeconfig_text(&node, STR("current-context"), out, err) < 0)
			return -1;
		if (!str_empty(*out))
			return 0;
	}
	return 0;
}

/* The entry of that name in one file: 1, 0: none. `inner`: the member that holds what it says. */
static int find_in(const struct kubeconfig_node *file, str list_key, str name, str inner,
		   struct kubeconfig_node *out, struct err *err)
{
	const struct json *list;
	size_t i = 0;
	int found = 0;

	if (kubeconfig_list(file, list_key, &list, err) < 0)
		return -1;
	JSON_EACH (list, item) {
		struct kubeconfig_node entry = *file;
		str own;

		entry.object = item;
		entry.at = str_fmt(file->arena, "%.*s[%zu]", STR_ARG(list_key), i++);
		if (!json_is(item, JSON_OBJECT))
			return kubeconfig_wrong(&entry, STR_EMPTY, "expected a mapping", err);
		if (kubeconfig_text(&entry, STR("name"), &own, err) < 0)
			return -1;
		if (!str_eq(own, name))
			continue;
		if (found++)
			return kubeconfig_wrong(&entry, STR("name"),
						"stands twice in this file: rename one", err);
		if (kubeconfig_inside(&entry, inner, out, err) < 0)
			return -1;
	}
	return found;
}

static int find(const struct file_set *set, str list_key, str name, str inner,
		struct kubeconfig_node *out, struct err *err)
{
	for (size_t i = 0; i < set->n; i++) {
		struct kubeconfig_node file = node_of(set, i);
		int found = find_in(&file, list_key, name, inner, out, err);

		if (found != 0)
			return found;
	}
	return 0;
}

/* "a.yaml" or "a.yaml and 2 more". */
static str files_shown(const struct file_set *set)
{
	if (set->n == 1)
		return str_c(set->sources[0].path);
	return str_fmt(set->arena, "%s and %zu more", set->sources[0].path, set->n - 1);
}

static str names_shown(const struct file_set *set)
{
	str out = STR_EMPTY;
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		JSON_EACH (json_get(set->docs[i], STR("contexts")), item) {
			str name = str_take(json_get_str(item, STR("name")), 80);

			if (str_empty(name))
				continue;
			if (n++ == NAMES_SHOWN)
				return str_cat(set->arena, out, STR(", ..."));
			out = str_fmt(set->arena, "%.*s%s%.*s", STR_ARG(out), n > 1 ? ", " : "",
				      STR_ARG(name));
		}
	}
	return n ? out : STR("none");
}

static int read_context(const struct file_set *set, const char *wanted, struct kubeconfig *out,
			struct err *err)
{
	struct kubeconfig_node node;
	str name = str_c(wanted);

	if (str_empty(name) && current_context(set, &name, err) < 0)
		return -1;
	if (str_empty(name))
		return err_set(err, ERR_USAGE,
			       "%.*s: no current-context: choose one with --context (there are: "
			       "%.*s)",
			       STR_ARG(files_shown(set)), STR_ARG(names_shown(set)));
	int found = find(set, STR("contexts"), name, STR("context"), &node, err);

	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_USAGE, "%.*s: no context '%.*s' (there are: %.*s)",
			       STR_ARG(files_shown(set)), STR_ARG(str_take(name, 200)),
			       STR_ARG(names_shown(set)));
	out->context = name;
	out->file = str_c(node.path);
	if (kubeconfig_text(&node, STR("cluster"), &out->cluster, err) < 0 ||
	    kubeconfig_text(&node, STR("user"), &out->user, err) < 0 ||
	    kubeconfig_text(&node, STR("namespace"), &out->ns, err) < 0)
		return -1;
	if (str_empty(out->cluster))
		return kubeconfig_wrong(&node, STR("cluster"), "names no cluster", err);
	return 0;
}

static int read_entries(const struct file_set *set, struct kubeconfig *out, struct err *err)
{
	const struct json *exec_config = NULL;
	struct kubeconfig_node node;
	int found = find(set, STR("clusters"), out->cluster, STR("cluster"), &node, err);

	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_INPUT, "%.*s: context '%.*s': there is no cluster '%.*s'",
			       STR_ARG(out->file), STR_ARG(str_take(out->context, 200)),
			       STR_ARG(str_take(out->cluster, 200)));
	if (kubeconfig_read_cluster(&node, out, &exec_config, err) < 0)
		return -1;
	if (str_empty(out->user))
		return 0;
	found = find(set, STR("users"), out->user, STR("user"), &node, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_INPUT, "%.*s: context '%.*s': there is no user '%.*s'",
			       STR_ARG(out->file), STR_ARG(str_take(out->context, 200)),
			       STR_ARG(str_take(out->user, 200)));
	return kubeconfig_read_user(&node, exec_config, out, err);
}

/* What holds whatever the form is. */
static void warn_config(struct kubeconfig *c, struct arena *arena)
{
	bool secret = !str_empty(c->token) || !str_empty(c->password) || !str_empty(c->key_pem);

	if (c->insecure)
		kubeconfig_warn(c, str_fmt(arena,
					   "cluster '%.*s' has insecure-skip-tls-verify: whoever "
					   "is in between can read and change everything",
					   STR_ARG(str_take(c->cluster, 100))));
	if (str_starts(c->server, STR("http://")))
		kubeconfig_warn(c, str_fmt(arena, "%.*s is not encrypted%s",
					   STR_ARG(str_take(c->server, 200)),
					   secret || c->token_file || c->exec
						   ? ", and credentials are sent there"
						   : ""));
}

int kubeconfig_merge(const struct kubeconfig_source *sources, size_t n, const char *context,
		     kubeconfig_read_fn *read, struct arena *arena, struct kubeconfig *out,
		     struct err *err)
{
	struct file_set set = { .sources = sources,
				.docs = ARENA_ARRAY(arena, const struct json *, n),
				.n = n,
				.read = read,
				.arena = arena };
	struct kubeconfig config = { .warnings_n = 0 };

	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no kubeconfig");
	if (parse_all(&set, err) < 0 || read_context(&set, context, &config, err) < 0 ||
	    read_entries(&set, &config, err) < 0)
		return -1;
	warn_config(&config, arena);
	*out = config;
	return 0;
}

int kubeconfig_account(const char *dir, const char *host, const char *port, struct arena *arena,
		       struct kubeconfig *out, struct err *err)
{
	struct kubeconfig config = { .cluster = STR("in-cluster"), .user = STR("service account") };
	bool v6 = strchr(host, ':') != NULL;
	str ns, token;
	struct err ignored;

	config.token_file = str_cstr(arena, str_fmt(arena, "%s/token", dir));
	config.server = str_fmt(arena, "https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "",
				port && port[0] ? port : "443");
	if (kubeconfig_token(config.token_file, arena, &token, err) < 0 ||
	    kubeconfig_read(str_cstr(arena, str_fmt(arena, "%s/ca.crt", dir)), KUBECONFIG_MAX_PEM,
			    arena, &config.ca_pem, err) < 0)
		return err_wrap(err, "the account of this pod");
	/* Without that file the namespace is "default". */
	if (kubeconfig_read(str_cstr(arena, str_fmt(arena, "%s/namespace", dir)),
			    KUBECONFIG_MAX_TOKEN, arena, &ns, &ignored) == 0)
		config.ns = str_trim(ns);
	*out = config;
	return 0;
}

/* A file with keys that everybody may read. */
static void warn_mode(const char *path, struct kubeconfig *out, struct arena *arena)
{
	struct stat st;
	bool secret =
		!str_empty(out->token) || !str_empty(out->password) || !str_empty(out->key_pem);

	if (secret && stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH))
		kubeconfig_warn(out,
				str_fmt(arena,
					"%s can be read by everybody on this machine: chmod 600",
					path));
}

static int load_set(const struct kubeconfig_source *sources, size_t n, const char *context,
		    struct arena *arena, struct kubeconfig *out, struct err *err)
{
	if (kubeconfig_merge(sources, n, context, kubeconfig_read, arena, out, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		warn_mode(sources[i].path, out, arena);
	return 0;
}

/* Files of a list; those that are not there are passed over. How many there are. */
static int read_listed(str list, struct kubeconfig_source *sources, struct arena *arena,
		       struct err *err)
{
	int n = 0;

	for (str path; str_split(&list, ':', &path);) {
		struct kubeconfig_source *s = &sources[n];

		if (str_empty(path))
			continue;
		if (n == KUBECONFIG_MAX_FILES)
			return err_set(err, ERR_LIMIT, "$KUBECONFIG: more than %u files",
				       KUBECONFIG_MAX_FILES);
		s->path = str_cstr(arena, path);
		if (kubeconfig_read(s->path, KUBECONFIG_MAX_BYTES, arena, &s->text, err) == 0)
			n++;
		else if (err->kind != ERR_NOT_FOUND)
			return -1;
	}
	return n;
}

static str listed_files(struct arena *arena)
{
	const char *home = getenv("HOME");
	str list = str_c(getenv("KUBECONFIG"));

	if (str_empty(list) && home && home[0])
		list = str_fmt(arena, "%s/.kube/config", home);
	return list;
}

/* How many; 0: none is there. `sources` has room for one more than KUBECONFIG_MAX_FILES. */
static int read_sources(const char *path, struct kubeconfig_source *sources, struct arena *arena,
			struct err *err)
{
	if (!path)
		return read_listed(listed_files(arena), sources, arena, err);
	sources[0].path = path;
	if (kubeconfig_read(path, KUBECONFIG_MAX_BYTES, arena, &sources[0].text, err) < 0)
		return -1;
	return 1;
}

static int no_files(struct arena *arena, struct err *err)
{
	const char *listed = getenv("KUBECONFIG");

	return err_set(
		err, ERR_NOT_FOUND,
		"no cluster to look at: %s%.*s is not there; name a file with --kubeconfig or "
		"KUBECONFIG",
		listed && listed[0] ? "KUBECONFIG=" : "",
		STR_ARG(str_take(listed_files(arena), 300)));
}

int kubeconfig_load(const char *path, const char *context, struct arena *arena,
		    struct kubeconfig *out, struct err *err)
{
	struct kubeconfig_source sources[KUBECONFIG_MAX_FILES + 1] = { { .path = NULL } };
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	int n = read_sources(path, sources, arena, err);

	if (n < 0)
		return -1;
	if (n > 0)
		return load_set(sources, (size_t)n, context, arena, out, err);
	if (host && host[0] && !context)
		return kubeconfig_account(ACCOUNT_DIR, host, getenv("KUBERNETES_SERVICE_PORT"),
					  arena, out, err);
	return no_files(arena, err);
}

int kubeconfig_contexts(const char *path, struct arena *arena, str **out, size_t *out_n,
			struct err *err)
{
	struct kubeconfig_source sources[KUBECONFIG_MAX_FILES + 1] = { { .path = NULL } };
	int files = read_sources(path, sources, arena, err);
	struct file_set set = { .sources = sources, .arena = arena };
	struct map known;
	size_t cap = 0;

	if (files <= 0)
		return files < 0 ? -1 : no_files(arena, err);
	set.n = (size_t)files;
	set.docs = ARENA_ARRAY(arena, const struct json *, set.n);
	if (parse_all(&set, err) < 0)
		return -1;
	map_init(&known, arena);
	*out = NULL;
	*out_n = 0;
	for (size_t i = 0; i < set.n; i++) {
		JSON_EACH (JSON_GET(set.docs[i], "contexts"), entry) {
			str name = json_get_str(entry, STR("name"));

			if (str_empty(name) || !map_put(&known, name, NULL))
				continue;
			*out = arena_grow(arena, *out, *out_n, &cap, sizeof(**out));
			(*out)[(*out_n)++] = name;
		}
	}
	return 0;
}
