/* SPDX-License-Identifier: Apache-2.0 */
/* Entries stay within the text and come to an end; CVEs are well-formed, sorted and unique. */
#include "advisory/feed/changelog.h"
#include "advisory/feed/archive.h"
#include "must.h"

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void entry_check(const struct changelog_entry *entry, struct arena *arena)
{
	const str *cves;
	size_t left, n = changelog_cves(entry->body, arena, &cves, &left);

	for (size_t i = 0; i < n; i++) {
		must(str_starts(cves[i], STR("CVE-")) && cves[i].n >= 13);
		must(i == 0 || str_cmp(cves[i - 1], cves[i]) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	str text = str_of((const char *)data, size), rest = text;
	struct changelog_entry entry;
	struct archive_release release;
	struct archive_facts archive;
	struct err err;

	buf_init(&out, 16u << 20);
	for (bool first = true; changelog_next(&rest, &entry); first = false) {
		entry_check(&entry, arena);
		if (!first)
			continue;
		/* The whole as the changelog of a package of that version. */
		must(archive_release_find(STR("debian"), STR("12"), arena, &release));
		archive_init(&archive, arena);
		str index = str_fmt(arena, "Package: %.*s\nVersion: %.*s\n", STR_ARG(entry.source),
				    STR_ARG(entry.version));
		must(archive_add_index(&archive, &release, SUITE_SECURITY, index, 0, &err) == 0);
		struct archive_source *source =
			archive_source_find(&archive, release.codename, entry.source);
		if (source)
			IGNORE(archive_add_changelog(&archive, source,
						     text)); /* may be of another version */
		must(archive_write(&archive, &out) <= 1 + archive.fix_count);
	}
	return 0;
}
