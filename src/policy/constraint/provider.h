/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * provider: Gatekeeper's external data: Provider objects, the builtin external_data of templates,
 * and the answers that are kept. How a request is sent is the caller's: a function is handed in.
 * The set is filled first and then shared between threads; the kept answers have their own lock.
 *
 *	struct provider_set *set = provider_set_new(send, context, 180);
 *
 *	if (provider_set_add(set, json, &err) < 0)      // kind Provider
 *		return -1;
 *	run.external = provider_external;
 *	run.external_context = set;
 */
#include "base/json.h"
#include "policy/value.h"

struct builtin_call;
struct err;
struct provider_set;

#define PROVIDER_MAX_KEYS     1000u	  /* of one request */
#define PROVIDER_MAX_KEY      (64u << 10) /* bytes of one */
#define PROVIDER_MAX_RESPONSE (4u << 20)  /* bytes */
#define PROVIDER_MAX_KEPT     (16u << 20) /* bytes of kept answers; more drops all */
#define PROVIDER_TIMEOUT      3		  /* seconds when it does not say */
#define PROVIDER_TTL	      180	  /* seconds answers are kept for, as Gatekeeper does */

struct provider {
	str name, url, ca_bundle; /* https; the bundle is base64 of PEM */
	int64_t timeout;	  /* seconds */
};

/*
 * Posts `body` to the provider and takes its answer. `context` is the caller's. Called without a
 * lock, by any thread.
 */
typedef int provider_send_fn(void *context, const struct provider *provider, str body,
			     struct arena *arena, str *response, int *status, struct err *err);

/* `ttl` in seconds, 0: nothing is kept. `send` NULL: each request is an error. */
struct provider_set *provider_set_new(provider_send_fn *send, void *context, int64_t ttl);
void provider_set_free(struct provider_set *set);
AUTO_PTR(provider_set_free, struct provider_set);
/* Before it is shared: how requests are sent. */
void provider_set_send(struct provider_set *set, provider_send_fn *send, void *context);
/* ERR_INPUT: no https, no bundle, or what is no Provider. The last of a name counts. */
int provider_set_add(struct provider_set *set, const struct json *json, struct err *err) MUST_USE;
size_t provider_set_count(const struct provider_set *set);

/* An answer to `keys`; in the order of the keys. */
struct provider_item {
	str key, error;
	const struct json *value;
};
struct provider_answer {
	struct provider_item *items;
	size_t n;
	str system_error;
	int status; /* HTTP; 0: all were kept ones */
	bool idempotent;
};
int provider_ask(struct provider_set *set, str name, const str *keys, size_t n, struct arena *arena,
		 struct provider_answer *out, struct err *err) MUST_USE;

/*
 * For struct policy_run; the context is the set. A provider that is not there, or cannot be asked,
 * or answers nonsense, is an answer with `system_error` (status_code 400, else 500): whether that
 * denies is what the policy says.
 */
int provider_external(struct builtin_call *call, void *context, const struct value *request,
		      struct value *out);
