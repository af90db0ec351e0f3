/* SPDX-License-Identifier: Apache-2.0 */
#include "report/upgrade.h"

#include "base/map.h"
#include "report/advice.h"

/* Packages of one head, each with the finding whose fix is the latest. */
static struct map *latest_of(struct map *heads, str head, struct arena *arena)
{
	void **slot = map_slot(heads, head);

	if (!*slot) {
		struct map *latest = ARENA_NEW(arena, struct map);

		map_init(latest, arena);
		*slot = latest;
	}
	return *slot;
}

static str command_head(str command)
{
	return str_take(command, (size_t)(str_rfind_char(command, ' ') + 1));
}

static void gather(const struct report *report, struct map *heads)
{
	for (size_t i = 0; i < report->shown_count; i++) {
		const struct finding *finding = report_finding(report, report->shown[i]);
		const struct package *package = report_package(report, finding);
		str command = advice_upgrade(package, finding);

		if (command.n == 0)
			continue;
		struct map *latest = latest_of(heads, command_head(command), report->arena);
		void **slot = map_slot(latest, package->name);
		if (!*slot || advice_fix_is_later(finding, *slot))
			*slot = (void *)(uintptr_t)finding; /* only read */
	}
}

const struct upgrade_command *upgrade_commands(const struct report *report, size_t *count)
{
	struct upgrade_command *commands;
	struct map heads;
	size_t n = 0;

	map_init(&heads, report->arena);
	gather(report, &heads);
	commands = ARENA_ARRAY(report->arena, struct upgrade_command, heads.n);
	MAP_EACH(&heads, head)
	{
		const struct map *latest = head->value;
		str *words = ARENA_ARRAY(report->arena, str, latest->n);
		size_t k = 0;

		MAP_EACH(latest, entry)
		{
			const struct finding *finding = entry->value;

			words[k++] = str_skip(finding->upgrade, head->key.n);
		}
		commands[n++] = (struct upgrade_command){ .head = str_rtrim(head->key),
							  .words = words,
							  .word_count = k };
	}
	*count = n;
	return commands;
}
