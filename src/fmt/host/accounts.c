/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/accounts.h"

#include "base/err.h"
#include "base/path.h"

#define FIELDS_MAX  9u
#define MEMBERS_MAX 200u

static const char *password_state(str field)
{
	if (field.n == 0)
		return "empty";
	if (str_eq(field, STR("x")))
		return "shadow";
	/* What no hash begins with: nothing that is typed fits it. */
	if (field.p[0] == '!' || field.p[0] == '*')
		return "locked";
	return "set";
}

static size_t split(str line, str fields[FIELDS_MAX])
{
	size_t n = 0;

	while (n < FIELDS_MAX && str_split(&line, ':', &fields[n]))
		n++;
	return n;
}

static void put_text(struct json_writer *w, str key, str text)
{
	json_kv_str(w, key, str_take(text, ACCOUNTS_TEXT_MAX));
}

static bool put_number(struct json_writer *w, str key, str digits)
{
	uint64_t n;

	if (!str_u64(digits, &n) || n > UINT32_MAX)
		return false;
	json_kv_u64(w, key, n);
	return true;
}

static bool is_id(str digits)
{
	uint64_t n;

	return str_u64(digits, &n) && n <= UINT32_MAX;
}

static bool put_passwd(struct json_writer *w, str line)
{
	str f[FIELDS_MAX];

	if (split(line, f) != 7 || f[0].n == 0 || !is_id(f[2]) || !is_id(f[3]))
		return false;
	json_open_object(w);
	put_text(w, STR("name"), f[0]);
	IGNORE(put_number(w, STR("uid"), f[2])); /* it is one */
	IGNORE(put_number(w, STR("gid"), f[3])); /* likewise */
	put_text(w, STR("home"), f[5]);
	put_text(w, STR("shell"), f[6]);
	json_kv_str(w, STR("password"), str_c(password_state(f[1])));
	json_close_object(w);
	return true;
}

static bool put_shadow(struct json_writer *w, str line)
{
	str f[FIELDS_MAX];

	if (split(line, f) < 2 || f[0].n == 0)
		return false;
	json_open_object(w);
	put_text(w, STR("name"), f[0]);
	json_kv_str(w, STR("password"), str_c(password_state(f[1])));
	json_close_object(w);
	return true;
}

static bool put_group(struct json_writer *w, str line)
{
	str f[FIELDS_MAX], member;
	size_t n = 0;

	if (split(line, f) != 4 || f[0].n == 0 || !is_id(f[2]))
		return false;
	json_open_object(w);
	put_text(w, STR("name"), f[0]);
	IGNORE(put_number(w, STR("gid"), f[2])); /* it is one */
	JSON_KEY(w, "members");
	json_open_array(w);
	while (n < MEMBERS_MAX && str_split(&f[3], ',', &member)) {
		if (member.n == 0)
			continue;
		json_put_str(w, str_take(member, ACCOUNTS_TEXT_MAX));
		n++;
	}
	json_close_array(w);
	json_close_object(w);
	return true;
}

static const struct form {
	const char *name;
	bool (*put)(struct json_writer *w, str line);
} forms[] = {
	{ "group", put_group },
	{ "passwd", put_passwd },
	{ "shadow", put_shadow },
};

static const struct form *form_of(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (path_is_named(path, str_c(forms[i].name)))
			return &forms[i];
	}
	return NULL;
}

int accounts_describe(const struct file_view *file, struct arena *scratch,
		      struct package_sink *sink, struct json_writer *out, struct err *err)
{
	const struct form *form = form_of(file->path);
	uint64_t written = 0, dropped = 0;
	AUTO(line_reader_done)
	struct line_reader reader = { 0 };
	str line;
	int more;

	if (!form)
		return err_set(err, ERR_UNSUPPORTED, "not a list of accounts");
	json_open_object(out);
	json_key(out, str_c(form->name));
	json_open_array(out);
	line_reader_init(&reader, file);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		/* Comments, and the marks of NIS, which are no accounts of this file. */
		if (str_trim(line).n == 0 || line.p[0] == '#' || line.p[0] == '+' ||
		    line.p[0] == '-')
			continue;
		if (written == ACCOUNTS_MAX)
			dropped++;
		else if (form->put(out, line))
			written++;
		else
			sink->skipped(
				sink, "not a record of an account",
				str_fmt(scratch, "line %llu", (unsigned long long)reader.number));
	}
	json_close_array(out);
	json_kv_u64(out, STR("dropped"), dropped);
	json_close_object(out);
	return more < 0 ? -1 : 0;
}
