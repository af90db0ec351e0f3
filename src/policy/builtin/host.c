/* SPDX-License-Identifier: Apache-2.0 */
/* What looks out of the evaluation: refused unless the caller allows it. */
#include <arpa/inet.h>
#include <netdb.h>

#include "policy/builtin.h"

#include "base/words.h"

/* An error gets the name of its function; what halts has none but this. */
static int refused(struct builtin_call *call, const char *name)
{
	if (!call->refusal_halts)
		return builtin_fail(call, "not permitted here");
	IGNORE(builtin_fail(call, "%s: not permitted here", name)); /* never fine by contract */
	return BUILTIN_HALT;
}

static int runtime(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)args;
	if (!call->allow_runtime)
		return refused(call, "opa.runtime");
	*out = call->runtime;
	return BUILTIN_OK;
}

static bool known_key(str key)
{
	static const char *const keys[] = {
		"method",
		"url",
		"body",
		"enable_redirect",
		"force_json_decode",
		"force_yaml_decode",
		"headers",
		"raw_body",
		"tls_use_system_certs",
		"tls_ca_cert",
		"tls_ca_cert_file",
		"tls_ca_cert_env_variable",
		"tls_client_cert",
		"tls_client_cert_file",
		"tls_client_cert_env_variable",
		"tls_client_key",
		"tls_client_key_file",
		"tls_client_key_env_variable",
		"tls_insecure_skip_verify",
		"tls_server_name",
		"timeout",
		"cache",
		"force_cache",
		"force_cache_duration_seconds",
		"raise_error",
		"caching_mode",
		"max_retry_attempts",
		"cache_ignored_headers",
	};

	return words_have(keys, ARRAY_LEN(keys), key);
}

/* The request is checked; none is ever sent. */
static int http_send(struct builtin_call *call, const struct value *args, struct value *out)
{
	bool method = VALUE_GET(&args[0], "method"), url = VALUE_GET(&args[0], "url");

	(void)out;
	if (!call->allow_http)
		return refused(call, "http.send");
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value *key = &args[0].members[i].key;

		if (key->type != VALUE_STRING || !known_key(value_text(key)))
			return builtin_type_fail(
				call, "operand 1 invalid request parameters(s): {\"%.*s\"}",
				STR_ARG(str_take(value_text(key), 100)));
	}
	if (!method || !url)
		return builtin_type_fail(
			call, "operand 1 missing required request parameters(s): {%s%s%s}",
			method ? "" : "\"method\"", method || url ? "" : ", ",
			url ? "" : "\"url\"");
	return builtin_fail(call, "requests are not sent");
}

static int look_up(struct builtin_call *call, const char *name, struct value_builder *found)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *all;
	int rc = getaddrinfo(name, NULL, &hints, &all);

	if (rc != 0)
		return builtin_fail(call, "lookup %.200s: %s", name, gai_strerror(rc));
	for (const struct addrinfo *a = all; a; a = a->ai_next) {
		char text[INET6_ADDRSTRLEN];
		const void *address =
			a->ai_family == AF_INET
				? (const void *)&(
					  (const struct sockaddr_in *)(const void *)a->ai_addr)
					  ->sin_addr
				: (const void *)&(
					  (const struct sockaddr_in6 *)(const void *)a->ai_addr)
					  ->sin6_addr;

		if ((a->ai_family == AF_INET || a->ai_family == AF_INET6) &&
		    inet_ntop(a->ai_family, address, text, sizeof(text)))
			value_builder_add(found, value_str(str_dup(call->arena, str_c(text))));
	}
	freeaddrinfo(all);
	return BUILTIN_OK;
}

static int lookup_ip_addr(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder found;
	str name = value_text(&args[0]);
	int rc;

	if (!call->allow_lookup)
		return refused(call, "net.lookup_ip_addr");
	if (name.n == 0 || memchr(name.p, '\0', name.n))
		return builtin_fail(call, "lookup of an empty or malformed name");
	value_builder_init(&found, call->arena);
	rc = look_up(call, str_cstr(call->arena, name), &found);
	*out = value_builder_set(&found);
	return rc;
}

static int external_data(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!call->external)
		return refused(call, "external_data");
	return call->external(call, call->external_context, &args[0], out);
}

const struct builtin builtins_host[] = {
	{ "opa.runtime", "-> object[string: any]", runtime, .nondeterministic = true },
	{ "http.send", "object[string: any] -> object[any: any]", http_send,
	  .nondeterministic = true },
	{ "net.lookup_ip_addr", "string -> set[string]", lookup_ip_addr, .nondeterministic = true },
	{ "external_data", "object[any: any] -> object[any: any]", external_data,
	  .nondeterministic = true, .optional = true },
	{ .name = NULL },
};
