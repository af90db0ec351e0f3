/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/path.h"
#include "posture/facts/docker_internal.h"

/* ---- one file ---- */

static void put_node(struct docker_facts *facts, const struct host_node *node, str found)
{
	struct json_writer *w = &facts->w;

	json_open_object(w);
	json_kv_str(w, STR("path"), node->path);
	json_kv_bool(w, STR("exists"), node->exists);
	json_kv_str(w, STR("found"), found);
	json_kv_strings(w, STR("links"), node->links, node->link_count);
	if (node->exists) {
		json_kv_str(w, STR("resolved"), node->resolved);
		json_kv_str(w, STR("type"), str_c(host_type_name(node->type)));
		json_kv_u64(w, STR("uid"), node->uid);
		json_kv_u64(w, STR("gid"), node->gid);
		json_kv_str(w, STR("owner"), host_view_user(facts->view, node->uid, facts->arena));
		json_kv_str(w, STR("group"), host_view_group(facts->view, node->gid, facts->arena));
		json_kv_u64(w, STR("mode"), node->mode);
		json_kv_str(w, STR("mode_text"), str_fmt(facts->arena, "%04o", node->mode));
	}
	json_close_object(w);
}

/* A role while its list is written; `failed`: it is taken back. */
struct role {
	struct docker_facts *facts;
	struct docker_mark mark;
	const char *name;
	bool failed;
	size_t n;
};

static str role_what(const struct role *role)
{
	return str_fmt(role->facts->arena, "files.%s", role->name);
}

static struct role role_open(struct docker_facts *facts, const char *name)
{
	struct role role = { .facts = facts, .mark = docker_mark(facts), .name = name };

	json_key(&facts->w, str_c(name));
	json_open_array(&facts->w);
	return role;
}

static void role_fail(struct role *role, const struct err *err)
{
	if (role->failed)
		return;
	role->failed = true;
	docker_failed(role->facts, role_what(role), err);
}

static void role_add(struct role *role, str path, const char *found)
{
	struct host_node node;
	struct err err;

	if (role->failed)
		return;
	if (host_view_look(role->facts->view, path, role->facts->arena, &node, &err) < 0) {
		role_fail(role, &err);
		return;
	}
	role->n++;
	put_node(role->facts, &node, str_c(found));
}

static void role_close(struct role *role)
{
	if (role->failed) {
		docker_cut(role->facts, &role->mark);
		return;
	}
	json_close_array(&role->facts->w);
	IGNORE(docker_keep(role->facts, &role->mark, role_what(role))); /* noted */
}

static void put_role(struct docker_facts *facts, const char *name, str path, const char *found)
{
	struct role role = role_open(facts, name);

	role_add(&role, path, found);
	role_close(&role);
}

/* The first of the paths that is there, else the first. */
static void put_first(struct docker_facts *facts, const char *name, const str *paths, size_t n,
		      const char *found)
{
	for (size_t i = 0; i < n; i++) {
		struct host_node node;
		struct err err; /* role_add meets it again and notes it */

		if (host_view_look(facts->view, paths[i], facts->arena, &node, &err) < 0 ||
		    node.exists) {
			put_role(facts, name, paths[i], found);
			return;
		}
	}
	put_role(facts, name, paths[0], found);
}

static str below(struct docker_facts *facts, str folder, const char *rest)
{
	return str_fmt(facts->arena, "%.*s/%s", STR_ARG(folder), rest);
}

/* ---- the daemon's own ---- */

static str config_dir(struct docker_facts *facts)
{
	if (!str_empty(facts->config_home))
		return below(facts, facts->config_home, "docker");
	return STR("/etc/docker");
}

/* Where the daemon keeps what it needs while it runs. */
static str exec_root(struct docker_facts *facts)
{
	str given = docker_setting_text(facts, STR("exec-root"));

	if (str_starts(given, STR("/")))
		return given;
	return facts->rootless && !str_empty(facts->run_dir)
		       ? below(facts, facts->run_dir, "docker")
		       : STR("/run/docker");
}

static void put_folders(struct docker_facts *facts)
{
	str root = json_get_str(facts->info, STR("DockerRootDir"));
	const char *found = "DockerRootDir of the engine";

	if (facts->rootless && !str_empty(facts->run_dir)) {
		/* Where its own containerd runs lies below its other run-time files. */
		const str places[] = { below(facts, facts->run_dir, "containerd"),
				       below(facts, exec_root(facts), "containerd") };

		put_first(facts, "containerd_run_dir", places, ARRAY_LEN(places),
			  "XDG_RUNTIME_DIR of the daemon");
	} else {
		put_role(facts, "containerd_run_dir", STR("/run/containerd"), "default");
	}
	if (!str_starts(root, STR("/"))) {
		root = docker_setting_text(facts, STR("data-root"));
		found = "key data-root";
	}
	if (!str_starts(root, STR("/"))) {
		root = STR("/var/lib/docker");
		found = "default";
	}
	put_role(facts, "data_root", root, found);
	put_role(facts, "config_dir", config_dir(facts),
		 facts->rootless ? "folder of the daemon's user" : "default");
}

static void put_unit_file(struct docker_facts *facts, const char *name,
			  const struct docker_unit *unit)
{
	if (unit->err.kind != ERR_NONE && !unit->found)
		docker_failed(facts, str_fmt(facts->arena, "files.%s", name), &unit->err);
	else
		put_role(facts, name, unit->fragment,
			 unit->found ? "folders of systemd" : "default");
}

static void put_daemon_files(struct docker_facts *facts)
{
	static const str binaries[] = { STR_INIT("/usr/bin/dockerd"),
					STR_INIT("/usr/sbin/dockerd") };

	if (facts->daemon && docker_process_is(facts->daemon, STR("dockerd")) &&
	    !str_empty(facts->daemon->exe))
		put_role(facts, "dockerd_binary", facts->daemon->exe, "the running daemon");
	else
		put_first(facts, "dockerd_binary", binaries, ARRAY_LEN(binaries), "default");
	put_folders(facts);
	put_unit_file(facts, "docker_service_unit", &facts->service);
	put_unit_file(facts, "docker_socket_unit", &facts->socket);
	put_role(facts, "daemon_json", facts->config_path,
		 dockerd_settings_get(&facts->flags, STR("config-file")) ? "flag --config-file"
									 : "default");
	put_role(facts, "default_docker", STR("/etc/default/docker"), "default");
	put_role(facts, "sysconfig_docker", STR("/etc/sysconfig/docker"), "default");
}

/* ---- sockets of the API ---- */

static void keep_socket(struct docker_facts *facts, str path)
{
	struct host_node node;
	struct err err; /* role_add notes it */

	if (host_view_look(facts->view, path, facts->arena, &node, &err) < 0)
		return;
	facts->api_sockets = arena_regrow(facts->arena, facts->api_sockets, facts->api_socket_n,
					  &facts->api_socket_cap, sizeof(*facts->api_sockets));
	facts->api_sockets[facts->api_socket_n++] = node;
}

static void add_socket(struct role *role, str path, const char *found)
{
	for (size_t i = 0; i < role->facts->api_socket_n; i++) {
		if (str_eq(role->facts->api_sockets[i].path, path))
			return;
	}
	if (role->n == DOCKER_ROLE_MAX || !str_starts(path, STR("/")))
		return;
	role_add(role, path, found);
	keep_socket(role->facts, path);
}

static void add_streams(struct role *role)
{
	struct docker_stream streams[DOCKER_STREAMS_MAX];
	size_t n = docker_streams(role->facts, streams, ARRAY_LEN(streams));

	for (size_t i = 0; i < n; i++) {
		if (str_eq(streams[i].protocol, STR("unix")))
			add_socket(role, streams[i].path, "docker.socket");
	}
}

static void put_api_socket(struct docker_facts *facts)
{
	struct role role = role_open(facts, "api_socket");

	JSON_EACH (docker_setting(facts, STR("hosts")), host) {
		str text = json_str(host);

		if (str_starts(text, STR("unix://")))
			add_socket(&role,
				   str_eq(text, STR("unix://")) ? STR("/var/run/docker.sock")
								: str_skip(text, 7),
				   "hosts of the daemon");
		else if (str_starts(text, STR("fd://")))
			add_streams(&role);
		else if (str_starts(text, STR("/")))
			add_socket(&role, text, "hosts of the daemon");
	}
	if (role.n == 0 && facts->podman && engine_socket(facts->engine))
		add_socket(&role, str_skip(facts->address, 7), "the engine that was asked");
	if (role.n == 0 && facts->rootless && !str_empty(facts->run_dir))
		add_socket(&role, below(facts, facts->run_dir, "docker.sock"), "default");
	if (role.n == 0)
		add_socket(&role, STR("/var/run/docker.sock"), "default");
	role_close(&role);
}

/* ---- containerd, runc ---- */

static void put_containerd_socket(struct docker_facts *facts)
{
	str given = json_str(json_path(facts->info, "Containerd", "Address", NULL));
	struct host_node node;
	struct err err; /* role_add meets it again */

	if (str_starts(given, STR("/"))) {
		put_role(facts, "containerd_socket", given, "Containerd.Address of the engine");
		return;
	}
	given = docker_setting_text(facts, STR("containerd"));
	if (str_starts(given, STR("/"))) {
		put_role(facts, "containerd_socket", given, "key containerd");
		return;
	}
	if (!facts->rootless && (host_view_look(facts->view, STR("/run/containerd/containerd.sock"),
						facts->arena, &node, &err) < 0 ||
				 node.exists)) {
		put_role(facts, "containerd_socket", STR("/run/containerd/containerd.sock"),
			 "default");
		return;
	}
	put_role(facts, "containerd_socket",
		 below(facts, exec_root(facts), "containerd/containerd.sock"),
		 "exec-root of the daemon");
}

/* --config of the running containerd. */
static str containerd_config(struct docker_facts *facts)
{
	const str *words;
	struct err err; /* then it is the default */
	size_t n;
	str name, value;

	if (!facts->containerd || host_process_words(facts->view, facts->containerd->pid, "cmdline",
						     facts->arena, &words, &n, &err) < 0)
		return STR_EMPTY;
	for (size_t i = 1; i < n; i++) {
		if ((str_eq(words[i], STR("--config")) || str_eq(words[i], STR("-c"))) && i + 1 < n)
			return words[i + 1];
		if (str_cut(words[i], '=', &name, &value) &&
		    (str_eq(name, STR("--config")) || str_eq(name, STR("-c"))))
			return value;
	}
	return STR_EMPTY;
}

static void put_containerd_files(struct docker_facts *facts)
{
	static const struct {
		const char *role, *name;
	} shims[] = { { "containerd_shim", "containerd-shim" },
		      { "containerd_shim_runc_v1", "containerd-shim-runc-v1" },
		      { "containerd_shim_runc_v2", "containerd-shim-runc-v2" } };
	static const str runc[] = { STR_INIT("/usr/bin/runc"), STR_INIT("/usr/sbin/runc"),
				    STR_INIT("/usr/local/bin/runc"),
				    STR_INIT("/usr/local/sbin/runc") };
	bool running = facts->containerd && !str_empty(facts->containerd->exe);
	str binary = running ? facts->containerd->exe : STR("/usr/bin/containerd");
	str config = containerd_config(facts), folder;

	put_containerd_socket(facts);
	put_role(facts, "containerd_config",
		 str_starts(config, STR("/")) ? config : STR("/etc/containerd/config.toml"),
		 str_starts(config, STR("/")) ? "flag --config" : "default");
	put_role(facts, "containerd_binary", binary,
		 running ? "the running containerd" : "default");
	folder = str_take(binary, (size_t)str_rfind_char(binary, '/'));
	for (size_t i = 0; i < ARRAY_LEN(shims); i++)
		put_role(facts, shims[i].role, below(facts, folder, shims[i].name),
			 "beside containerd");
	put_first(facts, "runc_binary", runc, ARRAY_LEN(runc), "folders of programs");
}

/* ---- TLS ---- */

static bool is_certificate(str name)
{
	return str_ends(name, STR(".crt")) || str_ends(name, STR(".cert")) ||
	       str_ends(name, STR(".key"));
}

static void add_certificates(struct role *role, str folder)
{
	struct arena *arena = role->facts->arena;
	const str *names;
	struct err err;
	size_t n;

	if (host_view_list(role->facts->view, folder, DOCKER_ROLE_MAX, arena, &names, &n, &err) <
	    0) {
		/* A file beside the folders, or one that has gone. */
		if (err.kind != ERR_NOT_FOUND && !(err.kind == ERR_SYS && err.code == ENOTDIR))
			role_fail(role, &err);
		return;
	}
	for (size_t i = 0; i < n && !role->failed; i++) {
		struct host_node node;
		str path = path_join(arena, folder, names[i]);

		if (!is_certificate(names[i]))
			continue;
		if (host_view_look(role->facts->view, path, arena, &node, &err) < 0) {
			role_fail(role, &err);
		} else if (node.exists && node.type == HOST_FILE) {
			if (role->n == DOCKER_ROLE_MAX) {
				IGNORE(err_set(&err, ERR_LIMIT, "more than %u", DOCKER_ROLE_MAX));
				role_fail(role, &err);
				return;
			}
			role->n++;
			put_node(role->facts, &node, STR("folder certs.d"));
		}
	}
}

static void put_registry_certs(struct docker_facts *facts)
{
	struct role role = role_open(facts, "registry_certs");
	str top = below(facts, config_dir(facts), "certs.d");
	const str *names;
	struct err err;
	size_t n = 0;

	if (host_view_list(facts->view, top, DOCKER_ROLE_MAX, facts->arena, &names, &n, &err) < 0) {
		n = 0;
		if (err.kind != ERR_NOT_FOUND)
			role_fail(&role, &err);
	}
	for (size_t i = 0; i < n; i++)
		add_certificates(&role, path_join(facts->arena, top, names[i]));
	role_close(&role);
}

static void put_tls(struct docker_facts *facts)
{
	static const struct {
		const char *role, *key, *file;
	} roles[] = { { "tls_ca", "tlscacert", "ca.pem" },
		      { "tls_cert", "tlscert", "cert.pem" },
		      { "tls_key", "tlskey", "key.pem" } };
	const str *variables;
	struct err err; /* then the environment says nothing */
	str folder = STR_EMPTY;
	size_t n;

	if (facts->daemon && host_process_words(facts->view, facts->daemon->pid, "environ",
						facts->arena, &variables, &n, &err) == 0)
		folder = host_environ_get(variables, n, STR("DOCKER_CERT_PATH"));
	if (!str_starts(folder, STR("/")))
		folder = below(facts, str_empty(facts->home) ? STR("/root") : facts->home,
			       ".docker");
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		str path = docker_setting_text(facts, str_c(roles[i].key));

		if (str_starts(path, STR("/")))
			put_role(facts, roles[i].role, path, "configured");
		else
			put_role(facts, roles[i].role, below(facts, folder, roles[i].file),
				 "default");
	}
}

void docker_put_files(struct docker_facts *facts)
{
	JSON_KEY(&facts->w, "files");
	json_open_object(&facts->w);
	put_daemon_files(facts);
	put_api_socket(facts);
	put_containerd_files(facts);
	put_registry_certs(facts);
	put_tls(facts);
	json_close_object(&facts->w);
}
