import ArgumentParser
import Files
import Inspection
import Pipelines

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The command: arguments to a pipeline, a library call or a report, and errors to exit codes.
@main
struct Limbeck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limbeck",
        abstract: "Distil BERT from a cached teacher.",
        discussion: """
            A pipeline reads a corpus, tokenises it, fine-tunes a teacher, runs it once into a cache of hidden states, distils \
            a small student from the cache, evaluates and exports it: limbeck run pipelines/quickstart.yaml

            Data go to the standard output, all else to the standard error. Exit codes: 0 done, 1 the work failed, 2 done but \
            some input was unusable and skipped, 64 wrong usage or settings, 130 interrupted with the state saved.
            """,
        version: Version.text,
        subcommands: [
            Run.self, CorpusCommands.self, Tokenize.self, Vocabulary.self, Finetune.self, Features.self, Distill.self, Compare.self, Evaluate.self, Predict.self, Export.self,
            Inspect.self, Verify.self, Repair.self, Bench.self,
        ])

    static func main() {
        Interruption.listen()
        suggest(CommandLine.arguments.dropFirst().first)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as PipelinesError {
            if error.isClosedPipe { leave(0) }
            ProgressPrinter.error(error.description)
            leave(error.isInterruption ? 130 : error.isUsage ? 64 : 1)
        } catch let error as InspectionError {
            ProgressPrinter.error(error.description)
            leave(1)
        } catch FilesError.closedPipe {
            leave(0)
        } catch {
            exit(withError: error)
        }
    }

    /// Says which command a misspelt one most likely means.
    private static func suggest(_ word: String?) {
        let names = configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
        guard let word, !word.hasPrefix("-"), word != "help", !names.contains(word), let meant = nearest(word, among: names) else { return }
        ProgressPrinter.error("there is no command '\(word)'; did you mean '\(meant)'? `limbeck --help` lists them")
        leave(64)
    }

    static func leave(_ code: Int32) -> Never {
        #if canImport(Glibc)
            Glibc.exit(code)
        #else
            Darwin.exit(code)
        #endif
    }
}
