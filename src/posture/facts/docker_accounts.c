/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/path.h"
#include "fmt/container/trust_setting.h"
#include "posture/facts/docker_internal.h"

#define NSSWITCH_MAX (1u << 20)
#define PROFILES_MAX 1000u
#define USERS_MAX    10000u /* folders of /run/user */

#define SOCKETS_SHOWN 200u /* bytes */

/* ---- accounts ---- */

static void put_strings(struct docker_facts *facts, const char *key, const str *items, size_t n)
{
	json_kv_strings(&facts->w, str_c(key), items, n);
}

static void put_docker_group(struct docker_facts *facts, const struct host_accounts *accounts)
{
	const struct host_group *group = host_accounts_group_named(accounts, STR("docker"));
	struct docker_mark mark = docker_mark(facts);
	str what = STR("accounts.docker_group");

	if (group && docker_too_many(facts, what, group->member_count, DOCKER_LIST_MAX))
		return;
	JSON_KEY(&facts->w, "docker_group");
	if (!group) {
		json_put_null(&facts->w);
		return;
	}
	json_open_object(&facts->w);
	json_kv_str(&facts->w, STR("name"), group->name);
	json_kv_u64(&facts->w, STR("gid"), group->gid);
	put_strings(facts, "members", group->members, group->member_count);
	json_close_object(&facts->w);
	IGNORE(docker_keep(facts, &mark, what)); /* noted */
}

/* Of all groups of that number: the kernel knows no names. Returns how many there are. */
static size_t put_members(struct docker_facts *facts, const struct host_accounts *accounts,
			  uint32_t gid)
{
	size_t n = 0;

	JSON_KEY(&facts->w, "members");
	json_open_array(&facts->w);
	for (size_t i = 0; i < accounts->group_count; i++) {
		const struct host_group *group = &accounts->groups[i];

		if (group->gid != gid)
			continue;
		for (size_t k = 0; k < group->member_count && n <= DOCKER_LIST_MAX; k++, n++)
			json_put_str(&facts->w, group->members[k]);
	}
	json_close_array(&facts->w);
	return n;
}

/* False: there are too many. */
static bool put_socket_group(struct docker_facts *facts, const struct host_accounts *accounts,
			     const struct host_node *node)
{
	struct json_writer *w = &facts->w;
	size_t primary = 0, members;

	json_open_object(w);
	json_kv_str(w, STR("path"), node->path);
	json_kv_str(w, STR("name"), host_view_group(facts->view, node->gid, facts->arena));
	json_kv_u64(w, STR("gid"), node->gid);
	members = put_members(facts, accounts, node->gid);
	JSON_KEY(w, "primary");
	json_open_array(w);
	for (size_t i = 0; i < accounts->user_count; i++) {
		if (accounts->users[i].gid != node->gid)
			continue;
		json_put_str(w, accounts->users[i].name);
		primary++;
	}
	json_close_array(w);
	json_close_object(w);
	return primary <= DOCKER_LIST_MAX && members <= DOCKER_LIST_MAX;
}

static void put_socket_groups(struct docker_facts *facts, const struct host_accounts *accounts)
{
	struct docker_mark mark = docker_mark(facts);
	str what = STR("accounts.socket_groups");
	bool fits = true;

	JSON_KEY(&facts->w, "socket_groups");
	json_open_array(&facts->w);
	for (size_t i = 0; i < facts->api_socket_n && fits; i++) {
		if (facts->api_sockets[i].exists)
			fits = put_socket_group(facts, accounts, &facts->api_sockets[i]);
	}
	if (!fits) {
		docker_cut(facts, &mark);
		IGNORE(docker_too_many(facts, what, DOCKER_LIST_MAX + 1,
				       DOCKER_LIST_MAX)); /* noted */
		return;
	}
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, what)); /* noted */
}

/* Services beside the files of the host: what they say is not read. */
static void put_directory(struct docker_facts *facts)
{
	static const char *const own[] = { "files", "compat", "systemd" };
	const str *services = NULL;
	size_t n = 0;
	struct err err;
	str text;

	if (host_view_read(facts->view, STR("/etc/nsswitch.conf"), NSSWITCH_MAX, facts->arena,
			   &text, &err) < 0) {
		if (err.kind != ERR_NOT_FOUND) {
			docker_failed(facts, STR("accounts.directory"), &err);
			return;
		}
		text = STR_EMPTY; /* the files alone count then */
	}
	if (host_nsswitch(text, STR("group"), facts->arena, &services, &n, &err) < 0) {
		docker_failed(facts, STR("accounts.directory"), &err);
		return;
	}
	JSON_KEY(&facts->w, "directory");
	json_open_array(&facts->w);
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_LEN(own); k++)
			known = known || str_eq(services[i], str_c(own[k]));
		if (!known)
			json_put_str(&facts->w, services[i]);
	}
	json_close_array(&facts->w);
}

static void put_ranges(struct docker_facts *facts, const char *key)
{
	str path = str_fmt(facts->arena, "/etc/%s", key), text;
	str what = str_fmt(facts->arena, "accounts.%s", key);
	const struct host_range *ranges = NULL;
	size_t n = 0;
	struct err err;

	if (host_view_read(facts->view, path, HOST_ACCOUNTS_MAX_BYTES, facts->arena, &text, &err) <
	    0) {
		if (err.kind != ERR_NOT_FOUND) {
			docker_failed(facts, what, &err);
			return;
		}
		text = STR_EMPTY; /* nobody has any */
	}
	if (host_subid(text, facts->arena, &ranges, &n, &err) < 0) {
		docker_failed(facts, what, &err);
		return;
	}
	if (docker_too_many(facts, what, n, DOCKER_LIST_MAX))
		return;
	json_key(&facts->w, str_c(key));
	json_open_array(&facts->w);
	for (size_t i = 0; i < n; i++) {
		json_open_object(&facts->w);
		json_kv_str(&facts->w, STR("name"), ranges[i].name);
		json_kv_u64(&facts->w, STR("start"), ranges[i].start);
		json_kv_u64(&facts->w, STR("count"), ranges[i].count);
		json_close_object(&facts->w);
	}
	json_close_array(&facts->w);
}

void docker_put_accounts(struct docker_facts *facts)
{
	const struct host_accounts *accounts;
	struct err err;

	JSON_KEY(&facts->w, "accounts");
	json_open_object(&facts->w);
	if (host_view_accounts(facts->view, &accounts, &err) == 0) {
		put_docker_group(facts, accounts);
		put_socket_groups(facts, accounts);
	} else {
		docker_failed(facts, STR("accounts.docker_group"), &err);
		docker_failed(facts, STR("accounts.socket_groups"), &err);
	}
	put_directory(facts);
	put_ranges(facts, "subuid");
	put_ranges(facts, "subgid");
	json_close_object(&facts->w);
}

/* ---- content trust ---- */

static const str variable = STR_INIT("DOCKER_CONTENT_TRUST");

struct trust {
	struct docker_facts *facts;
	size_t n;
	struct err err;
};

static void trust_add(struct trust *trust, str where, str user, str value)
{
	struct json_writer *w = &trust->facts->w;

	if (trust->n++ >= DOCKER_LIST_MAX)
		return;
	json_open_object(w);
	json_kv_str(w, STR("where"), where);
	json_kv_str(w, STR("user"), user);
	json_kv_str(w, STR("value"), value);
	json_close_object(w);
}

/* A file that everybody's environment is made of; one that is not there sets nothing. */
static int trust_file(struct trust *trust, str path)
{
	struct arena *arena = trust->facts->arena;
	uint32_t line = 0;
	str text, value;

	if (host_view_read(trust->facts->view, path, TRUST_FILE_MAX, arena, &text, &trust->err) < 0)
		return trust->err.kind == ERR_NOT_FOUND ? 0 : -1;
	while (trust_setting_next(&text, variable, &line, &value))
		trust_add(trust, str_fmt(arena, "%.*s:%" PRIu32, STR_ARG(path), line), STR(""),
			  value);
	return 0;
}

static int trust_files(struct trust *trust)
{
	struct docker_facts *facts = trust->facts;
	const str folder = STR("/etc/profile.d");
	const str *names;
	size_t n = 0;

	if (trust_file(trust, STR("/etc/environment")) < 0 ||
	    trust_file(trust, STR("/etc/profile")) < 0)
		return -1;
	if (host_view_list(facts->view, folder, PROFILES_MAX, facts->arena, &names, &n,
			   &trust->err) < 0) {
		if (trust->err.kind != ERR_NOT_FOUND)
			return -1;
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (str_ends(names[i], STR(".sh")) &&
		    trust_file(trust, path_join(facts->arena, folder, names[i])) < 0)
			return -1;
	}
	return 0;
}

static bool is_in_group(const struct host_accounts *accounts, uint32_t gid, str name)
{
	for (size_t i = 0; i < accounts->group_count; i++) {
		const struct host_group *group = &accounts->groups[i];

		for (size_t k = 0; group->gid == gid && k < group->member_count; k++) {
			if (str_eq(group->members[k], name))
				return true;
		}
	}
	return false;
}

static bool is_member(struct docker_facts *facts, const struct host_user *user)
{
	const struct host_accounts *accounts;
	struct err err; /* then nobody is known */

	if (host_view_accounts(facts->view, &accounts, &err) < 0)
		return false;
	for (size_t i = 0; i < facts->api_socket_n; i++) {
		uint32_t gid = facts->api_sockets[i].gid;

		if (user->gid == gid || is_in_group(accounts, gid, user->name))
			return true;
	}
	return user->uid == 0;
}

static bool is_shell(struct docker_facts *facts, const struct docker_process *p)
{
	static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", "fish", "ash" };
	const str *words;
	struct err gone; /* no shell any more */
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		if (str_eq(p->name, str_c(shells[i])))
			return host_process_words(facts->view, p->pid, "cmdline", facts->arena,
						  &words, &n, &gone) == 0 &&
			       n > 0 && str_starts(words[0], STR("-"));
	}
	return false;
}

/* Clients that run, and login shells of those who may use the engine. */
static void trust_processes(struct trust *trust)
{
	struct docker_facts *facts = trust->facts;
	const struct host_accounts *accounts;
	struct err err; /* without names, numbers */

	IGNORE(host_view_accounts(facts->view, &accounts, &err)); /* then the list is empty */
	for (size_t i = 0; i < facts->procs_n; i++) {
		const struct docker_process *p = &facts->procs[i];
		const struct host_user *user = host_accounts_user(accounts, p->uid);
		const str *variables;
		str value;
		size_t n;

		if (!docker_process_is(p, STR("docker")) &&
		    !(user && is_shell(facts, p) && is_member(facts, user)))
			continue;
		if (host_process_words(facts->view, p->pid, "environ", facts->arena, &variables, &n,
				       &err) < 0)
			continue; /* it has ended, or is somebody's who may not be looked at */
		value = host_environ_get(variables, n, variable);
		if (value.p)
			trust_add(trust, str_fmt(facts->arena, "/proc/%" PRId64 "/environ", p->pid),
				  host_view_user(facts->view, p->uid, facts->arena), value);
	}
}

static void put_content_trust(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	struct trust trust = { .facts = facts };
	str what = STR("content_trust");

	JSON_KEY(&facts->w, "content_trust");
	json_open_array(&facts->w);
	if (trust_files(&trust) < 0) {
		docker_cut(facts, &mark);
		docker_failed(facts, what, &trust.err);
		return;
	}
	trust_processes(&trust);
	if (docker_too_many(facts, what, trust.n, DOCKER_LIST_MAX)) {
		docker_cut(facts, &mark);
		return;
	}
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, what)); /* noted */
}

/* ---- sockets of users ---- */

/* The first few are named. */
static void note_unasked(struct docker_facts *facts, str path)
{
	bool asked = facts->engine && engine_socket(facts->engine) &&
		     str_eq(str_without_prefix(facts->address, STR("unix://")), path);

	if (asked || facts->user_sockets.n > SOCKETS_SHOWN)
		return;
	facts->user_sockets = str_empty(facts->user_sockets)
				      ? path
				      : str_fmt(facts->arena, "%.*s, %.*s",
						STR_ARG(facts->user_sockets), STR_ARG(path));
}

static int put_user_socket(struct docker_facts *facts, str user, const char *name, size_t *told,
			   struct err *err)
{
	str path = str_fmt(facts->arena, "/run/user/%.*s/%s", STR_ARG(user), name);
	struct json_writer *w = &facts->w;
	struct host_node node;

	if (host_view_look(facts->view, path, facts->arena, &node, err) < 0)
		return -1;
	if (!node.exists || node.type != HOST_SOCKET || (*told)++ >= DOCKER_LIST_MAX)
		return 0;
	note_unasked(facts, path);
	json_open_object(w);
	json_kv_str(w, STR("path"), path);
	json_kv_u64(w, STR("uid"), node.uid);
	json_kv_str(w, STR("user"), host_view_user(facts->view, node.uid, facts->arena));
	json_kv_u64(w, STR("mode"), node.mode);
	json_kv_str(w, STR("mode_text"), str_fmt(facts->arena, "%04o", node.mode));
	json_close_object(w);
	return 0;
}

static void put_user_sockets(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	str what = STR("user_sockets");
	const str *users;
	size_t n = 0, told = 0;
	struct err err;

	if (host_view_list(facts->view, STR("/run/user"), USERS_MAX, facts->arena, &users, &n,
			   &err) < 0) {
		if (err.kind != ERR_NOT_FOUND) {
			docker_failed(facts, what, &err);
			return;
		}
		n = 0;
	}
	JSON_KEY(&facts->w, "user_sockets");
	json_open_array(&facts->w);
	for (size_t i = 0; i < n; i++) {
		if (put_user_socket(facts, users[i], "docker.sock", &told, &err) == 0 &&
		    put_user_socket(facts, users[i], "podman/podman.sock", &told, &err) == 0)
			continue;
		docker_cut(facts, &mark);
		docker_failed(facts, what, &err);
		return;
	}
	if (docker_too_many(facts, what, told, DOCKER_LIST_MAX)) {
		docker_cut(facts, &mark);
		return;
	}
	json_close_array(&facts->w);
}

void docker_put_environment(struct docker_facts *facts)
{
	put_content_trust(facts);
	put_user_sockets(facts);
}
