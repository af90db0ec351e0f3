/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of the OCI Runtime Specification (config.md, config-linux.md), in the words of an
 * engine. */
#include "posture/facts/runtime_internal.h"

#include "base/words.h"

#define TEXT_MAX  512u
#define ALL_FIRST 38u /* capabilities that each kernel of today has */

static str note(const struct json *config, const char *key)
{
	return str_take(json_get_str(JSON_GET(config, "annotations"), str_c(key)), TEXT_MAX);
}

/* "/docker/ID", or "system.slice:docker:ID" for systemd. */
static str component_of(str cgroup, struct arena *arena)
{
	str slice, prefix, name, rest;

	if (str_cut(cgroup, ':', &slice, &rest) && str_cut(rest, ':', &prefix, &name))
		return str_empty(prefix)
			       ? str_fmt(arena, "%.*s.scope", STR_ARG(name))
			       : str_fmt(arena, "%.*s-%.*s.scope", STR_ARG(prefix), STR_ARG(name));
	ptrdiff_t slash = str_rfind_char(cgroup, '/');
	return str_skip(cgroup, (size_t)(slash + 1));
}

static str parent_of(str cgroup)
{
	str slice, rest;
	ptrdiff_t slash = str_rfind_char(cgroup, '/');

	if (str_cut(cgroup, ':', &slice, &rest))
		return slice;
	return slash > 0 ? str_take(cgroup, (size_t)slash) : STR_EMPTY;
}

static str runtime_of(const struct json *config, const struct bundle *bundle)
{
	if (bundle->kind == RUNTIME_CONTAINERD)
		return STR("containerd");
	/* Podman gives the notes of CRI-O, too, to what it runs of Kubernetes manifests. */
	if (str_eq(note(config, "io.container.manager"), STR("libpod")))
		return STR("podman");
	if (!str_empty(note(config, "io.kubernetes.cri-o.ContainerType")))
		return STR("cri-o");
	return STR("containers");
}

static str full_name(const struct bundle_facts *f, str container, const struct bundle *bundle,
		     struct arena *arena)
{
	if (!str_empty(f->pod_name))
		return str_fmt(arena, "%.*s/%.*s/%.*s", STR_ARG(f->pod_namespace),
			       STR_ARG(f->pod_name),
			       STR_ARG(f->sandbox	      ? STR("POD")
				       : str_empty(container) ? bundle->id
							      : container));
	return str_empty(bundle->name) ? bundle->id : bundle->name;
}

/* The first of the notes that says something. */
static str any_note(const struct json *config, const char *const *keys, size_t n)
{
	str text = STR_EMPTY;

	for (size_t i = 0; i < n && str_empty(text); i++)
		text = note(config, keys[i]);
	return text;
}

/* The name of an image, in the notes of containerd and of CRI-O; at last what was asked for. */
static str image_of(const struct json *config, const struct bundle *bundle)
{
	static const char *const names[] = { "io.kubernetes.cri.image-name",
					     "io.kubernetes.cri.podsandbox.image-name",
					     "io.kubernetes.cri-o.ImageName" };
	static const char *const refs[] = { "io.kubernetes.cri-o.Image",
					    "io.kubernetes.cri-o.ImageRef" };
	str text = any_note(config, names, ARRAY_LEN(names));

	if (str_empty(text))
		text = bundle->image;
	return str_empty(text) ? any_note(config, refs, ARRAY_LEN(refs)) : text;
}

int bundle_read(const struct json *config, const struct bundle *bundle, struct arena *arena,
		struct bundle_facts *out, struct err *err)
{
	static const char *const pods[] = { "io.kubernetes.cri.sandbox-name",
					    "io.kubernetes.pod.name",
					    "io.kubernetes.cri-o.KubeName" };
	static const char *const spaces[] = { "io.kubernetes.cri.sandbox-namespace",
					      "io.kubernetes.pod.namespace",
					      "io.kubernetes.cri-o.Namespace" };
	static const char *const sandboxes[] = { "io.kubernetes.cri.sandbox-id",
						 "io.kubernetes.cri-o.SandboxID" };
	static const char *const types[] = { "io.kubernetes.cri.container-type",
					     "io.kubernetes.cri-o.ContainerType" };
	static const char *const containers[] = { "io.kubernetes.cri.container-name",
						  "io.kubernetes.container.name" };
	struct bundle_facts f = { .runtime = runtime_of(config, bundle) };

	if (!json_is(JSON_GET(config, "ociVersion"), JSON_STRING) ||
	    !json_is(JSON_GET(config, "process"), JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no configuration of a container");
	f.pod_name = any_note(config, pods, ARRAY_LEN(pods));
	f.pod_namespace = any_note(config, spaces, ARRAY_LEN(spaces));
	f.pod_id = any_note(config, sandboxes, ARRAY_LEN(sandboxes));
	f.sandbox = str_eq(any_note(config, types, ARRAY_LEN(types)), STR("sandbox"));
	f.image = image_of(config, bundle);
	f.name = full_name(&f, any_note(config, containers, ARRAY_LEN(containers)), bundle, arena);
	f.cgroup = json_get_str(JSON_GET(config, "linux"), STR("cgroupsPath"));
	f.component = component_of(f.cgroup, arena);
	*out = f;
	return 0;
}

void bundle_runtime_write(struct container_doc *doc, const struct bundle *bundle,
			  const struct bundle_facts *f, str user)
{
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "runtime");
	json_open_object(w);
	json_kv_str(w, STR("name"), f->runtime);
	json_kv_u64(w, STR("uid"), bundle->owner);
	json_kv_str(w, STR("user"), user);
	json_kv_str(w, STR("namespace"), bundle->space);
	json_kv_str(w, STR("bundle"), bundle->folder);
	json_kv_str(w, STR("cgroup"), f->cgroup);
	JSON_KEY(w, "pod");
	if (str_empty(f->pod_name)) {
		json_put_null(w);
	} else {
		json_open_object(w);
		json_kv_str(w, STR("name"), f->pod_name);
		json_kv_str(w, STR("namespace"), f->pod_namespace);
		json_kv_str(w, STR("id"), f->pod_id);
		json_kv_bool(w, STR("sandbox"), f->sandbox);
		json_close_object(w);
	}
	json_close_object(w);
}

/* ---- capabilities and devices ---- */

static uint64_t bounding(const struct json *config)
{
	const struct json *caps = JSON_GET(JSON_GET(config, "process"), "capabilities");
	uint64_t set = 0;

	JSON_EACH (JSON_GET(caps, "bounding"), cap) {
		int number = capability_number(json_str(cap));

		if (number >= 0)
			set |= 1ull << number;
	}
	return set;
}

static bool all_devices(const struct json *resources)
{
	bool all = false;

	JSON_EACH (JSON_GET(resources, "devices"), rule) {
		str type = json_get_str(rule, STR("type"));

		/* Rules come one on top of the other; those about all devices begin anew. */
		if (!JSON_GET(rule, "major") && !JSON_GET(rule, "minor") &&
		    (str_empty(type) || str_eq(type, STR("a"))))
			all = json_bool(JSON_GET(rule, "allow"));
	}
	return all;
}

static bool is_privileged(const struct json *config)
{
	const struct json *linux_part = JSON_GET(config, "linux");
	const struct json *seccomp = JSON_GET(linux_part, "seccomp");
	uint64_t all = (1ull << ALL_FIRST) - 1;

	return (bounding(config) & all) == all && (!seccomp || json_is(seccomp, JSON_NULL)) &&
	       all_devices(JSON_GET(linux_part, "resources"));
}

static void put_set(struct container_doc *doc, str key, uint64_t set)
{
	json_key(&doc->w, key);
	json_open_array(&doc->w);
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (set >> i & 1)
			json_put_str(&doc->w, capability_name(i, doc->scratch));
	}
	json_close_array(&doc->w);
}

/* Devices that each container has, by the specification or by the runtimes. */
static bool is_ordinary(str path)
{
	static const char *const names[] = { "/dev/null",    "/dev/zero",    "/dev/full",
					     "/dev/random",  "/dev/urandom", "/dev/tty",
					     "/dev/console", "/dev/ptmx" };

	return words_have(names, ARRAY_LEN(names), path);
}

static void put_devices(struct container_doc *doc, const struct json *linux_part)
{
	const struct json *devices = JSON_GET(linux_part, "devices");
	struct json_writer *w = &doc->w;

	if (json_len(devices) > DOCKER_LIST_MAX) {
		container_doc_unread(doc, STR("inspect.HostConfig.Devices"), STR("more than 1000"),
				     STR("there is more than is read"));
		return;
	}
	JSON_KEY(w, "Devices");
	json_open_array(w);
	JSON_EACH (devices, device) {
		str path = json_get_str(device, STR("path"));

		if (is_ordinary(path))
			continue;
		json_open_object(w);
		json_kv_str(w, STR("PathOnHost"), path);
		json_kv_str(w, STR("PathInContainer"), path);
		json_close_object(w);
	}
	json_close_array(w);
}

/* ---- the rest of HostConfig ---- */

static void put_limit(struct container_doc *doc, str key, const struct json *value)
{
	int64_t n = 0;

	if (!value || json_i64(value, &n))
		json_kv_i64(&doc->w, key, n);
	else
		container_doc_unread(
			doc, str_fmt(doc->scratch, "inspect.HostConfig.%.*s", STR_ARG(key)),
			STR("the bundle holds a value of another kind"), STR("look at the bundle"));
}

static void put_limits(struct container_doc *doc, const struct json *resources)
{
	const struct json *cpu = JSON_GET(resources, "cpu");

	put_limit(doc, STR("CpuQuota"), JSON_GET(cpu, "quota"));
	put_limit(doc, STR("CpuShares"), JSON_GET(cpu, "shares"));
	put_limit(doc, STR("Memory"), JSON_GET(JSON_GET(resources, "memory"), "limit"));
	put_limit(doc, STR("NanoCpus"), NULL);
	put_limit(doc, STR("PidsLimit"), JSON_GET(JSON_GET(resources, "pids"), "limit"));
}

static void put_security(struct container_doc *doc, const struct json *config)
{
	const struct json *seccomp = JSON_GET(JSON_GET(config, "linux"), "seccomp");
	const struct json *process = JSON_GET(config, "process");
	struct json_writer *w = &doc->w;
	str action = json_get_str(seccomp, STR("defaultAction"));

	JSON_KEY(w, "SecurityOpt");
	json_open_array(w);
	/* Each is said, so that no default of an engine on the same host is taken for it. */
	json_put_str(w, json_bool(JSON_GET(process, "noNewPrivileges"))
				? STR("no-new-privileges:true")
				: STR("no-new-privileges:false"));
	json_put_str(w, json_is(seccomp, JSON_OBJECT) ? str_fmt(doc->scratch, "seccomp=%.*s",
								STR_ARG(str_take(action, TEXT_MAX)))
						      : STR("seccomp=unconfined"));
	if (str_eq(json_get_str(process, STR("apparmorProfile")), STR("unconfined")))
		json_put_str(w, STR("apparmor=unconfined"));
	json_close_array(w);
}

static bool has_space(const struct json *config, const char *type)
{
	JSON_EACH (JSON_GET(JSON_GET(config, "linux"), "namespaces"), space) {
		if (str_eq(json_get_str(space, STR("type")), str_c(type)))
			return true;
	}
	return false;
}

/* What the kernel says counts; else a namespace that the bundle does not ask for is the host's. */
static void put_modes(struct container_doc *doc, const struct json *config, const int *is_host)
{
	static const struct {
		const char *member, *type, *own;
		enum container_namespace kind;
	} modes[] = {
		{ "NetworkMode", "network", "private", NAMESPACE_NET },
		{ "PidMode", "pid", "", NAMESPACE_PID },
		{ "IpcMode", "ipc", "private", NAMESPACE_IPC },
		{ "UTSMode", "uts", "", NAMESPACE_UTS },
	};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		int host = is_host[modes[i].kind];

		if (host < 0)
			host = !has_space(config, modes[i].type);
		json_kv_str(&doc->w, str_c(modes[i].member),
			    host ? STR("host") : str_c(modes[i].own));
	}
	/* Nobody who asks for the host's users on a host that gives others to containers. */
	json_kv_str(&doc->w, STR("UsernsMode"), STR(""));
}

static void put_ulimits(struct container_doc *doc, const struct json *process)
{
	struct json_writer *w = &doc->w;
	size_t n = 0;

	JSON_KEY(w, "Ulimits");
	json_open_array(w);
	JSON_EACH (JSON_GET(process, "rlimits"), limit) {
		int64_t soft, hard;

		if (n++ >= DOCKER_LIST_MAX || !json_i64(JSON_GET(limit, "soft"), &soft) ||
		    !json_i64(JSON_GET(limit, "hard"), &hard))
			continue;
		json_open_object(w);
		json_kv_str(w, STR("Name"),
			    str_lower(doc->scratch,
				      str_without_prefix(
					      str_take(json_get_str(limit, STR("type")), TEXT_MAX),
					      STR("RLIMIT_"))));
		json_kv_i64(w, STR("Soft"), soft);
		json_kv_i64(w, STR("Hard"), hard);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_host_config(struct container_doc *doc, const struct json *config,
			    const struct bundle_facts *f, const int *is_host)
{
	static const char *const none[] = { "DeviceCgroupRules", "DeviceRequests", "PortBindings",
					    "RestartPolicy" };
	const struct json *linux_part = JSON_GET(config, "linux");
	struct json_writer *w = &doc->w;
	uint64_t caps = bounding(config);

	JSON_KEY(w, "HostConfig");
	json_open_object(w);
	put_set(doc, STR("CapAdd"), caps & ~CAPABILITY_DEFAULT);
	put_set(doc, STR("CapDrop"), CAPABILITY_DEFAULT & ~caps);
	json_kv_str(w, STR("CgroupParent"), parent_of(f->cgroup));
	put_limits(doc, JSON_GET(linux_part, "resources"));
	put_devices(doc, linux_part);
	put_modes(doc, config, is_host);
	json_kv_bool(w, STR("Privileged"), is_privileged(config));
	json_kv_bool(w, STR("ReadonlyRootfs"),
		     json_bool(JSON_GET(JSON_GET(config, "root"), "readonly")));
	put_security(doc, config);
	put_ulimits(doc, JSON_GET(config, "process"));
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		json_key(w, str_c(none[i]));
		json_put_null(w);
	}
	json_close_object(w);
}

static void put_config(struct container_doc *doc, const struct json *config,
		       const struct bundle_facts *f)
{
	const struct json *user = JSON_GET(JSON_GET(config, "process"), "user");
	struct json_writer *w = &doc->w;
	int64_t uid = 0, gid = 0;

	JSON_KEY(w, "Config");
	json_open_object(w);
	if ((!JSON_GET(user, "uid") || json_i64(JSON_GET(user, "uid"), &uid)) &&
	    (!JSON_GET(user, "gid") || json_i64(JSON_GET(user, "gid"), &gid)))
		json_kv_str(w, STR("User"),
			    str_fmt(doc->scratch, "%lld:%lld", (long long)uid, (long long)gid));
	else
		container_doc_unread(doc, STR("inspect.Config.User"),
				     STR("the bundle holds a value of another kind"),
				     STR("look at the bundle"));
	json_kv_str(w, STR("Image"), f->image);
	JSON_KEY(w, "Labels");
	json_open_object(w);
	json_kv_opt(w, STR("io.kubernetes.pod.name"), f->pod_name);
	json_kv_opt(w, STR("io.kubernetes.pod.namespace"), f->pod_namespace);
	json_close_object(w);
	json_close_object(w);
}

void bundle_inspect_write(struct container_doc *doc, const struct json *config,
			  const struct bundle_facts *f, const int *is_host)
{
	const struct json *process = JSON_GET(config, "process");
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "inspect");
	json_open_object(w);
	json_kv_str(w, STR("AppArmorProfile"), json_get_str(process, STR("apparmorProfile")));
	json_kv_str(w, STR("ProcessLabel"), json_get_str(process, STR("selinuxLabel")));
	json_kv_str(w, STR("MountLabel"),
		    json_get_str(JSON_GET(config, "linux"), STR("mountLabel")));
	JSON_KEY(w, "State");
	json_open_object(w);
	json_kv_str(w, STR("Status"), STR("running"));
	JSON_KEY(w, "Health");
	json_put_null(w);
	json_close_object(w);
	put_config(doc, config, f);
	JSON_KEY(w, "NetworkSettings");
	json_open_object(w);
	JSON_KEY(w, "Networks");
	json_open_object(w);
	json_close_object(w);
	/* Whoever has the network of the host publishes nothing. */
	if (is_host[NAMESPACE_NET] == 1) {
		JSON_KEY(w, "Ports");
		json_open_object(w);
		json_close_object(w);
	} else {
		container_doc_unread(doc, STR("inspect.NetworkSettings.Ports"),
				     STR("the runtime keeps no published ports"),
				     STR("look at the network plugin of the host"));
	}
	json_close_object(w);
	put_host_config(doc, config, f, is_host);
	json_close_object(w);
}

/* ---- mounts ---- */

static bool has_option(const struct json *mount, const char *name)
{
	JSON_EACH (JSON_GET(mount, "options"), option) {
		if (str_eq(json_str(option), str_c(name)))
			return true;
	}
	return false;
}

static str propagation_of(const struct json *mount)
{
	static const char *const words[] = { "shared",	"rshared",  "slave",	  "rslave",
					     "private", "rprivate", "unbindable", "runbindable" };
	str found = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (has_option(mount, words[i]))
			found = str_c(words[i]);
	}
	return found;
}

static bool is_bind(const struct json *mount)
{
	return str_eq(json_get_str(mount, STR("type")), STR("bind")) || has_option(mount, "bind") ||
	       has_option(mount, "rbind");
}

void bundle_mounts_write(struct container_doc *doc, const struct json *config, str folder,
			 struct host_view *view)
{
	const struct json *list = JSON_GET(config, "mounts");
	struct json_writer *w = &doc->w;

	if (list && !json_is(list, JSON_ARRAY) && !json_is(list, JSON_NULL)) {
		container_doc_unread(doc, STR("mounts"),
				     STR("the bundle holds a value of another kind"),
				     STR("look at the bundle"));
		return;
	}
	if (json_len(list) > DOCKER_LONG_MAX) {
		container_doc_unread(doc, STR("mounts"), STR("more than 5000"),
				     STR("there is more than is read"));
		return;
	}
	JSON_KEY(w, "mounts");
	json_open_array(w);
	JSON_EACH (list, mount) {
		str source = json_get_str(mount, STR("source"));

		if (!is_bind(mount))
			continue;
		json_open_object(w);
		json_kv_str(w, STR("type"), STR("bind"));
		json_kv_str(w, STR("source"), source);
		json_kv_str(w, STR("destination"), json_get_str(mount, STR("destination")));
		json_kv_bool(w, STR("rw"), !has_option(mount, "ro"));
		json_kv_str(w, STR("propagation"), propagation_of(mount));
		if (!str_starts(source, STR("/"))) /* it begins in the bundle */
			source = str_fmt(doc->scratch, "%.*s/%.*s", STR_ARG(folder),
					 STR_ARG(source));
		container_path_write(doc, view, view != NULL, source);
		json_close_object(w);
	}
	json_close_array(w);
}
