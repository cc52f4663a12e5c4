import Files

/// `limbeck corpus wikipedia`: the text of a dump's pages on the standard output.
public struct WikipediaCommand: Sendable {
    let path: String
    let options: WikipediaOptions
    let format: DocumentFormat
    /// Whether objects say where their text is literal.
    let showsLiterals: Bool
    let work: Work

    public init(path: String, options: WikipediaOptions, format: DocumentFormat, showsLiterals: Bool, work: Work) {
        (self.path, self.options, self.format, self.showsLiterals, self.work) = (path, options, format, showsLiterals, work)
    }

    public func run() throws(PipelinesError) -> WikipediaCounts {
        let extraction = WikipediaExtraction(path: path, options: options, work: work, keepsSource: format == .wikitext)
        var last = WikipediaCounts()
        func tell(_ counts: WikipediaCounts) { work.printer.note("corpus: \(counts.summary)") }
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
