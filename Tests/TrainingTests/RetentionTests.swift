import Testing

@testable import Training

@Suite struct RetentionTests {
    @Test func shares() throws {
        let kept = Retention(student: 0.8, teacher: 0.9, constant: 0.6, hard: 0.7)
        #expect((try #require(kept.raw) - 8 / 9.0).magnitude < 1e-12)
        #expect((try #require(kept.chanceCorrected) - 2 / 3.0).magnitude < 1e-12)
        #expect((try #require(kept.recoveredGap) - 0.5).magnitude < 1e-12)
    }

    @Test func aTeacherThatIsNoBetterHasNoShares() {
        let kept = Retention(student: 0.8, teacher: 0.6, constant: 0.6, hard: 0.7)
        #expect(kept.raw != nil && kept.chanceCorrected == nil && kept.recoveredGap == nil)
        #expect(Retention(student: 0.1, teacher: -0.2, constant: 0, hard: nil).raw == nil)
    }
}
