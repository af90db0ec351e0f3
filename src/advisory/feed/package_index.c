/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/package_index.h"

#include "advisory/feed/mail_date.h"
#include "base/err.h"
#include "fmt/fields.h"

/* "Name: value" → value when the name is that; names are compared without case. */
static bool field(str line, str name, str *value)
{
	if (line.n <= name.n || line.p[name.n] != ':' || !str_ieq(str_take(line, name.n), name))
		return false;
	*value = str_trim(str_skip(line, name.n + 1));
	return true;
}

/* "src (1.2-3)" */
static void source_cut(str value, struct index_package *out)
{
	str name, rest;

	out->source = value;
	if (!str_cut(value, '(', &name, &rest))
		return;
	out->source = str_trim(name);
	ptrdiff_t close = str_find_char(rest, ')');
	if (close >= 0)
		out->source_version = str_trim(str_take(rest, (size_t)close));
}

static void field_take(str line, struct index_package *out)
{
	str value;

	if (field(line, STR("Package"), &value))
		out->name = value;
	else if (field(line, STR("Version"), &value))
		out->version = value;
	else if (field(line, STR("Architecture"), &value))
		out->arch = value;
	else if (field(line, STR("Source"), &value))
		source_cut(value, out);
	else if (field(line, STR("Filename"), &value))
		out->filename = value;
	else if (field(line, STR("SHA256"), &value))
		out->sha256 = value;
	else if (field(line, STR("Size"), &value) && !str_u64(value, &out->size))
		out->size = 0;
}

/* Reads one stanza; false when it holds no usable package. */
static int stanza(struct index_reader *reader, struct index_package *out, bool *any,
		  struct err *err)
{
	str line;

	*out = (struct index_package){ 0 };
	*any = false;
	while (str_line(&reader->rest, &line)) {
		if (line.n > INDEX_MAX_LINE)
			return err_set(err, ERR_LIMIT, "package index: line of %zu bytes", line.n);
		if (str_trim(line).n == 0) {
			if (*any)
				break;
			continue;
		}
		*any = true;
		if (!is_space(*line.p))
			field_take(line, out);
	}
	return 0;
}

int index_next(struct index_reader *reader, struct index_package *out, struct err *err)
{
	for (;;) {
		struct index_package package;
		bool any;

		if (stanza(reader, &package, &any, err) < 0)
			return -1;
		if (!any)
			return 0;
		if (++reader->records > INDEX_MAX_RECORDS)
			return err_set(err, ERR_LIMIT, "package index: too many packages");
		if (str_empty(package.name) || str_empty(package.version)) {
			reader->skipped++;
			continue;
		}
		if (str_empty(package.source))
			package.source = package.name;
		if (str_empty(package.source_version))
			package.source_version = package.version;
		*out = package;
		return 1;
	}
}

int release_parse(str text, struct release_file *out, struct err *err)
{
	struct release_file release = { 0 };
	str rest = text, line, value;
	bool in_digests = false;

	if (text.n > RELEASE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "Release file: %zu bytes", text.n);
	while (str_line(&rest, &line)) {
		if (str_starts(line, STR("-----BEGIN PGP SIGNATURE")))
			break;
		if (line.n > 0 && *line.p == ' ') {
			if (in_digests)
				release.digests.n = (size_t)(line.p + line.n - release.digests.p);
			continue;
		}
		in_digests = false;
		if (field(line, STR("Suite"), &value)) {
			release.suite = value;
		} else if (field(line, STR("Codename"), &value)) {
			release.codename = value;
		} else if (field(line, STR("Date"), &value)) {
			if (!mail_date_parse(value, &release.date))
				return err_set(err, ERR_INPUT, "Release file: date '%.*s'",
					       STR_ARG(value));
		} else if (field(line, STR("Valid-Until"), &value)) {
			if (!mail_date_parse(value, &release.valid_until))
				return err_set(err, ERR_INPUT, "Release file: date '%.*s'",
					       STR_ARG(value));
		} else if (str_ieq(str_rtrim(line), STR("SHA256:")) && rest.n > 0) {
			in_digests = true;
			release.digests = str_of(rest.p, 0);
		}
	}
	if (release.digests.n == 0)
		return err_set(err, ERR_INPUT, "no Release file: it names no SHA256");
	*out = release;
	return 0;
}

bool release_digest(const struct release_file *release, str path, str *sha256, uint64_t *size)
{
	str rest = release->digests, line;

	while (str_line(&rest, &line)) {
		str left = line, digest = fields_take(&left), bytes = fields_take(&left);

		if (digest.n == 64 && str_eq(str_trim(left), path) && str_u64(bytes, size)) {
			*sha256 = digest;
			return true;
		}
	}
	return false;
}
