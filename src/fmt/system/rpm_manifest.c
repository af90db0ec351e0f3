/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/system/rpm_header.h"
#include "fmt/system/rpmdb.h"

enum field { NAME, VERSION, VENDOR = 4, EPOCH = 5, ARCH = 7, SOURCE = 9, FIELDS };

/* What rpm writes for a tag that is not there. */
static str present(str s) { return str_eq(s, STR("(none)")) ? STR_EMPTY : s; }

static const char *read_line(str line, struct arena *arena, struct package *p)
{
	str fields[FIELDS] = { STR_EMPTY };
	size_t n = 0;
	uint64_t epoch;

	while (n < FIELDS && str_split(&line, '\t', &fields[n]))
		n++;
	if (n < FIELDS)
		return "line with too few fields";
	str version = present(str_trim(fields[VERSION]));

	p->name = present(str_trim(fields[NAME]));
	if (str_empty(p->name) || str_empty(version))
		return "line without a name or version";
	str number = present(str_trim(fields[EPOCH]));

	p->epoch_present = !str_empty(number);
	if (p->epoch_present && !str_u64(number, &epoch))
		return "line with a malformed epoch";
	p->version = p->epoch_present ? str_fmt(arena, "%llu:%.*s", (unsigned long long)epoch,
						STR_ARG(version))
				      : version;
	p->vendor = present(str_trim(fields[VENDOR]));
	p->arch = present(str_trim(fields[ARCH]));
	IGNORE(rpm_split_source(str_trim(fields[SOURCE]), &p->source_name,
				&p->source_version)); /* not told: empty means "same as name" */
	return NULL;
}

int rpm_manifest(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	uint64_t emitted = 0, broken = 0;
	struct err first = { .kind = ERR_NONE };
	str line;
	int more;

	line_reader_init(&reader, file);
	if (file->size > RPM_MANIFEST_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, RPM_MANIFEST_MAX_BYTES);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		struct package p = { .kind = STR("rpm"), .path = file->path, .layer = -1 };

		if (str_empty(str_trim(line)))
			continue;
		arena_reset(arena);
		const char *reason = read_line(line, arena, &p);
		if (!reason) {
			if (str_eq(p.name, STR("gpg-pubkey")))
				continue;
			emitted++;
			if (sink->add(sink, &p, err) < 0)
				return -1;
			continue;
		}
		str where = str_fmt(arena, "line %llu", (unsigned long long)reader.number);
		if (broken++ == 0)
			err_set(&first, ERR_INPUT, "%.*s: %s", STR_ARG(where), reason);
		sink->skipped(sink, reason, where);
	}
	if (more < 0)
		return -1;
	if (emitted == 0 && broken > 0) {
		*err = first;
		return -1;
	}
	return 0;
}
