/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/audit_rule.h"

#include <linux/audit.h>

#include "base/buf.h"
#include "test.h"

/* "list,action target path access[ syscalls][ narrowed] key" a rule */
static str listing(const struct audit_rules *rules, struct arena *arena)
{
	struct buf out;
	str text;

	buf_init(&out, 1u << 20);
	for (size_t i = 0; i < rules->n; i++) {
		const struct audit_rule *r = &rules->items[i];

		buf_fmt(&out, "%.*s,%.*s %s %.*s %u%s", STR_ARG(r->list), STR_ARG(r->action),
			audit_target_name(r->target), STR_ARG(r->path), r->access,
			r->syscalls ? " syscalls" : "");
		if (r->narrowed.n > 0)
			buf_fmt(&out, " (%.*s)", STR_ARG(r->narrowed));
		buf_fmt(&out, " %.*s\n", STR_ARG(r->key));
	}
	text = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

static str of_file(str text, struct arena *arena, struct audit_rules *rules)
{
	struct err err;

	audit_rules_init(rules, arena);
	CHECK_OK(audit_rules_file(rules, STR("a.rules"), text, &err));
	return listing(rules, arena);
}

TEST(audit_files_give_watches_and_rules)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct audit_rules rules;

	CHECK_STRV(
		of_file(STR("# rules\n-D\n-b 8192\n--backlog_wait_time 60000\n\n"
			    "-w /usr/bin/dockerd -p wa -k docker\r\n"
			    "-w /etc/docker\n"
			    "-a always,exit -F arch=b64 -F path=/usr/bin/runc -F perm=wa -S all "
			    "-F key=docker\n"
			    "-a exit,never -F dir=/var/lib/docker\n"
			    "-a always,exit -F arch=b32 -F path=/c\n-A always,exit -S open,openat -F auid>=1000 -F dir=/run -k x\n"
			    "-a task,never\n-e 2\n"),
			arena, &rules),
		"exit,always watch /usr/bin/dockerd 10 docker\n"
		"exit,always watch /etc/docker 15 \n"
		"exit,always path /usr/bin/runc 10 docker\n"
		"exit,never dir /var/lib/docker 15 \n"
		"exit,always path /c 15 (arch=b32) \n"
		"exit,always dir /run 15 syscalls (auid>=1000) x\n"
		"task,never none  15 \n");
	CHECK_INT(rules.enabled, 2);
	CHECK_INT(rules.malformed, 0);
	CHECK_INT(rules.items[0].line, 6);
}

TEST(audit_files_take_rules_away_again)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct audit_rules rules;

	CHECK_STRV(of_file(STR("-w /a -p w\n-w /b\n-a always,exit -F path=/c\n-W /a\n"
			       "-d always,exit -F path=/c\n"),
			   arena, &rules),
		   "exit,always watch /b 15 \n");
	CHECK_STRV(of_file(STR("-w /a\n-D\n"), arena, &rules), "");
	CHECK_INT(rules.enabled, -1);
}

TEST(audit_lines_that_are_none_are_counted)
{
	static const char *const lines[] = {
		"-w",
		"-w relative",
		"-w /a -p wq",
		"-a always",
		"-a always,what",
		"-F path=/a",
		"-a always,exit -F path",
		"-e 7",
		"-a always,exit -F path=etc",
		"nonsense",
		"-a always,exit -x y",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct audit_rules rules;

		CHECK_STRV(of_file(str_c(lines[i]), arena, &rules), "");
		CHECK_INT(rules.malformed, 1);
		CHECK_STR_EQ(rules.malformed_first, str_c(lines[i]));
	}
}

/* A rule with its texts behind it. */
struct kernel_rule {
	struct audit_rule_data *data;
	char *texts;
};

static struct kernel_rule kernel_rule(uint32_t flags, uint32_t action, struct arena *arena)
{
	struct kernel_rule rule = { .data = arena_alloc(arena, sizeof(*rule.data) + 64) };

	rule.texts = (char *)(rule.data + 1);
	rule.data->flags = flags;
	rule.data->action = action;
	return rule;
}

static void field(struct kernel_rule *rule, uint32_t id, const char *text)
{
	uint32_t n = (uint32_t)strlen(text);

	memcpy(rule->texts + rule->data->buflen, text, n);
	rule->data->fields[rule->data->field_count] = id;
	rule->data->values[rule->data->field_count++] = n;
	rule->data->buflen += n;
}

static str bytes_of(const struct kernel_rule *rule)
{
	return str_of((const char *)rule->data, sizeof(*rule->data) + rule->data->buflen);
}

TEST(audit_rules_of_the_kernel)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kernel_rule rule = kernel_rule(AUDIT_FILTER_EXIT, AUDIT_ALWAYS, arena);
	struct audit_rules rules;
	struct err err;

	audit_rules_init(&rules, arena);
	memset(rule.data->mask, 0xff, sizeof(rule.data->mask));
	field(&rule, AUDIT_WATCH, "/usr/bin/runc");
	rule.data->fields[rule.data->field_count] = AUDIT_PERM;
	rule.data->values[rule.data->field_count++] = 10;
	field(&rule, AUDIT_FILTERKEY, "docker");
	CHECK_OK(audit_rules_kernel(&rules, bytes_of(&rule), &err));
	rule.data->fields[0] = AUDIT_DIR;
	rule.data->fields[rule.data->field_count++] = AUDIT_LOGINUID;
	rule.data->mask[0] = 0;
	rule.data->action = AUDIT_NEVER;
	CHECK_OK(audit_rules_kernel(&rules, bytes_of(&rule), &err));
	CHECK_STRV(listing(&rules, arena), "exit,always path /usr/bin/runc 10 docker\n"
					   "exit,never dir /usr/bin/runc 10 syscalls (field 9) "
					   "docker\n");
}

TEST(audit_rules_of_a_lying_kernel)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kernel_rule rule = kernel_rule(99, 7, arena);
	struct audit_rules rules;
	struct err err;

	audit_rules_init(&rules, arena);
	CHECK_FAIL(audit_rules_kernel(&rules, STR("short"), &err));
	field(&rule, AUDIT_WATCH, "/x");
	rule.data->values[0] = 3;
	CHECK_FAIL(audit_rules_kernel(&rules, bytes_of(&rule), &err));
	rule.data->values[0] = 2;
	CHECK_OK(audit_rules_kernel(&rules, bytes_of(&rule), &err));
	CHECK_STRV(listing(&rules, arena), "99,possible path /x 15 syscalls \n");
	rule.data->buflen = 1000;
	CHECK_FAIL(audit_rules_kernel(
		&rules, str_of((const char *)rule.data, sizeof(*rule.data) + 64), &err));
	rule.data->buflen = 2;
	rule.data->field_count = 65;
	CHECK_FAIL(audit_rules_kernel(&rules, bytes_of(&rule), &err));
}
