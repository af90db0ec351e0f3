/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/gram_filter.h"

#include <assert.h>

#include "base/arena.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ROUNDS	    2u /* of putting each gram where it fits best */
#define HALF	    16u
#define ALL_WEIGHTS 345.0f /* of all bytes, roughly */

unsigned byte_commonness(unsigned char c)
{
	static const struct {
		const char *bytes;
		unsigned weight;
	} groups[] = {
		{ " e", 12 },	 { "taoin", 8 },	{ "srhld", 6 },
		{ "cumfpg", 3 }, { "ywbv._-\"/=:", 2 },
	};

	if (c < ' ' || c > '~')
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (strchr(groups[i].bytes, c))
			return groups[i].weight;
	}
	return 1;
}

/* ---- classes ---- */

/* The halves of bytes that a class has at one place, a bit each. */
struct halves {
	uint16_t low, high;
};

struct class
{
	struct halves at[GRAM_FILTER_BYTES];
	float passes; /* share of places, roughly */
};

/* How often bytes come whose upper half is the first index, and whose lower half is one of eight.
 */
struct weights {
	float of[HALF][2][256];
};

static void weights_make(struct weights *w)
{
	for (unsigned high = 0; high < HALF; high++) {
		w->of[high][0][0] = w->of[high][1][0] = 0;
		for (unsigned set = 1; set < 256; set++) {
			unsigned others = set & (set - 1);
			unsigned c = high << 4 | (unsigned)__builtin_ctz(set);

			w->of[high][0][set] =
				w->of[high][0][others] +
				(float)byte_commonness((unsigned char)c) / ALL_WEIGHTS;
			w->of[high][1][set] =
				w->of[high][1][others] +
				(float)byte_commonness((unsigned char)(c + 8)) / ALL_WEIGHTS;
		}
	}
}

static float share(const struct weights *w, struct halves h)
{
	float sum = 0;

	for (unsigned rest = h.high; rest; rest &= rest - 1) {
		unsigned high = (unsigned)__builtin_ctz(rest);

		sum += w->of[high][0][h.low & 0xff] + w->of[high][1][h.low >> 8];
	}
	return sum;
}

static void add_byte(struct halves *h, unsigned char c)
{
	h->low |= (uint16_t)(1u << (c & 15));
	h->high |= (uint16_t)(1u << (c >> 4));
}

static struct class with_gram(const struct class *class, const struct gram *gram)
{
	struct class out = *class;

	for (unsigned k = 0; k < GRAM_FILTER_BYTES; k++) {
		unsigned char c = gram->bytes[k];

		if (k >= gram->n) {
			out.at[k] = (struct halves){ .low = UINT16_MAX, .high = UINT16_MAX };
			continue;
		}
		add_byte(&out.at[k], c);
		if (is_alpha((char)c))
			add_byte(&out.at[k], c ^ 0x20);
	}
	return out;
}

static void weigh(struct class *class, const struct weights *w)
{
	class->passes = 1;
	for (unsigned k = 0; k < GRAM_FILTER_BYTES; k++)
		class->passes *= share(w, class->at[k]);
}

/* Where the gram makes the least more pass. */
static unsigned best_class(const struct class *classes, unsigned n, const struct gram *gram,
			   const struct weights *w)
{
	unsigned best = 0;
	float least = 0;

	for (unsigned i = 0; i < n; i++) {
		struct class tried = with_gram(&classes[i], gram);

		weigh(&tried, w);
		if (i == 0 || tried.passes - classes[i].passes < least) {
			least = tried.passes - classes[i].passes;
			best = i;
		}
	}
	return best;
}

/* The class as its grams make it, but for one of them. */
static struct class class_without(const struct gram *grams, const uint8_t *class_of, size_t n,
				  size_t left_out, const struct weights *w)
{
	struct class out = { .passes = 0 };

	for (size_t i = 0; i < n; i++) {
		if (i != left_out && class_of[i] == class_of[left_out])
			out = with_gram(&out, &grams[i]);
	}
	weigh(&out, w);
	return out;
}

static void choose_classes(struct class *classes, unsigned count, const struct gram *grams,
			   uint8_t *class_of, size_t n)
{
	struct weights *w = mem_alloc(sizeof(*w));

	weights_make(w);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++) {
			unsigned best;

			if (round > 0)
				classes[class_of[i]] = class_without(grams, class_of, n, i, w);
			best = best_class(classes, count, &grams[i], w);
			class_of[i] = (uint8_t)best;
			classes[best] = with_gram(&classes[best], &grams[i]);
			weigh(&classes[best], w);
		}
	}
	free(w);
}

void gram_filter_make(struct gram_filter *filter, const struct gram *grams, size_t n, unsigned sets)
{
	struct class classes[GRAM_FILTER_SETS * GRAM_CLASSES] = { { .passes = 0 } };
	uint8_t *class_of = mem_zalloc(n + 1);

	assert(sets >= 1 && sets <= GRAM_FILTER_SETS);
	*filter = (struct gram_filter){ .sets = sets };
	choose_classes(classes, sets * GRAM_CLASSES, grams, class_of, n);
	free(class_of);
	for (unsigned i = 0; i < sets * GRAM_CLASSES; i++) {
		unsigned set = i / GRAM_CLASSES;
		uint8_t bit = (uint8_t)(1u << i % GRAM_CLASSES);

		for (unsigned k = 0; k < GRAM_FILTER_BYTES; k++) {
			for (unsigned half = 0; half < HALF; half++) {
				if (classes[i].at[k].low >> half & 1)
					filter->low[set][k][half] |= bit;
				if (classes[i].at[k].high >> half & 1)
					filter->high[set][k][half] |= bit;
			}
		}
	}
}

/* ---- looking ---- */

#if defined(__x86_64__)

#define AVX2   __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))

bool gram_filter_usable(void) { return __builtin_cpu_supports("avx2"); }

AVX2 INLINE __m256i load_table(const uint8_t table[HALF])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)table));
}

/* The halves of 32 bytes. */
struct split {
	__m256i low, high;
};

AVX2 INLINE struct split split_at(const char *p)
{
	const __m256i lower = _mm256_set1_epi8(15);
	__m256i v = _mm256_loadu_si256((const void *)p);

	return (struct split){ .low = _mm256_and_si256(v, lower),
			       .high = _mm256_and_si256(_mm256_srli_epi16(v, 4), lower) };
}

/* The classes of a set that have these bytes at the place `k` of their grams. */
AVX2 INLINE __m256i classes_of(const struct gram_filter *filter, unsigned set, unsigned k,
			       struct split s)
{
	return _mm256_and_si256(_mm256_shuffle_epi8(load_table(filter->low[set][k]), s.low),
				_mm256_shuffle_epi8(load_table(filter->high[set][k]), s.high));
}

_Static_assert(GRAM_FILTER_BYTES == 4, "each is named below: no compiler has to unroll a loop");

/* A bit for each of the places at `p`; GRAM_FILTER_BYTES - 1 bytes behind them are read. */
AVX2 INLINE uint32_t lanes(const struct gram_filter *filter, const char *p, unsigned sets)
{
	struct split s0 = split_at(p), s1 = split_at(p + 1);
	struct split s2 = split_at(p + 2), s3 = split_at(p + 3);
	__m256i passed = _mm256_setzero_si256();

	for (unsigned set = 0; set < sets; set++) {
		__m256i x = _mm256_and_si256(classes_of(filter, set, 0, s0),
					     classes_of(filter, set, 1, s1));
		__m256i y = _mm256_and_si256(classes_of(filter, set, 2, s2),
					     classes_of(filter, set, 3, s3));

		passed = _mm256_or_si256(passed, _mm256_and_si256(x, y));
	}
	return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(passed, _mm256_setzero_si256()));
}

AVX2 INLINE size_t next(const struct gram_filter *filter, const char *text, size_t n, size_t from,
			size_t to, unsigned sets, uint32_t *mask)
{
	*mask = 0;
	for (; from < to && from + GRAM_FILTER_LANES + GRAM_FILTER_BYTES - 1 <= n;
	     from += GRAM_FILTER_LANES) {
		*mask = lanes(filter, text + from, sets);
		if (*mask)
			break;
	}
	return from;
}

AVX2 size_t gram_filter_next(const struct gram_filter *filter, const char *text, size_t n,
			     size_t from, size_t to, uint32_t *mask)
{
	if (filter->sets == 1)
		return next(filter, text, n, from, to, 1, mask);
	return next(filter, text, n, from, to, filter->sets, mask);
}

#else

bool gram_filter_usable(void) { return false; }

size_t gram_filter_next(const struct gram_filter *filter, const char *text, size_t n, size_t from,
			size_t to, uint32_t *mask)
{
	(void)filter;
	(void)text;
	(void)n;
	(void)to;
	*mask = 0;
	return from;
}

#endif
