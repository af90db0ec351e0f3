/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * bypass: labels of a namespace that turn deny into audit for what lies in it:
 * admission.gatekeeper.sh/ignore, admission.policy.azure.com/ignore and admission.seawall/ignore.
 * They count only in namespaces of the exempt list; setting one elsewhere is to be refused.
 *
 *	struct bypass_list exempt = { .names = names, .n = n };     // "kube-system", "*-system"
 *	str label = bypass_label(&exempt, &namespace);              // empty: nothing is bypassed
 */
#include "policy/constraint/resource.h"

struct bypass_list {
	const str *names; /* each may begin or end with '*' */
	size_t n;
};

bool bypass_is_exempt(const struct bypass_list *list, str name);
/* The label that counts in that namespace (may be NULL); empty: none. */
str bypass_label(const struct bypass_list *list, const struct resource *namespace);
/* The label that a Namespace object must not have; empty: none. */
str bypass_refused(const struct bypass_list *list, const struct resource *object);
