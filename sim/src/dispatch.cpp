// SPDX-License-Identifier: Apache-2.0
#include "dispatch.hpp"

namespace synfire::sim {

const kernel_table& select_kernels(simd_level wanted) {
#ifdef SYNFIRE_X86_KERNELS
    const bool any = wanted == simd_level::automatic;
    const bool has_avx512 =
        __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0
        && __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
    const bool has_avx2 =
        __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0;
    if (has_avx512 && (any || wanted == simd_level::avx512)) { return kernels_avx512; }
    if (has_avx2 && (any || wanted >= simd_level::avx2)) { return kernels_avx2; }
    const bool has_sse4 = __builtin_cpu_supports("sse4.1") != 0;
    if (has_sse4 && wanted != simd_level::baseline) { return kernels_sse4; }
#else
    static_cast<void>(wanted);
#endif
    return kernels_baseline;
}

}  // namespace synfire::sim
