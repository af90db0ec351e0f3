/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/path.h"
#include "base/time.h"
#include "fmt/host/audit_rule.h"
#include "posture/facts/docker_internal.h"

#define KERNEL_MS	2000
#define MESSAGE_MAX	(64u << 10)
#define MESSAGES_MAX	20000u
#define RULE_FILES_MAX	1000u
#define ENABLED_UNKNOWN (-1)

/* ---- the kernel ---- */

struct kernel {
	int fd;
	uint32_t sequence;
	int64_t deadline;
	char message[MESSAGE_MAX] __attribute__((aligned(8)));
};

static int kernel_send(struct kernel *kernel, uint16_t type, struct err *err)
{
	struct nlmsghdr head = { .nlmsg_len = NLMSG_LENGTH(0),
				 .nlmsg_type = type,
				 .nlmsg_flags = NLM_F_REQUEST,
				 .nlmsg_seq = ++kernel->sequence };
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK };

	if (sendto(kernel->fd, &head, sizeof(head), 0, (const struct sockaddr *)&to, sizeof(to)) <
	    0)
		return err_sys(err, errno, "ask the kernel for its audit rules");
	return 0;
}

/* One datagram; only the kernel's own count. */
static ssize_t kernel_receive(struct kernel *kernel, struct err *err)
{
	for (;;) {
		struct pollfd p = { .fd = kernel->fd, .events = POLLIN };
		struct sockaddr_nl from = { .nl_family = 0 };
		socklen_t size = sizeof(from);
		int64_t left = kernel->deadline - time_mono_ms();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return err_set(err, ERR_NETWORK, "the kernel's audit does not answer");
		n = recvfrom(kernel->fd, kernel->message, sizeof(kernel->message), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &size);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_sys(err, errno, "read the kernel's audit rules");
		if (n >= 0 && size == sizeof(from) && from.nl_pid == 0)
			return n;
	}
}

typedef int answer_fn(void *context, const struct nlmsghdr *head, str body, struct err *err);

/* 1: more may come, 0: it was the last, -1: failed. */
static int take_message(struct kernel *kernel, const struct nlmsghdr *head, uint16_t type,
			answer_fn *fn, void *context, struct err *err)
{
	str body = str_of((const char *)head + NLMSG_HDRLEN, head->nlmsg_len - NLMSG_HDRLEN);
	struct nlmsgerr refusal;

	if (head->nlmsg_seq != kernel->sequence)
		return 1;
	if (head->nlmsg_type == NLMSG_DONE)
		return 0;
	if (head->nlmsg_type == NLMSG_ERROR) {
		if (body.n < sizeof(refusal))
			return err_set(err, ERR_INPUT, "the kernel's audit answers nonsense");
		memcpy(&refusal, body.p, sizeof(refusal));
		return refusal.error ? err_sys(err, -refusal.error, "the kernel's audit refuses")
				     : 1;
	}
	if (head->nlmsg_type != type)
		return 1;
	return fn(context, head, body, err);
}

static int kernel_ask(struct kernel *kernel, uint16_t type, answer_fn *fn, void *context,
		      struct err *err)
{
	if (kernel_send(kernel, type, err) < 0)
		return -1;
	for (size_t messages = 0; messages < MESSAGES_MAX; messages++) {
		const struct nlmsghdr *head = (const struct nlmsghdr *)(void *)kernel->message;
		ssize_t n = kernel_receive(kernel, err);

		if (n < 0)
			return -1;
		for (size_t left = (size_t)n; left >= NLMSG_HDRLEN &&
					      head->nlmsg_len >= NLMSG_HDRLEN &&
					      head->nlmsg_len <= left;) {
			size_t step = NLMSG_ALIGN(head->nlmsg_len);
			int rc = take_message(kernel, head, type, fn, context, err);

			if (rc <= 0)
				return rc;
			if (step >= left)
				break;
			left -= step;
			head = (const struct nlmsghdr *)(const void *)((const char *)head + step);
		}
	}
	return err_set(err, ERR_LIMIT, "more than %u answers of the kernel's audit", MESSAGES_MAX);
}

static int take_status(void *context, const struct nlmsghdr *head, str body, struct err *err)
{
	struct audit_rules *rules = context;
	uint32_t status[2]; /* mask, enabled */

	(void)head;
	if (body.n < sizeof(status))
		return err_set(err, ERR_INPUT, "the state of the kernel's audit is too short");
	memcpy(status, body.p, sizeof(status));
	rules->enabled = status[1] <= 2 ? (int)status[1] : ENABLED_UNKNOWN;
	return 0;
}

static int take_rule(void *context, const struct nlmsghdr *head, str body, struct err *err)
{
	struct audit_rules *rules = context;
	struct err bad;

	(void)head;
	if (audit_rules_kernel(rules, str_dup(rules->arena, body), &bad) == 0)
		return 1;
	if (bad.kind == ERR_LIMIT) {
		*err = bad;
		return -1;
	}
	rules->malformed++;
	return 1;
}

static int read_kernel(struct docker_facts *facts, struct audit_rules *rules, struct err *err)
{
	AUTO(fd_close)
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	struct kernel *kernel = ARENA_NEW(facts->arena, struct kernel);

	if (fd < 0)
		return err_sys(err, errno, "ask the kernel for its audit rules");
	kernel->fd = fd;
	kernel->deadline = time_mono_ms() + KERNEL_MS;
	audit_rules_init(rules, facts->arena);
	if (kernel_ask(kernel, AUDIT_GET, take_status, rules, err) < 0)
		return -1;
	return kernel_ask(kernel, AUDIT_LIST_RULES, take_rule, rules, err);
}

/* ---- files ---- */

static int read_file(struct docker_facts *facts, struct audit_rules *rules, str path,
		     struct err *err)
{
	str text;

	if (host_view_read(facts->view, path, AUDIT_FILE_MAX_BYTES, facts->arena, &text, err) < 0)
		return -1;
	if (audit_rules_file(rules, path, text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

static int read_files(struct docker_facts *facts, struct audit_rules *rules, struct err *err)
{
	const str folder = STR("/etc/audit/rules.d");
	const str *names;
	size_t n = 0, read = 0;

	audit_rules_init(rules, facts->arena);
	if (host_view_list(facts->view, folder, RULE_FILES_MAX, facts->arena, &names, &n, err) <
	    0) {
		if (err->kind != ERR_NOT_FOUND)
			return -1;
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (!str_ends(names[i], STR(".rules")))
			continue;
		if (read_file(facts, rules, path_join(facts->arena, folder, names[i]), err) < 0)
			return -1;
		read++;
	}
	return read ? 0 : read_file(facts, rules, STR("/etc/audit/audit.rules"), err);
}

/* ---- the document ---- */

static void put_rule(struct docker_facts *facts, const struct audit_rule *rule)
{
	static const char letters[] = { 'r', 'w', 'x', 'a' };
	static const unsigned bits[] = { AUDIT_ACCESS_READ, AUDIT_ACCESS_WRITE, AUDIT_ACCESS_EXEC,
					 AUDIT_ACCESS_ATTRIBUTE };
	struct json_writer *w = &facts->w;
	struct host_node node;
	struct err err; /* then the path stays as it is */
	char access[ARRAY_LEN(letters)];
	str resolved = rule->path;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
		if (rule->access & bits[i])
			access[n++] = letters[i];
	}
	if (str_starts(rule->path, STR("/")) &&
	    host_view_look(facts->view, rule->path, facts->arena, &node, &err) == 0 && node.exists)
		resolved = node.resolved;
	json_open_object(w);
	json_kv_str(w, STR("list"), rule->list);
	json_kv_str(w, STR("action"), rule->action);
	json_kv_str(w, STR("target"), str_c(audit_target_name(rule->target)));
	json_kv_str(w, STR("path"), rule->path);
	json_kv_str(w, STR("resolved"), resolved);
	json_kv_str(w, STR("access"), str_of(access, n));
	json_kv_bool(w, STR("syscalls"), rule->syscalls);
	json_kv_str(w, STR("narrowed"), rule->narrowed);
	json_kv_str(w, STR("key"), rule->key);
	json_kv_str(w, STR("source"), rule->source);
	json_kv_u64(w, STR("line"), rule->line);
	json_close_object(w);
}

static void put_rules(struct docker_facts *facts, const struct audit_rules *rules)
{
	struct docker_mark mark = docker_mark(facts);

	facts->audit_keyed = false;
	for (size_t i = 0; i < rules->n; i++)
		facts->audit_keyed =
			facts->audit_keyed || str_eq(rules->items[i].key, STR("docker"));
	if (docker_too_many(facts, STR("audit.rules"), rules->n, DOCKER_LIST_MAX))
		return;
	JSON_KEY(&facts->w, "rules");
	json_open_array(&facts->w);
	for (size_t i = 0; i < rules->n; i++)
		put_rule(facts, &rules->items[i]);
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("audit.rules"))); /* noted */
}

void docker_put_audit(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;
	struct audit_rules rules;
	struct err kernel, files;
	bool live = read_kernel(facts, &rules, &kernel) == 0;

	if (!live && read_files(facts, &rules, &files) < 0) {
		docker_missed(facts, STR("audit"),
			      str_fmt(facts->arena, "%s; %s", kernel.msg, files.msg),
			      STR("run as root on the host itself, or install auditd"));
		return;
	}
	JSON_KEY(w, "audit");
	json_open_object(w);
	json_kv_str(w, STR("source"), live ? STR("kernel") : STR("files"));
	if (!live)
		json_kv_str(w, STR("kernel_error"), str_c(kernel.msg));
	if (rules.enabled >= 0)
		json_kv_i64(w, STR("enabled"), rules.enabled);
	if (facts->procs_err.kind == ERR_NONE)
		json_kv_bool(w, STR("auditd_running"),
			     docker_process_named(facts, STR("auditd")) != NULL);
	else
		docker_failed(facts, STR("audit.auditd_running"), &facts->procs_err);
	put_rules(facts, &rules);
	json_kv_u64(w, STR("malformed"), rules.malformed);
	json_close_object(w);
}
