import Kernels
import Testing

@Suite struct AdamWUpdateTests {
    /// Five steps against the formulas in doubles, with the clip, over more than one span.
    @Test func stepsFollowTheFormulas() {
        let count = 40_000
        let weights = drawn(1, count, seed: 1)
        let (first, second) = (Matrix(rows: 1, columns: count), Matrix(rows: 1, columns: count))
        var (w, m, v) = (weights.elements.doubles, [Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        var (power1, power2) = (1.0, 1.0)
        for step in 1...5 {
            let gradients = drawn(1, count, seed: UInt64(step) + 1)
            var settings = AdamWStep(learningRate: 1e-2, weightDecay: 0.01, updates: step, gradientScale: 0.25)
            settings.epsilon = 1e-6
            applyAdamW(settings, weights: weights, gradients: gradients, first: first, second: second, on: Workers(count: step))
            power1 *= 0.9
            power2 *= 0.999
            for (i, g) in gradients.elements.enumerated() {
                let gradient = Double(g) * 0.25
                m[i] = 0.9 * m[i] + 0.1 * gradient
                v[i] = 0.999 * v[i] + 0.001 * gradient * gradient
                w[i] -= 1e-2 * 0.01 * w[i]
                w[i] -= 1e-2 * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + 1e-6)
            }
        }
        #expect(agree(weights.elements, w, relative: 1e-5, absolute: 2e-6))
        #expect(agree(first.elements, m) && agree(second.elements, v, relative: 1e-5))
    }
}
