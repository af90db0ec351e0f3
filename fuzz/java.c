/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First byte: an archive, gradle.lockfile, build.sbt.lock, pom.xml, pom.properties, and the archive
 * reader alone with a small budget.
 */
#include "fmt/language/java.h"
#include "checking_sink.h"
#include "fmt/binary/zip_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read to and fro, the content is the same. */
static void read_stream(struct zip *zip, const struct zip_entry *entry, str content)
{
	struct zip_stream stream;
	struct err err = { .kind = ERR_NONE };
	char piece[100];

	if (entry->method != 8 || zip_stream_open(&stream, zip, entry, &err) < 0)
		return;
	for (uint64_t at = content.n; at > 0;) {
		size_t n = at < sizeof(piece) ? (size_t)at : sizeof(piece);

		at -= n;
		if (file_view_pread(&stream.view, piece, n, at, &err) < 0) {
			must(err.kind == ERR_LIMIT); /* the budget: it was read before */
			break;
		}
		must(memcmp(piece, content.p + at, n) == 0);
	}
	zip_stream_done(&stream);
}

/* What it gives never exceeds the budget, and each entry's content has the size it says. */
static void read_zip(str bytes)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(STR("a.zip"), bytes);
	const struct zip_source source = { .view = &view, .size = bytes.n };
	struct zip_budget budget = { .entries = 1000, .expanded = 1u << 20 };
	struct err err = { .kind = ERR_NONE };
	struct zip_source inside;
	struct zip_entry entry;
	uint64_t total = 0;
	struct zip zip;
	str out;
	int got = zip_open(&zip, source, &budget, &err);

	while (got == 0 && (got = zip_next(&zip, &entry, &err)) > 0) {
		must_be_readable(entry.name);
		must(str_is_utf8(entry.name));
		if (zip_stored(&zip, &entry, &inside))
			must(inside.offset <= bytes.n && inside.size <= bytes.n - inside.offset);
		got = 0;
		if (zip_read(&zip, &entry, 1u << 18, arena, &out, &err) < 0) {
			must(err.kind != ERR_NONE && err.msg[0]);
			continue;
		}
		must(out.n == entry.size);
		must_be_readable(out);
		total += out.n;
		read_stream(&zip, &entry, out);
	}
	must(total <= 1u << 20);
	if (got < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	zip_done(&zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*const parsers[])(const struct file_view *, struct package_sink *,
				      struct err *) = { java_archive_parse, java_gradle_parse,
							java_sbt_parse, java_pom_parse,
							java_properties_parse };
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size < 1)
		return 0;
	size_t which = data[0] % (ARRAY_LEN(parsers) + 1);
	str bytes = str_of((const char *)data + 1, size - 1);
	struct file_view file = file_view_text(STR("srv/app-1.0.jar"), bytes);

	if (which == ARRAY_LEN(parsers))
		read_zip(bytes);
	else if (parsers[which](&file, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
