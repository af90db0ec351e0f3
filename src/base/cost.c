/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cost.h"

#include <pthread.h>

static struct {
	bool on;
	pthread_mutex_t lock;
	size_t n;
	struct cost_part parts[COST_PARTS];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

void cost_enable(void)
{
	const char *wanted = getenv("SEAWALL_STATS");

	table.on = wanted && strcmp(wanted, "1") == 0;
}

int64_t cost_begin(void)
{
	struct timespec t;

	if (!table.on || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) < 0)
		return -1;
	return (int64_t)t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void cost_end(const char *part, int64_t begun)
{
	int64_t now = begun < 0 ? -1 : cost_begin();

	if (now >= begun && begun >= 0)
		cost_add(str_c(part), (uint64_t)(now - begun));
}

void cost_add(str part, uint64_t ns)
{
	part = str_take(part, COST_NAME - 1);
	(void)pthread_mutex_lock(&table.lock); /* fails only for our own mistakes */
	for (size_t i = 0; i <= table.n && i < COST_PARTS; i++) {
		struct cost_part *p = &table.parts[i];

		if (i == table.n) {
			memcpy(p->name, part.p, part.n);
			p->name[part.n] = 0;
			p->ns = 0;
			table.n++;
		} else if (!str_eq(str_c(p->name), part)) {
			continue;
		}
		p->ns += ns;
		break;
	}
	(void)pthread_mutex_unlock(&table.lock); /* the same */
}

size_t cost_list(struct cost_part out[COST_PARTS], bool reset)
{
	size_t n;

	(void)pthread_mutex_lock(&table.lock); /* fails only for our own mistakes */
	n = table.n;
	memcpy(out, table.parts, n * sizeof(*out));
	if (reset)
		table.n = 0;
	(void)pthread_mutex_unlock(&table.lock); /* the same */
	return n;
}
