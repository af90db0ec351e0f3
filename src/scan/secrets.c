/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secrets.h"

#include "base/cost.h"
#include "base/err.h"
#include "scan/record.h"
#include "scan/secret/rules.h"

static void tools_free(void *p)
{
	struct secret_tools *tools = p;

	secret_search_free(tools->search);
	secret_binary_free(tools->binary);
	arena_free(tools->arena); /* it lies there itself */
}

static int tools_make(struct secret_tools *tools, const struct json *header, struct err *err)
{
	struct arena *arena = tools->arena;

	if (secret_skips_parse(secret_skip_text(), arena, &tools->skips, err) < 0 ||
	    secret_kinds_builtin(arena, &tools->kinds, err) < 0 ||
	    secret_rules_apply(json_copy(JSON_GET(header, "rules"), arena), arena, &tools->kinds,
			       err) < 0 ||
	    secret_search_new(&tools->kinds, &tools->search, err) < 0)
		return -1;
	return json_is(JSON_GET(header, "binaries"), JSON_FALSE)
		       ? 0
		       : secret_binary_new(&tools->kinds, arena, &tools->binary, err);
}

/* What of the header they are made of. */
static str terms_of(const struct json *header, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct json_writer w;

	buf_init(&b, WORKER_HEADER_MAX);
	json_writer_init(&w, &b, 0);
	json_open_array(&w);
	json_put_bool(&w, json_is(JSON_GET(header, "binaries"), JSON_FALSE));
	if (JSON_GET(header, "rules"))
		json_put(&w, JSON_GET(header, "rules"));
	json_close_array(&w);
	return b.overflow ? STR_EMPTY : str_dup(arena, buf_str(&b));
}

/* Those of the last job, when they are for the same rules; else new ones. */
static int take_tools(struct secrets *s, const struct json *header, struct err *err)
{
	struct worker_kept *kept = s->job->kept;
	struct secret_tools *tools = kept ? kept->p : NULL;
	str terms = terms_of(header, s->job->arena);

	if (!tools || terms.n == 0 || !str_eq(tools->terms, terms)) {
		struct arena *arena = arena_new();

		tools = ARENA_NEW(arena, struct secret_tools);
		tools->arena = arena;
		tools->terms = str_dup(arena, terms);
		if (tools_make(tools, header, err) < 0) {
			tools_free(tools);
			return -1;
		}
		if (kept && kept->p)
			kept->free(kept->p);
		if (kept)
			*kept = (struct worker_kept){ .p = tools, .free = tools_free };
	}
	s->own_tools = !kept;
	s->tools = tools;
	s->skips = &tools->skips;
	s->search = tools->search;
	s->binary = tools->binary;
	return 0;
}

int secrets_init(struct secrets *s, struct worker_job *job, struct err *err)
{
	const struct json *header = JSON_GET(job->header, "secrets");
	int64_t max = 0;

	*s = (struct secrets){ .job = job, .max_bytes = SECRETS_FILE_BYTES };
	if (!json_is(header, JSON_OBJECT))
		return 0;
	if (json_i64(JSON_GET(header, "max_bytes"), &max) && max > 0)
		s->max_bytes = (uint64_t)max;
	if (take_tools(s, header, err) < 0)
		return -1;
	buf_init(&s->payload, WORKER_RECORD_MAX);
	s->on = true;
	return 0;
}

void secrets_done(struct secrets *s)
{
	if (!s->on)
		return;
	if (s->own_tools)
		tools_free(s->tools);
	buf_done(&s->payload);
	s->on = false;
}

bool secrets_want(struct secrets *s, const struct want *want, str path, uint64_t size)
{
	if (!s->on || size < SECRETS_SMALLEST)
		return false;
	if (!secret_skips_has(s->skips, path) && secret_search_wants(s->search, path) &&
	    !want_left_out(want, path))
		return true;
	s->counts.listed++;
	return false;
}

static void note_missed(struct secrets *s, uint64_t *count, uint64_t n)
{
	if (n == 0)
		return;
	*count += n;
	if (s->counts.missed_first.n == 0)
		s->counts.missed_first = str_dup(s->job->arena, s->path);
}

bool secrets_begin(struct secrets *s, enum secret_place place, str path, uint64_t size, str head)
{
	enum text_form form = text_sniff(head);

	s->in_binary = form == TEXT_BINARY;
	s->counts.binary += s->in_binary;
	if (s->in_binary && (!s->binary || secret_binary_is_packed(head)))
		return false;
	s->path = path;
	s->place = place;
	s->counts.programs += s->in_binary;
	s->counts.files += !s->in_binary;
	if (!s->in_binary)
		s->counts.bytes += size < s->max_bytes ? size : s->max_bytes;
	s->left = s->max_bytes;
	s->active = true;
	if (size > s->max_bytes)
		note_missed(s, &s->counts.too_large, 1);
	if (s->in_binary)
		secret_binary_begin(s->binary, path);
	else
		secret_search_begin(s->search, path, form);
	return true;
}

static void take(struct secrets *s, str piece)
{
	if (!s->active)
		return;
	piece = str_take(piece, s->left < SIZE_MAX ? (size_t)s->left : SIZE_MAX);
	s->left -= piece.n;
	if (s->in_binary)
		secret_binary_take(s->binary, piece);
	else
		secret_search_take(s->search, piece);
}

void secrets_take(void *context, str piece)
{
	int64_t begun = cost_begin();

	take(context, piece);
	cost_end("secrets", begun);
}

static int send(struct secrets *s, const struct secret_found *found, struct err *err)
{
	const struct secret_finding secret = {
		.kind = found->kind->id,
		.place = s->place,
		.path = s->path,
		.line = s->place == SECRET_FILE && !s->in_binary ? found->line : 0,
		.length = found->length,
		.shown = str_c(found->shown),
		.digest = str_c(found->digest),
	};
	struct json_writer w;

	buf_reset(&s->payload);
	json_writer_init(&w, &s->payload, 0);
	secret_write(&secret, &w);
	s->sent++;
	return worker_answer(s->job, RECORD_SECRET, buf_str(&s->payload), err);
}

/* What one search found in the text at work. */
static int send_found(struct secrets *s, const struct secret_search *search, struct err *err)
{
	const struct secret_found *found;
	size_t n;

	found = secret_search_found(search, &n);
	note_missed(s, &s->counts.dropped, secret_search_dropped(search));
	note_missed(s, &s->counts.gave_up, secret_search_gave_up(search));
	for (size_t i = 0; i < n; i++) {
		if (s->sent == RECORD_SECRETS_MAX) {
			note_missed(s, &s->counts.dropped, n - i);
			break;
		}
		if (send(s, &found[i], err) < 0)
			return -1;
	}
	return 0;
}

int secrets_end(struct secrets *s, struct err *err)
{
	if (!s->active)
		return 0;
	s->active = false;
	if (s->in_binary) {
		secret_binary_end(s->binary);
		return send_found(s, s->binary->narrow, err) < 0
			       ? -1
			       : send_found(s, s->binary->wide, err);
	}
	secret_search_end(s->search);
	return send_found(s, s->search, err);
}

int secrets_finish(struct secrets *s, struct err *err)
{
	struct json_writer w;

	if (!s->on)
		return 0;
	buf_reset(&s->payload);
	json_writer_init(&w, &s->payload, 0);
	secret_counts_write(&s->counts, &w);
	return worker_answer(s->job, RECORD_COUNTS, buf_str(&s->payload), err);
}
