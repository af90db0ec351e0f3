/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/pile.h"

#include <errno.h>
#include <fcntl.h>

#include "base/map.h"

/*
 * Limits: PILE_MAX_RUNS files on disk (more than a terabyte at the usual limit of memory);
 * one key with its value at most PILE_MAX_VALUE bytes.
 */
#define PILE_MAX_RUNS	1024u
#define PILE_MAX_VALUE	(256u << 20)
#define PILE_READ_AHEAD (256u << 10)

struct piece {
	struct piece *next;
	uint32_t n;
	char bytes[];
};

struct heap_entry {
	str key;
	struct piece *first, **last;
};

/* A sorted file: u32 key length, u32 value length, key, value. */
struct run {
	int fd;
	struct buf ahead;
	size_t pos;
	str key, value;
	bool done;
};

struct pile {
	char *folder;
	size_t limit;
	struct arena *arena;
	struct map map;
	struct run *runs;
	size_t run_count, run_cap;
	struct heap_entry **sorted; /* in memory, after finish */
	size_t sorted_count, sorted_pos;
	struct buf value;
	struct buf key;
	bool finished;
};

struct pile *pile_new(const char *folder, size_t limit)
{
	struct pile *pile = mem_zalloc(sizeof(*pile));
	size_t n = strlen(folder) + 1;

	pile->folder = mem_alloc(n);
	memcpy(pile->folder, folder, n);
	pile->limit = limit;
	pile->arena = arena_new();
	map_init(&pile->map, pile->arena);
	buf_init(&pile->value, PILE_MAX_VALUE);
	buf_init(&pile->key, 1u << 20);
	return pile;
}

void pile_free(struct pile *pile)
{
	if (!pile)
		return;
	for (size_t i = 0; i < pile->run_count; i++) {
		(void)close(pile->runs[i].fd);
		buf_done(&pile->runs[i].ahead);
	}
	free(pile->runs);
	free(pile->sorted);
	free(pile->folder);
	buf_done(&pile->value);
	buf_done(&pile->key);
	arena_free(pile->arena);
	free(pile);
}

static int entry_cmp(const void *a, const void *b)
{
	const struct heap_entry *const *x = a;
	const struct heap_entry *const *y = b;

	return str_cmp((*x)->key, (*y)->key);
}

static void pile_sort(struct pile *pile)
{
	size_t n = 0;

	free(pile->sorted);
	pile->sorted = mem_alloc((pile->map.n + 1) * sizeof(*pile->sorted));
	MAP_EACH (&pile->map, entry)
		pile->sorted[n++] = entry->value;
	qsort(pile->sorted, n, sizeof(*pile->sorted), entry_cmp);
	pile->sorted_count = n;
	pile->sorted_pos = 0;
}

static void entry_join(const struct heap_entry *entry, struct buf *out)
{
	for (const struct piece *p = entry->first; p; p = p->next)
		buf_add(out, str_of(p->bytes, p->n));
}

static int too_large(const struct pile *pile, str key, struct err *err)
{
	return err_set(err, ERR_LIMIT, "%.*s: over %u bytes of entries", STR_ARG(key),
		       (unsigned)pile->value.max);
}

static int run_write_entry(struct pile *pile, FILE *file, const struct heap_entry *entry,
			   struct err *err)
{
	uint32_t lens[2];

	buf_reset(&pile->value);
	entry_join(entry, &pile->value);
	if (pile->value.overflow)
		return too_large(pile, entry->key, err);
	lens[0] = (uint32_t)entry->key.n;
	lens[1] = (uint32_t)pile->value.n;
	if (fwrite(lens, sizeof(lens), 1, file) != 1 ||
	    fwrite(entry->key.p, 1, entry->key.n, file) != entry->key.n ||
	    fwrite(pile->value.p, 1, pile->value.n, file) != pile->value.n)
		return err_sys(err, errno, "write a temporary file in %s", pile->folder);
	return 0;
}

static int pile_spill(struct pile *pile, struct err *err)
{
	AUTO(fd_close)
	int fd = open(pile->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	AUTO(fclose)
	FILE *file = NULL;
	int copy;

	if (pile->run_count == PILE_MAX_RUNS)
		return err_set(err, ERR_LIMIT, "too many temporary files");
	if (fd < 0)
		return err_sys(err, errno, "temporary file in %s", pile->folder);
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0 || !(file = fdopen(copy, "w")))
		return err_sys(err, errno, "temporary file in %s", pile->folder);
	pile_sort(pile);
	for (size_t i = 0; i < pile->sorted_count; i++) {
		if (run_write_entry(pile, file, pile->sorted[i], err) < 0)
			return -1;
	}
	if (fflush(file) != 0 || lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, errno, "write a temporary file in %s", pile->folder);
	if (pile->run_count == pile->run_cap) {
		pile->run_cap = pile->run_cap ? 2 * pile->run_cap : 8;
		pile->runs = mem_realloc(pile->runs, pile->run_cap * sizeof(*pile->runs));
	}
	pile->runs[pile->run_count] = (struct run){ .fd = fd_take(&fd) };
	buf_init(&pile->runs[pile->run_count].ahead, (size_t)PILE_MAX_VALUE + (2u << 20));
	pile->run_count++;
	arena_reset(pile->arena);
	map_init(&pile->map, pile->arena);
	return 0;
}

int pile_add(struct pile *pile, str key, str piece, struct err *err)
{
	void **slot = map_slot(&pile->map, key);
	struct heap_entry *entry = *slot;
	struct piece *p;

	if (!entry) {
		entry = ARENA_NEW(pile->arena, struct heap_entry);
		entry->last = &entry->first;
		/* map_slot copied the key; the newest entry is the last. */
		entry->key = pile->map.entries[pile->map.n - 1].key;
		*slot = entry;
	}
	if (piece.n > PILE_MAX_VALUE)
		return too_large(pile, key, err);
	p = arena_alloc(pile->arena, sizeof(*p) + piece.n);
	p->n = (uint32_t)piece.n;
	if (piece.n)
		memcpy(p->bytes, piece.p, piece.n);
	*entry->last = p;
	entry->last = &p->next;
	if (arena_used(pile->arena) > pile->limit)
		return pile_spill(pile, err);
	return 0;
}

/* Makes n bytes available at ahead.p + pos. 1, 0 at the end of the file, -1. */
static int run_need(struct run *run, size_t n, struct err *err)
{
	while (run->ahead.n - run->pos < n) {
		ssize_t got;
		char *room;

		if (run->pos > 0) {
			memmove(run->ahead.p, run->ahead.p + run->pos, run->ahead.n - run->pos);
			run->ahead.n -= run->pos;
			run->pos = 0;
		}
		room = buf_room(&run->ahead, PILE_READ_AHEAD);
		if (!room)
			return err_set(err, ERR_LIMIT, "entry of a temporary file too large");
		got = read(run->fd, room, PILE_READ_AHEAD);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read a temporary file");
		if (got == 0)
			return 0;
		run->ahead.n += (size_t)got;
	}
	return 1;
}

static int run_next(struct run *run, struct err *err)
{
	uint32_t lens[2];
	int got = run_need(run, sizeof(lens), err);

	if (got < 0)
		return -1;
	if (got == 0) {
		run->done = true;
		return 0;
	}
	memcpy(lens, run->ahead.p + run->pos, sizeof(lens));
	run->pos += sizeof(lens);
	got = run_need(run, (size_t)lens[0] + lens[1], err);
	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(err, ERR_SYS, "temporary file ends early");
	run->key = str_of(run->ahead.p + run->pos, lens[0]);
	run->value = str_of(run->ahead.p + run->pos + lens[0], lens[1]);
	run->pos += (size_t)lens[0] + lens[1];
	return 0;
}

int pile_finish(struct pile *pile, struct err *err)
{
	pile->finished = true;
	pile_sort(pile);
	for (size_t i = 0; i < pile->run_count; i++) {
		if (run_next(&pile->runs[i], err) < 0)
			return -1;
	}
	return 0;
}

/* Smallest key of all runs and of memory into pile->key; false at the end. */
static bool smallest_key(struct pile *pile)
{
	bool any = false;
	str min = STR_EMPTY;

	for (size_t i = 0; i < pile->run_count; i++) {
		if (!pile->runs[i].done && (!any || str_cmp(pile->runs[i].key, min) < 0)) {
			min = pile->runs[i].key;
			any = true;
		}
	}
	if (pile->sorted_pos < pile->sorted_count) {
		str key = pile->sorted[pile->sorted_pos]->key;

		if (!any || str_cmp(key, min) < 0)
			min = key;
		any = true;
	}
	buf_reset(&pile->key);
	buf_add(&pile->key, min);
	return any;
}

int pile_next(struct pile *pile, str *key, str *value, struct err *err)
{
	str min;

	buf_reset(&pile->value);
	if (!smallest_key(pile))
		return 0;
	min = buf_str(&pile->key);
	for (size_t i = 0; i < pile->run_count; i++) {
		struct run *run = &pile->runs[i];

		if (run->done || !str_eq(run->key, min))
			continue;
		buf_add(&pile->value, run->value);
		if (run_next(run, err) < 0)
			return -1;
	}
	if (pile->sorted_pos < pile->sorted_count &&
	    str_eq(pile->sorted[pile->sorted_pos]->key, min))
		entry_join(pile->sorted[pile->sorted_pos++], &pile->value);
	if (pile->value.overflow || pile->key.overflow)
		return too_large(pile, min, err);
	*key = min;
	*value = buf_str(&pile->value);
	return 1;
}
