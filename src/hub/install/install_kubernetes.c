/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/install/install_kubernetes.h"

#include "base/err.h"
#include "base/words.h"
#include "policy/constraint/constraint.h"
#include "policy/template.h"

static const unsigned char manifest[] = {
#include "kubernetes.yaml.inc"
};

static int wrong(struct err *err, const char *what, str value, const char *wants)
{
	return err_set(err, ERR_USAGE, "%s: '%.*s': %s", what, STR_ARG(str_take(value, 200)),
		       wants);
}

/* ---- values that stand in YAML as they are ------------------------------------------------- */

/* A name of a namespace that YAML takes for a text. */
static int check_name(const char *what, str name, struct err *err)
{
	static const char *const words[] = { "true", "false", "null", "yes", "no",
					     "on",   "off",   "y",    "n" };

	if (words_have(words, ARRAY_LEN(words), name))
		return wrong(err, what, name, "a name that YAML does not take for a text");
	if (!constraint_is_name(name) || name.n > 63 || str_find_char(name, '.') >= 0 ||
	    !is_alpha(name.p[0]))
		return wrong(err, what, name,
			     "a name has lower case letters, digits and '-', begins with a letter "
			     "and has 63 of them at most");
	return 0;
}

static int check_text(const char *what, str text, const char *allowed, struct err *err)
{
	for (size_t i = 0; i < text.n; i++) {
		if (!is_alnum(text.p[i]) && !strchr(allowed, text.p[i]))
			return wrong(err, what, text, "a character that does not belong there");
	}
	return text.n > 0 ? 0 : wrong(err, what, text, "is needed");
}

static int one_of(const char *what, str word, const char *const *words, struct err *err)
{
	return words_list_has(words, word) ? 0 : wrong(err, what, word, "is not known");
}

/* ---- what may be read for data.inventory ------------------------------------------------------
 */

static bool is_kind(str word) { return word.n > 0 && word.p[0] >= 'A' && word.p[0] <= 'Z'; }

/* Groups of kinds that everybody knows without theirs. */
static str group_of_kind(str kind)
{
	static const char *const kinds[][2] = {
		{ "ClusterRole", "rbac.authorization.k8s.io" },
		{ "ClusterRoleBinding", "rbac.authorization.k8s.io" },
		{ "CronJob", "batch" },
		{ "DaemonSet", "apps" },
		{ "Deployment", "apps" },
		{ "HorizontalPodAutoscaler", "autoscaling" },
		{ "Ingress", "networking.k8s.io" },
		{ "IngressClass", "networking.k8s.io" },
		{ "Job", "batch" },
		{ "NetworkPolicy", "networking.k8s.io" },
		{ "PodDisruptionBudget", "policy" },
		{ "PriorityClass", "scheduling.k8s.io" },
		{ "ReplicaSet", "apps" },
		{ "Role", "rbac.authorization.k8s.io" },
		{ "RoleBinding", "rbac.authorization.k8s.io" },
		{ "StatefulSet", "apps" },
		{ "StorageClass", "storage.k8s.io" },
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (str_eq(kind, str_c(kinds[i][0])))
			return str_c(kinds[i][1]);
	}
	return STR_EMPTY;
}

/* The name of its resource, as the API forms it. */
static str plural_of(str kind, struct arena *arena)
{
	str name = str_lower(arena, kind);

	if (str_ends(name, STR("endpoints")))
		return name;
	if (str_ends(name, STR("s")))
		return str_cat(arena, name, STR("es"));
	if (str_ends(name, STR("y")))
		return str_cat(arena, str_drop_end(name, 1), STR("ies"));
	return str_cat(arena, name, STR("s"));
}

static struct value sync_of(const struct install_kubernetes *o, struct arena *arena)
{
	struct value_builder list;

	value_builder_init(&list, arena);
	for (size_t i = 0; i < o->sync_n; i++) {
		str name = o->sync[i], group = STR_EMPTY;
		struct object_builder b;

		IGNORE(str_cut(o->sync[i], '.', &name, &group)); /* without: of the core */
		if (is_kind(name)) {
			if (str_empty(group))
				group = group_of_kind(name);
			name = plural_of(name, arena);
		}
		object_builder_init(&b, arena);
		OBJECT_ADD(&b, "group", value_str(group.p ? group : STR("")));
		OBJECT_ADD(&b, "resource", value_str(name));
		value_builder_add(&list, object_builder_take_last(&b));
	}
	return value_builder_array(&list);
}

static int check_sync(str name, struct err *err)
{
	str head = name, group = STR_EMPTY;
	bool cut = str_cut(name, '.', &head, &group);

	if (check_text("--sync", head, "", err) < 0 ||
	    (cut && check_text("--sync", group, ".-", err) < 0))
		return -1;
	return 0;
}

static int check(const struct install_kubernetes *o, struct err *err)
{
	static const char *const policies[] = { "Ignore", "Fail", NULL };
	static const char *const operations[] = { "CREATE", "UPDATE", "DELETE", "CONNECT", NULL };

	if (check_name("--namespace", o->namespace, err) < 0 ||
	    check_text("--image", o->image, "._:/@-", err) < 0 ||
	    one_of("--failure-policy", o->failure_policy, policies, err) < 0)
		return -1;
	if (o->url.n > 0 && (check_text("--url", o->url, ".:/-[]", err) < 0 ||
			     !str_starts(o->url, STR("https://"))))
		return wrong(err, "--url", o->url, "an address begins with https://");
	if (o->apparmor.n > 0 && check_text("--apparmor", o->apparmor, "/.-_", err) < 0)
		return -1;
	for (size_t i = 0; i < o->operations_n; i++)
		if (one_of("--operations", o->operations[i], operations, err) < 0)
			return -1;
	for (size_t i = 0; i < o->excluded_n; i++)
		if (check_name("--exclude-namespace", o->excluded[i], err) < 0)
			return -1;
	for (size_t i = 0; i < o->enforce_n; i++)
		if (check_text("--enforce", o->enforce[i], "-", err) < 0)
			return -1;
	for (size_t i = 0; i < o->sync_n; i++)
		if (check_sync(o->sync[i], err) < 0)
			return -1;
	if (o->timeout_s < 1 || o->timeout_s > 30)
		return err_set(err, ERR_USAGE, "--timeout: between 1 and 30 seconds");
	if (o->replicas < 1 || o->replicas > 100)
		return err_set(err, ERR_USAGE, "--replicas: between 1 and 100");
	return 0;
}

/* ---- parts --------------------------------------------------------------------------------- */

static void put_enforced(const struct install_kubernetes *o, struct buf *b)
{
	bool rules = false;

	for (size_t i = 0; i < o->enforce_n; i++) {
		if (str_eq(o->enforce[i], STR("all")))
			BUF_LIT(b, "defaults: {enforcement: deny}\n");
	}
	for (size_t i = 0; i < o->enforce_n; i++) {
		if (str_eq(o->enforce[i], STR("all")))
			continue;
		if (!rules)
			BUF_LIT(b, "rules:\n");
		rules = true;
		buf_fmt(b, "  %.*s: {enforcement: deny}\n", STR_ARG(o->enforce[i]));
	}
	if (o->enforce_n == 0)
		BUF_LIT(b, "# All rules audit; see the documentation of the parameter file.\n"
			   "rules: {}\n");
}

/* The text of the parameter file, as the block of a member of the ConfigMap. */
static str parameters_of(const struct install_kubernetes *o, struct arena *arena)
{
	struct buf text, block;
	str rest, line;

	buf_init(&text, 1u << 20);
	buf_init(&block, 4u << 20);
	if (o->parameters.n > 0)
		buf_add(&text, o->parameters);
	else
		put_enforced(o, &text);
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		if (block.n > 0)
			buf_byte(&block, '\n');
		if (line.n > 0)
			buf_fmt(&block, "    %.*s", STR_ARG(line));
	}
	rest = str_rtrim(str_dup(arena, buf_str(&block)));
	buf_done(&text);
	buf_done(&block);
	return rest;
}

static str join(const str *items, size_t n, struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < n; i++)
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(items[i]));
	return all;
}

static struct value labels_of(struct arena *arena)
{
	static const char *const labels[][2] = {
		{ "gatekeeper", "admission.gatekeeper.sh/ignore" },
		{ "azure", "admission.policy.azure.com/ignore" },
		{ "seawall", "admission.seawall/ignore" },
	};
	struct value_builder list;

	value_builder_init(&list, arena);
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		struct object_builder b;

		object_builder_init(&b, arena);
		OBJECT_ADD(&b, "name", value_str(str_c(labels[i][0])));
		OBJECT_ADD(&b, "label", value_str(str_c(labels[i][1])));
		value_builder_add(&list, object_builder_take_last(&b));
	}
	return value_builder_array(&list);
}

int install_kubernetes(const struct install_kubernetes *o, struct arena *arena, struct buf *out,
		       struct err *err)
{
	str excluded = str_fmt(arena, "kube-system, kube-node-lease, %.*s", STR_ARG(o->namespace));
	struct object_builder b;
	struct value vars;

	if (check(o, err) < 0)
		return -1;
	if (o->excluded_n > 0)
		excluded = str_fmt(arena, "%.*s, %.*s", STR_ARG(excluded),
				   STR_ARG(join(o->excluded, o->excluded_n, arena)));
	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "namespace", value_str(o->namespace));
	OBJECT_ADD(&b, "image", value_str(o->image));
	OBJECT_ADD(&b, "inside", value_bool(o->url.n == 0));
	OBJECT_ADD(&b, "url", value_str(o->url.p ? str_without_suffix(o->url, STR("/")) : STR("")));
	OBJECT_ADD(&b, "failure_policy", value_str(o->failure_policy));
	OBJECT_ADD(&b, "apparmor", value_str(o->apparmor.p ? o->apparmor : STR("")));
	OBJECT_ADD(&b, "expansion", value_str(o->expansion.p ? o->expansion : STR("")));
	OBJECT_ADD(&b, "parameters", value_str(parameters_of(o, arena)));
	OBJECT_ADD(&b, "operations", value_str(join(o->operations, o->operations_n, arena)));
	OBJECT_ADD(&b, "excluded", value_str(excluded));
	OBJECT_ADD(&b, "replicas", value_int(o->replicas));
	OBJECT_ADD(&b, "timeout", value_int(o->timeout_s));
	/* Below what the API server gives: our answer counts, not its failure. */
	OBJECT_ADD(
		&b, "time_limit",
		value_str(str_fmt(arena, "%ums", o->timeout_s * 1000 - o->timeout_s * 1000 / 6)));
	OBJECT_ADD(&b, "pdb_version", value_str(o->minor < 21 ? STR("v1beta1") : STR("v1")));
	OBJECT_ADD(&b, "fail_closed", value_bool(o->fail_closed));
	OBJECT_ADD(&b, "mutation", value_bool(o->mutation));
	OBJECT_ADD(&b, "labels", labels_of(arena));
	OBJECT_ADD(&b, "cluster_policies", value_bool(o->cluster_policies));
	OBJECT_ADD(&b, "external_data", value_bool(o->external_data));
	OBJECT_ADD(&b, "sync", sync_of(o, arena));
	vars = object_builder_take_last(&b);
	return template_render(str_of((const char *)manifest, sizeof(manifest)), &vars, arena, out,
			       err);
}
