/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of suppliers as the predicate of an in-toto statement (v0.1, v1), bare, in a DSSE
 * envelope or in a Sigstore bundle. Signatures are not verified here. Where the set names the
 * subjects that count, a statement about something else is refused: it was copied from elsewhere.
 */
#include "base/base64.h"
#include "base/buf.h"
#include "report/exception/statement.h"

#define WRAPS_MAX     4u
#define PREDICATE_MAX (2u * EXCEPTION_MAX_BYTES) /* written again: escapes may take more room */

static bool mine(str base, str text)
{
	(void)base;
	if (!str_starts(str_trim(str_take(text, 4096)), STR("{")))
		return false;
	return str_find(text, STR("\"payloadType\"")) >= 0 ||
	       str_find(text, STR("\"dsseEnvelope\"")) >= 0 ||
	       (str_find(text, STR("\"predicateType\"")) >= 0 &&
		str_find(text, STR("in-toto.io/Statement")) >= 0);
}

/* RFC 4648, section 4 or 5: DSSE allows both alphabets; padding may lack in the second. */
static bool decode(str text, struct arena *arena, str *out)
{
	char *p = arena_bytes(arena, text.n + 3);
	size_t n = text.n;

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i]);
	while (n % 4 != 0 && n < text.n + 3)
		p[n++] = '=';
	return base64_decode(arena, str_of(p, n), out);
}

static bool is_subject(const struct exception_set *set, const struct json *subject)
{
	JSON_MEMBERS (JSON_GET(subject, "digest"), digest) {
		for (size_t i = 0; i < set->subject_count; i++) {
			str algorithm, hex;

			if (str_cut(set->subjects[i], ':', &algorithm, &hex) &&
			    str_eq(digest->key, algorithm) &&
			    str_ieq(json_str(&digest->value), hex))
				return true;
		}
	}
	return false;
}

static int check_subject(const struct exception_set *set, const struct json *statement,
			 struct err *err)
{
	if (set->subject_count == 0)
		return 0;
	JSON_EACH (JSON_GET(statement, "subject"), subject) {
		if (is_subject(set, subject))
			return 0;
	}
	return err_set(err, ERR_INPUT, "the attestation is about something else");
}

static bool is_about_flaws(str type)
{
	return str_find(type, STR("openvex")) >= 0 || str_find(type, STR("cyclonedx")) >= 0 ||
	       str_find(type, STR("csaf")) >= 0 || str_ends(type, STR("/vex"));
}

/* The predicate as a text of its own: cosign puts texts into "Data". */
static int read_predicate(struct exception_set *set, str source, const struct json *predicate,
			  struct err *err)
{
	const struct json *data = JSON_GET(predicate, "Data");
	struct json_writer w;
	struct buf b;
	int failed;

	if (json_is(data, JSON_STRING))
		predicate = data;
	if (json_is(predicate, JSON_STRING))
		return exception_read_text(set, source, json_str(predicate), err);
	buf_init(&b, PREDICATE_MAX);
	json_writer_init(&w, &b, 0);
	if (predicate)
		json_put(&w, predicate);
	failed = b.overflow
			 ? err_set(err, ERR_LIMIT, "a predicate of more than %u bytes",
				   PREDICATE_MAX)
			 : exception_read_text(set, source, str_dup(set->arena, buf_str(&b)), err);
	buf_done(&b);
	return failed;
}

static int read_document(struct exception_set *set, str source, const struct json *root,
			 struct err *err)
{
	const struct json *envelope = JSON_GET(root, "dsseEnvelope");
	str type = json_get_str(root, STR("predicateType")), payload;

	if (type.n > 0) {
		if (!is_about_flaws(type))
			return err_set(err, ERR_UNSUPPORTED,
				       "a predicate of type %.*s states nothing about flaws",
				       STR_ARG(str_take(type, 200)));
		return check_subject(set, root, err) < 0
			       ? -1
			       : read_predicate(set, source, JSON_GET(root, "predicate"), err);
	}
	if (!envelope)
		envelope = root;
	if (!decode(json_get_str(envelope, STR("payload")), set->arena, &payload) || payload.n == 0)
		return err_set(err, ERR_INPUT, "envelope: payload is no base64");
	return exception_read_text(set, source, payload, err);
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root;
	int failed;

	if (set->wraps >= WRAPS_MAX)
		return err_set(err, ERR_LIMIT, "wrapped more than %u times", WRAPS_MAX);
	if (json_parse(text, NULL, set->arena, &root, err) < 0)
		return -1;
	set->wraps++;
	failed = read_document(set, source, root, err);
	set->wraps--;
	return failed;
}

const struct exception_form exception_form_attestation = { .mine = mine, .read = read_file };
