/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/provider_http.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/temp_file.h"
#include "net/http.h"

/* The bundle as a file without a name; its descriptor, or -1. */
static int bundle_file(const struct provider *provider, struct arena *arena, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	str pem;

	if (provider->ca_bundle.n > PROVIDER_HTTP_MAX_BUNDLE)
		return err_set(err, ERR_LIMIT, "spec.caBundle has more than %u bytes",
			       PROVIDER_HTTP_MAX_BUNDLE);
	if (!base64_decode(arena, provider->ca_bundle, &pem))
		return err_set(err, ERR_INPUT, "spec.caBundle is not base64");
	fd = temp_file_open(NULL, err);
	if (fd < 0 || fd_write_all(fd, pem, err) < 0)
		return err_wrap(err, "spec.caBundle");
	return fd_take(&fd);
}

int provider_http_send(void *context, const struct provider *provider, str body,
		       struct arena *arena, str *response, int *status, struct err *err)
{
	struct http_opts opts = { .no_retry = true };
	AUTO(http_client_free)
	struct http_client *client = NULL;
	AUTO(fd_close)
	int fd = bundle_file(provider, arena, err);
	struct http_response answer;
	struct http_tls tls = { 0 };

	(void)context;
	if (fd < 0)
		return -1;
	tls.ca_file = str_cstr(arena, str_fmt(arena, "/proc/self/fd/%d", fd));
	client = http_client_new(&opts);
	if (http_do(client,
		    &(struct http_request){ .method = HTTP_POST,
					    .url = provider->url,
					    .tls = &tls,
					    .body = body,
					    .content_type = STR("application/json"),
					    .max_bytes = PROVIDER_MAX_RESPONSE,
					    .total_s = (unsigned)provider->timeout },
		    arena, &answer, err) < 0)
		return -1;
	if (answer.status < 200 || answer.status > 299)
		return http_status_error(&answer, err);
	*response = answer.body;
	*status = answer.status;
	return 0;
}
