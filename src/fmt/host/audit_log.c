/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/audit_log.h"

#include "base/err.h"
#include "base/path.h"
#include "base/words.h"

#define VALUE_MAX 4096u

void audit_log_init(struct audit_log *log, struct arena *arena)
{
	*log = (struct audit_log){ .arena = arena };
}

/* ---- command lines ---- */

/* Options of clients whose value is a word of its own. */
static bool takes_word(str option)
{
	static const char *const options[] = {
		"-H",
		"--host",
		"-c",
		"--context",
		"--config",
		"-l",
		"--log-level",
		"--tlscacert",
		"--tlscert",
		"--tlskey",
		"-e",
		"--env",
		"--env-file",
		"-w",
		"--workdir",
		"--detach-keys",
		"-u",
		"--user",
		"-f",
		"--file",
		"-p",
		"--project-name",
		"--profile",
		"--project-directory",
		"--index",
		"--root",
		"--runroot",
		"--url",
		"--connection",
		"--identity",
		"--storage-driver",
		"--storage-opt",
		"--cgroup-manager",
		"--preserve-fds",
		"--ansi",
		"--parallel",
	};

	return words_have(options, ARRAY_LEN(options), option);
}

/* Value of "-u X", "-uX", "--user X", "--user=X" at words[*i]; p NULL: another option. */
static str user_at(const str *words, size_t n, size_t *i)
{
	str word = words[*i];

	if (str_eq(word, STR("-u")) || str_eq(word, STR("--user")))
		return *i + 1 < n ? words[++*i] : STR("");
	if (str_starts(word, STR("--user=")))
		return str_skip(word, 7);
	if (str_starts(word, STR("-u=")))
		return str_skip(word, 3);
	return str_starts(word, STR("-u")) ? str_skip(word, 2) : STR_EMPTY;
}

/* "-itu root": switches in front of -u in one word. */
static bool is_bundle_with_user(str word)
{
	ptrdiff_t at;

	if (word.n < 3 || word.p[0] != '-' || word.p[1] == '-')
		return false;
	at = str_find_char(word, 'u');
	for (ptrdiff_t i = 1; i < at; i++) {
		if (!memchr("ditT", word.p[i], 4))
			return false;
	}
	return at > 1;
}

static void take_exec_options(const str *words, size_t n, struct audit_exec *out)
{
	for (size_t i = 0; i < n; i++) {
		str user;

		if (!str_starts(words[i], STR("-"))) {
			out->container = words[i];
			return;
		}
		user = user_at(words, n, &i);
		if (user.p) {
			out->user = user;
		} else if (is_bundle_with_user(words[i])) {
			str rest = str_skip(words[i], (size_t)str_find_char(words[i], 'u') + 1);

			if (str_empty(rest) && i + 1 < n)
				rest = words[++i];
			out->user = str_without_prefix(rest, STR("="));
		} else if (str_eq(words[i], STR("--privileged")) ||
			   str_eq(words[i], STR("--privileged=true"))) {
			out->privileged = true;
		} else if (takes_word(words[i])) {
			i++;
		}
	}
}

bool audit_exec_words(const str *words, size_t n, struct audit_exec *out)
{
	static const char *const clients[] = { "docker", "podman", "docker-compose",
					       "podman-remote", "nerdctl" };
	int64_t time = out->time;

	if (n < 2 || !words_have(clients, ARRAY_LEN(clients), path_base(words[0])))
		return false;
	*out = (struct audit_exec){ .time = time };
	for (size_t i = 1; i < n; i++) {
		if (str_starts(words[i], STR("-"))) {
			i += takes_word(words[i]);
			continue;
		}
		if (str_eq(words[i], STR("container")) || str_eq(words[i], STR("compose")))
			continue;
		if (!str_eq(words[i], STR("exec")))
			return false;
		take_exec_options(words + i + 1, n - i - 1, out);
		return true;
	}
	return false;
}

/* ---- records ---- */

/* Text in quotes as it is, else hexadecimal digits; "(null)" and the like as they are. */
static str value_of(str text, struct arena *arena)
{
	char *out;

	text = str_take(text, VALUE_MAX);
	if (text.n > 1 && text.p[0] == '"' && str_ends(text, STR("\"")))
		return str_dup(arena, str_drop_end(str_skip(text, 1), 1));
	if (text.n < 2 || text.n % 2)
		return str_dup(arena, text);
	out = arena_bytes(arena, text.n / 2);
	for (size_t i = 0; i < text.n; i += 2) {
		uint64_t byte;

		if (!str_u64_base(str_of(text.p + i, 2), 16, &byte))
			return str_dup(arena, text);
		out[i / 2] = (char)byte;
	}
	return str_of(out, text.n / 2);
}

/* The next "name=value" of a record; values in quotes may hold blanks. */
static bool next_field(str *rest, str *name, str *value)
{
	size_t end = 0;

	*rest = str_trim(*rest);
	if (!str_cut(*rest, '=', name, value))
		return false;
	if (str_starts(*value, STR("\""))) {
		ptrdiff_t quote = str_find_char(str_skip(*value, 1), '"');

		end = quote < 0 ? value->n : (size_t)quote + 2;
	} else {
		/* 0x1d parts what auditd has translated. */
		while (end < value->n && value->p[end] != ' ' && value->p[end] != 0x1d)
			end++;
	}
	*rest = str_skip(*value, end < value->n && value->p[end] == 0x1d ? end + 1 : end);
	*value = str_take(*value, end);
	return true;
}

/* Several keys are parted by a byte 1. */
static bool has_key(str value, struct arena *arena)
{
	str keys = value_of(value, arena), key;

	while (str_split(&keys, 1, &key)) {
		if (str_eq(key, STR("docker")))
			return true;
	}
	return false;
}

static int event_end(struct audit_log *log, struct audit_event *event, struct err *err)
{
	struct audit_exec exec = { .time = event->time };
	str words[AUDIT_EXEC_WORDS];
	bool cut;
	size_t n = event->argc < AUDIT_EXEC_WORDS ? event->argc : AUDIT_EXEC_WORDS;

	if (!event->used)
		return 0;
	event->used = false;
	if (!event->keyed)
		return 0;
	log->keyed++;
	for (size_t i = 0; i < n; i++) {
		exec.words_cut = exec.words_cut || !event->words[i].p;
		words[i] = event->words[i].p ? value_of(event->words[i], log->arena) : STR_EMPTY;
	}
	cut = exec.words_cut || event->argc > AUDIT_EXEC_WORDS;
	if (n == 0 || !audit_exec_words(words, n, &exec))
		return 0;
	exec.words_cut = cut;
	if (log->n == AUDIT_LOG_EXECS)
		return err_set(err, ERR_LIMIT, "more than %u commands", AUDIT_LOG_EXECS);
	log->items = arena_regrow(log->arena, log->items, log->n, &log->cap, sizeof(*log->items));
	log->items[log->n++] = exec;
	return 0;
}

static struct audit_event *event_of(struct audit_log *log, uint64_t serial, int64_t time,
				    struct err *err)
{
	struct audit_event *event;

	for (size_t i = 0; i < AUDIT_LOG_PENDING; i++) {
		if (log->pending[i].used && log->pending[i].serial == serial &&
		    log->pending[i].time == time)
			return &log->pending[i];
	}
	event = &log->pending[log->next];
	log->next = (log->next + 1) % AUDIT_LOG_PENDING;
	if (event_end(log, event, err) < 0)
		return NULL;
	memset(event, 0, sizeof(*event));
	event->serial = serial;
	event->time = time;
	event->used = true;
	return event;
}

/* argc=3 a0="docker" a1="exec" a2=6162 */
static void take_words(struct audit_event *event, str fields)
{
	str name, value;
	uint64_t number;

	while (next_field(&fields, &name, &value)) {
		if (str_eq(name, STR("argc")) && str_u64(value, &number))
			event->argc = number < SIZE_MAX ? (size_t)number : SIZE_MAX;
		else if (name.n > 1 && name.p[0] == 'a' && str_u64(str_skip(name, 1), &number) &&
			 number < AUDIT_EXEC_WORDS)
			event->words[number] = value; /* decoded when it turns out to count */
	}
}

static void take_key(struct audit_event *event, str fields, struct arena *arena)
{
	str name, value;

	while (next_field(&fields, &name, &value)) {
		if (str_eq(name, STR("key")) && has_key(value, arena))
			event->keyed = true;
	}
}

/* "type=SYSCALL msg=audit(1364481363.243:24287): arch=..." */
static bool take_head(str *line, str *type, int64_t *time, uint64_t *serial)
{
	str head, stamp, seconds, rest, number;

	ptrdiff_t at = str_find(*line, STR("type="));

	if (at < 0)
		return false;
	*line = str_skip(*line, (size_t)at + 5);
	if (!str_cut(*line, ' ', type, &rest) || !str_starts(rest, STR("msg=audit(")) ||
	    !str_cut(str_skip(rest, 10), ')', &stamp, line) ||
	    !str_cut(stamp, ':', &head, &number) || !str_u64(number, serial))
		return false;
	seconds = head;
	IGNORE(str_cut(head, '.', &seconds, &rest)); /* no fraction */
	*line = str_without_prefix(*line, STR(":"));
	return str_i64(seconds, time) && *time > 0;
}

static int take_line(struct audit_log *log, str line, struct err *err)
{
	struct audit_event *event;
	uint64_t serial;
	int64_t time;
	str type;

	if (str_empty(str_trim(line)))
		return 0;
	if (!take_head(&line, &type, &time, &serial)) {
		log->malformed++;
		return 0;
	}
	if (log->oldest == 0 || time < log->oldest)
		log->oldest = time;
	if (time > log->newest)
		log->newest = time;
	if (!str_eq(type, STR("SYSCALL")) && !str_eq(type, STR("EXECVE")))
		return 0;
	event = event_of(log, serial, time, err);
	if (!event)
		return -1;
	if (str_eq(type, STR("EXECVE")))
		take_words(event, line);
	else
		take_key(event, line, log->arena);
	return 0;
}

int audit_log_read(struct audit_log *log, str text, struct err *err)
{
	str line;

	if (text.n > AUDIT_LOG_MAX)
		return err_set(err, ERR_LIMIT, "over %u bytes", AUDIT_LOG_MAX);
	while (str_line(&text, &line)) {
		if (take_line(log, line, err) < 0)
			return -1;
	}
	/* Events that go on in the next file: this text will be gone. */
	for (size_t i = 0; i < AUDIT_LOG_PENDING; i++) {
		for (size_t k = 0; log->pending[i].used && k < AUDIT_EXEC_WORDS; k++) {
			if (log->pending[i].words[k].p)
				log->pending[i].words[k] = str_dup(
					log->arena, str_take(log->pending[i].words[k], VALUE_MAX));
		}
	}
	return 0;
}

int audit_log_end(struct audit_log *log, struct err *err)
{
	for (size_t i = 0; i < AUDIT_LOG_PENDING; i++) {
		if (event_end(log, &log->pending[(log->next + i) % AUDIT_LOG_PENDING], err) < 0)
			return -1;
	}
	return 0;
}
