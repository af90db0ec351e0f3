/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/bypass.h"

#include "policy/constraint/match.h"

static const char *const labels[] = {
	"admission.gatekeeper.sh/ignore",
	"admission.policy.azure.com/ignore",
	"admission.seawall/ignore",
};

bool bypass_is_exempt(const struct bypass_list *list, str name)
{
	for (size_t i = 0; list && i < list->n; i++) {
		if (match_wildcard(list->names[i], name))
			return true;
	}
	return false;
}

static str label_of(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		if (json_get(r->labels, str_c(labels[i])))
			return str_c(labels[i]);
	}
	return STR_EMPTY;
}

str bypass_label(const struct bypass_list *list, const struct resource *namespace)
{
	if (!namespace || !bypass_is_exempt(list, namespace->name))
		return STR_EMPTY;
	return label_of(namespace);
}

str bypass_refused(const struct bypass_list *list, const struct resource *object)
{
	if (!resource_is_namespace(object) || bypass_is_exempt(list, object->name))
		return STR_EMPTY;
	return label_of(object);
}
