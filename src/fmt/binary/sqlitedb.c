/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/sqlitedb.h"

#include "base/err.h"
#include "base/num.h"
#include "base/rd.h"
#include "fmt/binary/sqlitedb_internal.h"

#define HEADER_BYTES   100u
#define PAGE_MIN       512u
#define PAGE_MAX       65536u
#define USABLE_MIN     480u
#define TABLE_LEAF     0x0d
#define TABLE_INTERIOR 0x05

/* One level of the walk down a tree. */
struct level {
	unsigned char *page; /* whole */
	uint32_t number;
	uint32_t cells, next; /* next cell to look at; cells: the right-most child */
	bool leaf;
};

struct walk {
	struct sqlitedb *db;
	struct arena *payload;	/* of the row at hand */
	unsigned char *visited; /* one bit a page */
	size_t max_payload;
	unsigned depth;
	struct level levels[SQLITEDB_MAX_DEPTH];
};

static int read_header(struct sqlitedb *db, struct err *err)
{
	unsigned char h[HEADER_BYTES];

	if (sqlitedb_pread(db, 1, 0, h, sizeof(h), err) < 0)
		return err_wrap(err, "sqlite header");
	if (memcmp(h, "SQLite format 3", 16) != 0)
		return err_set(err, ERR_INPUT, "not an SQLite 3 database");
	struct rd r = rd_from(str_of((const char *)h, sizeof(h)));

	rd_seek(&r, 16);
	uint32_t page = rd_u16be(&r);
	uint8_t write_version = rd_u8(&r), read_version = rd_u8(&r);
	uint8_t reserved = rd_u8(&r);

	(void)write_version; /* nothing is written */
	rd_seek(&r, 56);
	uint32_t encoding = rd_u32be(&r);

	page = page == 1 ? PAGE_MAX : page;
	if (page < PAGE_MIN || (page & (page - 1)) != 0 || page - reserved < USABLE_MIN ||
	    (db->page != 0 && page != db->page))
		return err_set(err, ERR_INPUT, "sqlite header: page size %u, %u reserved", page,
			       reserved);
	if (read_version > 2)
		return err_set(err, ERR_UNSUPPORTED, "sqlite read version %u", read_version);
	if (encoding > 1)
		return err_set(err, ERR_UNSUPPORTED, "sqlite text encoding %u", encoding);
	db->page = page;
	db->usable = page - reserved;
	return 0;
}

int sqlitedb_open(const struct file_view *file, const struct file_view *wal, struct arena *arena,
		  struct sqlitedb **out, struct err *err)
{
	struct sqlitedb *db = ARENA_NEW(arena, struct sqlitedb);

	db->file = file;
	db->arena = arena;
	map_init(&db->wal_pages, arena);
	if (wal && wal->size > 0 && sqlitedb_wal_open(db, wal, err) < 0)
		return err_wrap(err, "write-ahead log");
	if (read_header(db, err) < 0)
		return -1;
	uint64_t pages = (file->size + db->page - 1) / db->page;

	pages = pages > db->wal_pages_end ? pages : db->wal_pages_end;
	if (pages > SQLITEDB_MAX_PAGES)
		return err_set(err, ERR_LIMIT, "sqlite: %llu pages", (unsigned long long)pages);
	db->pages = (uint32_t)pages;
	*out = db;
	return 0;
}

const char *sqlitedb_wal_problem(const struct sqlitedb *db) { return db->wal_problem; }

int sqlitedb_pread(const struct sqlitedb *db, uint32_t page, uint32_t off, void *out, size_t n,
		   struct err *err)
{
	uint64_t at;

	if (sqlitedb_wal_find(db, page, &at))
		return file_view_pread(db->wal, out, n, at + off, err);
	return file_view_pread(db->file, out, n, (uint64_t)(page - 1) * db->page + off, err);
}

/* Marks a page; false when it does not exist or was visited before. */
static bool visit(struct walk *walk, uint32_t page)
{
	if (page == 0 || page > walk->db->pages)
		return false;
	unsigned char *byte = &walk->visited[page / 8];
	unsigned char bit = (unsigned char)(1u << (page % 8));

	if (*byte & bit)
		return false;
	*byte |= bit;
	return true;
}

static int push(struct walk *walk, uint32_t number, struct err *err)
{
	struct sqlitedb *db = walk->db;

	if (walk->depth >= SQLITEDB_MAX_DEPTH)
		return err_set(err, ERR_INPUT, "sqlite: tree deeper than %u", SQLITEDB_MAX_DEPTH);
	if (!visit(walk, number))
		return err_set(err, ERR_INPUT, "sqlite: page %u twice in a tree, or not there",
			       number);
	struct level *level = &walk->levels[walk->depth];

	if (!level->page)
		level->page = arena_alloc(db->arena, db->page);
	if (sqlitedb_pread(db, number, 0, level->page, db->page, err) < 0)
		return err_wrap(err, "sqlite page %u", number);
	const unsigned char *h = level->page + (number == 1 ? HEADER_BYTES : 0);

	level->number = number;
	level->next = 0;
	level->cells = (uint32_t)(h[3] << 8 | h[4]);
	level->leaf = h[0] == TABLE_LEAF;
	if (h[0] != TABLE_LEAF && h[0] != TABLE_INTERIOR)
		return err_set(err, ERR_INPUT, "sqlite page %u: type %u is not of a table", number,
			       h[0]);
	walk->depth++;
	return 0;
}

/* Offset in the page of cell i, or 0. */
static uint32_t cell_offset(const struct sqlitedb *db, const struct level *level, uint32_t i)
{
	uint32_t at = (level->number == 1 ? HEADER_BYTES : 0) + (level->leaf ? 8u : 12u) + 2 * i;

	if (at + 2 > db->usable)
		return 0;
	uint32_t offset = (uint32_t)(level->page[at] << 8 | level->page[at + 1]);

	return offset + 4 <= db->usable ? offset : 0;
}

static uint32_t u32be(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* 1 to 9 bytes, seven bits each, the ninth with all eight. */
static uint64_t varint(struct rd *r)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++) {
		uint8_t byte = rd_u8(r);
		v = v << 7 | (byte & 0x7f);
		if (byte < 0x80)
			return v;
	}
	return v << 8 | rd_u8(r);
}

/* Bytes of a payload that are in the leaf itself (section 1.6 of the format). */
static size_t local_size(const struct sqlitedb *db, uint64_t payload)
{
	uint32_t max = db->usable - 35;
	uint32_t min = (db->usable - 12) * 32 / 255 - 23;

	if (payload <= max)
		return (size_t)payload;
	uint32_t k = min + (uint32_t)((payload - min) % (db->usable - 4));

	return k <= max ? k : min;
}

/* Fills out[have..n) from the chain that starts at `page`; false when it is damaged. */
static bool read_overflow(struct walk *walk, uint32_t page, char *out, size_t have, size_t n)
{
	const struct sqlitedb *db = walk->db;
	struct err ignored; /* the row is told as damaged */

	while (have < n) {
		unsigned char next[4];
		size_t part = size_min(n - have, db->usable - 4);

		if (!visit(walk, page) ||
		    sqlitedb_pread(db, page, 0, next, sizeof(next), &ignored) < 0 ||
		    sqlitedb_pread(db, page, 4, out + have, part, &ignored) < 0)
			return false;
		have += part;
		page = u32be(next);
	}
	return true;
}

static int read_cell(struct walk *walk, const struct level *level, uint32_t offset,
		     struct sqlitedb_row *row, struct err *err)
{
	const struct sqlitedb *db = walk->db;
	struct rd r = rd_from(str_of((const char *)level->page, db->usable));

	rd_seek(&r, offset);
	uint64_t size = varint(&r);
	*row = (struct sqlitedb_row){ .rowid = (int64_t)varint(&r) };
	size_t local = r.bad ? 0 : local_size(db, size);
	str here = rd_bytes(&r, local);
	uint32_t overflow = local < size ? rd_u32be(&r) : 0;

	if (r.bad)
		return err_set(err, ERR_INPUT, "sqlite page %u: cell outside the page",
			       level->number);
	if (size > walk->max_payload) {
		row->problem = "oversized row";
		return 0;
	}
	if (local == size) {
		row->payload = here;
		return 0;
	}
	/* No more than the file can hold is asked for. */
	if (size > (uint64_t)db->pages * db->page) {
		row->problem = "row longer than the database";
		return 0;
	}
	arena_reset(walk->payload);
	char *bytes = arena_bytes(walk->payload, (size_t)size);

	if (here.n > 0)
		memcpy(bytes, here.p, here.n);
	if (!read_overflow(walk, overflow, bytes, local, (size_t)size))
		row->problem = "damaged chain of overflow pages";
	else
		row->payload = str_of(bytes, (size_t)size);
	return 0;
}

/* Goes down into the next child of an interior page, or gives the next row of a leaf to fn. */
static int step(struct walk *walk, sqlitedb_row_fn *fn, void *context, struct err *err)
{
	struct level *level = &walk->levels[walk->depth - 1];
	const struct sqlitedb *db = walk->db;
	bool end = level->leaf ? level->next >= level->cells : level->next > level->cells;

	if (end) {
		walk->depth--;
		return 0;
	}
	uint32_t i = level->next++;

	if (!level->leaf && i == level->cells) {
		uint32_t at = (level->number == 1 ? HEADER_BYTES : 0) + 8;
		return push(walk, u32be(level->page + at), err);
	}
	uint32_t offset = cell_offset(db, level, i);

	if (offset == 0)
		return err_set(err, ERR_INPUT, "sqlite page %u: cell outside the page",
			       level->number);
	if (!level->leaf)
		return push(walk, u32be(level->page + offset), err);
	struct sqlitedb_row row;

	if (read_cell(walk, level, offset, &row, err) < 0)
		return -1;
	return fn(context, &row, err);
}

int sqlitedb_each(struct sqlitedb *db, uint32_t root, size_t max_payload, sqlitedb_row_fn *fn,
		  void *context, struct err *err)
{
	AUTO(arena_free)
	struct arena *payload = arena_new();
	struct walk *walk = ARENA_NEW(db->arena, struct walk);

	walk->db = db;
	walk->payload = payload;
	walk->max_payload = max_payload;
	walk->visited = ARENA_ARRAY(db->arena, unsigned char, (size_t)db->pages / 8 + 1);
	if (push(walk, root, err) < 0)
		return -1;
	while (walk->depth > 0) {
		if (step(walk, fn, context, err) < 0)
			return -1;
	}
	return 0;
}

static uint64_t content_size(uint64_t serial)
{
	static const uint8_t sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };

	return serial < ARRAY_LEN(sizes) ? sizes[serial] : (serial - 12) / 2;
}

static void read_value(uint64_t serial, struct rd *body, struct sqlitedb_value *out)
{
	uint64_t n = content_size(serial);

	*out = (struct sqlitedb_value){ .type = SQLITEDB_NULL };
	if (serial >= 12) {
		out->type = serial % 2 ? SQLITEDB_TEXT : SQLITEDB_BLOB;
		out->bytes = rd_bytes(body, (size_t)n);
	} else if (serial == 7) {
		out->type = SQLITEDB_REAL;
		IGNORE(rd_bytes(body, 8)); /* no reader of ours wants one */
	} else if (serial == 8 || serial == 9) {
		out->type = SQLITEDB_INTEGER;
		out->integer = serial == 9;
	} else if (serial >= 1 && serial <= 6) {
		uint64_t v = rd_uint(body, (unsigned)n, true);
		unsigned unused = 64 - 8 * (unsigned)n;

		out->type = SQLITEDB_INTEGER;
		out->integer = (int64_t)(v << unused) >> unused;
	}
}

int sqlitedb_column(str payload, size_t i, struct sqlitedb_value *out, struct err *err)
{
	struct rd head = rd_from(payload);
	struct rd body = rd_from(payload);
	uint64_t head_size = varint(&head);

	if (head.bad || head_size > payload.n || head_size < head.pos)
		return err_set(err, ERR_INPUT, "sqlite: malformed row");
	head.n = (size_t)head_size;
	rd_seek(&body, (size_t)head_size);
	for (size_t column = 0; head.pos < head.n; column++) {
		uint64_t serial = varint(&head);
		struct sqlitedb_value value;

		if (head.bad || content_size(serial) > rd_left(&body) ||
		    column >= SQLITEDB_MAX_COLUMNS)
			return err_set(err, ERR_INPUT, "sqlite: malformed row");
		read_value(serial, &body, &value);
		if (column == i) {
			*out = value;
			return 1;
		}
	}
	return 0;
}

struct table_search {
	str name;
	uint32_t root;
	bool found;
};

/* A row of sqlite_schema: type, name, tbl_name, rootpage, sql. */
static int match_table(void *context, const struct sqlitedb_row *row, struct err *err)
{
	struct table_search *search = context;
	struct sqlitedb_value type = { 0 }, name = { 0 }, root = { 0 };

	if (row->problem || search->found)
		return 0;
	int n = sqlitedb_column(row->payload, 0, &type, err);
	if (n > 0)
		n = sqlitedb_column(row->payload, 1, &name, err);
	if (n > 0)
		n = sqlitedb_column(row->payload, 3, &root, err);
	if (n <= 0)
		return n;
	if (str_eq(type.bytes, STR("table")) && str_ieq(name.bytes, search->name) &&
	    root.type == SQLITEDB_INTEGER && root.integer > 0 && root.integer <= UINT32_MAX) {
		search->root = (uint32_t)root.integer;
		search->found = true;
	}
	return 0;
}

int sqlitedb_table(struct sqlitedb *db, str name, uint32_t *root, struct err *err)
{
	struct table_search search = { .name = name };

	if (sqlitedb_each(db, 1, SQLITEDB_MAX_SQL_BYTES, match_table, &search, err) < 0)
		return -1;
	if (search.found)
		*root = search.root;
	return search.found;
}
