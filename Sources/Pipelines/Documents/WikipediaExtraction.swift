import Files
import Kernels
import MediaWiki
import Records
import Tasks
public import Wikitext

/// What of a dump becomes text.
public struct WikipediaOptions: Sendable, Equatable {
    /// Numbers of the namespaces that are read; 0 holds articles.
    public var namespaces: Set<Int> = [0]
    public var wikitext = WikitextOptions()
    /// Whether pages that list the meanings of a word stay.
    public var keepsDisambiguations = true
    /// The wiki's language, where the dump does not say it, or not rightly.
    public var language: String?
    /// Documents with less bytes of text are left out.
    public var minimumBytes = 1

    public init() {}
}

/// What became of the pages of a dump.
public struct WikipediaCounts: Sendable, Equatable, Codable {
    public var pages = 0
    public var documents = 0
    public var documentBytes = 0
    // Left out by rule.
    public var otherNamespaces = 0
    public var redirects = 0
    /// Scripts, style sheets and data.
    public var otherModels = 0
    public var disambiguations = 0
    /// Removed from the dump, or without text.
    public var empty = 0
    // Not as they should be.
    /// Pages over the limit of size.
    public var oversized = 0
    /// Pages with brackets that were nested too deeply to follow.
    public var tooDeep = 0
    /// Bytes that were no UTF-8, characters that XML forbids.
    public var replacements = 0
    /// Faults of the XML that were gone past.
    public var faults = 0

    /// How much of the input was unusable, or not wholly usable.
    public var problems: Int { oversized + replacements + faults }

    mutating func add(_ other: WikipediaCounts) {
        documents += other.documents
        documentBytes += other.documentBytes
        disambiguations += other.disambiguations
        redirects += other.redirects
        empty += other.empty
        tooDeep += other.tooDeep
    }

    /// In words, without what there is none of.
    var summary: String {
        func count(_ number: Int, _ what: String) -> String? { number > 0 ? "\(number) \(what)" : nil }
        let left = [
            count(redirects, "redirects"), count(otherNamespaces, "of other namespaces"), count(otherModels, "of other models"),
            count(disambiguations, "disambiguations"), count(empty, "empty"), count(oversized, "too large"),
        ].compactMap { $0 }
        let notes = [
            count(tooDeep, "nested too deeply to follow everywhere"), count(replacements, "characters were no UTF-8 or no XML"),
            count(faults, "faults of the XML were gone past"),
        ].compactMap { $0 }
        return "\(pages) pages, \(documents) documents with \(documentBytes) bytes"
            + (left.isEmpty ? "" : "; left out: " + left.joined(separator: ", ")) + (notes.isEmpty ? "" : "; " + notes.joined(separator: ", "))
    }
}

/// Turns the pages of a dump into documents on all threads, in their order.
struct WikipediaExtraction {
    let path: String
    let options: WikipediaOptions
    let work: Work
    /// Whether documents hold the pages' source.
    var keepsSource = false

    private typealias Batch = (documents: [Document], counts: WikipediaCounts)

    /// - Parameters:
    ///   - skipped: how many documents are there already; they are counted, but not given.
    ///   - sink: takes the documents of a batch.
    /// - Throws: what is wrong with the dump, after the documents before it were given.
    func run(_ sink: ([Document], WikipediaCounts) throws(PipelinesError) -> Void) throws(PipelinesError) -> WikipediaCounts {
        let pool = TaskPool(threads: work.workers.count)
        let observer = work.observer
        let reader = try lift(PipelinesError.mediaWiki) { () throws(MediaWikiError) in
            try DumpReader(path, pool: pool, isInterrupted: observer.isInterrupted)
        }
        let total = path == "-" ? nil : try? Folder.size(path)
        var counts = WikipediaCounts()
        var pending: [PendingResult<Batch>] = []
        var prototype: WikitextExtractor?
        var failure: PipelinesError?
        func take() throws(PipelinesError) {
            let batch = pending.removeFirst().wait()
            counts.add(batch.counts)
            try sink(batch.documents, counts)
        }
        while failure == nil {
            do throws(MediaWikiError) {
                guard let pages = try reader.next() else { break }
                let wanted = select(pages, &counts)
                let extractor = prototype ?? extractor(reader.site)
                prototype = extractor
                pending.append(pool.submit { [options, keepsSource] in Self.documents(wanted, extractor, options, keepsSource) })
            } catch {
                failure = .mediaWiki(error)
            }
            while pending.count > 2 * pool.threads || pending.first?.isReady == true { try take() }
            let progress = reader.progress
            (counts.oversized, counts.replacements, counts.faults) = (progress.oversized, progress.replacements, progress.faults)
            observer.report(
                ProgressEvent(
                    stage: "corpus", unit: "MB", done: (total == nil ? progress.xmlBytes : progress.inputBytes) / 1_000_000,
                    total: (total ?? 0) / 1_000_000))
            if observer.isInterrupted() { throw .stopped }
        }
        while !pending.isEmpty { try take() }
        if let failure { throw failure }
        return counts
    }

    private func extractor(_ site: SiteInfo) -> WikitextExtractor {
        let language = options.language ?? (site.language.isEmpty ? databaseLanguage(site.database) : site.language)
        return WikitextExtractor(language: language, namespaces: site.namespaces, options: options.wikitext)
    }

    /// The pages that may be documents, by what the dump says of them.
    private func select(_ pages: [DumpPage], _ counts: inout WikipediaCounts) -> [DumpPage] {
        counts.pages += pages.count
        return pages.filter { page in
            if !options.namespaces.contains(page.namespace) {
                counts.otherNamespaces += 1
            } else if page.redirect != nil {
                counts.redirects += 1
            } else if !(page.model.isEmpty || page.model == "wikitext") || page.text.starts(with: "{\"".utf8) {
                // Old dumps do not tell data from text.
                counts.otherModels += 1
            } else {
                return true
            }
            return false
        }
    }

    private static func documents(
        _ pages: [DumpPage], _ prototype: WikitextExtractor, _ options: WikipediaOptions, _ keepsSource: Bool
    ) -> Batch {
        var extractor = prototype
        var counts = WikipediaCounts()
        var documents: [Document] = []
        for page in pages {
            let plain = extractor.text(of: page.text.span, title: page.title)
            if plain.overflows > 0 { counts.tooDeep += 1 }
            if plain.isRedirect {
                counts.redirects += 1
            } else if plain.isDisambiguation && !options.keepsDisambiguations {
                counts.disambiguations += 1
            } else if plain.text.count < options.minimumBytes {
                counts.empty += 1
            } else {
                counts.documents += 1
                counts.documentBytes += plain.text.count
                documents.append(Document(id: page.id, title: page.title, text: keepsSource ? page.text : plain.text, literals: plain.literals))
            }
        }
        return (documents, counts)
    }
}

/// `enwiki` to `en`.
private func databaseLanguage(_ database: String) -> String {
    let name = database.split(separator: "wiki", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    return name.isEmpty ? "en" : name.replacing("_", with: "-")
}
