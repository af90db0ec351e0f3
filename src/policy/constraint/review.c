/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/review.h"

#include "base/err.h"

void review_of_object(struct review *review, const struct resource *object,
		      enum match_source source)
{
	*review = (struct review){ .object = *object,
				   .source = source,
				   .inside = source == MATCH_GENERATED };
	review->namespace_name = object->namespace;
}

static int read_object(const struct json *request, str key, struct resource *out, struct err *err)
{
	const struct json *v = json_get(request, key);

	*out = (struct resource){ 0 };
	if (!v || json_is(v, JSON_NULL))
		return 0;
	if (resource_read(v, out, err) < 0)
		return err_wrap(err, "AdmissionReview: %.*s", STR_ARG(key));
	if (str_empty(out->kind))
		return err_set(err, ERR_INPUT, "AdmissionReview: %.*s: Object 'Kind' is missing",
			       STR_ARG(key));
	return 0;
}

int review_of_document(const struct json *json, struct review *review, struct err *err)
{
	struct review r = { .source = MATCH_ORIGINAL };
	struct resource head;

	if (resource_read(json, &head, err) < 0)
		return -1;
	if (!resource_is(&head, STR("admission.k8s.io"), STR("AdmissionReview"))) {
		review_of_object(review, &head, MATCH_ORIGINAL);
		return 0;
	}
	r.request = JSON_GET(json, "request");
	if (!json_is(r.request, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "AdmissionReview: it has no request");
	if (read_object(r.request, STR("object"), &r.object, err) < 0 ||
	    read_object(r.request, STR("oldObject"), &r.old_object, err) < 0)
		return -1;
	if (str_eq(json_get_str(r.request, STR("operation")), STR("DELETE"))) {
		if (!r.old_object.json)
			return err_set(err, ERR_INPUT, "AdmissionReview: oldObject is nil");
		r.object = r.old_object;
	}
	if (!r.object.json && !r.old_object.json)
		return err_set(err, ERR_INPUT,
			       "AdmissionReview: no object or oldObject found to review");
	r.namespace_name = json_get_str(r.request, STR("namespace"));
	if (str_empty(r.namespace_name))
		r.namespace_name = review_object(&r)->namespace;
	*review = r;
	return 0;
}

const struct resource *review_object(const struct review *review)
{
	return review->object.json ? &review->object : &review->old_object;
}

static struct value text(str s) { return value_str(s.p ? s : STR("")); }

static struct value kind_value(const struct resource *r, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "group", text(r->group));
	OBJECT_ADD(&b, "version", text(r->version));
	OBJECT_ADD(&b, "kind", text(r->kind));
	return object_builder_take_last(&b);
}

static struct value empty_object(struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	return object_builder_take_last(&b);
}

static struct value empty_resource(struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "group", VALUE_STR(""));
	OBJECT_ADD(&b, "version", VALUE_STR(""));
	OBJECT_ADD(&b, "resource", VALUE_STR(""));
	return object_builder_take_last(&b);
}

/* What a request has that leaves it out. */
static void add_presets(struct object_builder *b, const struct review *review, struct arena *arena)
{
	const struct json *request = review->request;

	if (!JSON_GET(request, "uid"))
		OBJECT_ADD(b, "uid", VALUE_STR(""));
	if (!JSON_GET(request, "resource"))
		OBJECT_ADD(b, "resource", empty_resource(arena));
	if (!JSON_GET(request, "operation"))
		OBJECT_ADD(b, "operation", VALUE_STR("CREATE"));
	if (!JSON_GET(request, "userInfo"))
		OBJECT_ADD(b, "userInfo", empty_object(arena));
	if (!JSON_GET(request, "object") && !review->object.json)
		OBJECT_ADD(b, "object", value_null());
	if (!JSON_GET(request, "oldObject"))
		OBJECT_ADD(b, "oldObject", value_null());
	if (!JSON_GET(request, "options"))
		OBJECT_ADD(b, "options", value_null());
	if (!JSON_GET(request, "kind"))
		OBJECT_ADD(b, "kind", kind_value(review_object(review), arena));
}

struct value review_value(const struct review *review, struct arena *arena)
{
	const struct resource *object = review_object(review);
	struct object_builder b, unstable;

	object_builder_init(&b, arena);
	add_presets(&b, review, arena);
	if (review->request) {
		JSON_MEMBERS (review->request, m) {
			/* The object of a deletion is the old one. */
			if (!review->object.json || !str_eq(m->key, STR("object")))
				object_builder_add(&b, value_str(m->key),
						   value_from_json(&m->value, arena));
		}
	} else {
		if (object->name.n > 0)
			OBJECT_ADD(&b, "name", text(object->name));
		if (object->namespace.n > 0)
			OBJECT_ADD(&b, "namespace", text(object->namespace));
	}
	if (review->object.json)
		OBJECT_ADD(&b, "object", value_from_json(review->object.json, arena));
	if (review->namespace) {
		struct value namespace = value_from_json(review->namespace->json, arena);

		object_builder_init(&unstable, arena);
		OBJECT_ADD(&unstable, "namespace", namespace);
		OBJECT_ADD(&b, "_unstable", object_builder_take_last(&unstable));
		OBJECT_ADD(&b, "namespaceObject", namespace);
	}
	return object_builder_take_last(&b);
}

int review_matches(const struct review *review, const struct match *match, struct err *err)
{
	const struct resource *both[] = { &review->object, &review->old_object };

	for (size_t i = 0; i < 2; i++) {
		struct match_target target = { .object = both[i],
					       .namespace = review->namespace,
					       .source = review->source,
					       .inside = review->inside };
		int rc;

		if (!both[i]->json)
			continue;
		rc = match_test(match, &target, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}
