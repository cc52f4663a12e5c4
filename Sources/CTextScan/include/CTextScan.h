#pragma once
#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

// What Swift's vectors cannot do yet without a loop over their lanes: compare 16 bytes at once. In the baseline of each
// architecture, so that it is inlined and no dispatch is needed.

typedef struct {
    // The bytes of the word, then zeros.
    uint64_t low, high;
    // 0 to 16.
    uint64_t length;
} limbeck_ascii_word;

// The letters and digits of ASCII that come first in the 16 bytes at `text`.
static inline __attribute__((always_inline)) limbeck_ascii_word limbeck_scan_ascii_word(const void *text) {
    limbeck_ascii_word word;
#if defined(__SSE2__)
    static const uint8_t ones_then_zeros[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                255, 255, 255, 255, 255, 255, 255, 255};
    const __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    // Signed comparisons, of the distance from the first of the range, moved to the least number.
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters = _mm_cmplt_epi8(_mm_sub_epi8(folded, _mm_set1_epi8((char)('a' + 128))), _mm_set1_epi8(26 - 128));
    const __m128i digits = _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('0' + 128))), _mm_set1_epi8(10 - 128));
    word.length = (uint64_t)__builtin_ctz(~(uint32_t)_mm_movemask_epi8(_mm_or_si128(letters, digits)));
    const __m128i mask = _mm_loadu_si128((const __m128i *)(ones_then_zeros + 16 - word.length));
    const __m128i kept = _mm_and_si128(bytes, mask);
    word.low = (uint64_t)_mm_cvtsi128_si64(kept);
    word.high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(kept, kept));
#elif defined(__ARM_NEON) && defined(__aarch64__)
    const uint8x16_t bytes = vld1q_u8((const uint8_t *)text);
    const uint8x16_t letters = vcltq_u8(vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a')), vdupq_n_u8(26));
    const uint8x16_t digits = vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(10));
    // Four bits for each byte.
    const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(vmvnq_u8(vorrq_u8(letters, digits))), 4);
    const uint64_t others = vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
    word.length = others ? (uint64_t)__builtin_ctzll(others) >> 2 : 16;
    static const uint8_t ones_then_zeros[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                255, 255, 255, 255, 255, 255, 255, 255};
    const uint64x2_t kept = vreinterpretq_u64_u8(vandq_u8(bytes, vld1q_u8(ones_then_zeros + 16 - word.length)));
    word.low = vgetq_lane_u64(kept, 0);
    word.high = vgetq_lane_u64(kept, 1);
#else
    const uint8_t *bytes = (const uint8_t *)text;
    word = (limbeck_ascii_word){0, 0, 0};
    for (; word.length < 16; word.length++) {
        const uint8_t byte = bytes[word.length];
        if ((uint8_t)((byte | 0x20) - 'a') >= 26 && (uint8_t)(byte - '0') >= 10) break;
        *(word.length < 8 ? &word.low : &word.high) |= (uint64_t)byte << (8 * (word.length & 7));
    }
#endif
    return word;
}
