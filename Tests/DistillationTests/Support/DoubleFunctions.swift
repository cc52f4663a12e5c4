#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The C library's functions, under names that no local one hides.

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
func errorFunction(_ x: Double) -> Double { erf(x) }
