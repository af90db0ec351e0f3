/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "kube/kube_internal.h"

#define STATUS_DEPTH  32u
#define STATUS_VALUES 20000u
#define WORDS_MAX     300u

str kube_status_text(const struct json *status, struct arena *arena)
{
	str words = json_get_str(status, STR("message"));
	char *out;

	if (str_empty(words))
		words = json_get_str(status, STR("reason"));
	words = str_take(str_trim(words), WORDS_MAX);
	out = arena_bytes(arena, words.n);
	for (size_t i = 0; i < words.n; i++)
		out[i] = (unsigned char)words.p[i] < ' ' ? ' ' : words.p[i];
	return str_of(out, words.n);
}

static enum err_kind kind_of(int status)
{
	switch (status) {
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
	case 405:
	case 410:
		return ERR_NOT_FOUND;
	case 400:
	case 422:
	case 415:
	case 406:
		return ERR_INPUT;
	case 409:
		return ERR_USAGE;
	case 413:
		return ERR_LIMIT;
	default:
		return ERR_NETWORK;
	}
}

static int denied(const struct kube_ask *ask, str what, str words, str server, int status,
		  struct err *err)
{
	if (status == 403)
		return err_set(err, ERR_DENIED, "no right to %s %.*s: %.*s", ask->verb,
			       STR_ARG(what), STR_ARG(words));
	return err_set(
		err, ERR_DENIED,
		"%.*s does not accept who we are (401%s%.*s): log in again, or choose another "
		"user",
		STR_ARG(server), str_empty(words) ? "" : ": ", STR_ARG(words));
}

int kube_refusal(const struct kube_ask *ask, const struct http_response *response, str server,
		 struct arena *arena, const struct json **status, struct err *err)
{
	const struct json_opts opts = { .max_depth = STATUS_DEPTH, .max_values = STATUS_VALUES };
	const struct json *doc = NULL;
	struct err ignored; /* a page that is no JSON has no words for us */
	str what = str_empty(ask->what) ? ask->path : ask->what, words = STR_EMPTY;
	int code = response->status;

	if (json_parse(response->body, &opts, arena, &doc, &ignored) == 0 &&
	    str_eq(json_get_str(doc, STR("kind")), STR("Status"))) {
		words = kube_status_text(doc, arena);
		if (status)
			*status = doc;
	}
	what = str_take(what, 300);
	if (code == 401 || code == 403)
		denied(ask, what, words, server, code, err);
	else
		err_set(err, kind_of(code), "%s %.*s: the server answers %d%s%.*s", ask->verb,
			STR_ARG(what), code, str_empty(words) ? "" : ": ", STR_ARG(words));
	err->code = code;
	return -1;
}

str kube_what(const struct kube_resource *resource, str ns, struct arena *arena)
{
	str name = str_empty(resource->group) ? resource->name
					      : str_fmt(arena, "%.*s.%.*s", STR_ARG(resource->name),
							STR_ARG(resource->group));

	if (!resource->namespaced)
		return name;
	if (str_empty(ns))
		return str_cat(arena, name, STR(" in all namespaces"));
	return str_fmt(arena, "%.*s in namespace %.*s", STR_ARG(name), STR_ARG(ns));
}

static bool has(const struct json *object, str key)
{
	return !str_empty(json_get_str(object, key));
}

const struct json *kube_with_kind(const struct json *object, str api_version, str kind,
				  struct arena *arena)
{
	bool replace = str_eq(json_get_str(object, STR("kind")), STR("PartialObjectMetadata"));
	struct json_member *members, *m;
	struct json *out;

	if (!replace && has(object, STR("apiVersion")) && has(object, STR("kind")))
		return object;
	members = m = ARENA_ARRAY(arena, struct json_member, json_len(object) + 2);
	*m++ = (struct json_member){ .key = STR("apiVersion"),
				     .value = { .type = JSON_STRING,
						.n = (uint32_t)api_version.n,
						.text = api_version.p } };
	*m++ = (struct json_member){
		.key = STR("kind"),
		.value = { .type = JSON_STRING, .n = (uint32_t)kind.n, .text = kind.p }
	};
	JSON_MEMBERS (object, member) {
		if (!str_eq(member->key, STR("apiVersion")) && !str_eq(member->key, STR("kind")))
			*m++ = *member;
	}
	out = ARENA_NEW(arena, struct json);
	*out = (struct json){ .type = JSON_OBJECT,
			      .n = (uint32_t)(m - members),
			      .members = members };
	return out;
}
