import Testing

@testable import Distillation

@Suite struct LayerMapTests {
    @Test(arguments: [(4, 12, [3, 6, 9, 12]), (4, 6, [2, 3, 5, 6]), (3, 3, [1, 2, 3]), (1, 6, [6])])
    func uniform(student: Int, teacher: Int, expected: [Int]) {
        #expect(LayerMap.uniform(student: student, teacher: teacher) == expected)
    }

    @Test func aDeeperStudentNeedsAMapOfItsOwn() {
        #expect(LayerMap.uniform(student: 4, teacher: 3) == nil)
        #expect(LayerMap.uniform(student: 0, teacher: 3) == nil)
    }
}
