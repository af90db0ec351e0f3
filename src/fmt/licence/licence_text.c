/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_text_internal.h"

#include "base/num.h"
#include "fmt/licence/licence.h"

#define HITS_MAX   400000u
#define WORD_PRIME UINT64_C(0x100000001b3)
#define MIX	   UINT64_C(0x9e3779b97f4a7c15)
#define PRINT_LINE 13u /* "0123abcd 045\n" */

/* "@ NAME GROUPS" for each licence, then its prints and those of all others, sorted. */
static const unsigned char prints[] = {
#include "licence_prints.txt.inc"
};

/* ---- words ---- */

static bool is_word_byte(char c) { return is_alnum(c) || (unsigned char)c >= 0x80; }

str licence_word(const struct licence_words *words, size_t i)
{
	return str_of(words->text.p + words->items[i].at, words->items[i].n);
}

bool licence_word_is(const struct licence_words *words, size_t i, str word)
{
	return i < words->n && str_ieq(licence_word(words, i), word);
}

void licence_words_init(struct licence_words *words, str text, struct arena *arena)
{
	size_t cap = 0, at = 0;

	text = str_take(text, LICENCE_TEXT_MAX);
	*words = (struct licence_words){ .text = text };
	while (at < text.n) {
		size_t from = at;

		while (at < text.n && is_word_byte(text.p[at]))
			at++;
		if (at > from) {
			words->items = arena_grow(arena, words->items, words->n, &cap,
						  sizeof(*words->items));
			words->items[words->n++] =
				(struct licence_span){ .at = (uint32_t)from,
						       .n = (uint32_t)(at - from) };
		} else {
			at++;
		}
	}
}

static uint64_t word_hash(str word)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	if (str_ieq(word, STR("licence")))
		word = STR("license");
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)to_lower(word.p[i])) * WORD_PRIME;
	return h;
}

/* The hash of the LICENCE_GROUP words that end with the one just added. */
static uint32_t next_group(uint64_t last[LICENCE_GROUP], str word)
{
	uint64_t h = 0;

	memmove(last, last + 1, (LICENCE_GROUP - 1) * sizeof(*last));
	last[LICENCE_GROUP - 1] = word_hash(word);
	for (size_t i = 0; i < LICENCE_GROUP; i++)
		h = (h + last[i]) * MIX;
	return (uint32_t)(h >> 32);
}

size_t licence_text_groups(str text, uint32_t *out, size_t max)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct licence_words words;
	uint64_t last[LICENCE_GROUP] = { 0 };
	size_t n = 0;

	licence_words_init(&words, text, arena);
	for (size_t i = 0; i < words.n && n < max; i++) {
		uint32_t group = next_group(last, licence_word(&words, i));

		if (i + 1 >= LICENCE_GROUP)
			out[n++] = group;
	}
	return n;
}

/* ---- prints ---- */

struct print_list {
	struct {
		str name;
		uint64_t groups;
		size_t prints;
	} licences[LICENCE_PRINTS_MAX];
	size_t n;
	str body; /* lines of PRINT_LINE bytes */
	size_t count;
};

static uint32_t print_at(const struct print_list *list, size_t i, size_t *licence)
{
	const char *line = list->body.p + i * PRINT_LINE;
	uint64_t hash = 0, number = 0;

	IGNORE(str_u64_base(str_of(line, 8), 16, &hash)); /* our own data */
	IGNORE(str_u64(str_of(line + 9, 3), &number));	  /* likewise */
	*licence = (size_t)number;
	return (uint32_t)hash;
}

static void load(struct print_list *list)
{
	str rest = str_of((const char *)prints, sizeof(prints)), line, name, groups, count;
	uint64_t n;

	*list = (struct print_list){ .body = rest };
	while (str_line(&rest, &line) && (line.p[0] == '#' || line.p[0] == '@')) {
		list->body = rest;
		if (line.p[0] == '#' || list->n == LICENCE_PRINTS_MAX)
			continue;
		line = str_skip(line, 2);
		if (!str_cut(line, ' ', &name, &line) || !str_cut(line, ' ', &groups, &count) ||
		    !str_u64(groups, &list->licences[list->n].groups) || !str_u64(count, &n))
			continue;
		list->licences[list->n].name = name;
		list->licences[list->n++].prints = (size_t)n;
	}
	list->count = list->body.n / PRINT_LINE;
}

/* The first print with this hash; list->count: none. */
static size_t find_print(const struct print_list *list, uint32_t hash)
{
	size_t low = 0, high = list->count, licence;

	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (print_at(list, at, &licence) < hash)
			low = at + 1;
		else
			high = at;
	}
	if (low < list->count && print_at(list, low, &licence) == hash)
		return low;
	return list->count;
}

/* ---- texts ---- */

struct hit {
	uint32_t word;	/* the last one of the group */
	uint32_t print; /* of the list */
	uint32_t licence;
};

struct finder {
	struct arena *arena;
	struct licence_words words;
	struct print_list list;
	struct hit *hits;
	size_t hit_n, hit_cap;
	bool *claimed;	 /* by word */
	bool *seen;	 /* by print, of one round */
	size_t *matched; /* by licence */
	bool done[LICENCE_PRINTS_MAX];
	struct licence_fact *out;
	size_t out_word[LICENCE_FOUND_MAX];
	size_t n;
};

static void collect(struct finder *f)
{
	uint64_t last[LICENCE_GROUP] = { 0 };

	for (size_t i = 0; i < f->words.n; i++) {
		uint32_t hash = next_group(last, licence_word(&f->words, i)), other;
		size_t at = i + 1 < LICENCE_GROUP ? f->list.count : find_print(&f->list, hash);
		size_t licence;

		for (; at < f->list.count && f->hit_n < HITS_MAX; at++) {
			other = print_at(&f->list, at, &licence);
			if (other != hash || licence >= f->list.n)
				break;
			f->hits = arena_grow(f->arena, f->hits, f->hit_n, &f->hit_cap,
					     sizeof(*f->hits));
			f->hits[f->hit_n++] = (struct hit){ .word = (uint32_t)i,
							    .print = (uint32_t)at,
							    .licence = (uint32_t)licence };
		}
	}
}

/* Different prints of each licence that no text found before has claimed. */
static void count_matches(struct finder *f)
{
	memset(f->seen, 0, f->list.count * sizeof(*f->seen));
	memset(f->matched, 0, f->list.n * sizeof(*f->matched));
	for (size_t i = 0; i < f->hit_n; i++) {
		const struct hit *h = &f->hits[i];

		if (f->claimed[h->word] || f->seen[h->print])
			continue;
		f->seen[h->print] = true;
		f->matched[h->licence]++;
	}
}

/*
 * Each word that differs spoils LICENCE_GROUP groups, but one that differs in an important place
 * may not look like a trifle: half way between share of groups and share of words.
 */
static unsigned confidence_of(const struct finder *f, size_t licence)
{
	size_t all = f->list.licences[licence].prints, missing = all - f->matched[licence];

	return (unsigned)(LICENCE_SURE - LICENCE_SURE * missing / (2 * all));
}

/* The one that explains most of the text and lacks least of its own; list.n: none. */
static size_t best_licence(const struct finder *f)
{
	size_t best = f->list.n;
	int64_t best_score = 0;

	for (size_t i = 0; i < f->list.n; i++) {
		size_t all = f->list.licences[i].prints;
		int64_t score;

		if (f->done[i] || all == 0 || confidence_of(f, i) < LICENCE_CONFIDENCE_MIN)
			continue;
		score = (int64_t)f->list.licences[i].groups *
			(2 * (int64_t)f->matched[i] - (int64_t)all) / (int64_t)all;
		if (score > best_score) {
			best_score = score;
			best = i;
		}
	}
	return best;
}

static void claim(struct finder *f, size_t from, size_t to)
{
	from = from >= LICENCE_GROUP ? from - LICENCE_GROUP : 0;
	for (size_t i = from; i <= to && i < f->words.n; i++)
		f->claimed[i] = true;
}

/* Prints of one licence that follow one another. */
struct run {
	size_t first, last, n;
};

static void end_run(struct finder *f, const struct run *run, struct run *longest)
{
	if (run->n == 0)
		return;
	claim(f, run->first, run->last);
	if (run->n > longest->n)
		*longest = *run;
}

/* The words between such prints are its text; the word where most of it begins. */
static size_t claim_licence(struct finder *f, size_t licence)
{
	size_t all = f->list.licences[licence].prints;
	size_t gap = 16 + 16 * (size_t)(f->list.licences[licence].groups / all);
	struct run run = { .n = 0 }, longest = { .n = 0 };

	for (size_t i = 0; i < f->hit_n; i++) {
		const struct hit *h = &f->hits[i];

		if (h->licence != licence || f->claimed[h->word])
			continue;
		if (run.n == 0 || h->word - run.last > gap) {
			end_run(f, &run, &longest);
			run = (struct run){ .first = h->word };
		}
		run.last = h->word;
		run.n++;
	}
	end_run(f, &run, &longest);
	return longest.first >= LICENCE_GROUP ? longest.first - LICENCE_GROUP + 1 : 0;
}

static void add_found(struct finder *f, str name, unsigned confidence, size_t word)
{
	str only = str_without_suffix(name, STR("-or-later"));

	for (size_t i = 0; i < f->n; i++) {
		str other = f->out[i].name;

		if (str_eq(other, name))
			return;
		/* A notice says what of the text counts. */
		if (only.n < name.n && str_starts(other, only) &&
		    str_eq(str_skip(other, only.n), STR("-only"))) {
			f->out[i].name = name;
			return;
		}
	}
	if (f->n == LICENCE_FOUND_MAX)
		return;
	f->out_word[f->n] = word;
	f->out[f->n++] =
		(struct licence_fact){ .name = name, .confidence = confidence, .layer = -1 };
}

static void find_texts(struct finder *f)
{
	collect(f);
	if (f->hit_n == 0)
		return;
	f->seen = ARENA_ARRAY(f->arena, bool, f->list.count);
	f->matched = ARENA_ARRAY(f->arena, size_t, f->list.n);
	while (f->n < LICENCE_FOUND_MAX) {
		count_matches(f);
		size_t best = best_licence(f);
		if (best == f->list.n)
			return;
		f->done[best] = true;
		unsigned confidence = confidence_of(f, best);
		add_found(f, f->list.licences[best].name, confidence, claim_licence(f, best));
	}
}

/* ---- names in the text ---- */

#define TAG STR("SPDX-License-Identifier:")

static size_t word_before(const struct licence_words *words, size_t at)
{
	size_t low = 0, high = words->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (words->items[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take_tag(struct finder *f, str line, size_t at)
{
	static const char *const ends[] = { "*/", "-->", "*)", "#}", "\"", "'", "%>" };
	const struct licence *licence;
	bool certain;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		ptrdiff_t end = str_find(line, str_c(ends[i]));

		if (end >= 0)
			line = str_take(line, (size_t)end);
	}
	line = str_trim(line);
	if (line.n == 0 || line.n > 500)
		return;
	licence = licence_read(line, f->arena, &certain);
	if (licence)
		add_found(f, licence_print(licence, f->arena), LICENCE_SURE,
			  word_before(&f->words, at));
}

static void find_tags(struct finder *f)
{
	str rest = f->words.text, line;

	for (;;) {
		ptrdiff_t at = str_find(rest, TAG);

		if (at < 0)
			return;
		rest = str_skip(rest, (size_t)at + TAG.n);
		size_t place = (size_t)(rest.p - f->words.text.p);
		if (!str_line(&rest, &line))
			return;
		take_tag(f, line, place);
	}
}

static void find_notices(struct finder *f)
{
	struct licence_notice notice = { .next = 0 };

	while (licence_notice_next(&f->words, f->claimed, &notice))
		add_found(f, licence_notice_name(&notice, f->arena), LICENCE_SURE, notice.word);
}

/* ---- all of it ---- */

static void set_lines(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		size_t word = f->out_word[i];
		size_t at = word < f->words.n ? f->words.items[word].at : 0;
		uint32_t line = 1;

		for (size_t k = 0; k < at; k++)
			line += f->words.text.p[k] == '\n';
		f->out[i].line = line;
	}
}

static void sort_by_line(struct finder *f)
{
	for (size_t i = 1; i < f->n; i++) {
		for (size_t k = i; k > 0 && f->out[k].line < f->out[k - 1].line; k--) {
			struct licence_fact t = f->out[k];

			f->out[k] = f->out[k - 1];
			f->out[k - 1] = t;
		}
	}
}

size_t licence_text_find(str text, struct arena *arena, struct licence_fact out[LICENCE_FOUND_MAX])
{
	struct finder *f = ARENA_NEW(arena, struct finder);

	*f = (struct finder){ .arena = arena, .out = out };
	licence_words_init(&f->words, text, arena);
	load(&f->list);
	f->claimed = ARENA_ARRAY(arena, bool, f->words.n + 1);
	find_texts(f);
	find_notices(f);
	find_tags(f);
	set_lines(f);
	sort_by_line(f);
	return f->n;
}

bool licence_text_best(str text, struct arena *arena, struct licence_fact *out)
{
	struct licence_fact found[LICENCE_FOUND_MAX];
	size_t n = licence_text_find(text, arena, found), best = 0;

	for (size_t i = 1; i < n; i++) {
		if (found[i].confidence > found[best].confidence)
			best = i;
	}
	if (n > 0)
		*out = found[best];
	return n > 0;
}
