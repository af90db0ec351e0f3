/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Licences. The first byte chooses: an expression, what people write in its place, a file of
 * copyrights, a text that may be a licence, a judgement with lists, descriptions of packages.
 */
#include "base/err.h"
#include "checking_sink.h"
#include "fmt/licence/licence_file.h"
#include "fmt/licence/licence_judge.h"
#include "fmt/licence/licence_meta.h"
#include "fmt/licence/licence_text.h"
#include "fmt/system/dpkg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was written is read again as the same. */
static void expression(str text, struct arena *arena)
{
	const struct licence *licence, *again;
	struct err err = { .kind = ERR_NONE };

	if (licence_parse(text, arena, &licence, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	str printed = licence_print(licence, arena);
	must(printed.n > 0 && licence_parse(printed, arena, &again, &err) == 0);
	must(str_eq(licence_print(again, arena), printed));
}

static void check_tree(const struct licence *l, unsigned depth)
{
	must(depth <= LICENCE_MAX_DEPTH * 4 + 8);
	if (l->op == LICENCE_ONE) {
		must(l->id.n > 0 || l->exception.n > 0);
		must(!l->known || licence_id(l->id).n > 0);
		return;
	}
	must(l->n > 0);
	for (size_t i = 0; i < l->n; i++) {
		must(l->of[i]->op != l->op);
		check_tree(l->of[i], depth + 1);
	}
}

static void loose(str text, struct arena *arena)
{
	bool certain;
	const struct licence *licence = licence_read(text, arena, &certain);

	if (!licence) {
		must(str_trim(text).n == 0 || text.n > LICENCE_MAX_BYTES);
		return;
	}
	check_tree(licence, 0);
	must(licence_judge(NULL, licence).rule == LICENCE_NO_RULE);
}

static void copyright(str text, struct arena *arena)
{
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };
	struct file_view view = file_view_text(STR("usr/share/doc/x/copyright"), text);

	(void)arena;
	view.licences = text.n % 2;
	if (dpkg_copyright(&view, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
}

static void recognise(str text, struct arena *arena)
{
	struct licence_fact facts[LICENCE_FOUND_MAX], best;
	size_t n = licence_text_find(text, arena, facts);

	must(n <= LICENCE_FOUND_MAX);
	for (size_t i = 0; i < n; i++) {
		must(facts[i].name.n > 0 && facts[i].line > 0);
		must(facts[i].confidence >= LICENCE_CONFIDENCE_MIN);
		must(facts[i].confidence <= LICENCE_SURE);
		must(i == 0 || facts[i - 1].line <= facts[i].line);
		for (size_t k = 0; k < i; k++)
			must(!str_eq(facts[i].name, facts[k].name));
	}
	must(licence_text_best(text, arena, &best) == (n > 0));
}

/* Who denies it does not allow it; what is on the list of allowed ones is allowed. */
static void judge(str text, struct arena *arena)
{
	str entry, rest;
	bool certain;

	if (!str_cut(text, '\n', &entry, &rest))
		return;
	const struct licence *licence = licence_read(rest, arena, &certain);
	const struct licence_policy allow = { .allow = &entry, .allow_count = 1 };
	const struct licence_policy both = {
		.allow = &entry, .allow_count = 1, .deny = &entry, .deny_count = 1
	};
	if (!licence)
		return;
	struct licence_verdict a = licence_judge(&allow, licence);
	must(a.rule == LICENCE_ALLOWED || a.rule == LICENCE_NOT_ALLOWED);
	if (licence->op == LICENCE_ONE && licence_on_list(&entry, 1, licence)) {
		must(a.rule == LICENCE_ALLOWED);
		must(licence_judge(&both, licence).rule == LICENCE_DENIED);
	}
}

/* The first byte chooses among descriptions. */
static void description(str text, struct arena *arena)
{
	static int (*const readers[])(const struct file_view *, struct package_sink *,
				      struct err *) = { licence_meta_opam, licence_meta_cpan,
							licence_meta_nuget, licence_file,
							licence_head };
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };
	struct file_view view;

	(void)arena;
	if (text.n == 0)
		return;
	view = file_view_text(STR("a/LICENSE/b.1/opam"), str_skip(text, 1));
	if (readers[(unsigned char)text.p[0] % ARRAY_LEN(readers)](&view, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parts[])(str, struct arena *) = { expression, loose, copyright,
							      recognise,  judge, description };
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (size > 0)
		parts[data[0] % ARRAY_LEN(parts)](str_of((const char *)data + 1, size - 1), arena);
	return 0;
}
