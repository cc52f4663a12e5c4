import TestSupport
import Testing

@testable import Pipelines

@Suite struct StageFolderTests {
    private let folder = TemporaryFolder()
    private let plan = StagePlan("finetune", version: 1, inputs: [("tokens", "t"), ("epochs", "4")])

    private var path: String { folder.path + "/runs/.stages/" + plan.folderName }
    private var name: String { "runs/.stages/" + plan.folderName }

    private func write(_ text: String, _ file: String) throws { try folder.write(text, to: name + "/" + file) }

    /// Fills the folder as a stage does.
    private func fill(_ files: [String] = ["model", "train/manifest.json"], seals: Bool = true) throws {
        let stage = try StageFolder(path, plan: plan)
        #expect(!stage.isSealed)
        for file in files { try write(file, file) }
        if seals { try stage.seal(outputs: files, leftovers: []) }
    }

    private func files() throws -> Set<String> { Set(try folder.files().keys.map { String($0.dropFirst(name.count + 1)) }) }

    // MARK: A folder's life

    @Test func aNewFolderIsMadeAndMarked() throws {
        #expect(!StageFolder.isFinished(path, plan))
        let stage = try StageFolder(path, plan: plan)
        #expect(!stage.isSealed && !StageFolder.isFinished(path, plan))
        #expect(try files() == ["stage.json"])
    }

    @Test func aSealedFolderIsFinished() throws {
        try fill()
        #expect(StageFolder.isFinished(path, plan))
        #expect(try StageFolder(path, plan: plan).isSealed)
        #expect(try files() == ["stage.json", "model", "train/manifest.json"])
    }

    @Test func aStageMayHaveNoOutputs() throws {
        try fill([])
        #expect(try StageFolder(path, plan: plan).isSealed)
    }

    @Test func workThatWasCutOffIsTakenUp() throws {
        try fill(seals: false)
        #expect(!StageFolder.isFinished(path, plan))
        try fill()
        #expect(StageFolder.isFinished(path, plan))
    }

    @Test func whatServedTheWorkAloneGoesWithTheSeal() throws {
        let stage = try StageFolder(path, plan: plan)
        for file in ["model", "checkpoint"] { try write(file, file) }
        try stage.seal(outputs: ["model"], leftovers: ["checkpoint", "absent"])
        #expect(try files() == ["stage.json", "model"])
    }

    @Test func whatIsNoOutputMayChange() throws {
        try fill()
        try write("x", "history.jsonl")
        #expect(try StageFolder(path, plan: plan).isSealed)
    }

    @Test func anOutputThatIsAbsentCannotBeSealed() throws {
        let stage = try StageFolder(path, plan: plan)
        #expect(refusal { try stage.seal(outputs: ["model"], leftovers: []) } == "\(path)/model: there is no such file or folder")
        #expect(!StageFolder.isFinished(path, plan))
    }

    // MARK: Refusals

    @Test func otherInputsAreNamed() throws {
        try fill()
        let other = StagePlan("finetune", version: 1, inputs: [("tokens", "u"), ("epochs", "4"), ("seed", "1")])
        #expect(
            refusal { try StageFolder(path, plan: other) }
                == "stage 'finetune': '\(path)' was filled from other seed, tokens; give another folder, or remove this one")
        #expect(!StageFolder.isFinished(path, other))
        let older = StagePlan("finetune", version: 2, inputs: [("tokens", "t"), ("epochs", "4")])
        #expect(refusal { try StageFolder(path, plan: older) }.contains("was filled from other version;"))
    }

    @Test func anotherStageIsNamed() throws {
        try fill(seals: false)
        let other = StagePlan("distill", version: 1, inputs: [("tokens", "t"), ("epochs", "4")])
        #expect(
            refusal { try StageFolder(path, plan: other) }
                == "stage 'distill': '\(path)' was filled from stage 'finetune'; give another folder, or remove this one")
    }

    @Test func anOutputThatWasChangedIsNamed() throws {
        try fill()
        try write("other", "train/manifest.json")
        #expect(
            refusal { try StageFolder(path, plan: plan) }
                == "stage 'finetune': '\(path)/train/manifest.json' was changed since the stage was finished; remove the folder to make it anew")
        try write("train/manifest.json", "train/manifest.json")
        #expect(try StageFolder(path, plan: plan).isSealed)
    }

    @Test func anOutputThatIsGoneIsNamed() throws {
        try fill()
        try folder.remove(name + "/model")
        #expect(
            refusal { try StageFolder(path, plan: plan) }
                == "stage 'finetune': '\(path)/model' is gone since the stage was finished; remove the folder to make it anew")
    }

    @Test func aFolderOfOtherFilesIsLeftAlone() throws {
        try write("mine", "notes.txt")
        #expect(
            refusal { try StageFolder(path, plan: plan) }
                == "stage 'finetune': '\(path)' holds other files ('notes.txt'); give a new or an empty folder")
        #expect(try files() == ["notes.txt"])
    }

    /// A store of its own stands in the folder of a command's stage; a kill may have come before the mark was whole.
    @Test func aStoreAndAHalfWrittenMarkAreNoOtherFiles() throws {
        try write("{}", ".stages/tokens/stage.json")
        try write("{", "stage.json.part")
        #expect(try !StageFolder(path, plan: plan).isSealed)
    }

    @Test(arguments: ["", "{", "[]", #"{ "stage": "finetune" }"#]) func aDamagedMarkIsNamed(_ text: String) throws {
        try fill()
        try write(text, "stage.json")
        #expect(
            refusal { try StageFolder(path, plan: plan) }
                == "stage 'store': '\(path)/stage.json' is damaged; remove its folder to make it anew")
        #expect(!StageFolder.isFinished(path, plan))
    }

    // MARK: Several at once

    @Test func aFolderIsFilledByOneAtATime() throws {
        do {
            let first = try StageFolder(path, plan: plan)
            #expect(refusal { try StageFolder(path, plan: plan) } == "\(path): another process is writing here; wait for it, or stop it")
            withExtendedLifetime(first) {}
        }
        #expect(refusal { try StageFolder(path, plan: plan) } == "")
    }

    @Test func aFinishedFolderIsReadByAnyNumber() throws {
        try fill()
        let first = try StageFolder(path, plan: plan)
        let second = try StageFolder(path, plan: plan)
        #expect(first.isSealed && second.isSealed)
    }

    @Test func whatAnotherFinishesMeanwhileIsTakenAsItIs() throws {
        var first: StageFolder? = try StageFolder(path, plan: plan)
        try write("model", "model")
        var waits = 0
        let second = try StageFolder(path, plan: plan) { _ throws(PipelinesError) in
            waits += 1
            if waits == 2 {
                try first?.seal(outputs: ["model"], leftovers: [])
                first = nil
            }
        }
        #expect(waits == 2 && second.isSealed)
    }

    @Test func whatAnotherGivesUpIsTakenUp() throws {
        var first: StageFolder? = try StageFolder(path, plan: plan)
        let second = try StageFolder(path, plan: plan) { _ throws(PipelinesError) in first = nil }
        #expect(first == nil && !second.isSealed)
    }

    @Test func waitingCanBeGivenUp() throws {
        let first = try StageFolder(path, plan: plan)
        let text = refusal {
            try StageFolder(path, plan: plan) { _ throws(PipelinesError) in throw .interrupted(stage: "finetune") }
        }
        #expect(text.hasPrefix("interrupted in stage 'finetune'"))
        withExtendedLifetime(first) {}
    }

    @Test func aFileInThePlaceOfTheFolderIsNamed() throws {
        try folder.write("x", to: name)
        #expect(refusal { try StageFolder(path, plan: plan) }.hasPrefix(path + ": "))
    }
}
