/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/trust.h"

#include "base/err.h"
#include "fmt/syntax/yaml.h"

/* ---- its form ---- */

static bool is_list_of_texts(const struct json *v)
{
	if (v && !json_is(v, JSON_ARRAY))
		return false;
	JSON_EACH (v, item) {
		if (json_str(item).n == 0)
			return false;
	}
	return json_len(v) <= TRUST_LIST_MAX;
}

static bool is_entry(const struct json *v, bool anchor)
{
	if (json_str(v).n > 0)
		return true;
	JSON_MEMBERS (v, m) {
		bool known = str_eq(m->key, STR("file")) || str_eq(m->key, STR("images")) ||
			     (anchor && str_eq(m->key, STR("identities")));

		if (!known)
			return false;
	}
	return json_get_str(v, STR("file")).n > 0 && is_list_of_texts(JSON_GET(v, "images")) &&
	       is_list_of_texts(JSON_GET(v, "identities"));
}

static const char *misfit_member(const struct json_member *m)
{
	bool anchor = str_eq(m->key, STR("certificates"));
	const struct json *v = &m->value;

	if (str_eq(m->key, STR("content_trust")))
		return json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE) || json_str(v).n > 0
			       ? NULL
			       : "content_trust: expected true, false or a folder";
	if (!anchor && !str_eq(m->key, STR("keys")))
		return "unknown key; a policy has keys, certificates, content_trust";
	if (!json_is(v, JSON_ARRAY) || json_len(v) > TRUST_ENTRIES_MAX)
		return "keys, certificates: expected a list of at most 100 files";
	JSON_EACH (v, entry) {
		if (!is_entry(entry, anchor))
			return anchor ? "certificates: expected file, images, identities"
				      : "keys: expected file, images";
	}
	return NULL;
}

const char *trust_misfit(const struct json *policy)
{
	const char *why = NULL;

	if (json_is(policy, JSON_TRUE) || json_is(policy, JSON_FALSE))
		return NULL;
	if (!json_is(policy, JSON_OBJECT))
		return "expected true, false, or keys, certificates, content_trust";
	JSON_MEMBERS (policy, m) {
		why = why ? why : misfit_member(m);
	}
	return why;
}

/* ---- reading ---- */

static const str *take_list(const struct json *v, struct arena *arena, size_t *n)
{
	str *out = ARENA_ARRAY(arena, str, json_len(v));

	*n = 0;
	JSON_EACH (v, item)
		out[(*n)++] = str_dup(arena, json_str(item));
	return out;
}

static int read_keys(struct trust_entry *entry, str text, struct arena *arena, struct err *err)
{
	if (keys_read(text, arena, &entry->keys, err) < 0)
		return -1;
	for (size_t i = 0; i < entry->keys.n; i++) {
		if (!entry->keys.items[i].pkey)
			return err_set(err, ERR_INPUT, "a secret is no key for signatures");
	}
	return 0;
}

static int take_entry(struct trust *trust, str dir, const struct json *v, bool anchor,
		      struct arena *arena, struct err *err)
{
	struct trust_entry *entry;
	str file = json_str(v).n > 0 ? json_str(v) : json_get_str(v, STR("file"));
	AUTO(buf_done)
	struct buf text = { 0 };

	trust->entries =
		arena_grow(arena, trust->entries, trust->n, &trust->cap, sizeof(*trust->entries));
	entry = &trust->entries[trust->n++];
	*entry = (struct trust_entry){ .name = str_dup(arena, file), .anchor = anchor };
	entry->images = take_list(JSON_GET(v, "images"), arena, &entry->image_n);
	entry->identities = take_list(JSON_GET(v, "identities"), arena, &entry->identity_n);
	if (!str_starts(file, STR("/")))
		file = str_cat(arena, dir, file);
	buf_init(&text, TRUST_FILE_MAX);
	if (buf_read_file(&text, str_cstr(arena, file), err) < 0)
		return err_wrap(err, "signature_policy");
	if (anchor ? certificates_read(buf_str(&text), arena, &entry->certificates, err) < 0
		   : read_keys(entry, buf_str(&text), arena, err) < 0)
		return err_wrap(err, "signature_policy: %.*s", STR_ARG(file));
	if (entry->keys.n + entry->certificates.n == 0)
		return err_set(err, ERR_INPUT,
			       "signature_policy: %.*s: neither key nor certificate",
			       STR_ARG(file));
	return 0;
}

static int take_policy(struct trust *trust, str dir, const struct json *policy, struct arena *arena,
		       struct err *err)
{
	const struct json *content = JSON_GET(policy, "content_trust");

	JSON_EACH (JSON_GET(policy, "keys"), entry) {
		if (take_entry(trust, dir, entry, false, arena, err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(policy, "certificates"), entry) {
		if (take_entry(trust, dir, entry, true, arena, err) < 0)
			return -1;
	}
	trust->content_trust = json_bool(content) || json_str(content).n > 0;
	str folder = json_str(content);
	if (folder.n > 0)
		trust->content_trust_dir = str_starts(folder, STR("/"))
						   ? str_dup(arena, folder)
						   : str_cat(arena, dir, folder);
	return 0;
}

int trust_read(str file, str text, struct arena *arena, struct trust *out, struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_CORE };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *root, *policy;
	const char *why;

	*out = (struct trust){ .configured = false };
	if (yaml_parse(text, &opts, scratch, &root, NULL, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	policy = JSON_GET(root, "signature_policy");
	if (!policy || json_is(policy, JSON_NULL))
		return 0;
	why = trust_misfit(policy);
	if (why)
		return err_set(err, ERR_INPUT, "%.*s: signature_policy: %s", STR_ARG(file), why);
	out->configured = !json_is(policy, JSON_FALSE);
	return take_policy(out, str_take(file, (size_t)(str_rfind_char(file, '/') + 1)), policy,
			   arena, err);
}

void trust_done(struct trust *trust)
{
	for (size_t i = 0; i < trust->n; i++) {
		keys_done(&trust->entries[i].keys);
		certificates_done(&trust->entries[i].certificates);
	}
	*trust = (struct trust){ .configured = false };
}

/* ---- asking ---- */

bool trust_entry_is_for(const struct trust_entry *entry, str image)
{
	for (size_t i = 0; i < entry->image_n; i++) {
		str pattern = entry->images[i];

		if (str_eq(pattern, image) ||
		    (str_ends(pattern, STR("*")) && str_starts(image, str_drop_end(pattern, 1))))
			return true;
	}
	return entry->image_n == 0;
}

/* Up to the next comma that no backslash quotes, without white space around it. */
static bool next_part(str *rest, str *part)
{
	size_t n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != ',')
		n += rest->p[n] == '\\' && n + 1 < rest->n ? 2 : 1;
	*part = str_trim(str_take(*rest, n));
	*rest = str_skip(*rest, n + 1);
	return true;
}

static bool has_part(str subject, str wanted)
{
	str part;

	while (next_part(&subject, &part)) {
		if (str_eq(part, wanted))
			return true;
	}
	return false;
}

static bool fits(str identity, str subject)
{
	str part;
	bool any = false;

	identity = str_trim(str_without_prefix(identity, STR("x509.subject:")));
	while (next_part(&identity, &part)) {
		if (part.n > 0 && !has_part(subject, part))
			return false;
		any |= part.n > 0;
	}
	return any;
}

bool trust_entry_knows(const struct trust_entry *entry, str subject)
{
	for (size_t i = 0; i < entry->identity_n; i++) {
		if (fits(entry->identities[i], subject))
			return true;
	}
	return entry->identity_n == 0;
}
