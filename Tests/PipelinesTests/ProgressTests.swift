import Records
import Testing

@testable import Pipelines

@Suite struct ProgressTests {
    private func event(_ done: Int, of total: Int, _ values: [ProgressEvent.Value] = []) -> ProgressEvent {
        ProgressEvent(stage: "distill", unit: "steps", done: done, total: total, values: values)
    }

    // MARK: Lines

    @Test func aLineHasShareRateTimeLeftAndValues() {
        let values = [ProgressEvent.Value("loss", 1.2345), ProgressEvent.Value("lr", 5e-5)]
        #expect(
            ProgressPrinter.line(event(50, of: 200, values), rate: 12.5)
                == "distill: 50/200 steps (25 %), 12.5 steps/s, 12 s left, loss 1.23, lr 5.00e-5")
        #expect(ProgressPrinter.line(event(50, of: 7250), rate: 2) == "distill: 50/7250 steps (0 %), 2.00 steps/s, 1:00:00 left")
    }

    @Test func withoutARateNothingIsForetold() {
        #expect(ProgressPrinter.line(event(50, of: 200), rate: 0) == "distill: 50/200 steps (25 %)")
    }

    @Test func atTheEndNoTimeIsLeft() {
        #expect(ProgressPrinter.line(event(200, of: 200), rate: 12.5) == "distill: 200/200 steps (100 %), 12.5 steps/s")
        #expect(ProgressPrinter.line(event(199, of: 200), rate: 0.125) == "distill: 199/200 steps (99 %), 0.125 steps/s, 8 s left")
    }

    @Test func noWorkIsDone() {
        #expect(ProgressPrinter.line(event(0, of: 0), rate: 0) == "distill: 0 steps")
        #expect(ProgressPrinter.bar(event(7, of: 0), rate: 2, width: 80) == "distill: 7 steps, 2.00 steps/s")
    }

    // MARK: Bars

    /// 25 % of a bar of 30 places at the most and of 8 at the least.
    @Test(arguments: [(200, 30, 7), (80, 30, 7), (60, 30, 7), (45, 16, 4), (37, 8, 2)])
    func aBarIsAsLongAsTheWidthAllows(_ width: Int, _ room: Int, _ full: Int) {
        let bar = String(repeating: "=", count: full) + String(repeating: " ", count: room - full)
        #expect(ProgressPrinter.bar(event(50, of: 200), rate: 0, width: width) == "distill [\(bar)] 25 % 50/200 steps")
    }

    @Test func whatMattersLeastGoesFirstWhereItIsNarrow() {
        let event = event(50, of: 200, [ProgressEvent.Value("loss", 0.5)])
        func bar(_ width: Int) -> String { ProgressPrinter.bar(event, rate: 12.5, width: width) }
        #expect(bar(80).hasSuffix("] 25 % 50/200 steps, 12.5 steps/s, 12 s left, loss 0.500"))
        #expect(bar(70).hasSuffix("] 25 % 50/200 steps, 12.5 steps/s, 12 s left"))
        #expect(bar(60).hasSuffix("] 25 % 50/200, 12 s left"))
        #expect(bar(40).hasSuffix("] 25 % 50/200"))
        #expect(bar(30) == "distill 25 % 50/200")
        #expect(bar(10) == "distill 2" && bar(0) == "")
    }

    @Test func aBarLeavesTheLastColumnFree() {
        for width in 1...120 {
            for done in [0, 50, 199, 200] {
                #expect(ProgressPrinter.bar(event(done, of: 200), rate: 12.5, width: width).count < width)
            }
        }
    }

    @Test func aBarIsNeverMoreThanFull() {
        let bar = ProgressPrinter.bar(event(9, of: 4), rate: 0, width: 80)
        #expect(bar.hasPrefix("distill [" + String(repeating: "=", count: 30) + "] 100 %"))
    }

    // MARK: Numbers

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (1, "1.00"), (1.2345, "1.23"), (12.345, "12.3"), (123.45, "123"), (999.5, "1000"), (12_345, "12345"),
        (999_999, "999999"), (1e6, "1.00e6"), (2.5e7, "2.50e7"), (0.5, "0.500"), (0.001, "0.001"), (0.0005, "5.00e-4"),
        (3e-5, "3.00e-5"), (-1.5, "-1.50"), (-1234.5, "-1235"), (-3e-5, "-3.00e-5"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
    ] as [(Double, String)]) func numbersAreShort(_ number: Double, _ text: String) {
        #expect(short(number) == text)
    }

    @Test(arguments: [
        (0, 0, "0"), (0, 3, "0.000"), (1, 2, "1.00"), (0.05, 1, "0.1"), (0.004, 2, "0.00"), (-0.004, 2, "0.00"), (-0.5, 1, "-0.5"),
        (-1.5, 0, "-2"), (999.5, 0, "1000"), (999.5, 1, "999.5"), (0.999, 2, "1.00"), (12.0625, 3, "12.063"), (1e6, 2, "1000000.00"),
        (1e20, 2, "1e+20"), (-1e20, 0, "-1e+20"), (.leastNonzeroMagnitude, 4, "0.0000"),
        (.nan, 2, "nan"), (.infinity, 2, "inf"), (-.infinity, 0, "-inf"),
    ] as [(Double, Int, String)]) func numbersHaveTheirPlaces(_ number: Double, _ places: Int, _ text: String) {
        #expect(fixed(number, places) == text)
    }

    @Test(arguments: [
        (0, "0 s"), (-0.5, "0 s"), (0.001, "1 s"), (1, "1 s"), (59, "59 s"), (59.2, "1:00"), (60, "1:00"), (185, "3:05"), (999.5, "16:40"),
        (3599, "59:59"), (3599.5, "1:00:00"), (3723, "1:02:03"), (86_400, "24:00:00"), (1e6, "277:46:40"),
    ] as [(Double, String)]) func durationsAreRoundedUp(_ seconds: Double, _ text: String) {
        #expect(duration(seconds) == text)
    }
}
