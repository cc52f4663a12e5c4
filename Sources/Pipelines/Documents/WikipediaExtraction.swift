package import Documents
import Files
import MediaWiki
package import Records
import Tasks
import Wikitext

/// Turns the pages of a dump into documents on all threads, in their order.
package struct WikipediaExtraction {
    private let path: String
    private let options: WikipediaOptions
    private let threads: Int
    private let observer: WorkObserver
    private let keepsSource: Bool

    private typealias Batch = (documents: [Document], counts: WikipediaCounts)

    /// - Parameter keepsSource: whether documents hold the pages' source.
    package init(path: String, options: WikipediaOptions, threads: Int, observer: WorkObserver, keepsSource: Bool = false) {
        (self.path, self.options, self.threads, self.observer, self.keepsSource) = (path, options, threads, observer, keepsSource)
    }

    /// - Parameter sink: takes the documents of a batch, and the counts so far.
    /// - Throws: what is wrong with the dump, after the documents before it were given.
    package func run(_ sink: ([Document], WikipediaCounts) throws(PipelinesError) -> Void) throws(PipelinesError) -> WikipediaCounts {
        let pool = TaskPool(threads: threads)
        let observer = observer
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
            let megabytes = (total == nil ? progress.xmlBytes : progress.inputBytes) / 1_000_000
            if megabytes > 0 {
                observer.report(ProgressEvent(stage: "corpus", unit: "MB", done: megabytes, total: (total ?? 0) / 1_000_000))
            }
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
