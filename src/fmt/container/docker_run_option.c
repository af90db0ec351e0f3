/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `run` and `create` of docker and podman. */
#include "base/buf.h"
#include "base/words.h"
#include "fmt/container/container_value.h"
#include "fmt/container/docker_run_internal.h"

void run_wrong(struct run_state *s, str value, const char *wanted)
{
	if (s->option->member == PLAN_MEMBERS)
		return;
	plan_unknown(s->plan, s->option->member,
		     str_fmt(s->arena, "line %u: --%s: '%.*s' is no %s", s->place.line,
			     s->option->name, STR_ARG(str_take(value, 80)), wanted),
		     s->place);
}

/* ---- what options say ---- */

static void text(struct run_state *s, str value)
{
	plan_set_text(s->plan, s->option->member, value, s->place);
}

static void list(struct run_state *s, str value)
{
	plan_add(s->plan, s->option->member, value, s->place);
}

/* Values with commas between. */
static void words(struct run_state *s, str value)
{
	str word;

	while (str_split(&value, ',', &word))
		plan_add(s->plan, s->option->member, word, s->place);
}

static void flag(struct run_state *s, str value)
{
	(void)value;
	plan_set_bool(s->plan, s->option->member, s->on, s->place);
}

static void bytes(struct run_state *s, str value)
{
	int64_t n;

	if (value_bytes(value, s->arena, &n))
		plan_set_number(s->plan, s->option->member, n, s->place);
	else
		run_wrong(s, value, "size");
}

static void number(struct run_state *s, str value)
{
	int64_t n;

	if (str_i64(value, &n))
		plan_set_number(s->plan, s->option->member, n, s->place);
	else
		run_wrong(s, value, "whole number");
}

static void cpus(struct run_state *s, str value)
{
	int64_t n;

	if (value_nano_cpus(value, &n))
		plan_set_number(s->plan, PLAN_NANO_CPUS, n, s->place);
	else
		run_wrong(s, value, "number of CPUs");
}

static void restart(struct run_state *s, str value)
{
	str name;
	int64_t tries;

	if (!value_restart(value, &name, &tries)) {
		run_wrong(s, value, "restart policy");
		return;
	}
	plan_set_text(s->plan, PLAN_RESTART, name, s->place);
	s->plan->facts[PLAN_RESTART].number = tries;
}

static void ulimit(struct run_state *s, str value)
{
	if (value_ulimit(value) || (s->podman && str_eq(value, STR("host"))))
		plan_add(s->plan, PLAN_ULIMITS, value, s->place);
	else
		run_wrong(s, value, "limit");
}

static void name(struct run_state *s, str value) { s->plan->name = value; }

static void publish(struct run_state *s, str value)
{
	const char *why;

	if (value_port(s->plan, value, s->place, &why))
		return;
	run_wrong(s, value, "port");
	plan_unknown(s->plan, PLAN_EXPOSED, str_c(why), s->place);
}

static void publish_all(struct run_state *s, str value)
{
	(void)value;
	s->publish_all = s->on;
}

static void expose(struct run_state *s, str value)
{
	if (!value_expose(s->plan, value, s->place))
		run_wrong(s, value, "port");
}

/* "name", "name=x,alias=y": the first one is the mode. */
static void network(struct run_state *s, str value)
{
	str rest = value, part, key, found = value;

	if (s->plan->facts[PLAN_NETWORK].set)
		return; /* one more network */
	if (str_find_char(value, '=') >= 0) {
		while (str_split(&rest, ',', &part)) {
			if (str_cut(part, '=', &key, &part) && str_eq(key, STR("name")))
				found = part;
		}
	}
	plan_set_text(s->plan, PLAN_NETWORK, found, s->place);
}

static void security(struct run_state *s, str value)
{
	/* "no-new-privileges" alone, with ":" or "=". */
	plan_add(s->plan, PLAN_SECURITY, value, s->place);
}

static void health_cmd(struct run_state *s, str value)
{
	plan_clear(s->plan, PLAN_HEALTH);
	if (str_eq(value, STR("none"))) {
		plan_add(s->plan, PLAN_HEALTH, STR("NONE"), s->place);
		return;
	}
	plan_add(s->plan, PLAN_HEALTH, STR("CMD-SHELL"), s->place);
	plan_add(s->plan, PLAN_HEALTH, value, s->place);
	plan_add_command(s->plan, STR("healthcheck"), &value, 1, s->place);
}

static void no_health(struct run_state *s, str value)
{
	(void)value;
	if (!s->on)
		return;
	plan_clear(s->plan, PLAN_HEALTH);
	plan_add(s->plan, PLAN_HEALTH, STR("NONE"), s->place);
}

/* ---- texts in which no secret belongs, logs ---- */

/* The end of what begins with the '$' at `at`: $NAME, ${...}, $(...), "$?" and their like. */
static size_t variable_end(str word, size_t at)
{
	size_t depth = 0, i = at + 1;
	char close = i < word.n && word.p[i] == '{' ? '}' : ')';

	if (i < word.n && (word.p[i] == '{' || word.p[i] == '(')) {
		char open = word.p[i];

		for (; i < word.n; i++) {
			depth += word.p[i] == open;
			depth -= word.p[i] == close;
			if (depth == 0)
				return i + 1;
		}
		return word.n;
	}
	while (i < word.n && (is_alnum(word.p[i]) || word.p[i] == '_'))
		i++;
	return i == at + 1 && i < word.n ? i + 1 : i;
}

str run_without_variables(str word, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	buf_init(&b, word.n + 1);
	for (size_t i = 0; i < word.n;) {
		if (word.p[i] == '$') {
			i = variable_end(word, i);
		} else if (word.p[i] == '`') {
			ptrdiff_t end = str_find_char(str_skip(word, i + 1), '`');

			i = end < 0 ? word.n : i + (size_t)end + 2;
		} else {
			buf_byte(&b, word.p[i++]);
		}
	}
	return str_dup(arena, buf_str(&b));
}

static void pair(struct run_state *s, enum plan_text_kind kind, str value)
{
	str name;

	if (str_cut(value, '=', &name, &value))
		plan_add_text(s->plan, kind, name, value, s->place);
}

static void env(struct run_state *s, str value) { pair(s, PLAN_ENVIRONMENT, value); }

static void open_env(struct run_state *s, str value)
{
	env(s, run_without_variables(value, s->arena));
}

static void label(struct run_state *s, str value)
{
	plan_add(s->plan, PLAN_LABELS, value, s->place);
	pair(s, PLAN_LABEL, value);
}

static void annotation(struct run_state *s, str value) { pair(s, PLAN_LABEL, value); }

static void open_annotation(struct run_state *s, str value)
{
	annotation(s, run_without_variables(value, s->arena));
}

static void entrypoint(struct run_state *s, str value)
{
	plan_add_command(s->plan, STR("entrypoint"), &value, 1, s->place);
}

static void log_driver(struct run_state *s, str value)
{
	plan_set_driver(s->plan, value, s->place);
}

static void log_option(struct run_state *s, str value)
{
	plan_add(s->plan, PLAN_LOGGING, value, s->place);
	pair(s, PLAN_LOG_OPTION, value);
}

/* ---- mounts ---- */

static void put_mount(struct run_state *s, struct plan_mount *mount)
{
	bool relative =
		mount->host_path.n > 0 && s->folder.n == 0 && !str_starts(mount->source, STR("/"));

	if (relative)
		plan_unknown(s->plan, PLAN_MOUNTS, STR("a path relative to a folder not known"),
			     s->place);
	plan_add_mount(s->plan, *mount, s->place);
}

static void volume(struct run_state *s, str value)
{
	struct plan_mount mount;

	if (value_volume(s->arena, value, s->folder, &mount))
		put_mount(s, &mount);
	else
		run_wrong(s, value, "mount");
}

static void tmpfs(struct run_state *s, str value)
{
	struct plan_mount mount = { .type = STR("tmpfs"), .destination = value };
	str options;

	IGNORE(str_cut(value, ':', &mount.destination, &options)); /* it may have none */
	put_mount(s, &mount);
}

/* Fields of comma-separated values, quoted ones as CSV has them. */
static bool field(struct arena *arena, str *rest, str *out)
{
	char *made;
	size_t n = 0, i = 0;
	bool in_quotes = false;

	if (!rest->p)
		return false;
	made = arena_bytes(arena, rest->n + 1);
	for (; i < rest->n && (in_quotes || rest->p[i] != ','); i++) {
		if (rest->p[i] != '"') {
			made[n++] = rest->p[i];
		} else if (in_quotes && i + 1 < rest->n && rest->p[i + 1] == '"') {
			made[n++] = '"';
			i++;
		} else {
			in_quotes = !in_quotes;
		}
	}
	*out = str_of(made, n);
	*rest = i < rest->n ? str_skip(*rest, i + 1) : STR_EMPTY;
	return true;
}

struct mount_option {
	struct plan_mount mount;
	str o, device; /* of a volume's driver */
};

static void mount_field(struct mount_option *m, str key, str value)
{
	static const char *const targets[] = { "target", "dst", "destination" };
	static const char *const sources[] = { "source", "src" };
	bool on = true;

	if (words_have(targets, ARRAY_LEN(targets), key))
		m->mount.destination = value;
	if (words_have(sources, ARRAY_LEN(sources), key))
		m->mount.source = value;
	if (str_eq(key, STR("type"))) {
		m->mount.type = value;
	} else if (str_eq(key, STR("readonly")) || str_eq(key, STR("ro"))) {
		if (value.n == 0 || (value_bool(value, &on) && on))
			m->mount.read_only = true;
	} else if (str_eq(key, STR("rw"))) {
		m->mount.read_only = value.n > 0 && value_bool(value, &on) && !on;
	} else if (str_eq(key, STR("bind-propagation"))) {
		m->mount.propagation = value;
	} else if (str_eq(key, STR("volume-opt"))) {
		str_cut(value, '=', &key, &value);
		if (str_eq(key, STR("o")))
			m->o = value;
		else if (str_eq(key, STR("device")))
			m->device = value;
	}
}

static void mount(struct run_state *s, str value)
{
	struct mount_option m = { .mount = { .type = STR("volume") } };
	str rest = value, part, word;

	while (field(s->arena, &rest, &part)) {
		str key = part, content = STR_EMPTY;

		IGNORE(str_cut(part, '=', &key, &content)); /* "readonly" alone */
		mount_field(&m, str_lower(s->arena, str_trim(key)), content);
	}
	if (m.mount.destination.n == 0) {
		run_wrong(s, value, "mount");
		return;
	}
	if (str_eq(m.mount.type, STR("bind"))) {
		if (m.mount.propagation.n == 0)
			m.mount.propagation = STR("rprivate");
		m.mount.host_path = value_path(s->arena, s->folder, m.mount.source);
	} else {
		m.mount.name = m.mount.source;
	}
	while (str_split(&m.o, ',', &word)) {
		if (str_eq(word, STR("bind")) || str_eq(word, STR("rbind")))
			m.mount.host_path = value_path(s->arena, s->folder, m.device);
	}
	put_mount(s, &m.mount);
}

static void volumes_from(struct run_state *s, str value)
{
	plan_unknown(s->plan, PLAN_MOUNTS,
		     str_fmt(s->arena, "line %u: the volumes of %.*s are not in this file",
			     s->place.line, STR_ARG(str_take(value, 100))),
		     s->place);
}

static void api_socket(struct run_state *s, str value)
{
	struct plan_mount made = { .type = STR("bind"),
				   .source = STR("/var/run/docker.sock"),
				   .destination = STR("/var/run/docker.sock"),
				   .propagation = STR("rprivate"),
				   .host_path = STR("/var/run/docker.sock") };

	(void)value;
	if (s->on)
		put_mount(s, &made);
}

/* A pod has namespaces of its own, which nobody sees here. */
static void pod(struct run_state *s, str value)
{
	static const enum plan_member shared[] = { PLAN_NETWORK, PLAN_IPC, PLAN_UTS, PLAN_PID,
						   PLAN_PORTS };

	for (size_t i = 0; i < ARRAY_LEN(shared); i++)
		plan_unknown(s->plan, shared[i],
			     str_fmt(s->arena, "line %u: the pod %.*s decides", s->place.line,
				     STR_ARG(str_take(value, 100))),
			     s->place);
}

/* ---- the table ---- */

#define NONE PLAN_MEMBERS

#define OPTION(option, l, fn, of)                                                          \
	{                                                                                  \
		.name = option, .letter = l, .takes = RUN_VALUE, .apply = fn, .member = of \
	}
#define TEXT_OPTION(option, l, fn, open_fn)                                                    \
	{                                                                                      \
		.name = option, .letter = l, .takes = RUN_VALUE, .apply = fn, .open = open_fn, \
		.member = NONE                                                                 \
	}
#define FLAG(option, l, fn, of)                                                              \
	{                                                                                    \
		.name = option, .letter = l, .takes = RUN_NOTHING, .apply = fn, .member = of \
	}

static const struct run_option options[] = {
	OPTION("cap-add", 0, words, PLAN_CAP_ADD),
	OPTION("cap-drop", 0, words, PLAN_CAP_DROP),
	OPTION("cgroup-parent", 0, text, PLAN_CGROUP_PARENT),
	OPTION("cpu-quota", 0, number, PLAN_CPU_QUOTA),
	OPTION("cpu-shares", 'c', number, PLAN_CPU_SHARES),
	OPTION("cpus", 0, cpus, PLAN_NANO_CPUS),
	OPTION("device", 0, list, PLAN_DEVICES),
	OPTION("device-cgroup-rule", 0, list, PLAN_DEVICE_RULES),
	OPTION("expose", 0, expose, PLAN_EXPOSED),
	OPTION("gpus", 0, list, PLAN_DEVICE_REQUESTS),
	OPTION("health-cmd", 0, health_cmd, PLAN_HEALTH),
	OPTION("ipc", 0, text, PLAN_IPC),
	OPTION("label", 'l', label, PLAN_LABELS),
	OPTION("entrypoint", 0, entrypoint, NONE),
	OPTION("log-driver", 0, log_driver, PLAN_LOGGING),
	OPTION("log-opt", 0, log_option, PLAN_LOGGING),
	TEXT_OPTION("annotation", 0, annotation, open_annotation),
	TEXT_OPTION("env", 'e', env, open_env),
	OPTION("memory", 'm', bytes, PLAN_MEMORY),
	OPTION("mount", 0, mount, PLAN_MOUNTS),
	OPTION("name", 0, name, NONE),
	OPTION("net", 0, network, PLAN_NETWORK),
	OPTION("network", 0, network, PLAN_NETWORK),
	OPTION("pid", 0, text, PLAN_PID),
	OPTION("pids-limit", 0, number, PLAN_PIDS_LIMIT),
	OPTION("pod", 0, pod, PLAN_NETWORK),
	OPTION("pod-id-file", 0, pod, PLAN_NETWORK),
	OPTION("publish", 'p', publish, PLAN_PORTS),
	OPTION("restart", 0, restart, PLAN_RESTART),
	OPTION("security-opt", 0, security, PLAN_SECURITY),
	OPTION("tmpfs", 0, tmpfs, PLAN_MOUNTS),
	OPTION("ulimit", 0, ulimit, PLAN_ULIMITS),
	OPTION("user", 'u', text, PLAN_USER),
	OPTION("userns", 0, text, PLAN_USERNS),
	OPTION("uts", 0, text, PLAN_UTS),
	OPTION("volume", 'v', volume, PLAN_MOUNTS),
	OPTION("volumes-from", 0, volumes_from, PLAN_MOUNTS),
	FLAG("no-healthcheck", 0, no_health, PLAN_HEALTH),
	FLAG("privileged", 0, flag, PLAN_PRIVILEGED),
	FLAG("publish-all", 'P', publish_all, NONE),
	FLAG("read-only", 0, flag, PLAN_READ_ONLY),
	FLAG("use-api-socket", 0, api_socket, PLAN_MOUNTS),
};

/* Others, with a letter in front where they have one: their value, or that they are there, says
 * nothing here. */
static const char values[] =
	"add-host arch a,attach authfile blkio-weight blkio-weight-device cert-dir "
	"cgroup-conf cgroupns cgroups chrootdirs cidfile conmon-pidfile cpu-count "
	"cpu-percent cpu-period cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems "
	"creds decryption-key detach-keys device-read-bps device-read-iops "
	"device-write-bps device-write-iops dns dns-opt dns-option dns-search "
	"domainname env-file env-merge gidmap group-add group-entry health-interval "
	"health-log-destination health-max-log-count health-max-log-size "
	"health-on-failure health-retries health-start-interval health-start-period "
	"health-startup-cmd health-startup-interval health-startup-retries "
	"health-startup-success health-startup-timeout health-timeout h,hostname "
	"hosts-file hostuser image-volume init-ctr init-path intel-rdt-closid "
	"io-maxbandwidth io-maxiops ip ip6 isolation kernel-memory label-file link "
	"link-local-ip mac-address memory-reservation memory-swap memory-swappiness "
	"net-alias network-alias oom-score-adj os passwd-entry personality pidfile "
	"platform preserve-fd preserve-fds pull rdt-class requires retry retry-delay "
	"runtime sdnotify seccomp-policy secret shm-size shm-size-systemd stop-signal "
	"stop-timeout storage-opt subgidname subuidname sysctl systemd timeout tz "
	"uidmap umask unsetenv variant volume-driver w,workdir";
static const char switches[] =
	"d,detach disable-content-trust env-host help http-proxy init i,interactive "
	"no-hostname no-hosts oom-kill-disable passwd q,quiet read-only-tmpfs replace "
	"rm rmi rootfs sig-proxy tls-verify t,tty unsetenv-all";

static const struct run_option any_value = { .name = "", .takes = RUN_VALUE, .member = NONE };
static const struct run_option any_switch = { .name = "", .takes = RUN_NOTHING, .member = NONE };

/* "name" or "l,name" is among the words. */
static bool has_option(const char *words, str name, char letter)
{
	str rest = str_c(words), word;

	while (str_split(&rest, ' ', &word)) {
		bool lettered = word.n > 2 && word.p[1] == ',';

		if (letter ? lettered && word.p[0] == letter
			   : str_eq(lettered ? str_skip(word, 2) : word, name))
			return true;
	}
	return false;
}

static const struct run_option *other_option(str name, char letter)
{
	if (has_option(values, name, letter))
		return &any_value;
	return has_option(switches, name, letter) ? &any_switch : NULL;
}

const struct run_option *run_option_named(str long_name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (str_eq(long_name, str_c(options[i].name)))
			return &options[i];
	}
	return long_name.n > 0 ? other_option(long_name, 0) : NULL;
}

const struct run_option *run_option_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (options[i].letter == letter && letter)
			return &options[i];
	}
	return letter ? other_option(STR_EMPTY, letter) : NULL;
}

/* Options of the client with a value. */
static const char client_values[] =
	"-H --host -c --context --connection --config -l --log-level --tlscacert "
	"--tlscert --tlskey --url --identity --root --runroot --storage-driver "
	"--storage-opt --events-backend --cgroup-manager --conmon --network-cmd-path "
	"--network-config-dir --hooks-dir --module --runtime --runtime-flag --tmpdir "
	"--volumepath --out --imagestore --pull-option --cdi-spec-dir --registries-conf "
	"--ssh --db-backend";

bool run_client_takes(str option) { return has_option(client_values, option, 0); }
