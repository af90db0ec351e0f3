/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/log.h"
#include "cmd/policy.h"
#include "cmd/serve.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/library_parameters.h"
#include "policy/constraint/provider_http.h"

static int read_parameters(const struct serve *s, struct arena *arena,
			   struct library_parameters *out, struct err *err)
{
	str path = option_text(&s->in->options, SERVE_PARAMETERS);
	str text;

	*out = (struct library_parameters){ 0 };
	if (path.n > 0 && (policy_read_file(path, arena, &text, err) < 0 ||
			   library_parameters_read(path, text, arena, out, err) < 0))
		return -1;
	if (str_empty(out->own_namespace))
		out->own_namespace = str_dup(arena, option_text(&s->in->options, SERVE_NAMESPACE));
	return 0;
}

/* Together with those of the cluster, of which what does not load is left out. */
static struct library *load_merged(struct policy_store *store, struct documents *files,
				   struct library_opts *opts, struct err *err)
{
	struct library *library;
	struct policy_merge merge;

	policy_merge_begin(store, files, files->arena, &merge);
	do {
		policy_merge_opts(&merge, opts);
		library = library_load(opts, err);
	} while (!library && policy_merge_again(&merge, err));
	if (merge.failed) {
		library_unref(library);
		library = NULL;
		*err = *merge.failed;
	}
	policy_merge_end(&merge, library != NULL, err);
	return library;
}

static bool has_policy(const struct documents *docs)
{
	for (size_t i = 0; i < docs->n; i++) {
		if (admission_is_policy(&docs->items[i].resource))
			return true;
	}
	return false;
}

int serve_load(void *context, struct webhook_policy *out, struct err *err)
{
	const struct serve *s = context;
	const struct options *o = &s->in->options;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct documents docs = { .arena = arena };
	struct library_parameters *parameters = ARENA_NEW(arena, struct library_parameters);
	str pss = option_text(o, SERVE_PSS);
	struct library_opts opts = { .parameters = parameters,
				     .cluster = option_text(o, SERVE_CLUSTER_NAME) };
	size_t n;
	const str *paths = option_items(o, SERVE_POLICY, &n);

	if (read_parameters(s, arena, parameters, err) < 0 ||
	    policy_read_objects(paths, n, &docs, err) < 0)
		return -1;
	if (n > 0 && !has_policy(&docs)) /* they may still come: it is read again */
		log_warn("there is no policy of Gatekeeper in --policy", KV("first", paths[0]));
	if (pss.n > 0 && !str_cut(pss, ':', &opts.pss_level, &opts.pss_version))
		opts.pss_level = pss;
	opts.own = docs.items;
	opts.own_n = docs.n;
	out->library = s->policies ? load_merged(s->policies, &docs, &opts, err)
				   : library_load(&opts, err);
	if (!out->library)
		return -1;
	if (option_on(o, SERVE_EXTERNAL))
		provider_set_send(library_admission(out->library)->providers, provider_http_send,
				  NULL);
	out->arena = TAKE(arena);
	return 0;
}

int serve_load_namespaces(struct serve *s, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct documents docs = { .arena = arena };
	str path = option_text(&s->in->options, SERVE_NAMESPACES);
	struct namespaces *ns = webhook_namespaces(s->webhook);

	if (str_empty(path))
		return 0;
	if (policy_read_objects(&path, 1, &docs, err) < 0)
		return -1;
	namespaces_list_begins(ns);
	for (size_t i = 0; i < docs.n; i++) {
		const struct resource *r = &docs.items[i].resource;

		if (resource_is_namespace(r) && !namespaces_put(ns, r))
			return err_set(err, ERR_LIMIT, "%.*s: more than %u namespaces",
				       STR_ARG(path), NAMESPACES_MAX);
	}
	namespaces_list_ends(ns);
	return 0;
}
