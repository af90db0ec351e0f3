/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/log.h"
#include "cmd/serve.h"

void serve_policies_start(struct serve *s, const char *kubeconfig, const char *context)
{
	if (!s->policies)
		return;
	s->policy_sync = policy_sync_new(s->policies, kubeconfig, context,
					 option_on(&s->in->options, SERVE_EXTERNAL));
	policy_sync_follow(s->policy_sync);
}

static void tell_kind(const struct policy_told *t)
{
	str state = str_c(policy_kind_state_name(t->state));

	switch (t->state) {
	case POLICY_KIND_READY:
		log_info("policies of the cluster are watched", KV("kind", t->what),
			 KV_U("objects", t->objects));
		break;
	case POLICY_KIND_UNSERVED:
		log_info("policies of the cluster: the kind is not served yet", KV("kind", t->what),
			 KV("reason", t->reason));
		break;
	case POLICY_KIND_BROKEN:
		log_warn("policies of the cluster are not kept up", KV("kind", t->what),
			 KV("reason", t->reason));
		break;
	default:
		log_error("policies of the cluster are not all in force", KV("kind", t->what),
			  KV("state", state), KV("reason", t->reason));
	}
}

static void tell_object(const struct policy_told *t)
{
	switch (t->verdict) {
	case POLICY_IN_FORCE:
		log_info("a policy of the cluster is in force", KV("policy", t->what));
		break;
	case POLICY_OF_FILE:
		log_warn("a policy of the cluster does not count", KV("policy", t->what),
			 KV("reason", t->reason));
		break;
	case POLICY_OLDER:
		log_error("a policy of the cluster does not load, the version before it stays",
			  KV("policy", t->what), KV("reason", t->reason));
		break;
	default:
		log_error("a policy of the cluster does not load", KV("policy", t->what),
			  KV("reason", t->reason));
	}
}

bool serve_policies_tell(struct serve *s)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct policy_told *news;
	size_t n;

	policy_store_seen(s->policies);
	if (s->policy_sync)
		policy_sync_follow(s->policy_sync);
	n = policy_store_news(s->policies, arena, &news);
	for (size_t i = 0; i < n; i++) {
		if (news[i].is_kind)
			tell_kind(&news[i]);
		else
			tell_object(&news[i]);
	}
	return policy_store_due_ms(s->policies) == 0;
}
