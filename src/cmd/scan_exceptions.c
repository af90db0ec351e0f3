/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_exceptions.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/time.h"
#include "cmd/progress.h"
#include "net/http.h"

#define FETCH_SECONDS 60u

static const char *const local_files[] = { ".seawallignore.yaml", ".trivyignore",
					   ".trivyignore.yaml", ".grype.yaml" };

int scan_exceptions_local(struct exception_set *set, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(local_files); i++) {
		struct stat st;

		if (stat(local_files[i], &st) < 0) {
			if (errno == ENOENT)
				continue;
			return err_sys(err, errno, "%s", local_files[i]);
		}
		/* Nobody named it: a pipe of that name must not hold the scan up. */
		if (!S_ISREG(st.st_mode))
			return err_set(err, ERR_INPUT,
				       "%s is not a file; --no-local-exceptions passes over it",
				       local_files[i]);
		if (exception_read(set, local_files[i], err) < 0)
			return -1;
	}
	return 0;
}

static bool is_address(str name)
{
	return str_starts(name, STR("https://")) || str_starts(name, STR("http://"));
}

static bool is_safe(str address)
{
	static const char *const own[] = { "http://127.0.0.1:", "http://127.0.0.1/",
					   "http://localhost:", "http://localhost/" };

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (str_starts(address, str_c(own[i])))
			return true;
	}
	return str_starts(address, STR("https://"));
}

static int fetch(struct exception_set *set, str address, struct err *err)
{
	const struct http_opts opts = { .retries = 2 };
	const struct http_request request = { .method = HTTP_GET,
					      .url = address,
					      .max_bytes = EXCEPTION_MAX_BYTES,
					      .total_s = FETCH_SECONDS };
	struct http_response response;

	if (!is_safe(address))
		return err_set(err, ERR_USAGE,
			       "%.*s: exceptions are fetched by https only: who can change them "
			       "on the way can hide anything",
			       STR_ARG(address));
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);
	if (http_do(client, &request, set->arena, &response, err) < 0)
		return -1;
	if (response.status / 100 != 2)
		return http_status_error(&response, err);
	return exception_read_text(set, str_dup(set->arena, response.url),
				   str_dup(set->arena, response.body), err);
}

static int read_one(struct exception_set *set, const struct options *options, str name,
		    struct err *err)
{
	int offline = options_find(options, STR("offline"));

	if (!is_address(name))
		return exception_read(set, str_cstr(set->arena, name), err);
	if (offline >= 0 && option_on(options, (size_t)offline))
		return err_set(err, ERR_USAGE, "%.*s: --offline forbids to fetch it",
			       STR_ARG(name));
	return fetch(set, name, err);
}

int scan_exceptions_named(struct exception_set *set, const struct options *options,
			  const struct exception_options *which, struct err *err)
{
	size_t n;
	const str *names = option_items(options, which->ignorefile, &n);

	set->scopes = option_items(options, which->scope, &set->scope_count);
	for (size_t i = 0; i < n; i++) {
		if (read_one(set, options, names[i], err) < 0)
			return err_wrap(err, "--ignorefile");
	}
	return 0;
}

int scan_exceptions_take(struct exception_set *set, const struct options *options,
			 const struct exception_options *which, struct err *err)
{
	if (scan_exceptions_named(set, options, which, err) < 0)
		return -1;
	return option_on(options, which->local) ? scan_exceptions_local(set, err) : 0;
}

static str place(struct arena *arena, const struct exception *e)
{
	str id = e->id_count > 0 ? e->ids[0] : e->reason;

	if (e->line == 0)
		return str_fmt(arena, "%.*s (%.*s)", STR_ARG(e->source), STR_ARG(id));
	return str_fmt(arena, "%.*s:%u (%.*s)", STR_ARG(e->source), e->line, STR_ARG(id));
}

void scan_exceptions_tell(const struct exception_set *set, bool quiet, enum lang lang)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t unused = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct exception *e = &set->items[i];

		if (exception_is_expired(e, set->now))
			progress_note(quiet,
				      TEXT_MAKE(arena, lang, EXCEPTION_EXPIRED, place(arena, e),
						time_format_date(arena, e->expires)));
		else
			unused += e->matched == 0 && !e->vex; /* suppliers speak of all they have */
	}
	if (unused > 0)
		progress_note(quiet, TEXT_MAKE(arena, lang, EXCEPTIONS_UNUSED,
					       text_number(arena, unused)));
}
