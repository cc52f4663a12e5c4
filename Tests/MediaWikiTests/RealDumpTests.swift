import Testing

@testable import MediaWiki

/// What is known of the real slices.
@Suite(.enabled(if: slices != nil, "no real dumps here; set LIMBECK_SHARED to the folder that has data/wikipedia")) struct RealDumpTests {
    struct Known: Sendable {
        var file: String
        var pages: Int
        var redirects: Int?
        var articles: Int?
        /// Words of the error that ends it.
        var error: String?
    }

    static let known = [
        Known(file: "enwiki-2014-slice.xml.bz2", pages: 361, redirects: 146, error: "before its end tag"),
        Known(file: "enwiki-2016-slice.xml.bz2", pages: 206, redirects: 100),
        Known(file: "bnwiki-2023-truncated.xml.bz2", pages: 722, error: "inside the page"),
        Known(file: "jawiki-2022-slice.xml.bz2", pages: 262, error: "before its end tag"),
        Known(file: "ltgwiki-multistream.xml.bz2", pages: 2004, articles: 1050),
        Known(file: "ltgwiki-multistream-cut.xml.bz2", pages: 1300, error: "cut off at byte 540435"),
        Known(file: "aawiki-2026-schema-0.11.xml.bz2", pages: 507),
    ]

    @Test(arguments: known.map(\.file)) func has(_ file: String) throws {
        let known = try #require(Self.known.first { $0.file == file })
        let outcomes = [1, 3].map { read(file: (slices ?? "") + "/" + file, threads: $0) }
        for outcome in outcomes {
            #expect(outcome.pages.count == known.pages)
            if let redirects = known.redirects { #expect(outcome.pages.count { $0.redirect != nil } == redirects) }
            if let articles = known.articles { #expect(outcome.pages.count { $0.namespace == 0 } == articles) }
            #expect(outcome.progress.replacements == 0 && outcome.progress.faults == 0)
            if let words = known.error {
                #expect(outcome.error.map { $0.description.contains(words) } == true, "\(String(describing: outcome.error))")
            } else {
                #expect(outcome.error == nil)
            }
        }
        #expect(outcomes[0].pages == outcomes[1].pages)
    }
}
