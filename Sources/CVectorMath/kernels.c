#include "CVectorMath.h"
#include <string.h>

// Clang's vectors of any size: the compiler splits them where the processor's are smaller.
typedef float vector16 __attribute__((vector_size(64)));
typedef float vector8 __attribute__((vector_size(32)));
typedef float vector8_unaligned __attribute__((vector_size(32), aligned(4)));

// The baseline of the architecture: SSE2 on x86-64, NEON on arm64.
#define KERNEL(name) baseline_##name
#if defined(__aarch64__)
#define KERNEL_NAME "neon"
#else
#define KERNEL_NAME "scalar"
#endif
#include "kernels.inc"
#undef KERNEL
#undef KERNEL_NAME

#if defined(__x86_64__)
#define KERNEL(name) avx2_##name
#define KERNEL_NAME "avx2"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#undef KERNEL
#undef KERNEL_NAME

#define KERNEL(name) avx512_##name
#define KERNEL_NAME "avx512"
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#undef KERNEL
#undef KERNEL_NAME
#endif

const vector_kernels *vector_kernels_named(const char *name) {
    if (!strcmp(name, baseline_table.name)) return &baseline_table;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!strcmp(name, "avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &avx2_table;
    if (!strcmp(name, "avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return &avx512_table;
#endif
    return 0;
}

const vector_kernels *vector_kernels_best(void) {
#if defined(__x86_64__)
    static const char *const names[] = {"avx512", "avx2"};
    for (int i = 0; i < 2; i++) {
        const vector_kernels *table = vector_kernels_named(names[i]);
        if (table) return table;
    }
#endif
    return &baseline_table;
}
