/* SPDX-License-Identifier: Apache-2.0 */
/* The archive's records in the form of OSV. */
#include "advisory/feed/archive.h"

#include "advisory/version/version.h"
#include "base/json.h"
#include "base/time.h"

#define DETAILS_MAX 4096u /* bytes of a changelog entry that a record keeps */

struct update {
	const struct archive_source *source;
	str version;
	const struct archive_fix *fix; /* NULL: only the index speaks */
	bool security;
};

static str suite_name(struct arena *arena, const struct archive_source *source)
{
	static const char *const endings[SUITE_KINDS] = { "", "-updates", "-security" };

	return str_fmt(arena, "%.*s%s", STR_ARG(source->release->codename),
		       endings[source->newest]);
}

static void affected_put(struct json_writer *w, const struct update *update)
{
	JSON_KEY(w, "affected");
	json_open_array(w);
	json_open_object(w);
	JSON_KEY(w, "package");
	json_open_object(w);
	json_kv_str(w, STR("ecosystem"), update->source->release->ecosystem);
	json_kv_str(w, STR("name"), update->source->name);
	json_close_object(w);
	JSON_KEY(w, "ranges");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("type"), STR("ECOSYSTEM"));
	JSON_KEY(w, "events");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("introduced"), STR("0"));
	json_close_object(w);
	json_open_object(w);
	json_kv_str(w, STR("fixed"), update->version);
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static str summary(const struct update *update, struct arena *arena)
{
	str suite = suite_name(arena, update->source);

	if (update->fix && update->fix->cve_count > 0)
		return str_fmt(arena, "Security update: %.*s %.*s (%.*s)",
			       STR_ARG(update->source->name), STR_ARG(update->version),
			       STR_ARG(update->source->release->codename));
	return str_fmt(arena, "%s available: %.*s %.*s (%.*s)",
		       update->security ? "Security update" : "Update of the stable release",
		       STR_ARG(update->source->name), STR_ARG(update->version), STR_ARG(suite));
}

static void record_put(const struct archive_facts *archive, const struct update *update,
		       struct buf *out)
{
	const struct archive_release *release = update->source->release;
	struct arena *arena = archive->arena;
	int64_t time = update->fix && update->fix->time > 0 ? update->fix->time : archive->date;
	str prefix = update->security
			     ? release->prefix
			     : str_fmt(arena, "%.*sPOINT", STR_ARG(str_take(release->prefix, 3)));
	struct json_writer w;

	json_writer_init(&w, out, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("schema_version"), STR("1.6.0"));
	json_kv_str(&w, STR("id"),
		    str_fmt(arena, "%.*s-%.*s-%.*s-%.*s", STR_ARG(prefix),
			    STR_ARG(release->codename), STR_ARG(update->source->name),
			    STR_ARG(update->version)));
	if (time > 0) {
		json_kv_str(&w, STR("modified"), time_format(arena, time));
		json_kv_str(&w, STR("published"), time_format(arena, time));
	}
	json_kv_str(&w, STR("summary"), summary(update, arena));
	if (update->fix) {
		json_kv_opt(&w, STR("details"), str_trim(str_take(update->fix->body, DETAILS_MAX)));
		JSON_KEY(&w, "upstream");
		json_open_array(&w);
		for (size_t i = 0; i < update->fix->cve_count; i++)
			json_put_str(&w, update->fix->cves[i]);
		json_close_array(&w);
	}
	affected_put(&w, update);
	JSON_KEY(&w, "database_specific");
	json_open_object(&w);
	json_kv_str(&w, STR("converted_from"),
		    update->fix ? STR("package changelog") : STR("package index"));
	json_kv_str(&w, STR("suite"), suite_name(arena, update->source));
	if (update->fix && update->fix->inferred)
		json_kv_bool(&w, STR("inferred"), true);
	json_close_object(&w);
	json_close_object(&w);
	buf_byte(out, '\n');
}

/* "1.2-3+deb12u4": made for a stable release after it came out. */
static bool is_point_version(const struct archive_source *source, struct arena *arena)
{
	str mark = str_fmt(arena, "deb%.*su", STR_ARG(source->release->version));

	return str_find(archive_newest(source), mark) >= 0;
}

/* An update that no changelog spoke of: all that is known is that it is there. */
static bool index_speaks(const struct archive_facts *archive, const struct archive_source *source)
{
	return !source->told &&
	       (source->newest != SUITE_RELEASE || is_point_version(source, archive->arena));
}

uint64_t archive_write(const struct archive_facts *archive, struct buf *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < archive->fix_count; i++, n++)
		record_put(archive,
			   &(struct update){ .source = archive->fixes[i].source,
					     .version = archive->fixes[i].version,
					     .fix = &archive->fixes[i],
					     .security = true },
			   out);
	MAP_EACH (&archive->sources, entry) {
		const struct archive_source *source = entry->value;

		if (!index_speaks(archive, source))
			continue;
		record_put(archive,
			   &(struct update){ .source = source,
					     .version = archive_newest(source),
					     .security = source->newest == SUITE_SECURITY },
			   out);
		n++;
	}
	return n;
}
