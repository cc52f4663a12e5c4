#pragma once
#include <stdint.h>

#pragma clang assume_nonnull begin

// The vector kernels, as one table of functions for each instruction set. All rows are contiguous.
// Reductions are over one row (or a range that the caller fixes), so no result depends on the number of threads.
typedef struct {
    const char *name;
    // y = gelu(u), the exact erf form; u becomes the slope there, for the backward pass.
    void (*gelu)(float *u, float *y, intptr_t count);
    // x *= factors.
    void (*multiply)(float *x, const float *factors, intptr_t count);
    // Row softmax of scale * x, in place.
    void (*softmax)(float *x, float scale, intptr_t rows, intptr_t columns);
    // dx = scale * p * (dp - sum(dp * p)), row by row, in place of dp.
    void (*softmax_gradient)(const float *p, float *dp, float scale, intptr_t rows, intptr_t columns);
    // normalised = (x - mean) / sqrt(var + epsilon); y = normalised * gain + offset. x may be normalised.
    void (*layer_norm)(const float *x, const float *gain, const float *offset, float epsilon, float *normalised,
                       float *inverse, float *y, intptr_t rows, intptr_t columns);
    // dx of a layer norm; adds to d_gain and d_offset unless they are null.
    void (*layer_norm_gradient)(const float *dy, const float *normalised, const float *inverse, const float *gain,
                                float *dx, float *_Nullable d_gain, float *_Nullable d_offset, intptr_t rows, intptr_t columns);
    // Each row = bias + the row of past; past may be null.
    void (*bias_rows)(float *x, const float *bias, const float *_Nullable past, intptr_t rows, intptr_t columns);
    // sums += the sum of each column.
    void (*column_sums)(const float *x, float *sums, intptr_t rows, intptr_t columns);
    void (*axpy)(float a, const float *x, float *y, intptr_t count);
    void (*scale)(float a, float *x, intptr_t count);
    float (*dot)(const float *x, const float *y, intptr_t count);
    double (*sum_of_squares)(const float *x, intptr_t count);
    void (*tanh_forward)(float *x, intptr_t count);
    // Zeroes each element with probability `rate` (in whole 65536ths) and scales the others so that the mean stays. Element i of the site uses
    // half i % 8, the low one of a word first, of Philox block (seed, stream, i / 8); `first` is the index of x[0], a multiple of 8.
    void (*dropout)(float *x, intptr_t count, uint64_t seed, uint64_t stream, uint64_t first, float rate);
    // Decoupled AdamW: keep = 1 - rate * decay, step = rate / (1 - beta1^t), root = 1 / sqrt(1 - beta2^t); gradients are scaled first.
    void (*adamw)(float *w, const float *g, float *m, float *v, intptr_t count, float gradient_scale, float keep, float step, float root,
                  float beta1, float beta2, float epsilon);
    // Steps of the same with a gradient of zero, bit by bit: keep, step and root of each.
    void (*adamw_still)(float *w, float *m, float *v, intptr_t count, const float *steps, intptr_t step_count, float beta1, float beta2,
                        float epsilon);
    // The largest magnitude; 0 of nothing.
    float (*largest)(const float *x, intptr_t count);
    // x = x * factors + addends.
    void (*multiply_add)(float *x, const float *factors, const float *addends, intptr_t count);
    // The butterflies of a Hadamard transform, unscaled, on each `block` (a power of two) of the elements.
    void (*hadamard)(float *x, intptr_t count, intptr_t block);
    // Whole numbers of 8 and 4 bits (low half first), times a scale; and back, rounded to even and cut to the range.
    void (*widen_int8)(const int8_t *codes, float scale, float *y, intptr_t count);
    void (*narrow_int8)(const float *x, float inverse, int8_t *codes, intptr_t count);
    void (*widen_int4)(const uint8_t *codes, float scale, float *y, intptr_t count);
    // Codes of 4 bits and, for each 32 numbers, a scale (binary16): of a few that of the least squared error. With an odd count the last
    // high half is 0.
    void (*narrow_int4)(const float *x, uint8_t *codes, uint16_t *scales, intptr_t count);
    // IEEE 754 binary16 and bfloat16, finite numbers; rounded to even.
    void (*widen_float16)(const uint16_t *bits, float *y, intptr_t count);
    void (*narrow_float16)(const float *x, uint16_t *bits, intptr_t count);
    void (*widen_bfloat16)(const uint16_t *bits, float *y, intptr_t count);
    void (*narrow_bfloat16)(const float *x, uint16_t *bits, intptr_t count);
} vector_kernels;

// The table called `name` (scalar, avx2, avx512, neon), or null where this processor or build has none.
const vector_kernels *_Nullable vector_kernels_named(const char *name);
// The best table for this processor.
const vector_kernels *vector_kernels_best(void);

#pragma clang assume_nonnull end
