/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * provider_http: external data over HTTPS: a provider_send_fn that posts the request with the
 * provider's own authority and time limit. The context is not used.
 *
 *	provider_set_send(set, provider_http_send, NULL);
 */
#include "policy/constraint/provider.h"

#define PROVIDER_HTTP_MAX_BUNDLE (1u << 20) /* bytes of caBundle */

int provider_http_send(void *context, const struct provider *provider, str body,
		       struct arena *arena, str *response, int *status, struct err *err) MUST_USE;
