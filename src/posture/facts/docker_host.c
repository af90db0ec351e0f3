/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <sys/utsname.h>

#include "base/path.h"
#include "fmt/host/machine_identity.h"
#include "posture/facts/docker_internal.h"

#define SMALL_MAX   (64u << 10)
#define ENTRIES_MAX 1000u

/* ---- host ---- */

/* Value of a line NAME=value of os-release, quotes left away. */
static str os_value(str text, str name)
{
	str line, key, value;

	while (str_line(&text, &line)) {
		if (!str_cut(str_trim(line), '=', &key, &value) || !str_eq(key, name))
			continue;
		if (value.n > 1 && (value.p[0] == '"' || value.p[0] == '\'') &&
		    value.p[value.n - 1] == value.p[0])
			value = str_drop_end(str_skip(value, 1), 1);
		return value;
	}
	return STR_EMPTY;
}

static void put_os(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;
	struct err err;
	str text;

	if (host_view_read(facts->view, STR("/etc/os-release"), SMALL_MAX, facts->arena, &text,
			   &err) < 0 &&
	    host_view_read(facts->view, STR("/usr/lib/os-release"), SMALL_MAX, facts->arena, &text,
			   &err) < 0) {
		docker_failed(facts, STR("host.os"), &err);
		return;
	}
	JSON_KEY(w, "os");
	json_open_object(w);
	json_kv_str(w, STR("id"), os_value(text, STR("ID")));
	json_kv_str(w, STR("version_id"), os_value(text, STR("VERSION_ID")));
	json_kv_str(w, STR("pretty_name"), os_value(text, STR("PRETTY_NAME")));
	json_close_object(w);
}

/* With the host's root elsewhere, the name of this process's machine may be a container's. */
static str name_of(struct docker_facts *facts, const struct utsname *machine)
{
	str text = json_get_str(facts->info, STR("Name"));
	struct err err; /* then the kernel's word */

	if (facts->host_known && !str_eq(host_view_root(facts->view), STR("/")) &&
	    host_view_read(facts->view, STR("/etc/hostname"), SMALL_MAX, facts->arena, &text,
			   &err) == 0)
		return str_trim(text);
	return !facts->host_known && text.n ? text : str_c(machine->nodename);
}

void docker_put_host(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;
	struct utsname machine = { 0 };
	str kernel = json_get_str(facts->info, STR("KernelVersion"));
	str architecture = json_get_str(facts->info, STR("Architecture"));

	IGNORE(uname(&machine)); /* cannot fail with a good pointer */
	JSON_KEY(w, "host");
	json_open_object(w);
	json_kv_str(w, STR("name"), name_of(facts, &machine));
	if (facts->host_known)
		put_os(facts);
	else
		docker_missed(facts, STR("host.os"), facts->host_unknown, facts->host_remedy);
	json_kv_str(w, STR("kernel"),
		    facts->host_known || !kernel.n ? str_c(machine.release) : kernel);
	json_kv_str(w, STR("architecture"),
		    facts->host_known || !architecture.n ? str_c(machine.machine) : architecture);
	json_kv_str(w, STR("root"), host_view_root(facts->view));
	json_kv_bool(w, STR("in_container"), facts->in_container);
	json_close_object(w);
	IGNORE(docker_keep(facts, &mark, STR("host"))); /* noted */
}

/* ---- platform ---- */

static void put_labels(struct json_writer *w, const char *key, const struct machine_labels *labels)
{
	json_key(w, str_c(key));
	json_open_object(w);
	for (size_t i = 0; i < labels->n; i++)
		json_kv_str(w, labels->items[i].name, labels->items[i].value);
	json_close_object(w);
}

/* 1: found, 0: there is none, -1: failed. */
static int read_optional(struct docker_facts *facts, str path, size_t max, str *text,
			 struct err *err)
{
	if (host_view_read(facts->view, path, max, facts->arena, text, err) == 0)
		return 1;
	return err->kind == ERR_NOT_FOUND ? 0 : -1;
}

static int read_kubelet_files(struct docker_facts *facts, struct kubelet_identity *identity,
			      str *source, struct err *err)
{
	static const str flags = STR_INIT("/var/lib/kubelet/kubeadm-flags.env");
	str config = str_starts(identity->config, STR("/")) ? identity->config
							    : STR("/var/lib/kubelet/config.yaml");
	bool running = !str_empty(*source);
	str text;
	int rc = 0;

	if (!running) {
		rc = read_optional(facts, flags, KUBELET_FILE_MAX, &text, err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			kubelet_flags_file(text, facts->arena, identity);
			*source = flags;
		}
	}
	rc = read_optional(facts, config, KUBELET_FILE_MAX, &text, err);
	if (rc < 0)
		return -1;
	if (rc > 0 && kubelet_config(text, facts->arena, identity, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(config));
	if (rc > 0 && str_empty(*source))
		*source = config;
	return 0;
}

static void put_kubelet(struct docker_facts *facts)
{
	const struct docker_process *kubelet = docker_process_named(facts, STR("kubelet"));
	struct kubelet_identity *identity = ARENA_NEW(facts->arena, struct kubelet_identity);
	struct json_writer *w = &facts->w;
	str source = STR_EMPTY;
	const str *words;
	struct err err;
	size_t n;

	if (kubelet) {
		if (host_process_words(facts->view, kubelet->pid, "cmdline", facts->arena, &words,
				       &n, &err) < 0) {
			docker_failed(facts, STR("platform.kubelet"), &err);
			return;
		}
		kubelet_flags(words + (n > 0), n - (n > 0), identity);
		source = str_fmt(facts->arena, "/proc/%" PRId64 "/cmdline", kubelet->pid);
	}
	if (read_kubelet_files(facts, identity, &source, &err) < 0) {
		docker_failed(facts, STR("platform.kubelet"), &err);
		return;
	}
	JSON_KEY(w, "kubelet");
	if (str_empty(source)) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_str(w, STR("provider_id"), identity->provider_id);
	put_labels(w, "labels", &identity->labels);
	json_kv_str(w, STR("source"), source);
	json_close_object(w);
}

static void put_cloud(struct docker_facts *facts)
{
	struct cloud_identity *identity = ARENA_NEW(facts->arena, struct cloud_identity);
	struct json_writer *w = &facts->w;
	struct err err;
	str text;
	int rc = read_optional(facts, STR("/run/cloud-init/instance-data.json"), INSTANCE_DATA_MAX,
			       &text, &err);

	if (rc < 0 || (rc > 0 && cloud_instance_data(text, facts->arena, identity, &err) < 0)) {
		docker_failed(facts, STR("platform.cloud"), &err);
		return;
	}
	JSON_KEY(w, "cloud");
	if (rc == 0) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_str(w, STR("name"), identity->name);
	put_labels(w, "tags", &identity->tags);
	json_close_object(w);
}

static void put_root_entries(struct docker_facts *facts)
{
	const str *names;
	struct err err;
	size_t n;

	if (host_view_list(facts->view, STR("/"), ENTRIES_MAX, facts->arena, &names, &n, &err) < 0)
		docker_failed(facts, STR("platform.root_entries"), &err);
	else
		json_kv_strings(&facts->w, STR("root_entries"), names, n);
}

void docker_put_platform(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	size_t from;

	JSON_KEY(&facts->w, "platform");
	from = facts->text.n;
	json_open_object(&facts->w);
	put_kubelet(facts);
	put_root_entries(facts);
	put_cloud(facts);
	json_close_object(&facts->w);
	if (docker_keep(facts, &mark, STR("platform"))) {
		str text = str_skip(buf_str(&facts->text), from);

		facts->platform = str_dup(facts->arena, str_without_prefix(text, STR(":")));
	}
}

/* ---- kernel, security ---- */

static void put_kernel_settings(struct docker_facts *facts)
{
	static const char *const names[] = {
		"kernel.keys.root_maxkeys",	      "kernel.unprivileged_userns_clone",
		"net.bridge.bridge-nf-call-iptables", "net.ipv4.ip_forward",
		"user.max_user_namespaces",
	};
	struct json_writer *w = &facts->w;

	JSON_KEY(w, "settings");
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path =
			str_cstr(facts->arena, str_fmt(facts->arena, "/proc/sys/%s", names[i]));
		struct err err;
		str text;

		for (char *p = path + 10; *p; p++)
			*p = *p == '.' ? '/' : *p;
		if (host_view_read(facts->view, str_c(path), SMALL_MAX, facts->arena, &text,
				   &err) == 0)
			json_kv_str(w, str_c(names[i]), str_trim(text));
		else if (err.kind != ERR_NOT_FOUND) /* a kernel without it */
			docker_failed(facts, str_fmt(facts->arena, "kernel.settings.%s", names[i]),
				      &err);
	}
	json_close_object(w);
}

static void put_apparmor(struct docker_facts *facts)
{
	struct err err;
	str text;
	int rc = read_optional(facts, STR("/sys/module/apparmor/parameters/enabled"), SMALL_MAX,
			       &text, &err);

	if (rc < 0) {
		docker_failed(facts, STR("security.apparmor"), &err);
		return;
	}
	facts->apparmor = rc > 0 && str_starts(text, STR("Y")) ? STR("true") : STR("false");
	JSON_KEY(&facts->w, "apparmor");
	json_put_raw(&facts->w, facts->apparmor);
}

static void put_selinux(struct docker_facts *facts)
{
	struct err err;
	str text;
	int rc = read_optional(facts, STR("/sys/fs/selinux/enforce"), SMALL_MAX, &text, &err);

	if (rc < 0) {
		docker_failed(facts, STR("security.selinux"), &err);
		return;
	}
	if (rc == 0)
		facts->selinux = STR("\"disabled\"");
	else
		facts->selinux =
			str_starts(text, STR("1")) ? STR("\"enforcing\"") : STR("\"permissive\"");
	JSON_KEY(&facts->w, "selinux");
	json_put_raw(&facts->w, facts->selinux);
}

void docker_put_kernel(struct docker_facts *facts)
{
	JSON_KEY(&facts->w, "kernel");
	json_open_object(&facts->w);
	put_kernel_settings(facts);
	json_close_object(&facts->w);
	JSON_KEY(&facts->w, "security");
	json_open_object(&facts->w);
	put_apparmor(facts);
	put_selinux(facts);
	json_close_object(&facts->w);
}
