/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/statements.h"

#include "cmd/progress.h"
#include "fmt/sbom/sbom.h"
#include "net/http.h"
#include "report/vex.h"
#include "scan/scan.h"

int statements_take(const str *values, size_t n, struct exception_set *set,
		    struct statement_sources *out, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(values[i], STR("oci")))
			out->oci = true;
		else if (str_eq(values[i], STR("sbom-ref")))
			out->sbom_ref = true;
		else if (str_eq(values[i], STR("repo")))
			return err_set(
				err, ERR_USAGE,
				"--vex repo: repositories of statements are not fetched; name "
				"the files, or oci, or sbom-ref");
		else if (exception_read(set, str_cstr(set->arena, values[i]), err) < 0)
			return err_wrap(err, "--vex");
	}
	return 0;
}

struct taking {
	const struct statement_sources *sources;
	struct inventory *inventory;
	struct exception_set *set;
	struct arena *arena;
};

static void tell_unread(const struct taking *t, str source, const struct err *why)
{
	progress_note(t->sources->quiet, TEXT_MAKE(t->arena, t->sources->lang, STATEMENTS_UNREAD,
						   t->inventory->target, source, str_c(why->msg)));
}

/* How many statements came out of it. One that is of another kind is passed over. */
static size_t take(const struct taking *t, str source, str text)
{
	struct exception_mark mark = exception_set_mark(t->set);
	struct err why = { .kind = ERR_NONE };
	size_t n;

	if (exception_read_text(t->set, source, text, &why) < 0) {
		exception_set_cut(t->set, &mark); /* half a document is none */
		if (why.kind != ERR_UNSUPPORTED)
			tell_unread(t, source, &why);
		return 0;
	}
	/* Only what suppliers state: a stranger's list of plain exceptions is not followed. */
	n = t->set->statements - mark.statements;
	if (t->set->n - mark.n != n) {
		err_set(&why, ERR_INPUT, "these are no statements of a supplier");
		exception_set_cut(t->set, &mark);
		tell_unread(t, source, &why);
		return 0;
	}
	if (n == 0)
		return 0;
	scan_tell_statements(t->inventory, source, t->arena);
	progress_note(t->sources->quiet,
		      TEXT_MAKE(t->arena, t->sources->lang, STATEMENTS_TAKEN, t->inventory->target,
				text_number(t->arena, n), source));
	return n;
}

static size_t take_attached(const struct taking *t)
{
	size_t n = 0;

	t->set->subjects = t->inventory->subjects;
	t->set->subject_count = t->inventory->subject_count;
	for (size_t i = 0; i < t->inventory->statement_count; i++)
		n += take(t, t->inventory->statements[i].source, t->inventory->statements[i].text);
	t->set->subjects = NULL;
	t->set->subject_count = 0;
	return n;
}

static int fetch(const struct taking *t, str url, str *out, struct err *err)
{
	AUTO(http_client_free)
	struct http_client *client = http_client_new(NULL);
	const struct http_tls tls = { .ca_file = t->sources->ca_file };
	const struct http_request request = { .url = url,
					      .tls = &tls,
					      .max_bytes = EXCEPTION_MAX_BYTES,
					      .total_s = STATEMENTS_FETCH_S };
	struct http_response response;

	if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
		return err_set(err, ERR_UNSUPPORTED,
			       "not an address of http or https; name the file itself with --vex");
	if (http_do(client, &request, t->arena, &response, err) < 0)
		return -1;
	if (response.status != 200)
		return http_status_error(&response, err);
	*out = response.body;
	return 0;
}

static size_t take_referenced(const struct taking *t)
{
	str path = str_without_prefix(t->inventory->target, STR("sbom:"));
	size_t n = 0;

	/* The list may hold the analyses itself. */
	if (path.n < t->inventory->target.n) {
		AUTO(buf_done)
		struct buf content = { 0 };
		struct err unused;

		buf_init(&content, EXCEPTION_MAX_BYTES);
		if (buf_read_file(&content, str_cstr(t->arena, path), &unused) == 0 &&
		    str_find(buf_str(&content), STR("\"analysis\"")) >= 0)
			n += take(t, str_fmt(t->arena, "%.*s (unsigned)", STR_ARG(path)),
				  str_dup(t->arena, buf_str(&content)));
	}
	for (size_t i = 0; i < t->inventory->statement_url_count; i++) {
		str url = t->inventory->statement_urls[i], text;
		str source = str_fmt(t->arena, "%.*s (unsigned)", STR_ARG(str_take(url, 300)));
		struct err why = { .kind = ERR_NONE };

		if (fetch(t, url, &text, &why) < 0)
			tell_unread(t, source, &why);
		else
			n += take(t, source, text);
	}
	return n;
}

static void tell_none(const struct taking *t, const char *place)
{
	progress_note(t->sources->quiet, TEXT_MAKE(t->arena, t->sources->lang, STATEMENTS_NONE,
						   t->inventory->target, str_c(place)));
}

/* Refs of the list that is scanned, which only its text explains. */
static void explain_refs(const struct taking *t)
{
	str path = str_without_prefix(t->inventory->target, STR("sbom:"));
	struct err why = { .kind = ERR_NONE };
	AUTO(buf_done)
	struct buf content = { 0 };

	if (path.n == t->inventory->target.n || vex_open(t->set, t->inventory) == 0)
		return;
	buf_init(&content, SBOM_MAX_BYTES);
	if (buf_read_file(&content, str_cstr(t->arena, path), &why) < 0 ||
	    vex_explain(t->set, t->inventory, buf_str(&content), &why) < 0)
		tell_unread(t, path, &why);
}

static void tell_idle(const struct taking *t)
{
	str first;
	size_t idle = vex_idle(t->set, t->inventory, &first);

	if (idle == 0)
		return;
	scan_tell_idle_statements(t->inventory, idle, first, t->arena);
	progress_note(t->sources->quiet,
		      TEXT_MAKE(t->arena, t->sources->lang, STATEMENTS_IDLE, t->inventory->target,
				text_number(t->arena, idle), first));
}

void statements_of_target(const struct statement_sources *sources, struct inventory *inventory,
			  struct exception_set *set, struct arena *arena)
{
	const struct taking t = {
		.sources = sources, .inventory = inventory, .set = set, .arena = arena
	};

	if (sources->oci && take_attached(&t) == 0)
		tell_none(&t, "oci");
	if (sources->sbom_ref && take_referenced(&t) == 0)
		tell_none(&t, "sbom-ref");
	explain_refs(&t);
	tell_idle(&t);
}
