/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/java_internal.h"
#include "fmt/syntax/xml.h"

#define JAVA_LICENCES	 16u  /* of one pom.xml */
#define JAVA_LICENCE_MAX 256u /* bytes of a name */
#include "fmt/syntax/text_file.h"

#define VALUE_MAX 1024u

/* ---- manifest ---- */

/* Lines are cut at 72 bytes; what goes on begins with a blank. An empty line ends the section. */
static bool attribute(str *rest, struct arena *arena, str *name, str *value)
{
	str line, more;

	for (;;) {
		if (!str_line(rest, &line) || line.n == 0)
			return false;
		line = str_without_suffix(line, STR("\r"));
		if (line.n == 0)
			return false;
		while (rest->n > 0 && rest->p[0] == ' ' && str_line(rest, &more)) {
			if (line.n < 16 * VALUE_MAX)
				line = str_cat(arena, line, str_skip(more, 1));
		}
		if (str_cut(line, ':', name, value))
			break;
	}
	*value = str_take(str_trim(*value), VALUE_MAX);
	return true;
}

void java_manifest_read(str text, struct arena *arena, struct java_manifest *out)
{
	struct java_manifest m = { .group_id = STR_EMPTY };
	const struct {
		str name;
		str *to;
	} known[] = {
		{ STR("Implementation-Title"), &m.implementation_title },
		{ STR("Implementation-Version"), &m.implementation_version },
		{ STR("Implementation-Vendor-Id"), &m.implementation_vendor_id },
		{ STR("Specification-Title"), &m.specification_title },
		{ STR("Specification-Version"), &m.specification_version },
		{ STR("Bundle-Name"), &m.bundle_name },
		{ STR("Bundle-Version"), &m.bundle_version },
		{ STR("Bundle-SymbolicName"), &m.bundle_symbolic_name },
		{ STR("Automatic-Module-Name"), &m.module_name },
		{ STR("Group-Id"), &m.group_id },
		{ STR("Short-Name"), &m.short_name },
		{ STR("Plugin-Version"), &m.plugin_version },
		{ STR("Bundle-License"), &m.bundle_licence },
	};
	str name, value;

	while (attribute(&text, arena, &name, &value)) {
		for (size_t i = 0; i < ARRAY_LEN(known); i++) {
			if (str_ieq(name, known[i].name))
				*known[i].to = value;
		}
	}
	/* "org.example.x;singleton:=true" */
	IGNORE(str_cut(m.bundle_symbolic_name, ';', &m.bundle_symbolic_name,
		       &value)); /* most have no such tail */
	m.bundle_symbolic_name = str_trim(m.bundle_symbolic_name);
	/* "Apache-2.0;link=..."; a list of several is seldom and stays as it is */
	IGNORE(str_cut(m.bundle_licence, ';', &m.bundle_licence, &value)); /* likewise */
	m.bundle_licence = str_trim(m.bundle_licence);
	*out = m;
}

/* ---- pom.properties ---- */

/* Letters, digits and what Maven allows besides; no "${...}". */
static bool is_word(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !memchr("-_.+~:@", s.p[i], 7))
			return false;
	}
	return s.n > 0 && s.n <= VALUE_MAX;
}

bool java_properties_read(str text, struct arena *arena, struct java_gav *out)
{
	struct java_gav gav = { .group = STR_EMPTY };
	str line, key, value;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '!')
			continue;
		if (!str_cut(line, '=', &key, &value) && !str_cut(line, ':', &key, &value))
			continue;
		key = str_trim(key);
		value = str_trim(value);
		if (str_eq(key, STR("groupId")))
			gav.group = value;
		else if (str_eq(key, STR("artifactId")))
			gav.artifact = value;
		else if (str_eq(key, STR("version")))
			gav.version = value;
	}
	if (!is_word(gav.group) || !is_word(gav.artifact) || !is_word(gav.version))
		return false;
	out->group = str_dup(arena, gav.group);
	out->artifact = str_dup(arena, gav.artifact);
	out->version = str_dup(arena, gav.version);
	return true;
}

int java_properties_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package p = {
		.kind = STR("maven"), .path = file->path, .form = PACKAGE_EMBEDDED, .layer = -1
	};
	struct java_gav gav;
	str text;

	if (text_file_load(file, JAVA_META_MAX, arena, &text, err) < 0)
		return -1;
	if (!java_properties_read(text, arena, &gav))
		return err_set(err, ERR_INPUT, "no group, artifact and version");
	p.name = str_fmt(arena, "%.*s:%.*s", STR_ARG(gav.group), STR_ARG(gav.artifact));
	p.version = gav.version;
	return sink->add(sink, &p, err);
}

/* ---- names ---- */

static bool is_version(str s)
{
	str rest = s.n > 1 ? str_without_prefix(s, STR("v")) : s;

	return is_word(s) && rest.p && rest.n > 0 && is_digit(rest.p[0]);
}

void java_name_read(str path, struct java_gav *out)
{
	str name = path_base(path);
	ptrdiff_t dot = str_rfind_char(name, '.');

	*out = (struct java_gav){ .group = STR_EMPTY };
	if (dot > 0)
		name = str_take(name, (size_t)dot);
	out->artifact = name;
	for (size_t i = 1; i + 1 < name.n; i++) {
		str version = str_skip(name, i + 1);

		if (name.p[i] != '-' || !is_version(version))
			continue;
		out->artifact = str_take(name, i);
		out->version = version;
		break;
	}
	if (!is_word(out->artifact))
		out->artifact = STR_EMPTY;
}

/* A name as artifacts have: words with dashes, no sentence. */
static bool is_artifact(str s) { return is_word(s) && !str_eq(s, STR("UTF-8")); }

/* What of "org.example.group.name" stands in front of the name. */
static str group_of(str symbolic, str artifact, struct arena *arena)
{
	str head;

	if (!is_word(symbolic) || str_find_char(symbolic, '.') < 0)
		return STR_EMPTY;
	if (artifact.n > 0) {
		/* Bundles are often named with dots where artifacts have dashes. */
		char *dotted = arena_bytes(arena, artifact.n);

		for (size_t i = 0; i < artifact.n; i++)
			dotted[i] = artifact.p[i] == '-' ? '.' : artifact.p[i];
		head = str_without_suffix(symbolic, artifact);
		if (head.n == symbolic.n)
			head = str_without_suffix(symbolic, str_of(dotted, artifact.n));
		if (head.n < symbolic.n && head.n > 1 && head.p[head.n - 1] == '.')
			return str_drop_end(head, 1);
	}
	return str_take(symbolic, (size_t)str_rfind_char(symbolic, '.'));
}

static str first_of(const str *texts, size_t n, bool (*good)(str s))
{
	for (size_t i = 0; i < n; i++) {
		if (good(texts[i]))
			return texts[i];
	}
	return STR_EMPTY;
}

struct java_gav java_guess(const struct java_manifest *m, str path, struct arena *arena)
{
	struct java_gav file, gav;

	java_name_read(path, &file);
	if (m->short_name.n > 0 && m->plugin_version.n > 0) {
		str version = m->plugin_version, after;

		/* "1.2.3 (private-...)" is a build of one's own. */
		IGNORE(str_cut(version, ' ', &version, &after)); /* most have no such tail */
		gav = (struct java_gav){ .group = m->group_id,
					 .artifact = m->short_name,
					 .version = version };
		if (is_word(gav.artifact) && is_version(version))
			return gav;
	}
	str last = str_skip(m->bundle_symbolic_name,
			    (size_t)(str_rfind_char(m->bundle_symbolic_name, '.') + 1));
	const str artifacts[] = { file.version.n > 0 ? file.artifact : STR_EMPTY,
				  m->implementation_title, file.artifact, last, m->bundle_name };
	const str versions[] = { m->implementation_version, file.version, m->bundle_version,
				 m->specification_version };
	const str groups[] = { m->implementation_vendor_id };

	gav.artifact = first_of(artifacts, ARRAY_LEN(artifacts), is_artifact);
	gav.version = first_of(versions, ARRAY_LEN(versions), is_version);
	gav.group = first_of(groups, ARRAY_LEN(groups), is_word);
	if (str_find_char(gav.group, '.') < 0)
		gav.group = group_of(m->bundle_symbolic_name, gav.artifact, arena);
	if (gav.group.n == 0)
		gav.group = group_of(m->module_name, gav.artifact, arena);
	if (str_find_char(gav.artifact, ':') >= 0)
		gav.artifact = file.artifact;
	return gav;
}

/* Where in project/licenses/license/name the reader of a pom.xml is. */
struct pom_reader {
	struct arena *arena;
	unsigned inside; /* so many of these elements are open, from the root on */
	str licence;
	size_t n;
};

static const char *const licence_path[] = { "project", "licenses", "license", "name" };

static int pom_start(void *context, const struct xml_element *element, struct err *err)
{
	struct pom_reader *r = context;

	(void)err;
	if (element->depth == r->inside + 1 && r->inside < ARRAY_LEN(licence_path) &&
	    str_eq(element->name, str_c(licence_path[r->inside])))
		r->inside++;
	return 0;
}

static int pom_end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct pom_reader *r = context;

	(void)err;
	if (element->depth != r->inside)
		return 0;
	text = str_trim(text);
	if (r->inside-- < ARRAY_LEN(licence_path) || text.n == 0 || text.n > JAVA_LICENCE_MAX ||
	    r->n == JAVA_LICENCES)
		return 0;
	r->n++;
	if (r->n == 1)
		r->licence = str_dup(r->arena, text);
	else
		r->licence = str_fmt(r->arena, r->n == 2 ? "(%.*s) OR (%.*s)" : "%.*s OR (%.*s)",
				     STR_ARG(r->licence), STR_ARG(text));
	return 0;
}

str java_pom_licence(str text, struct arena *arena)
{
	struct pom_reader r = { .arena = arena };
	const struct xml_handler handler = { .context = &r, .start = pom_start, .end = pom_end };
	struct err unused;

	return xml_read(text, &handler, &unused) < 0 ? STR_EMPTY : r.licence;
}
