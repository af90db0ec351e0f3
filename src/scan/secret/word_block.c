/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/word_block.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BLANK 0x20

/* ---- any processor ---- */

typedef int8_t bytes __attribute__((vector_size(16)));
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint32_t quarters __attribute__((vector_size(16)));

/* All bits of each half of eight bytes that has all bits. */
static inline quarters full_words(quarters v)
{
	quarters full = (quarters)(v == UINT32_MAX);

	return full & (quarters)__builtin_shufflevector(full, full, 1, 0, 3, 2);
}

static inline bool any_bit(quarters v) { return (v[0] | v[2]) != 0; }

/* Bytes above 0x7f are negative; 0x7f does no harm. */
static bool has_word(const unsigned char *b)
{
	quarters any = { 0 };

	for (size_t i = 0; i < WORD_BLOCK; i += sizeof(bytes)) {
		bytes v;

		memcpy(&v, b + i, sizeof(v));
		any |= full_words((quarters)(v > BLANK));
	}
	return any_bit(any);
}

/* All bits where all of the vector has all bits, else none. */
static inline quarters full_vector(quarters v)
{
	quarters full = full_words(v);

	return full & __builtin_shufflevector(full, full, 2, 3, 0, 1);
}

static bool has_wide_word(const unsigned char *b)
{
	quarters any = { 0 };

	for (size_t i = 0; i < WORD_BLOCK; i += sizeof(bytes)) {
		bytes v;

		memcpy(&v, b + i, sizeof(v));
		bytes zero = (bytes)(v == 0);
		quarters fits = full_vector((quarters)((v > BLANK) | zero));
		any |= fits & (full_vector((quarters)((halves)zero == 0xff00)) |
			       full_vector((quarters)((halves)zero == 0x00ff)));
	}
	return any_bit(any);
}

static size_t pass_over(const unsigned char *b, size_t at, size_t n)
{
	while (at + WORD_BLOCK <= n && !has_word(b + at))
		at += WORD_BLOCK;
	return at;
}

static size_t pass_over_wide(const unsigned char *b, size_t at, size_t n)
{
	while (at + WORD_BLOCK <= n && !has_wide_word(b + at))
		at += WORD_BLOCK;
	return at;
}

/* ---- AVX2 ---- */

#if defined(__x86_64__)

#define AVX2   __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))
#define LANES  32u
#define STRIDE (4 * LANES) /* two blocks are tested together */

AVX2 INLINE __m256i words_at(const unsigned char *b)
{
	__m256i v = _mm256_loadu_si256((const void *)b);

	return _mm256_cmpeq_epi64(_mm256_cmpgt_epi8(v, _mm256_set1_epi8(BLANK)),
				  _mm256_set1_epi8(-1));
}

/* Halves of eight bytes that fit, where their neighbour does, too. */
AVX2 INLINE __m256i wide_words_at(const unsigned char *b)
{
	__m256i v = _mm256_loadu_si256((const void *)b);
	__m256i zero = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
	__m256i fits = _mm256_or_si256(zero, _mm256_cmpgt_epi8(v, _mm256_set1_epi8(BLANK)));
	__m256i odd = _mm256_cmpeq_epi64(zero, _mm256_set1_epi16((short)0xff00));
	__m256i even = _mm256_cmpeq_epi64(zero, _mm256_set1_epi16(0x00ff));
	__m256i words = _mm256_and_si256(_mm256_cmpeq_epi64(fits, _mm256_set1_epi8(-1)),
					 _mm256_or_si256(odd, even));

	return _mm256_and_si256(words, _mm256_shuffle_epi32(words, 0x4e));
}

AVX2 static size_t pass_over_avx2(const unsigned char *b, size_t at, size_t n)
{
	while (at + STRIDE <= n) {
		__m256i x = _mm256_or_si256(words_at(b + at), words_at(b + at + LANES));
		__m256i y = _mm256_or_si256(words_at(b + at + 2 * (size_t)LANES),
					    words_at(b + at + 3 * (size_t)LANES));
		__m256i both = _mm256_or_si256(x, y);

		if (!_mm256_testz_si256(both, both))
			return _mm256_testz_si256(x, x) ? at + WORD_BLOCK : at;
		at += STRIDE;
	}
	return pass_over(b, at, n);
}

AVX2 static size_t pass_over_wide_avx2(const unsigned char *b, size_t at, size_t n)
{
	while (at + STRIDE <= n) {
		__m256i x = _mm256_or_si256(wide_words_at(b + at), wide_words_at(b + at + LANES));
		__m256i y = _mm256_or_si256(wide_words_at(b + at + 2 * (size_t)LANES),
					    wide_words_at(b + at + 3 * (size_t)LANES));
		__m256i both = _mm256_or_si256(x, y);

		if (!_mm256_testz_si256(both, both))
			return _mm256_testz_si256(x, x) ? at + WORD_BLOCK : at;
		at += STRIDE;
	}
	return pass_over_wide(b, at, n);
}

size_t word_block_next(const unsigned char *b, size_t at, size_t n)
{
	return __builtin_cpu_supports("avx2") ? pass_over_avx2(b, at, n) : pass_over(b, at, n);
}

size_t word_block_next_wide(const unsigned char *b, size_t at, size_t n)
{
	return __builtin_cpu_supports("avx2") ? pass_over_wide_avx2(b, at, n)
					      : pass_over_wide(b, at, n);
}

#else

size_t word_block_next(const unsigned char *b, size_t at, size_t n) { return pass_over(b, at, n); }

size_t word_block_next_wide(const unsigned char *b, size_t at, size_t n)
{
	return pass_over_wide(b, at, n);
}

#endif

size_t word_block_end(const unsigned char *b, size_t at, size_t n)
{
	while (at + WORD_BLOCK <= n && has_word(b + at))
		at += WORD_BLOCK;
	return at + WORD_BLOCK <= n ? at : n;
}
