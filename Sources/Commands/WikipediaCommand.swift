public import Documents
import Files
import Kernels
import MediaWiki
public import Pipelines
import Randomness

/// `limbeck corpus wikipedia`: the text of the pages of dumps on the standard output.
public struct WikipediaCommand: Sendable {
    let paths: [String]
    let options: WikipediaOptions
    let format: DocumentFormat
    /// Whether objects say where their text is literal.
    let showsLiterals: Bool
    let work: Work

    public init(paths: [String], options: WikipediaOptions, format: DocumentFormat, showsLiterals: Bool, work: Work) {
        (self.paths, self.options, self.format, self.showsLiterals, self.work) = (paths, options, format, showsLiterals, work)
    }

    public func run() throws(PipelinesError) -> WikipediaCounts {
        var sum = WikipediaCounts()
        for path in paths { sum.add(try print(path)) }
        return sum
    }

    /// What a dump gave: documents drawn from all of it, what became of its pages, and the damage that ended it.
    public struct Sample: Sendable {
        public var documents: [Document]
        public var counts = WikipediaCounts()
        public var damage: PipelinesError?
    }

    /// Reads a dump without printing it.
    public static func sample(_ count: Int, of path: String, seed: UInt64, work: Work) throws(PipelinesError) -> Sample {
        var result = Sample(documents: [])
        var sample = Reservoir<Document>(size: count, seed: seed)
        let extraction = WikipediaExtraction(path: path, options: WikipediaOptions(), threads: work.workers.count, observer: work.observer)
        do throws(PipelinesError) {
            result.counts = try extraction.run { documents, counts throws(PipelinesError) in
                result.counts = counts
                for document in documents { sample.offer(document) }
            }
        } catch {
            guard case .mediaWiki(let fault) = error, fault.isDamage else { throw error }
            result.damage = error
        }
        result.documents = sample.elements
        return result
    }

    private func print(_ path: String) throws(PipelinesError) -> WikipediaCounts {
        let extraction = WikipediaExtraction(
            path: path, options: options, threads: work.workers.count, observer: work.observer, keepsSource: format == .wikitext)
        let place = paths.count > 1 ? ", \(path)" : ""
        var last = WikipediaCounts()
        func tell(_ counts: WikipediaCounts) { work.printer.note("corpus\(place): \(counts.summary)") }
        do throws(PipelinesError) {
            let counts = try extraction.run { documents, counts throws(PipelinesError) in
                last = counts
                var output: [UInt8] = []
                for document in documents { document.append(as: format, literals: showsLiterals, to: &output) }
                let bytes = output
                try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(bytes) }
            }
            tell(counts)
            return counts
        } catch {
            if !error.isClosedPipe { tell(last) }
            throw error
        }
    }
}
