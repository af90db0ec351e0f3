/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a file in which no secret belongs, and where it sends logs. */
#include "base/json.h"
#include "base/map.h"
#include "fmt/container/container_plan.h"

#define NAME_SHOWN 200u

const char *plan_text_kind_name(enum plan_text_kind kind)
{
	static const char *const names[PLAN_TEXT_KINDS] = {
		"environment", "build_arg", "label", "command", "argument", "log_option"
	};

	return names[kind];
}

void plan_add_text(struct container_plan *plan, enum plan_text_kind kind, str name, str value,
		   struct plan_place place)
{
	if (value.n == 0)
		return;
	if (plan->text_n >= PLAN_ITEMS_MAX) {
		plan->text_dropped++;
		return;
	}
	plan->texts = arena_grow(plan->arena, plan->texts, plan->text_n, &plan->text_cap,
				 sizeof(*plan->texts));
	plan->texts[plan->text_n++] =
		(struct plan_text){ .kind = kind, .name = name, .value = value, .place = place };
}

/* "--password=x", "--password x"; one letter says nothing of what its value is. */
static void add_arguments(struct container_plan *plan, const str *words, size_t n,
			  struct plan_place place)
{
	for (size_t i = 0; i < n; i++) {
		str name = words[i], value = STR_EMPTY;

		if (!str_starts(name, STR("--")) || name.n < 4)
			continue;
		if (!str_cut(words[i], '=', &name, &value) && i + 1 < n &&
		    !str_starts(words[i + 1], STR("-")))
			value = words[i + 1];
		plan_add_text(plan, PLAN_ARGUMENT, str_skip(name, 2), value, place);
	}
}

void plan_add_command(struct container_plan *plan, str name, const str *words, size_t n,
		      struct plan_place place)
{
	AUTO(buf_done)
	struct buf line = { .p = NULL };

	buf_init(&line, 1u << 20);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&line, ' ');
		buf_add(&line, words[i]);
	}
	if (line.overflow && plan->texts_unknown.n == 0)
		plan->texts_unknown = STR("a command line of more than 1 MiB");
	plan_add_text(plan, PLAN_COMMAND, name, str_dup(plan->arena, buf_str(&line)), place);
	add_arguments(plan, words, n, place);
}

void plan_add_secret(struct container_plan *plan, size_t text, const struct plan_secret *secret)
{
	struct plan_text *t = &plan->texts[text];

	t->secrets = arena_grow(plan->arena, t->secrets, t->secret_n, &t->secret_cap,
				sizeof(*t->secrets));
	t->secrets[t->secret_n++] = *secret;
}

void plan_set_driver(struct container_plan *plan, str driver, struct plan_place place)
{
	struct plan_fact *fact = &plan->facts[PLAN_LOGGING];

	fact->set = true;
	fact->text = driver;
	fact->place = place;
}

/* ---- the document ---- */

/* Of a text that is no secret whatever its name: nothing, a switch, a number of one digit, a file.
 */
static bool says_nothing(str value)
{
	static const char *const words[] = { "true", "false", "yes", "no",   "on",
					     "off",  "none",  "nil", "null", "undefined" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ieq(value, str_c(words[i])))
			return true;
	}
	return value.n == 0 || (value.n == 1 && is_digit(value.p[0])) ||
	       str_starts(value, STR("/run/secrets/"));
}

static void put_secret(const struct plan_secret *secret, struct json_writer *w)
{
	json_open_object(w);
	json_kv_str(w, STR("kind"), secret->kind);
	json_kv_str(w, STR("title"), secret->title);
	json_kv_str(w, STR("title_ja"), secret->title_ja);
	json_kv_str(w, STR("shown"), secret->shown);
	json_close_object(w);
}

static void put_text(const struct plan_text *text, struct json_writer *w)
{
	json_open_object(w);
	json_kv_str(w, STR("where"), str_c(plan_text_kind_name(text->kind)));
	json_kv_str(w, STR("name"), str_take(text->name, NAME_SHOWN));
	json_kv_bool(w, STR("holds"), !says_nothing(str_trim(text->value)));
	json_kv_str(w, STR("file"), text->place.file);
	json_kv_u64(w, STR("line"), text->place.line);
	JSON_KEY(w, "secrets");
	json_open_array(w);
	for (size_t i = 0; i < text->secret_n; i++)
		put_secret(&text->secrets[i], w);
	json_close_array(w);
	json_close_object(w);
}

void container_plan_put_texts(const struct container_plan *plan, struct json_writer *w)
{
	JSON_KEY(w, "texts");
	json_open_array(w);
	for (size_t i = 0; i < plan->text_n; i++)
		put_text(&plan->texts[i], w);
	json_close_array(w);
}

/* Options that say where logs go and how; others may hold tokens. */
static bool is_target(str option)
{
	static const char *const ends[] = { "address", "url", "insecureskipverify",
					    "tls-skip-verify", "insecure-skip-verify" };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (str_ends(option, str_c(ends[i])))
			return true;
	}
	return false;
}

/* Without user, password and what stands behind the host: a token may be there. */
static str bare_address(struct arena *arena, str value)
{
	ptrdiff_t scheme = str_find(value, STR("://"));
	str head = scheme < 0 ? STR_EMPTY : str_take(value, (size_t)scheme + 3);
	str rest = str_skip(value, head.n), host = rest;
	ptrdiff_t end;

	if (str_starts(head, STR("unix")))
		return value;
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] != '/' && rest.p[i] != '?' && rest.p[i] != '#')
			continue;
		host = str_take(rest, i);
		break;
	}
	end = str_rfind_char(host, '@');
	return str_cat(arena, head, str_skip(host, (size_t)(end + 1)));
}

void container_plan_put_logging(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_LOGGING];
	struct map seen;

	JSON_KEY(w, "LogConfig");
	if (!fact->set) {
		json_put_null(w);
		return;
	}
	map_init(&seen, plan->arena);
	json_open_object(w);
	json_kv_str(w, STR("Type"), fact->text);
	JSON_KEY(w, "Config");
	json_open_object(w);
	/* Of equal options the last counts. */
	for (size_t i = fact->n; i-- > 0;) {
		str name = fact->items[i], value = STR_EMPTY;

		IGNORE(str_cut(fact->items[i], '=', &name, &value)); /* a name alone is empty */
		if (is_target(name) && map_put(&seen, name, NULL))
			json_kv_str(w, name, bare_address(plan->arena, value));
	}
	json_close_object(w);
	json_close_object(w);
}
