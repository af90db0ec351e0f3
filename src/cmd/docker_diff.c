/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_diff.h"

#include "base/map.h"
#include "report/term.h"

/* A control, or one of its findings. */
struct docker_said {
	str key, number, kind, document, subject;
	str message[LANG_COUNT];
	const struct check *check;
	enum benchmark_status status;
	enum severity severity;
	bool finding;
};

static struct docker_said *add(struct docker_snapshot *s, const struct benchmark_control *c)
{
	s->items = arena_grow(s->arena, s->items, s->n, &s->cap, sizeof(*s->items));
	s->items[s->n] = (struct docker_said){
		.number = c->number,
		.check = c->check,
		.status = c->status,
		.severity = c->severity,
	};
	return &s->items[s->n++];
}

static void add_finding(struct docker_snapshot *s, const struct benchmark_control *c,
			const struct benchmark_item *item)
{
	struct docker_said *said = add(s, c);

	said->finding = true;
	said->status = item->status;
	said->kind = str_dup(s->arena, item->document->kind);
	said->document = str_dup(s->arena, item->document->name);
	said->subject = str_dup(s->arena, item->subject);
	for (unsigned lang = 0; lang < LANG_COUNT; lang++)
		said->message[lang] = str_dup(s->arena, item->message[lang]);
	said->key = str_fmt(s->arena, "%.*s\n%.*s\n%s", STR_ARG(c->check->id),
			    STR_ARG(benchmark_fingerprint(s->arena, c, item)),
			    benchmark_status_name(item->status));
}

void docker_snapshot_take(struct docker_snapshot *s, const struct benchmark_result *result,
			  struct arena *arena)
{
	double percent = 0;

	*s = (struct docker_snapshot){ .arena = arena };
	s->scored = benchmark_percent(&result->all, &percent);
	s->percent = score_round(percent);
	for (size_t i = 0; i < result->n; i++) {
		const struct benchmark_control *c = &result->controls[i];
		struct docker_said *said;

		if (c->hidden)
			continue;
		said = add(s, c);
		said->key = c->check->id;
		for (unsigned lang = 0; lang < LANG_COUNT; lang++)
			said->message[lang] = str_dup(arena, c->reason[lang]);
		for (size_t k = 0; k < c->item_n; k++)
			add_finding(s, c, &c->items[k]);
	}
}

/* ---- lines ---------------------------------------------------------------------------------- */

struct lines {
	struct buf *b;
	const struct docker_cause *cause;
	str time;
	enum lang lang;
	bool json;
	size_t n;
};

static str message_of(const struct lines *l, const struct docker_said *said)
{
	return said->message[l->lang].n > 0 ? said->message[l->lang] : said->message[LANG_EN];
}

static void put_json(const struct lines *l, const struct docker_said *said, str from, str to)
{
	struct json_writer w;

	json_writer_init(&w, l->b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("event"), said->finding ? STR("finding") : STR("control"));
	json_kv_str(&w, STR("time"), l->time);
	json_kv_str(&w, STR("control"), said->check->id);
	json_kv_str(&w, STR("number"), said->number);
	json_kv_str(&w, STR("title"),
		    said->check->text[l->lang == LANG_JA ? CHECK_JA : CHECK_EN].title);
	json_kv_str(&w, STR("severity"), str_c(severity_name(said->severity)));
	json_kv_str(&w, STR("from"), from);
	json_kv_str(&w, STR("to"), to);
	json_kv_opt(&w, STR("kind"), said->kind);
	json_kv_opt(&w, STR("document"), said->document);
	json_kv_opt(&w, STR("subject"), said->subject);
	json_kv_opt(&w, STR("message"), message_of(l, said));
	JSON_KEY(&w, "cause");
	json_open_object(&w);
	json_kv_str(&w, STR("kind"), str_c(l->cause->kind));
	json_kv_opt(&w, STR("what"), l->cause->what);
	json_close_object(&w);
	json_close_object(&w);
	buf_byte(l->b, '\n');
}

static void put(struct lines *l, const struct docker_said *said, str from, str to)
{
	l->n++;
	if (l->json) {
		put_json(l, said, from, to);
		return;
	}
	buf_fmt(l->b, "%.*s  %-10s %.*s -> %.*s  %.*s  ", STR_ARG(l->time),
		severity_name(said->severity), STR_ARG(from), STR_ARG(to), STR_ARG(said->number));
	term_put(l->b, said->finding
			       ? message_of(l, said)
			       : said->check->text[l->lang == LANG_JA ? CHECK_JA : CHECK_EN].title);
	if (!said->finding && message_of(l, said).n > 0) {
		BUF_LIT(l->b, ": ");
		term_put(l->b, message_of(l, said));
	}
	buf_fmt(l->b, "  (%s", l->cause->kind);
	if (l->cause->what.n > 0) {
		buf_byte(l->b, ' ');
		term_put(l->b, l->cause->what);
	}
	BUF_LIT(l->b, ")\n");
}

static str status_of(const struct docker_said *said)
{
	return str_c(benchmark_status_name(said->status));
}

static void put_score(struct lines *l, const struct docker_snapshot *before,
		      const struct docker_snapshot *after)
{
	struct json_writer w;

	if (!after->scored || (before->scored && before->percent == after->percent))
		return;
	l->n++;
	if (!l->json) {
		buf_fmt(l->b, "%.*s  score      %u %% -> %u %%\n", STR_ARG(l->time),
			before->percent, after->percent);
		return;
	}
	json_writer_init(&w, l->b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("event"), STR("score"));
	json_kv_str(&w, STR("time"), l->time);
	json_kv_u64(&w, STR("from"), before->percent);
	json_kv_u64(&w, STR("to"), after->percent);
	json_close_object(&w);
	buf_byte(l->b, '\n');
}

static void index_of(struct map *map, const struct docker_snapshot *s, struct arena *arena)
{
	map_init(map, arena);
	for (size_t i = 0; i < s->n; i++)
		map_put(map, s->items[i].key, &s->items[i]);
}

size_t docker_diff_write(struct buf *b, const struct docker_snapshot *before,
			 const struct docker_snapshot *after, const struct docker_cause *cause,
			 str time, enum lang lang, bool json)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lines l = { .b = b, .cause = cause, .time = time, .lang = lang, .json = json };
	struct map old, new;

	index_of(&old, before, arena);
	index_of(&new, after, arena);
	for (size_t i = 0; i < after->n; i++) {
		const struct docker_said *now = &after->items[i];
		const struct docker_said *then = map_get(&old, now->key);

		if (!then)
			put(&l, now, STR("absent"), status_of(now));
		else if (then->status != now->status)
			put(&l, now, status_of(then), status_of(now));
	}
	for (size_t i = 0; i < before->n; i++) {
		const struct docker_said *then = &before->items[i];

		if (!map_has(&new, then->key))
			put(&l, then, status_of(then), STR("absent"));
	}
	put_score(&l, before, after);
	return l.n;
}
