/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/path.h"
#include "base/time.h"
#include "fmt/host/audit_log.h"
#include "net/url.h"
#include "posture/facts/docker_internal.h"

#define LOGS_MAX    100u	 /* files */
#define LOG_BYTES   (64u << 20)	 /* of one file; auditd begins a new one at 8 MiB */
#define TOTAL_BYTES (512u << 20) /* of all of them */

/* "audit.log" -> 0, "audit.log.12" -> 12; false for anything else. */
static bool number_of(str name, uint64_t *number)
{
	*number = 0;
	if (str_eq(name, STR("audit.log")))
		return true;
	return str_starts(name, STR("audit.log.")) && str_u64(str_skip(name, 10), number);
}

/* Oldest first: the highest number. */
static size_t sort_logs(const str *names, size_t n, str *out)
{
	uint64_t numbers[LOGS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < n && count < LOGS_MAX; i++) {
		uint64_t number;
		size_t at = count;

		if (!number_of(names[i], &number))
			continue;
		for (; at > 0 && numbers[at - 1] < number; at--) {
			numbers[at] = numbers[at - 1];
			out[at] = out[at - 1];
		}
		numbers[at] = number;
		out[at] = names[i];
		count++;
	}
	return count;
}

static int read_logs(struct docker_facts *facts, struct audit_log *log, size_t *files,
		     struct err *err)
{
	const str folder = STR("/var/log/audit");
	str ordered[LOGS_MAX];
	const str *names;
	size_t n, total = 0;

	*files = 0;
	if (host_view_list(facts->view, folder, LOGS_MAX, facts->arena, &names, &n, err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	n = sort_logs(names, n, ordered);
	for (size_t i = 0; i < n; i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str text;

		if (host_view_read(facts->view, path_join(arena, folder, ordered[i]), LOG_BYTES,
				   arena, &text, err) < 0) {
			if (err->kind == ERR_NOT_FOUND)
				continue; /* rotated away meanwhile */
			return -1;
		}
		total += text.n;
		if (total > TOTAL_BYTES)
			return err_set(err, ERR_LIMIT, "audit logs of more than %u bytes",
				       TOTAL_BYTES);
		if (audit_log_read(log, text, err) < 0)
			return -1;
		(*files)++;
	}
	return audit_log_end(log, err);
}

/* Who a container runs as; false where the engine does not know it (any more). */
static bool user_of(struct docker_facts *facts, struct map *known, str container, str *user)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *inspect;
	struct err err; /* then it is not told */
	str *kept = map_get(known, container);
	str path = str_fmt(arena, "/containers/%.*s/json", STR_ARG(url_escape(arena, container)));

	if (kept) {
		*user = *kept;
		return kept->p != NULL;
	}
	kept = ARENA_NEW(facts->arena, str);
	IGNORE(map_put(known, container, kept)); /* it was not there */
	if (!facts->engine || str_empty(container) ||
	    engine_get(facts->engine, path, arena, &inspect, &err) < 0)
		return false;
	*kept = str_cat(facts->arena, STR(""),
			json_get_str(JSON_GET(inspect, "Config"), STR("User")));
	if (!kept->p)
		*kept = STR("");
	*user = *kept;
	return true;
}

static void put_records(struct docker_facts *facts, const struct audit_log *log)
{
	struct json_writer *w = &facts->w;
	struct map known;

	map_init(&known, facts->arena);
	JSON_KEY(w, "records");
	json_open_array(w);
	for (size_t i = 0; i < log->n; i++) {
		const struct audit_exec *exec = &log->items[i];
		str user;

		json_open_object(w);
		json_kv_str(w, STR("time"), time_format(facts->arena, exec->time));
		json_kv_str(w, STR("container"), exec->container);
		if (user_of(facts, &known, exec->container, &user))
			json_kv_str(w, STR("container_user"), user);
		if (exec->privileged || !exec->words_cut)
			json_kv_bool(w, STR("privileged"), exec->privileged);
		if (exec->user.n || !exec->words_cut)
			json_kv_str(w, STR("user"), exec->user);
		json_kv_str(w, STR("source"), STR("audit log"));
		json_close_object(w);
	}
	json_close_array(w);
}

void docker_put_exec(struct docker_facts *facts)
{
	static const str sources[] = { STR_INIT("audit log") };
	struct audit_log *log = ARENA_NEW(facts->arena, struct audit_log);
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;
	size_t files;
	struct err err;

	audit_log_init(log, facts->arena);
	if (read_logs(facts, log, &files, &err) < 0) {
		docker_failed(facts, STR("exec"), &err);
		return;
	}
	/* A log without the key tells nothing, unless a rule with it is in force. */
	if (files == 0 || log->oldest == 0 || (log->keyed == 0 && !facts->audit_keyed)) {
		JSON_KEY(w, "exec");
		json_put_null(w);
		return;
	}
	if (docker_too_many(facts, STR("exec"), log->n, DOCKER_LIST_MAX))
		return;
	JSON_KEY(w, "exec");
	json_open_object(w);
	json_kv_str(w, STR("from"), time_format(facts->arena, log->oldest));
	json_kv_str(w, STR("to"), facts->time);
	json_kv_strings(w, STR("sources"), sources, ARRAY_LEN(sources));
	put_records(facts, log);
	json_close_object(w);
	IGNORE(docker_keep(facts, &mark, STR("exec"))); /* noted */
}
