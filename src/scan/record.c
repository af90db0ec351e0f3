/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/record.h"

#include "base/map.h"
#include "base/path.h"
#include "base/rd.h"
#include "scan/analyzer.h"

/* Fixed, so that kept results of an earlier run mean the same. */
#define KEY0 0x7365617761726cULL
#define KEY1 0x6c617965722d31ULL

/* ---- results ---- */

static void write_os(const struct os_identity *os, struct json_writer *w)
{
	json_open_object(w);
	json_kv_opt(w, STR("family"), os->family);
	json_kv_opt(w, STR("version"), os->version);
	json_kv_opt(w, STR("codename"), os->codename);
	json_kv_opt(w, STR("pretty"), os->pretty);
	json_kv_opt(w, STR("path"), os->path);
	json_kv_bool(w, STR("extended_support"), os->extended_support);
	json_close_object(w);
}

void file_result_write(const struct file_result *result, struct json_writer *w)
{
	json_open_object(w);
	json_kv_u64(w, STR("entry"), result->entry);
	json_kv_u64(w, STR("companion"), result->companion);
	json_kv_str(w, STR("analyzer"), str_c(result->analyzer));
	json_kv_str(w, STR("path"), result->path);
	json_kv_u64(w, STR("packages"), result->packages);
	if (result->skipped > 0) {
		json_kv_u64(w, STR("skipped"), result->skipped);
		json_kv_str(w, STR("skipped_first"), result->skipped_first);
	}
	if (result->document)
		json_kv_bool(w, STR("document"), true);
	if (result->left_out)
		json_kv_bool(w, STR("left_out"), true);
	if (result->failed) {
		json_kv_str(w, STR("failure"), str_c(err_kind_name(result->failure)));
		json_kv_str(w, STR("message"), result->message);
	}
	if (result->os_answer >= 0) {
		json_kv_i64(w, STR("os_answer"), result->os_answer);
		json_key(w, STR("os"));
		write_os(&result->os, w);
	}
	json_close_object(w);
}

static bool get_u64(const struct json *v, str key, uint64_t *out)
{
	int64_t n;
	const struct json *member = json_get(v, key);

	*out = 0;
	if (!member)
		return true;
	if (!json_i64(member, &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

static const char *analyzer_name(str name)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (str_eq(name, str_c(analyzers[i]->name)))
			return analyzers[i]->name;
	}
	return NULL;
}

static void read_os(const struct json *v, struct file_result *r)
{
	const struct json *os = JSON_GET(v, "os");
	int64_t answer = -1;

	r->os_answer = -1;
	if (!json_i64(JSON_GET(v, "os_answer"), &answer) || answer < 0)
		return;
	r->os_answer = answer > 0;
	r->os.family = json_get_str(os, STR("family"));
	r->os.version = json_get_str(os, STR("version"));
	r->os.codename = json_get_str(os, STR("codename"));
	r->os.pretty = json_get_str(os, STR("pretty"));
	r->os.path = json_get_str(os, STR("path"));
	r->os.extended_support = json_bool(JSON_GET(os, "extended_support"));
}

int file_result_read(str payload, struct arena *arena, struct file_result *out, struct err *err)
{
	const struct json *v;
	struct file_result r = { .os_answer = -1 };
	uint64_t entry, companion;

	if (json_parse(payload, NULL, arena, &v, err) < 0)
		return err_wrap(err, "result of a file");
	r.analyzer = analyzer_name(json_get_str(v, STR("analyzer")));
	r.path = json_get_str(v, STR("path"));
	if (!r.analyzer || !get_u64(v, STR("entry"), &entry) || entry > UINT32_MAX ||
	    !get_u64(v, STR("companion"), &companion) || companion > UINT32_MAX ||
	    !get_u64(v, STR("packages"), &r.packages) || r.packages > RECORD_PACKAGES_MAX ||
	    !get_u64(v, STR("skipped"), &r.skipped))
		return err_set(err, ERR_INPUT, "result of a file: malformed");
	r.entry = (uint32_t)entry;
	r.companion = (uint32_t)companion;
	r.skipped_first = json_get_str(v, STR("skipped_first"));
	r.document = json_bool(JSON_GET(v, "document"));
	r.left_out = json_bool(JSON_GET(v, "left_out"));
	str failure = json_get_str(v, STR("failure"));
	if (failure.n > 0) {
		r.failed = true;
		r.failure = err_kind_from(failure);
		if (r.failure == ERR_NONE)
			r.failure = ERR_INPUT;
		r.message = json_get_str(v, STR("message"));
	}
	read_os(v, &r);
	*out = r;
	return 0;
}

void layer_end_write(const struct layer_end *end, struct json_writer *w)
{
	json_open_object(w);
	json_kv_u64(w, STR("entries"), end->entries);
	json_kv_u64(w, STR("bytes"), end->bytes);
	json_kv_u64(w, STR("left_out"), end->left_out);
	json_kv_u64(w, STR("denied"), end->denied);
	if (end->traits_dropped > 0)
		json_kv_u64(w, STR("traits_dropped"), end->traits_dropped);
	json_close_object(w);
}

int layer_end_read(str payload, struct layer_end *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct layer_end end;
	const struct json *v;

	if (json_parse(payload, NULL, scratch, &v, err) < 0)
		return err_wrap(err, "end of a layer");
	if (!json_is(v, JSON_OBJECT) || !get_u64(v, STR("entries"), &end.entries) ||
	    !get_u64(v, STR("bytes"), &end.bytes) || !get_u64(v, STR("left_out"), &end.left_out) ||
	    !get_u64(v, STR("denied"), &end.denied) ||
	    !get_u64(v, STR("traits_dropped"), &end.traits_dropped))
		return err_set(err, ERR_INPUT, "end of a layer: malformed");
	*out = end;
	return 0;
}

/* ---- log ---- */

uint64_t log_hash(str path) { return siphash(path, KEY0, KEY1); }

static void add_u64(struct buf *out, uint64_t v)
{
	char bytes[8];

	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (char)(v >> (8 * i) & 0xff);
	buf_add(out, str_of(bytes, sizeof(bytes)));
}

static void add_text(struct buf *out, str s)
{
	buf_byte(out, (char)(s.n & 0xff));
	buf_byte(out, (char)(s.n >> 8 & 0xff));
	buf_byte(out, (char)(s.n >> 16 & 0xff));
	buf_byte(out, (char)(s.n >> 24 & 0xff));
	buf_add(out, s);
}

static bool has_path(enum log_type type) { return type >= LOG_WANTED; }
static bool has_link(enum log_type type) { return type == LOG_SYMLINK || type == LOG_HARDLINK; }

void log_entry_write(const struct log_entry *entry, struct buf *out)
{
	buf_byte(out, (char)entry->type);
	add_u64(out, entry->hash);
	if (has_path(entry->type))
		add_text(out, entry->path);
	if (has_link(entry->type))
		add_text(out, entry->link);
}

static str read_text(struct rd *r)
{
	uint32_t n = rd_u32le(r);

	return rd_bytes(r, n);
}

int log_entry_read(str *rest, struct log_entry *out, struct err *err)
{
	struct rd r = rd_from(*rest);
	struct log_entry e = { .type = LOG_DIR };
	uint8_t type;

	if (rest->n == 0)
		return 0;
	type = rd_u8(&r);
	if (type < LOG_DIR || type > LOG_SNIFFED)
		return err_set(err, ERR_INPUT, "log of a layer: entry of type %u", type);
	e.type = type;
	e.hash = rd_u64le(&r);
	if (has_path(e.type))
		e.path = read_text(&r);
	if (has_link(e.type))
		e.link = read_text(&r);
	if (r.bad || e.path.n > PATH_MAX_BYTES)
		return err_set(err, ERR_INPUT, "log of a layer: malformed");
	*rest = str_skip(*rest, r.pos);
	*out = e;
	return 1;
}

/* ---- packages ---- */

uint64_t package_key(const struct package *package)
{
	const str parts[] = { package->kind, package->name, package->version, package->arch };
	uint64_t key = KEY1;

	/* Chained, so that no two sets of parts run together. */
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		key = siphash(parts[i], KEY0, key);
	return key;
}

uint64_t package_payload_key(str payload)
{
	struct rd r = rd_from(payload);

	return rd_u64le(&r);
}
