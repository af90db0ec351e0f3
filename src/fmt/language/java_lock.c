/* SPDX-License-Identifier: Apache-2.0 */
/* Lock files of Gradle and sbt. */
#include "base/path.h"
#include "fmt/language/java.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/place.h"
#include "fmt/syntax/text_file.h"

/* "testCompileClasspath", "integrationTestRuntimeClasspath" ...: no word else has "test" in it. */
static bool is_test(str configuration)
{
	return str_starts(configuration, STR("test")) || str_find(configuration, STR("Test")) >= 0;
}

static bool only_tests(str configurations)
{
	str one;
	size_t n = 0;

	while (str_split(&configurations, ',', &one)) {
		one = str_trim(one);
		if (one.n == 0)
			continue;
		if (!is_test(one))
			return false;
		n++;
	}
	return n > 0;
}

bool java_is_gradle_old(str path)
{
	str folder = path_dir(path);

	return str_ends(path, STR(".lockfile")) &&
	       str_eq(path_base(folder), STR("dependency-locks")) &&
	       str_eq(path_base(path_dir(folder)), STR("gradle"));
}

/*
 * "group:artifact:version=configuration,configuration". Where the file itself is of one
 * configuration (`only`, else empty) none stands in the line.
 */
static bool gradle_line(str line, str only, struct package *out)
{
	str gav, configurations, artifact, version;

	if (!str_cut(line, '=', &gav, &configurations)) {
		gav = line;
		configurations = only;
	}
	if (str_empty(configurations) || !str_cut(gav, ':', &out->name, &artifact) ||
	    !str_cut(artifact, ':', &artifact, &version))
		return false;
	if (out->name.n == 0 || artifact.n == 0 || version.n == 0 ||
	    str_find_char(version, ':') >= 0)
		return false;
	out->name = str_of(gav.p, out->name.n + 1 + artifact.n);
	out->version = version;
	out->dev = only_tests(configurations);
	return true;
}

int java_gradle_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_tally tally = { .sink = sink };
	str text, line, only = STR_EMPTY;
	uint32_t number = 0;
	size_t proper = 0;
	bool ended = false;

	if (java_is_gradle_old(file->path))
		only = str_drop_end(path_base(file->path), strlen(".lockfile"));
	if (text_file_load(file, JAVA_TEXT_MAX, arena, &text, err) < 0)
		return -1;
	while (str_line(&text, &line)) {
		struct package p = { .kind = STR("maven"),
				     .path = file->path,
				     .form = PACKAGE_LOCKED,
				     .line = ++number,
				     .layer = -1 };

		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || str_starts(line, STR("empty="))) {
			proper += line.n > 0;
			ended |= line.n > 0 && line.p[0] == 'e';
			continue;
		}
		if (!gradle_line(line, only, &p))
			package_tally_broken(&tally, "line that is not 'group:artifact:version='",
					     number);
		else if (package_tally_add(&tally, &p, err) < 0)
			return -1;
	}
	/* The last line of the file of all configurations names those that are empty. */
	if (only.n == 0 && !ended)
		lock_told(sink, "empty=");
	return proper > 0 ? 0 : package_tally_result(&tally, err);
}

/* ---- sbt ---- */

static int sbt_item(const struct json *item, uint32_t line, const struct file_view *file,
		    struct package_tally *tally, struct arena *arena, struct err *err)
{
	str org = json_get_str(item, STR("org")), name = json_get_str(item, STR("name"));
	struct package p = { .kind = STR("maven"),
			     .version = json_get_str(item, STR("version")),
			     .path = file->path,
			     .form = PACKAGE_LOCKED,
			     .line = line,
			     .dev = true,
			     .layer = -1 };
	const struct json *configurations = JSON_GET(item, "configurations");
	str *digests = ARENA_ARRAY(arena, str, json_len(JSON_GET(item, "artifacts")));

	if (org.n == 0 || name.n == 0 || p.version.n == 0) {
		package_tally_broken(tally, "dependency without org, name or version", line);
		return 0;
	}
	p.name = str_fmt(arena, "%.*s:%.*s", STR_ARG(org), STR_ARG(name));
	p.dev = json_len(configurations) > 0;
	JSON_EACH (configurations, configuration) {
		if (!is_test(json_str(configuration)))
			p.dev = false;
	}
	JSON_EACH (JSON_GET(item, "artifacts"), artifact) {
		str hash = json_get_str(artifact, STR("hash"));

		if (str_find_char(hash, ':') > 0)
			digests[p.digest_count++] = hash;
	}
	p.digests = digests;
	return package_tally_add(tally, &p, err);
}

int java_sbt_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts opts = { .max_values = LOCK_JSON_VALUES,
					.borrow = true,
					.keep_duplicates = true };
	struct package_tally tally = { .sink = sink };
	struct text_lines lines = { .line = 0 };
	const struct json *root, *items;
	str text;

	if (text_file_load(file, JAVA_TEXT_MAX, arena, &text, err) < 0 ||
	    json_parse(text, &opts, arena, &root, err) < 0)
		return -1;
	items = JSON_GET(root, "dependencies");
	if (!json_is(items, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "no list of dependencies");
	lines.text = text;
	JSON_EACH (items, item) {
		/* The line of the brace in front of its first key; one with escapes is no part of
		 * the text. */
		const char *at = json_len(item) > 0 && json_is(item, JSON_OBJECT)
					 ? item->members[0].key.p
					 : NULL;

		if (at && (at < text.p || at >= text.p + text.n))
			at = NULL;
		while (at && *at != '{')
			at--;
		if (sbt_item(item, at ? text_line_of(&lines, at) : 0, file, &tally, arena, err) < 0)
			return -1;
	}
	return package_tally_result(&tally, err);
}
