/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "base/base64.h"
#include "kube/kubeconfig_internal.h"

#define EXEC_GROUP "client.authentication.k8s.io/"

static const char *type_name(const struct json *v)
{
	switch ((enum json_type)v->type) {
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a text";
	case JSON_ARRAY:
		return "a list";
	case JSON_OBJECT:
		return "a mapping";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "nothing";
}

int kubeconfig_wrong(const struct kubeconfig_node *node, str key, const char *text, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: %.*s%s%.*s: %s", node->path, STR_ARG(node->at),
		       str_empty(node->at) || str_empty(key) ? "" : ".", STR_ARG(key), text);
}

/* A member that is there and not null. */
static const struct json *member(const struct kubeconfig_node *node, str key)
{
	const struct json *v = json_get(node->object, key);

	return json_is(v, JSON_NULL) ? NULL : v;
}

static int wrong_type(const struct kubeconfig_node *node, str key, const char *want,
		      const struct json *v, struct err *err)
{
	bool quote = strcmp(want, "a text") == 0 &&
		     (v->type == JSON_NUMBER || v->type == JSON_TRUE || v->type == JSON_FALSE);

	return kubeconfig_wrong(
		node, key,
		str_cstr(node->arena, str_fmt(node->arena, "expected %s, found %s%s", want,
					      type_name(v), quote ? ": put it in quotes" : "")),
		err);
}

int kubeconfig_text(const struct kubeconfig_node *node, str key, str *out, struct err *err)
{
	const struct json *v = member(node, key);

	*out = STR_EMPTY;
	if (!v)
		return 0;
	if (v->type != JSON_STRING)
		return wrong_type(node, key, "a text", v, err);
	if (memchr(v->text, 0, v->n))
		return kubeconfig_wrong(node, key, "a text with a zero byte", err);
	*out = json_str(v);
	return 0;
}

int kubeconfig_bool(const struct kubeconfig_node *node, str key, bool *out, struct err *err)
{
	const struct json *v = member(node, key);

	if (v && v->type != JSON_TRUE && v->type != JSON_FALSE)
		return wrong_type(node, key, "true or false", v, err);
	*out = json_bool(v);
	return 0;
}

int kubeconfig_list(const struct kubeconfig_node *node, str key, const struct json **out,
		    struct err *err)
{
	const struct json *v = member(node, key);

	*out = v;
	if (v && v->type != JSON_ARRAY)
		return wrong_type(node, key, "a list", v, err);
	if (json_len(v) > KUBECONFIG_MAX_ENTRIES)
		return kubeconfig_wrong(node, key, "too many entries", err);
	return 0;
}

int kubeconfig_strings(const struct kubeconfig_node *node, str key, str **out, size_t *n,
		       struct err *err)
{
	const struct json *list;
	size_t i = 0;

	if (kubeconfig_list(node, key, &list, err) < 0)
		return -1;
	if (json_len(list) > KUBECONFIG_MAX_ARGS)
		return kubeconfig_wrong(node, key, "too many entries", err);
	*out = ARENA_ARRAY(node->arena, str, json_len(list));
	JSON_EACH (list, item) {
		if (!json_is(item, JSON_STRING) || memchr(item->text, 0, item->n))
			return wrong_type(node, key, "a list of texts", item, err);
		(*out)[i++] = json_str(item);
	}
	*n = i;
	return 0;
}

int kubeconfig_inside(const struct kubeconfig_node *node, str key, struct kubeconfig_node *out,
		      struct err *err)
{
	const struct json *v = member(node, key);

	*out = *node;
	out->object = v;
	out->at = str_empty(node->at)
			  ? key
			  : str_fmt(node->arena, "%.*s.%.*s", STR_ARG(node->at), STR_ARG(key));
	if (v && v->type != JSON_OBJECT)
		return wrong_type(node, key, "a mapping", v, err);
	return 0;
}

str kubeconfig_file(const struct kubeconfig_node *node, str path)
{
	ptrdiff_t slash = str_rfind_char(str_c(node->path), '/');

	if (str_starts(path, STR("/")) || slash < 0)
		return path;
	return str_fmt(node->arena, "%.*s/%.*s", (int)slash, node->path, STR_ARG(path));
}

void kubeconfig_warn(struct kubeconfig *config, str text)
{
	if (config->warnings_n < KUBECONFIG_MAX_WARNINGS)
		config->warnings[config->warnings_n++] = text;
}

/* Line breaks are allowed inside, as Go's decoder does. */
static bool decode(struct arena *arena, str text, str *out)
{
	char *packed = arena_bytes(arena, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n' && text.p[i] != '\r')
			packed[n++] = text.p[i];
	}
	return base64_decode(arena, str_of(packed, n), out);
}

int kubeconfig_pem(const struct kubeconfig_node *node, str key, str what, str *out, struct err *err)
{
	str data_key = str_fmt(node->arena, "%.*s-data", STR_ARG(key));
	str data, file, begin = str_fmt(node->arena, "-----BEGIN %.*s", STR_ARG(what));

	*out = STR_EMPTY;
	if (kubeconfig_text(node, data_key, &data, err) < 0 ||
	    kubeconfig_text(node, key, &file, err) < 0)
		return -1;
	if (!str_empty(data)) {
		key = data_key;
		if (!decode(node->arena, data, out))
			return kubeconfig_wrong(node, key, "is not base64", err);
	} else if (!str_empty(file) && node->read) {
		file = kubeconfig_file(node, file);
		if (node->read(str_cstr(node->arena, file), KUBECONFIG_MAX_PEM, node->arena, out,
			       err) < 0)
			return err_wrap(err, "%s: %.*s.%.*s", node->path, STR_ARG(node->at),
					STR_ARG(key));
	} else {
		return 0;
	}
	if (out->n > KUBECONFIG_MAX_PEM)
		return kubeconfig_wrong(node, key, "is too large", err);
	if (str_find(*out, begin) < 0 && !str_eq(what, STR("PRIVATE KEY")))
		return kubeconfig_wrong(node, key, "holds no certificate in PEM form", err);
	if (str_eq(what, STR("PRIVATE KEY")) && str_find(*out, STR("PRIVATE KEY-----")) < 0)
		return kubeconfig_wrong(node, key, "holds no private key in PEM form", err);
	return 0;
}

/* What the cluster has for plug-ins: extensions[name == client.authentication.k8s.io/exec]. */
static int exec_extension(const struct kubeconfig_node *node, const struct json **out,
			  struct err *err)
{
	const struct json *list;

	*out = NULL;
	if (kubeconfig_list(node, STR("extensions"), &list, err) < 0)
		return -1;
	JSON_EACH (list, item) {
		if (str_eq(json_get_str(item, STR("name")), STR(EXEC_GROUP "exec")))
			*out = JSON_GET(item, "extension");
	}
	return 0;
}

int kubeconfig_read_cluster(const struct kubeconfig_node *node, struct kubeconfig *out,
			    const struct json **exec_config, struct err *err)
{
	if (kubeconfig_text(node, STR("server"), &out->server, err) < 0 ||
	    kubeconfig_text(node, STR("tls-server-name"), &out->server_name, err) < 0 ||
	    kubeconfig_text(node, STR("proxy-url"), &out->proxy, err) < 0 ||
	    kubeconfig_bool(node, STR("insecure-skip-tls-verify"), &out->insecure, err) < 0 ||
	    kubeconfig_pem(node, STR("certificate-authority"), STR("CERTIFICATE"), &out->ca_pem,
			   err) < 0 ||
	    exec_extension(node, exec_config, err) < 0)
		return -1;
	if (str_empty(out->server))
		return kubeconfig_wrong(node, STR("server"), "the address of the server is missing",
					err);
	if (str_find(out->server, STR("://")) < 0)
		out->server = str_cat(node->arena, STR("https://"), out->server);
	if (out->insecure && !str_empty(out->ca_pem))
		return kubeconfig_wrong(
			node, STR("insecure-skip-tls-verify"),
			"cannot stand beside a certificate authority: remove one of "
			"them",
			err);
	return 0;
}

static int read_env(const struct kubeconfig_node *node, struct kube_exec *exec, struct err *err)
{
	const struct json *list;

	if (kubeconfig_list(node, STR("env"), &list, err) < 0)
		return -1;
	if (json_len(list) > KUBECONFIG_MAX_ARGS)
		return kubeconfig_wrong(node, STR("env"), "too many entries", err);
	exec->env = ARENA_ARRAY(node->arena, struct kubeconfig_text, json_len(list));
	JSON_EACH (list, item) {
		struct kubeconfig_text *to = &exec->env[exec->env_n];
		struct kubeconfig_node entry = *node;

		entry.object = item;
		entry.at = str_fmt(node->arena, "%.*s.env[%zu]", STR_ARG(node->at), exec->env_n);
		if (kubeconfig_text(&entry, STR("name"), &to->name, err) < 0 ||
		    kubeconfig_text(&entry, STR("value"), &to->value, err) < 0)
			return -1;
		if (str_empty(to->name) || str_find_char(to->name, '=') >= 0)
			return kubeconfig_wrong(&entry, STR("name"),
						"is not the name of a variable", err);
		exec->env_n++;
	}
	return 0;
}

static int read_mode(const struct kubeconfig_node *node, struct kube_exec *exec, struct err *err)
{
	str mode;

	if (kubeconfig_text(node, STR("interactiveMode"), &mode, err) < 0)
		return -1;
	exec->always_interactive = str_eq(mode, STR("Always"));
	if (str_empty(mode) && str_eq(exec->api_version, STR(EXEC_GROUP "v1")))
		return kubeconfig_wrong(node, STR("interactiveMode"),
					"must be set for v1: Never or IfAvailable", err);
	if (!str_empty(mode) && !exec->always_interactive && !str_eq(mode, STR("Never")) &&
	    !str_eq(mode, STR("IfAvailable")))
		return kubeconfig_wrong(node, STR("interactiveMode"),
					"must be Never, IfAvailable or Always", err);
	return 0;
}

static int read_exec(const struct kubeconfig_node *user, const struct json *cluster_config,
		     struct kubeconfig *out, struct err *err)
{
	struct kubeconfig_node node;
	struct kube_exec *exec;

	if (kubeconfig_inside(user, STR("exec"), &node, err) < 0)
		return -1;
	if (!node.object)
		return 0;
	exec = ARENA_NEW(user->arena, struct kube_exec);
	exec->cluster_config = cluster_config;
	if (kubeconfig_text(&node, STR("apiVersion"), &exec->api_version, err) < 0 ||
	    kubeconfig_text(&node, STR("command"), &exec->command, err) < 0 ||
	    kubeconfig_text(&node, STR("installHint"), &exec->hint, err) < 0 ||
	    kubeconfig_strings(&node, STR("args"), &exec->args, &exec->args_n, err) < 0 ||
	    kubeconfig_bool(&node, STR("provideClusterInfo"), &exec->provide_cluster, err) < 0 ||
	    read_env(&node, exec, err) < 0)
		return -1;
	if (!str_eq(exec->api_version, STR(EXEC_GROUP "v1")) &&
	    !str_eq(exec->api_version, STR(EXEC_GROUP "v1beta1")))
		return kubeconfig_wrong(&node, STR("apiVersion"),
					"must be " EXEC_GROUP "v1 or " EXEC_GROUP "v1beta1", err);
	if (str_empty(exec->command))
		return kubeconfig_wrong(&node, STR("command"), "is missing", err);
	if (str_find_char(exec->command, '/') >= 0)
		exec->command = kubeconfig_file(&node, exec->command);
	out->exec = exec;
	return read_mode(&node, exec, err);
}

static int read_impersonation(const struct kubeconfig_node *node, struct kubeconfig *out,
			      struct err *err)
{
	struct kubeconfig_node extra;

	if (kubeconfig_text(node, STR("as"), &out->as_user, err) < 0 ||
	    kubeconfig_text(node, STR("as-uid"), &out->as_uid, err) < 0 ||
	    kubeconfig_strings(node, STR("as-groups"), &out->as_groups, &out->as_groups_n, err) <
		    0 ||
	    kubeconfig_inside(node, STR("as-user-extra"), &extra, err) < 0)
		return -1;
	size_t cap = 0;

	JSON_MEMBERS (extra.object, m) {
		JSON_EACH (&m->value, item) {
			if (out->as_extra_n >= KUBECONFIG_MAX_ARGS)
				return kubeconfig_wrong(&extra, m->key, "too many entries", err);
			out->as_extra = arena_grow(node->arena, out->as_extra, out->as_extra_n,
						   &cap, sizeof(*out->as_extra));
			out->as_extra[out->as_extra_n++] =
				(struct kubeconfig_text){ .name = m->key, .value = json_str(item) };
		}
	}
	if (str_empty(out->as_user) &&
	    (out->as_groups_n > 0 || out->as_extra_n > 0 || !str_empty(out->as_uid)))
		return kubeconfig_wrong(node, STR("as"),
					"is missing beside as-groups, as-uid or "
					"as-user-extra",
					err);
	return 0;
}

static int read_secrets(const struct kubeconfig_node *node, struct kubeconfig *out, struct err *err)
{
	str token_file;

	if (kubeconfig_pem(node, STR("client-certificate"), STR("CERTIFICATE"), &out->cert_pem,
			   err) < 0 ||
	    kubeconfig_pem(node, STR("client-key"), STR("PRIVATE KEY"), &out->key_pem, err) < 0 ||
	    kubeconfig_text(node, STR("token"), &out->token, err) < 0 ||
	    kubeconfig_text(node, STR("tokenFile"), &token_file, err) < 0 ||
	    kubeconfig_text(node, STR("username"), &out->username, err) < 0 ||
	    kubeconfig_text(node, STR("password"), &out->password, err) < 0)
		return -1;
	if (!str_empty(token_file))
		out->token_file = str_cstr(node->arena, kubeconfig_file(node, token_file));
	for (size_t i = 0; i < out->token.n; i++) {
		if ((unsigned char)out->token.p[i] <= ' ' || (unsigned char)out->token.p[i] >= 127)
			return kubeconfig_wrong(node, STR("token"),
						"has blanks or control bytes: not a token", err);
	}
	if (node->read && str_empty(out->cert_pem) != str_empty(out->key_pem))
		return kubeconfig_wrong(node,
					str_empty(out->key_pem) ? STR("client-key")
								: STR("client-certificate"),
					"is missing: certificate and key belong together", err);
	return 0;
}

int kubeconfig_read_user(const struct kubeconfig_node *node, const struct json *exec_config,
			 struct kubeconfig *out, struct err *err)
{
	struct kubeconfig_node old;

	if (kubeconfig_inside(node, STR("auth-provider"), &old, err) < 0)
		return -1;
	if (old.object)
		return err_set(err, ERR_UNSUPPORTED,
			       "%s: %.*s: log-in by auth-provider '%.*s' was taken out of "
			       "Kubernetes in 1.26: use its credential plug-in (exec) instead",
			       node->path, STR_ARG(old.at),
			       STR_ARG(str_take(json_get_str(old.object, STR("name")), 80)));
	if (read_secrets(node, out, err) < 0 || read_exec(node, exec_config, out, err) < 0 ||
	    read_impersonation(node, out, err) < 0)
		return -1;
	bool token = !str_empty(out->token) || out->token_file, basic = !str_empty(out->username);

	if ((token && basic) || (out->exec && (token || basic)))
		return kubeconfig_wrong(node, STR_EMPTY,
					"has more than one way to log in (token, username, exec): "
					"keep one",
					err);
	return 0;
}
