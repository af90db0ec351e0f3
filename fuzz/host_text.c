/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a host: audit rules (files and kernel), mounts, unit files; the first byte picks. */
#include "base/err.h"
#include "fmt/host/audit_rule.h"
#include "fmt/host/mountinfo.h"
#include "fmt/host/systemd_unit.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void audit_rules(str text, bool kernel, struct arena *arena)
{
	struct audit_rules rules;
	struct err err = { .kind = ERR_NONE };
	int rc;

	audit_rules_init(&rules, arena);
	rc = kernel ? audit_rules_kernel(&rules, text, &err)
		    : audit_rules_file(&rules, STR("f"), text, &err);
	must(rc == 0 || err.kind != ERR_NONE);
	for (size_t i = 0; i < rules.n; i++) {
		must(rules.items[i].list.n > 0 && rules.items[i].action.n > 0);
		must(rules.items[i].access != 0 && rules.items[i].line > 0);
		must(kernel || rules.items[i].target == AUDIT_TARGET_NONE ||
		     str_starts(rules.items[i].path, STR("/")));
	}
}

static void mounts(str text, struct arena *arena)
{
	struct mount_list list;
	struct err err;

	if (mountinfo_parse(text, arena, &list, &err) < 0)
		return;
	for (size_t i = 0; i < list.n && i < 100; i++) {
		const struct mount_entry *m = mountinfo_of(&list, list.items[i].point);

		must(m && m->point.n >= str_without_suffix(list.items[i].point, STR("/")).n);
	}
}

static void unit(str text, struct arena *arena)
{
	const struct systemd_setting *found[8];
	struct systemd_unit u;
	struct err err;

	systemd_unit_init(&u, arena);
	if (systemd_unit_add(&u, STR("f"), text, &err) < 0)
		return;
	for (size_t i = 0; i < u.n && i < 100; i++) {
		size_t n = systemd_unit_get(&u, u.items[i].section, u.items[i].key, found, 8);

		must(u.items[i].key.n > 0 && n <= 8);
		(void)systemd_words(u.items[i].value, arena, &n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_skip(str_of((const char *)data, size), 1);

	switch (size > 0 ? data[0] % 4 : 0) {
	case 0:
		audit_rules(text, false, arena);
		break;
	case 1:
		audit_rules(text, true, arena);
		break;
	case 2:
		mounts(text, arena);
		break;
	default:
		unit(text, arena);
	}
	return 0;
}
