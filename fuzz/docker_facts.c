/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a Docker host; the first byte picks the parser. */
#include "base/err.h"
#include "fmt/container/dockerd_settings.h"
#include "fmt/container/swarm_state.h"
#include "fmt/container/trust_setting.h"
#include "fmt/host/audit_log.h"
#include "fmt/host/host_accounts.h"
#include "fmt/host/machine_identity.h"
#include "fmt/host/proc_net.h"
#include "fmt/host/proc_status.h"
#include "must.h"

#define WORDS_MAX 256u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words as /proc has them. */
static size_t words_of(str text, str words[WORDS_MAX])
{
	size_t n = 0;

	while (n < WORDS_MAX && str_split(&text, 0, &words[n]))
		n++;
	return n;
}

/* Each key once, in the order of the list, with a value that can be written. */
static void check_settings(const struct dockerd_settings *settings)
{
	must(settings->n <= DOCKERD_KEYS_MAX);
	for (size_t i = 0; i < settings->n && i < 100; i++) {
		struct buf out;
		struct json_writer w;

		must(dockerd_settings_get(settings, settings->items[i].key) == &settings->items[i]);
		buf_init(&out, 64u << 20);
		json_writer_init(&w, &out, 0);
		json_put(&w, &settings->items[i].value);
		must(!out.overflow && out.n > 0);
		buf_done(&out);
	}
}

static void flags(str text, struct arena *arena)
{
	struct dockerd_settings settings;
	struct err err = { .kind = ERR_NONE };
	str words[WORDS_MAX];
	size_t n = words_of(text, words);

	dockerd_settings_init(&settings, arena);
	must(dockerd_settings_flags(&settings, words, n, STR("w"), &err) == 0 ||
	     err.kind == ERR_LIMIT);
	check_settings(&settings);
}

static void config(str text, struct arena *arena)
{
	struct dockerd_settings settings;
	struct err err = { .kind = ERR_NONE };

	dockerd_settings_init(&settings, arena);
	if (dockerd_settings_file(&settings, STR("f"), text, &err) < 0) {
		must(err.kind != ERR_NONE);
		return;
	}
	check_settings(&settings);
	for (size_t i = 0; i < settings.n; i++)
		must(str_starts(settings.items[i].where, STR("f:")));
}

static void sockets(str text, char kind, struct arena *arena)
{
	struct proc_sockets list;
	struct err err;
	int rc = kind == 't'   ? proc_net_tcp(text, arena, &list, &err)
		 : kind == 'u' ? proc_net_udp(text, arena, &list, &err)
			       : proc_net_unix(text, arena, &list, &err);

	if (rc < 0)
		return;
	for (size_t i = 0; i < list.n; i++) {
		must(list.items[i].address.n > 0);
		must(kind != 'u' || list.items[i].port > 0);
	}
}

static void kubelet(str text, struct arena *arena)
{
	struct kubelet_identity *identity = ARENA_NEW(arena, struct kubelet_identity);
	struct err err;
	str words[WORDS_MAX];

	kubelet_flags(words, words_of(text, words), identity);
	kubelet_flags_file(text, arena, identity);
	(void)!kubelet_config(text, arena, identity, &err);
	must(identity->labels.n <= MACHINE_LABELS_MAX);
	for (size_t i = 0; i < identity->labels.n; i++)
		must(identity->labels.items[i].name.n > 0);
}

static void cloud(str text, struct arena *arena)
{
	struct cloud_identity *identity = ARENA_NEW(arena, struct cloud_identity);
	struct swarm_state state;
	struct err err;

	if (cloud_instance_data(text, arena, identity, &err) == 0)
		must(identity->tags.n <= MACHINE_LABELS_MAX);
	(void)!swarm_state_parse(text, arena, &state, &err);
}

static void audit(str text, struct arena *arena)
{
	struct audit_log *log = ARENA_NEW(arena, struct audit_log);
	struct audit_exec exec = { .time = 7 };
	struct err err;
	str words[WORDS_MAX];

	if (audit_exec_words(words, words_of(text, words), &exec))
		must(exec.time == 7);
	audit_log_init(log, arena);
	if (audit_log_read(log, text, &err) < 0 || audit_log_end(log, &err) < 0)
		return;
	must(log->n <= log->keyed);
	for (size_t i = 0; i < log->n; i++)
		must(log->items[i].time >= log->oldest && log->items[i].time <= log->newest);
}

static void accounts(str text, struct arena *arena)
{
	struct host_accounts accounts;
	const struct host_range *ranges;
	const str *services;
	struct err err;
	size_t n;

	host_accounts_init(&accounts, arena);
	if (host_accounts_passwd(&accounts, text, &err) == 0 &&
	    host_accounts_group(&accounts, text, &err) == 0) {
		for (size_t i = 0; i < accounts.user_count && i < 100; i++)
			must(host_accounts_user(&accounts, accounts.users[i].uid)->uid ==
			     accounts.users[i].uid);
		for (size_t i = 0; i < accounts.group_count && i < 100; i++)
			must(host_accounts_group_named(&accounts, accounts.groups[i].name) <=
			     &accounts.groups[i]);
	}
	if (host_nsswitch(text, STR("group"), arena, &services, &n, &err) == 0) {
		for (size_t i = 0; i < n; i++)
			must(services[i].n > 0);
	}
	if (host_subid(text, arena, &ranges, &n, &err) == 0) {
		for (size_t i = 0; i < n; i++)
			must(ranges[i].name.n > 0);
	}
}

static void process(str text)
{
	struct proc_status status;
	struct err err;
	str rest = text, value;
	uint32_t line = 0, before = 0;

	if (proc_status_parse(text, &status, &err) == 0)
		must(status.pid > 0 && status.seccomp >= -1 && status.seccomp <= 2);
	while (trust_setting_next(&rest, STR("DOCKER_CONTENT_TRUST"), &line, &value)) {
		must(line > before && value.p);
		before = line;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size);

	if (size == 0)
		return 0;
	text = str_skip(text, 1);
	switch (data[0]) {
	case 'f':
		flags(text, arena);
		break;
	case 'c':
		config(text, arena);
		break;
	case 't':
	case 'u':
	case 'x':
		sockets(text, (char)data[0], arena);
		break;
	case 'k':
		kubelet(text, arena);
		break;
	case 'i':
		cloud(text, arena);
		break;
	case 'a':
		audit(text, arena);
		break;
	case 'p':
		accounts(text, arena);
		break;
	default:
		process(text);
		break;
	}
	return 0;
}
