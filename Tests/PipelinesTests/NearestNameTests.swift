import Testing

@testable import Pipelines

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("epoch", "epochs"), ("Epochs", "epochs"), ("batchsize", "batchSize"), ("temprature", "temperature"),
        ("warmpu", "warmup"), ("normalize", "normalise"), ("learning_rate", "learningRate"),
    ]) func aMisspeltNameIsRecognised(_ word: String, _ name: String) {
        #expect(nearest(word, among: ["epochs", "batchSize", "temperature", "warmup", "normalise", "learningRate"]) == name)
    }

    @Test(arguments: ["optimizer", "dropout", "zzz"]) func aNameOfItsOwnIsNot(_ word: String) {
        #expect(nearest(word, among: ["epochs", "batchSize", "temperature", "warmup"]) == nil)
    }

    @Test func neighboursThatAreSwappedAreOneMistake() {
        // Two letters changed, against two that are swapped.
        #expect(nearest("mrcp", among: ["MRAB", "MRPC"]) == "MRPC")
    }

    @Test func ofTwoThatAreAsNearTheFirstByNameIsTaken() {
        #expect(nearest("ab", among: ["ac", "aa"]) == "aa")
        #expect(nearest("ab", among: []) == nil)
    }
}
