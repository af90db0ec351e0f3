/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/range.h"
#include "advisory/version/version.h"
#include "casefile.h"
#include "test.h"

#define MAX_EVENTS 16
#define MAX_RANGES 4

static const char *const names[] = {
	[VERDICT_OUTSIDE] = "outside", [VERDICT_FIXED] = "fixed", [VERDICT_AFFECTED] = "affected"
};

struct parsed {
	struct range_event events[MAX_RANGES][MAX_EVENTS];
	struct version_range ranges[MAX_RANGES];
	str versions[MAX_EVENTS];
	struct affected affected;
};

static void parse(struct casefile *file, const struct version_scheme *scheme, struct parsed *p)
{
	static const char letters[] = { [EVENT_INTRODUCED] = 'i',
					[EVENT_FIXED] = 'f',
					[EVENT_LAST_AFFECTED] = 'l',
					[EVENT_LIMIT] = 'm' };
	size_t range = 0, n = 0;
	str word;

	*p = (struct parsed){ 0 };
	while (!str_empty(word = casefile_field(file))) {
		str value = str_skip(word, 2);

		if (str_eq(word, STR("|"))) {
			range++;
			n = 0;
			continue;
		}
		CASE_CHECK(file, word.n > 2 && word.p[1] == '=', "event '%.*s'", STR_ARG(word));
		if (word.p[0] == 'v') {
			p->versions[p->affected.version_count++] = value;
			continue;
		}
		for (size_t kind = 0; kind < ARRAY_LEN(letters); kind++) {
			if (letters[kind] == word.p[0])
				p->events[range][n++] = (struct range_event){ .kind = (uint8_t)kind,
									      .version = value };
		}
		p->ranges[range].events = p->events[range];
		p->ranges[range].event_count = n;
		p->affected.range_count = range + 1;
	}
	for (size_t i = 0; scheme && i < p->affected.range_count; i++)
		range_sort(p->events[i], p->ranges[i].event_count, scheme);
	p->affected.ranges = p->ranges;
	p->affected.versions = p->versions;
}

TEST(ranges_are_judged_as_osv_says)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("advisory/range.txt");

	while (casefile_next(&file)) {
		str scheme_name = casefile_field(&file), version = casefile_field(&file);
		str want = casefile_field(&file), fix = casefile_field(&file), got;
		const struct version_scheme *scheme = version_scheme_find(scheme_name);
		struct parsed p;
		enum verdict verdict;

		CASE_CHECK(&file, scheme || str_eq(scheme_name, STR("-")), "scheme");
		parse(&file, scheme, &p);
		verdict = range_judge(&p.affected, scheme, version);
		CASE_CHECK(&file, str_eq(str_c(names[verdict]), want), "got %s, want %.*s",
			   names[verdict], STR_ARG(want));
		got = range_next_fix(&p.affected, scheme, version);
		CASE_CHECK(&file, str_eq(str_empty(got) ? STR("-") : got, fix),
			   "next fix '%.*s', want '%.*s'", STR_ARG(got), STR_ARG(fix));
	}
}

TEST(many_events_are_sorted_and_stay_stable)
{
	const struct version_scheme *scheme = version_scheme_find(STR("deb"));
	struct range_event events[64];
	char text[64][8];

	for (size_t i = 0; i < 64; i++) {
		snprintf(text[i], sizeof(text[i]), "%u", (unsigned)(63 - i) / 2 + 1);
		events[i] = (struct range_event){ .kind = i % 2 ? EVENT_FIXED : EVENT_INTRODUCED,
						  .version = str_c(text[i]) };
	}
	range_sort(events, 64, scheme);
	for (size_t i = 1; i < 64; i++)
		CHECK(scheme->compare(events[i - 1].version, events[i].version) <= 0);
	/* Equal versions keep their order: introduced came before fixed. */
	for (size_t i = 0; i < 64; i += 2) {
		CHECK_INT(events[i].kind, EVENT_INTRODUCED);
		CHECK_INT(events[i + 1].kind, EVENT_FIXED);
	}
}
