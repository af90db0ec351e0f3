/* SPDX-License-Identifier: Apache-2.0 */

/* Which system, which packages: files of images against what others read out of them. */
#include "base/buf.h"
#include "base/err.h"
#include "fmt/system/apk.h"
#include "fmt/system/dpkg.h"
#include "fmt/system/os_release.h"
#include "fmt/system/rpmdb.h"
#include "oracle.h"

#define CASE_FILE_MAX (256u << 20)

static int load(struct oracle *oracle, struct arena *scratch, str name, str *out, struct err *err)
{
	struct buf buf;

	buf_init(&buf, CASE_FILE_MAX);
	int result = buf_read_file(&buf, oracle_path(oracle, scratch, name), err);
	if (result == 0)
		*out = str_dup(scratch, buf_str(&buf));
	buf_done(&buf);
	return result;
}

static void judge_identity(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct json *expect = JSON_GET(test, "expect");
	bool want_error = json_bool(JSON_GET(test, "expect_error"));
	struct os_identity identity = { .extended_support = false };
	struct err err;
	str text = STR_EMPTY;

	if (load(oracle, scratch, json_get_str(test, STR("file")), &text, &err) < 0) {
		oracle_fail(oracle, "%s", err.msg);
		return;
	}
	int answer = os_identity_parse(json_get_str(test, STR("file_in_image")), text, scratch,
				       &identity, &err);
	bool want_some = json_is(expect, JSON_OBJECT);

	if (want_error != (answer < 0) || (answer >= 0 && want_some != (answer > 0))) {
		oracle_fail(oracle, "want %s, got %s",
			    want_error	? "an error"
			    : want_some ? "an answer"
					: "no answer",
			    answer < 0	 ? err.msg
			    : answer > 0 ? "an answer"
					 : "no answer");
		return;
	}
	if (!want_some) {
		oracle_pass(oracle);
		return;
	}
	str family = json_get_str(expect, STR("family")), name = json_get_str(expect, STR("name"));
	bool extended = str_eq(json_get_str(expect, STR("extended")), STR("true")) ||
			json_bool(JSON_GET(expect, "extended"));

	if (!str_eq(identity.family, family) || !str_eq(identity.version, name) ||
	    identity.extended_support != extended)
		oracle_fail(oracle, "want %.*s '%.*s' %d, got %.*s '%.*s' %d", STR_ARG(family),
			    STR_ARG(name), extended, STR_ARG(identity.family),
			    STR_ARG(identity.version), identity.extended_support);
	else
		oracle_pass(oracle);
}

/* [EPOCH:]VERSION[-RELEASE] of members whose names begin with `prefix`. Epoch 0 is none. */
static str whole_version(const struct json *package, str prefix, struct arena *arena)
{
	str version = json_get_str(package, str_cat(arena, prefix, STR("Version")));
	str release = json_get_str(package, str_cat(arena, prefix, STR("Release")));
	int64_t epoch = 0;

	if (json_i64(json_get(package, str_cat(arena, prefix, STR("Epoch"))), &epoch) && epoch != 0)
		version = str_fmt(arena, "%lld:%.*s", (long long)epoch, STR_ARG(version));
	if (!str_empty(release))
		version = str_fmt(arena, "%.*s-%.*s", STR_ARG(version), STR_ARG(release));
	return version;
}

static str without_epoch_0(str version) { return str_without_prefix(version, STR("0:")); }

/* What is compared of a package, as one line. */
static str line_of(struct arena *arena, str name, str version, str arch, str source,
		   str source_version)
{
	return str_fmt(arena, "%.*s %.*s %.*s %.*s %.*s", STR_ARG(name), STR_ARG(version),
		       STR_ARG(arch), STR_ARG(source), STR_ARG(source_version));
}

/* dpkg and apk: names as Trivy writes them. */
static str wanted_parts(const struct json *package, struct arena *arena)
{
	return line_of(arena, json_get_str(package, STR("Name")),
		       whole_version(package, STR(""), arena), json_get_str(package, STR("Arch")),
		       json_get_str(package, STR("SrcName")),
		       whole_version(package, STR("Src"), arena));
}

static str wanted_whole(const struct json *package, struct arena *arena)
{
	return line_of(arena, json_get_str(package, STR("name")),
		       json_get_str(package, STR("version")), json_get_str(package, STR("arch")),
		       json_get_str(package, STR("source")),
		       json_get_str(package, STR("source_version")));
}

/* rpm: an epoch of 0 that is there is not one that is not; the source has no version of its own. */
static str wanted_rpm(const struct json *package, struct arena *arena)
{
	str version = str_fmt(arena, "%.*s-%.*s", STR_ARG(json_get_str(package, STR("version"))),
			      STR_ARG(json_get_str(package, STR("release"))));
	str source = str_without_suffix(json_get_str(package, STR("sourcerpm")), STR(".src.rpm"));
	int64_t epoch;

	for (int i = 0; i < 2; i++) {
		ptrdiff_t dash = str_rfind_char(source, '-');
		source = str_take(source, dash > 0 ? (size_t)dash : 0);
	}
	if (json_i64(JSON_GET(package, "epoch"), &epoch))
		version = str_fmt(arena, "%lld:%.*s", (long long)epoch, STR_ARG(version));
	return line_of(arena, json_get_str(package, STR("name")), version,
		       json_get_str(package, STR("arch")), source,
		       json_get_str(package, STR("license")));
}

static str got_parts(const struct package *p, struct arena *arena)
{
	return line_of(arena, p->name, without_epoch_0(p->version), p->arch, package_source_name(p),
		       without_epoch_0(package_source_version(p)));
}

static str got_whole(const struct package *p, struct arena *arena)
{
	return line_of(arena, p->name, p->version, p->arch, package_source_name(p),
		       package_source_version(p));
}

static str got_rpm(const struct package *p, struct arena *arena)
{
	return line_of(arena, p->name, p->version, p->arch, p->source_name, p->licence);
}

struct form {
	const char *kind;
	str (*wanted)(const struct json *package, struct arena *arena);
	str (*got)(const struct package *package, struct arena *arena);
};

static const struct form forms[] = {
	{ "apk", wanted_parts, got_parts },
	{ "dpkg", wanted_parts, got_parts },
	{ "dpkg-root", wanted_whole, got_whole },
	{ "rpmdb", wanted_rpm, got_rpm },
};

/* The first lines that `a` has and `b` has not; both sorted. Returns how many there are. */
static size_t missing(const str *a, size_t a_n, const str *b, size_t b_n, str *shown)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a_n; i++) {
		while (j < b_n && str_cmp(b[j], a[i]) < 0)
			j++;
		if (j < b_n && str_eq(a[i], b[j]))
			j++;
		else if (n++ == 0)
			*shown = a[i];
	}
	return n;
}

static void compare(struct oracle *oracle, const struct json *test, const struct form *form,
		    const struct package_list *list, struct arena *scratch)
{
	const struct json *packages = JSON_GET(test, "packages");
	size_t want_n = json_len(packages), n = 0;
	str *want = ARENA_ARRAY(scratch, str, want_n), *got = ARENA_ARRAY(scratch, str, list->n);
	str lacking = STR("nothing"), extra = STR("nothing");

	JSON_EACH (packages, package) {
		want[n++] = form->wanted(package, scratch);
	}
	for (size_t i = 0; i < list->n; i++)
		got[i] = form->got(&list->items[i], scratch);
	qsort(want, want_n, sizeof(*want), str_qsort_cmp);
	qsort(got, list->n, sizeof(*got), str_qsort_cmp);
	size_t lacking_n = missing(want, want_n, got, list->n, &lacking);
	size_t extra_n = missing(got, list->n, want, want_n, &extra);

	if (lacking_n + extra_n == 0)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want also %zu as '%.*s', got also %zu as '%.*s'", lacking_n,
			    STR_ARG(lacking), extra_n, STR_ARG(extra));
}

/* The next "-- path --" part of a txtar text. */
static bool next_part(str *rest, str *path, str *content)
{
	str line;

	while (str_line(rest, &line)) {
		if (!str_starts(line, STR("-- ")) || !str_ends(line, STR(" --")) || line.n < 7)
			continue;
		*path = str_trim(str_drop_end(str_skip(line, 3), 3));
		*content = *rest;
		const char *start = rest->p;
		for (str next = *rest; str_line(&next, &line); *rest = next) {
			if (str_starts(line, STR("-- ")) && str_ends(line, STR(" --")))
				break;
		}
		content->n = content->p && rest->p ? (size_t)(rest->p - start) : content->n;
		return true;
	}
	return false;
}

static int read_dpkg_folder(str text, struct package_list *list, struct err *err)
{
	str path, content;

	while (next_part(&text, &path, &content)) {
		struct file_view view = file_view_text(path, content);

		if (dpkg_is_status(path) && dpkg_status(&view, &list->sink, err) < 0)
			return -1;
	}
	return 0;
}

static int read_packages(struct oracle *oracle, const struct json *test, str kind,
			 struct package_list *list, struct arena *scratch, struct err *err)
{
	bool root = str_eq(kind, STR("dpkg-root"));
	str name =
		root ? str_cat(scratch, json_get_str(test, STR("dir")), STR("/var/lib/dpkg/status"))
		     : json_get_str(test, STR("file"));
	str text = STR_EMPTY;

	if (load(oracle, scratch, name, &text, err) < 0)
		return -1;
	struct file_view view = file_view_text(name, text);

	if (str_eq(kind, STR("apk")))
		return apk_installed(&view, &list->sink, err);
	if (str_eq(kind, STR("rpmdb")))
		return rpmdb_read(&view, &list->sink, err);
	return root ? dpkg_status(&view, &list->sink, err) : read_dpkg_folder(text, list, err);
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str kind = json_get_str(test, STR("kind"));
	bool want_error = json_bool(JSON_GET(test, "expect_error"));
	const struct form *form = NULL;
	struct package_list list;
	struct err err;

	if (str_eq(kind, STR("os-identity"))) {
		judge_identity(oracle, test, scratch);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (str_eq(kind, str_c(forms[i].kind)))
			form = &forms[i];
	}
	if (!form) {
		oracle_fail(oracle, "want a known kind, got '%.*s'", STR_ARG(kind));
		return;
	}
	package_list_init(&list, scratch);
	int result = read_packages(oracle, test, kind, &list, scratch, &err);

	if (want_error && result < 0)
		oracle_pass(oracle);
	else if (want_error || result < 0)
		oracle_fail(oracle, "want %s, got %s", want_error ? "an error" : "packages",
			    result < 0 ? err.msg : "packages");
	else
		compare(oracle, test, form, &list, scratch);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
