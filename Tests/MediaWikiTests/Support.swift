import CBZip2
import Foundation
import Tasks
import TestSupport

@testable import MediaWiki

/// A made-up page as the export writes it.
func page(_ title: String, id: Int = 1, namespace: Int? = 0, model: String? = "wikitext", _ text: String) -> String {
    """
      <page>
        <title>\(title)</title>
    \(namespace.map { "    <ns>\($0)</ns>\n" } ?? "")    <id>\(id)</id>
        <revision>
          <id>\(id)00</id>
          <contributor><username>someone</username><id>7</id></contributor>
    \(model.map { "      <model>\($0)</model>\n" } ?? "")      <text xml:space="preserve">\(text)</text>
        </revision>
      </page>

    """
}

func dump(_ pages: String...) -> String {
    """
    <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="de">
      <siteinfo>
        <sitename>Wiki</sitename>
        <dbname>dewiki</dbname>
        <namespaces>
          <namespace key="0" case="first-letter" />
          <namespace key="1" case="first-letter">Diskussion</namespace>
        </namespaces>
      </siteinfo>
    \(pages.joined())</mediawiki>

    """
}

/// A stream of bzip2.
func compressed(_ bytes: [UInt8], level: Int32 = 9) -> [UInt8] {
    var output = [CChar](repeating: 0, count: bytes.count + bytes.count / 50 + 700)
    var count = UInt32(output.count)
    var input = bytes.map { CChar(bitPattern: $0) }
    let status = unsafe BZ2_bzBuffToBuffCompress(&output, &count, &input, UInt32(input.count), level, 0, 0)
    precondition(status == BZ_OK, "libbz2 compresses what fits")
    return output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
}

/// What a dump gave: its pages, and how it ended.
struct Outcome {
    var pages: [DumpPage] = []
    var error: MediaWikiError?
    var site = SiteInfo()
    var progress = DumpReader.Progress()

    var titles: [String] { pages.map(\.title) }
    var texts: [String] { pages.map { String(decoding: $0.text, as: UTF8.self) } }
}

func read(file path: String, threads: Int = 2, largestText: Int = 1 << 28) -> Outcome {
    var outcome = Outcome()
    do throws(MediaWikiError) {
        let reader = try DumpReader(path, pool: TaskPool(threads: threads), largestText: largestText)
        do throws(MediaWikiError) { while let pages = try reader.next() { outcome.pages += pages } } catch { outcome.error = error }
        (outcome.site, outcome.progress) = (reader.site, reader.progress)
    } catch { outcome.error = error }
    return outcome
}

/// Reads bytes as a file.
func read(_ bytes: [UInt8], threads: Int = 2, largestText: Int = 1 << 28) throws -> Outcome {
    let folder = TemporaryFolder()
    try folder.write(bytes, to: "dump")
    return read(file: folder.path + "/dump", threads: threads, largestText: largestText)
}

func read(_ text: String, largestText: Int = 1 << 28) throws -> Outcome { try read(Array(text.utf8), largestText: largestText) }

/// Real slices of dumps; nil where they are not here.
let slices: String? = FileManager.default.fileExists(atPath: realData + "/wikipedia") ? realData + "/wikipedia" : nil
