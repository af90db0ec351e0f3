/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/admission_request.h"

#include "base/base64.h"
#include "base/err.h"

static int read_texts(struct admission_request *r, struct err *err)
{
	const struct json *kind = JSON_GET(r->json, "kind");

	r->uid = json_get_str(r->json, STR("uid"));
	if (r->uid.n == 0 || r->uid.n > ADMISSION_MAX_UID)
		return err_set(err, ERR_INPUT,
			       "AdmissionReview: request.uid is missing or too long");
	r->operation = json_get_str(r->json, STR("operation"));
	if (r->operation.n == 0)
		return err_set(err, ERR_INPUT, "AdmissionReview: request.operation is missing");
	r->name = json_get_str(r->json, STR("name"));
	r->namespace = json_get_str(r->json, STR("namespace"));
	r->subresource = json_get_str(r->json, STR("subResource"));
	r->username = json_get_str(JSON_GET(r->json, "userInfo"), STR("username"));
	r->group = json_get_str(kind, STR("group"));
	r->version = json_get_str(kind, STR("version"));
	r->kind = json_get_str(kind, STR("kind"));
	r->dry_run = json_bool(JSON_GET(r->json, "dryRun"));
	return 0;
}

static bool absent(const struct json *request, str key)
{
	const struct json *v = json_get(request, key);

	return !v || json_is(v, JSON_NULL);
}

int admission_request_read(str text, struct arena *arena, struct admission_request *out,
			   struct err *err)
{
	static const struct json_opts opts = { .max_depth = ADMISSION_MAX_DEPTH,
					       .max_values = ADMISSION_MAX_VALUES,
					       .borrow = true };
	struct admission_request r = { 0 };
	const struct json *json;

	if (json_parse(text, &opts, arena, &json, err) < 0)
		return err_wrap(err, "AdmissionReview");
	r.api_version = json_get_str(json, STR("apiVersion"));
	if (!str_eq(json_get_str(json, STR("kind")), STR("AdmissionReview")) ||
	    (!str_eq(r.api_version, STR("admission.k8s.io/v1")) &&
	     !str_eq(r.api_version, STR("admission.k8s.io/v1beta1"))))
		return err_set(err, ERR_INPUT,
			       "this is no AdmissionReview of admission.k8s.io/v1 or v1beta1");
	r.json = JSON_GET(json, "request");
	if (!json_is(r.json, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "AdmissionReview: it has no request");
	if (read_texts(&r, err) < 0)
		return -1;
	if (absent(r.json, STR("oldObject")) &&
	    (absent(r.json, STR("object")) || str_eq(r.operation, STR("DELETE")))) {
		r.nothing = STR("the request has no object to review");
		*out = r;
		return 0;
	}
	if (review_of_document(json, &r.review, err) < 0)
		return -1;
	/* Before it is stored an object need not say where it will be. */
	if (str_empty(r.review.object.namespace))
		r.review.object.namespace = r.namespace;
	if (str_empty(r.review.old_object.namespace))
		r.review.old_object.namespace = r.namespace;
	if (resource_is_namespace(review_object(&r.review))) {
		r.review.object.namespace = STR_EMPTY;
		r.review.old_object.namespace = STR_EMPTY;
	}
	*out = r;
	return 0;
}

str admission_request_object(const struct admission_request *r, struct arena *arena)
{
	const struct resource *object = review_object(&r->review);
	str name = r->name.n > 0 ? r->name : object->name;
	bool is_namespace = str_eq(r->kind, STR("Namespace")) && str_empty(r->group);

	if (str_empty(name) && object->generate_name.n > 0)
		name = str_fmt(arena, "%.*s*", STR_ARG(object->generate_name));
	return str_fmt(arena, "%.*s %.*s%s%.*s%s%.*s", STR_ARG(r->kind),
		       STR_ARG(is_namespace ? STR_EMPTY : r->namespace),
		       r->namespace.n > 0 && !is_namespace ? "/" : "", STR_ARG(name),
		       r->subresource.n > 0 ? "/" : "", STR_ARG(r->subresource));
}

/* ---- answers ------------------------------------------------------------------------------- */

/* At most `max` bytes, not in the midst of a character. */
static str cut(str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_take(s, max);
}

void admission_answer_warn(struct admission_answer *a, str warning)
{
	if (a->warnings_n >= ADMISSION_MAX_WARNINGS) {
		a->warnings_dropped++;
		return;
	}
	a->warnings[a->warnings_n++] = cut(warning, ADMISSION_MAX_WARNING);
}

static void put_status(struct json_writer *w, const struct admission_answer *a)
{
	if (a->message.n == 0 && a->code == 0)
		return;
	JSON_KEY(w, "status");
	json_open_object(w);
	json_kv_str(w, STR("status"), a->allowed ? STR("Success") : STR("Failure"));
	if (a->message.n > 0)
		json_kv_str(w, STR("message"), cut(a->message, ADMISSION_MAX_MESSAGE));
	if (a->code == 403)
		json_kv_str(w, STR("reason"), STR("Forbidden"));
	if (a->code)
		json_kv_i64(w, STR("code"), a->code);
	json_close_object(w);
}

static void put_warnings(struct json_writer *w, const struct admission_answer *a)
{
	char more[64];

	if (a->warnings_n == 0)
		return;
	JSON_KEY(w, "warnings");
	json_open_array(w);
	for (size_t i = 0; i < a->warnings_n; i++)
		json_put_str(w, a->warnings[i]);
	if (a->warnings_dropped > 0) {
		(void)snprintf(more, sizeof(more), "seawall: %zu more warnings are not shown",
			       a->warnings_dropped);
		json_put_str(w, str_c(more));
	}
	json_close_array(w);
}

static void put_annotations(struct json_writer *w, const struct admission_answer *a)
{
	if (a->annotations_n == 0)
		return;
	JSON_KEY(w, "auditAnnotations");
	json_open_object(w);
	for (size_t i = 0; i < a->annotations_n; i++)
		json_kv_str(w, a->annotations[i].key, a->annotations[i].value);
	json_close_object(w);
}

void admission_answer_write(const struct admission_request *request,
			    const struct admission_answer *a, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("apiVersion"), request->api_version);
	json_kv_str(&w, STR("kind"), STR("AdmissionReview"));
	JSON_KEY(&w, "response");
	json_open_object(&w);
	json_kv_str(&w, STR("uid"), request->uid);
	json_kv_bool(&w, STR("allowed"), a->allowed);
	put_status(&w, a);
	if (a->patch.n > 0) {
		AUTO(arena_free)
		struct arena *scratch = arena_new();

		json_kv_str(&w, STR("patch"), base64_encode(scratch, a->patch));
		json_kv_str(&w, STR("patchType"), STR("JSONPatch"));
	}
	put_warnings(&w, a);
	put_annotations(&w, a);
	json_close_object(&w);
	json_close_object(&w);
	buf_byte(out, '\n');
}
