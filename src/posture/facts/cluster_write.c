/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "posture/facts/cluster_internal.h"

#define PIECE	   (256u << 10)
#define OBJECT_MAX (64u << 20) /* written out, escapes included */

struct writing {
	struct buf buf;
	uint64_t objects;
	cluster_facts_put *put;
	void *context;
};

static int flush(struct writing *x, struct err *err)
{
	int rc;

	if (x->buf.overflow)
		return err_set(err, ERR_LIMIT, "an object is over %u bytes when written",
			       OBJECT_MAX);
	rc = x->put(x->context, buf_str(&x->buf), err);
	buf_reset(&x->buf);
	return rc;
}

static int write_object(void *context, const struct json *object, struct arena *arena,
			struct err *err)
{
	struct writing *x = context;
	struct json_writer w;

	(void)arena;
	buf_add(&x->buf, x->objects++ ? STR(",\n") : STR("\n"));
	json_writer_init(&w, &x->buf, 0);
	json_put(&w, object);
	return x->buf.n >= PIECE || x->buf.overflow ? flush(x, err) : 0;
}

/* The members of the head behind the objects. */
static void write_head(struct writing *x, const struct json *head)
{
	bool first = true;

	JSON_MEMBERS (head, m) {
		struct json_writer w;

		if (str_eq(m->key, STR("schema_version")) || str_eq(m->key, STR("kind")))
			continue;
		buf_add(&x->buf, first ? STR("\n") : STR(",\n"));
		first = false;
		json_quote(&x->buf, m->key);
		buf_byte(&x->buf, ':');
		json_writer_init(&w, &x->buf, 0);
		json_put(&w, &m->value);
	}
	BUF_LIT(&x->buf, "}\n");
}

int cluster_facts_write(struct kube *kube, const struct cluster_facts_opts *opts,
			cluster_facts_put *put, void *context, struct arena *arena,
			struct cluster_facts *out, struct err *err)
{
	struct writing x = { .put = put, .context = context };
	bool objects = !opts || !opts->no_objects;
	int rc = -1;

	buf_init(&x.buf, OBJECT_MAX + PIECE);
	BUF_LIT(&x.buf, "{\"schema_version\":1,\"kind\":\"cluster\",");
	if (objects)
		BUF_LIT(&x.buf, "\"objects\":[");
	if (cluster_facts_each(kube, opts, write_object, &x, arena, out, err) == 0) {
		if (objects)
			BUF_LIT(&x.buf, "],");
		rc = flush(&x, err);
	}
	if (rc == 0) {
		write_head(&x, out->head);
		rc = flush(&x, err);
	}
	buf_done(&x.buf);
	return rc;
}
