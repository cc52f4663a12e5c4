/// Puts pages together from the elements of an export, of any version of the schema from 0.3 to 0.11.
final class PageHandler: XMLHandler {
    private enum Place { case outside, site, page, revision, contributor, content }

    private(set) var site = SiteInfo()
    /// Whether there is a page or the root of an export.
    private(set) var isExport = false
    private var isRootOpen = false
    var pages: [DumpPage] = []
    /// Bytes of the texts of `pages`.
    var size = 0
    /// Pages over the limit, which are left out.
    private(set) var oversized = 0
    private let largestText: Int

    private var place = Place.outside
    private var page = DumpPage()
    private var hasNamespace = false
    private var isOversized = false
    /// Whether the slot of the revision that is read is the main one.
    private var isMainSlot = true
    private var key: Int?
    /// Text is put here while an element with text of interest is open.
    private var collected: [UInt8] = []
    private var collects = false

    init(largestText: Int) { self.largestText = largestText }

    /// Whether all that was opened is closed; a page may stand alone.
    var isComplete: Bool { !isRootOpen && openPage == nil }

    /// The title of a page that has begun and not ended.
    var openPage: String? { place == .outside || place == .site ? nil : page.title }

    func begin(_ name: StaticName, attributes: () -> [(name: String, value: String)]) {
        switch (place, name) {
        case (_, "text") where place == .revision || place == .content:
            if isMainSlot { page.text.removeAll(keepingCapacity: false) }
            collect()
        case (.outside, "page"):
            place = .page
            isExport = true
            (page, hasNamespace, isOversized) = (DumpPage(), false, false)
        case (.page, "title"), (.page, "ns"), (.page, "id"), (.revision, "model"), (.content, "model"), (.content, "role"), (.site, "sitename"), (.site, "dbname"): collect()
        case (.page, "redirect"): page.redirect = attributes().first { $0.name == "title" }?.value ?? ""
        case (.page, "revision"):
            place = .revision
            isMainSlot = true
        case (.revision, "contributor"): place = .contributor
        case (.revision, "content"):
            place = .content
            isMainSlot = true
        case (.outside, "siteinfo"): place = .site
        case (.site, "namespace"):
            key = attributes().first { $0.name == "key" }.flatMap { Int($0.value) }
            collect()
        case (.outside, "mediawiki"):
            (isExport, isRootOpen) = (true, true)
            for attribute in attributes() {
                if attribute.name == "lang" { site.language = attribute.value }
                if attribute.name == "version" { site.version = attribute.value }
            }
        default: break
        }
    }

    func end(_ name: StaticName) {
        switch (place, name) {
        case (.revision, "text"), (.content, "text"):
            // Of many revisions the last stays, of its slots the main one.
            if isMainSlot { page.text = take() } else { collects = false }
        case (.page, "title"): page.title = string()
        case (.page, "ns"):
            if let number = Int(string()) { (page.namespace, hasNamespace) = (number, true) }
        case (.page, "id"): page.id = Int(string()) ?? 0
        case (.revision, "model"): page.model = string()
        case (.content, "model"):
            let model = string()
            if isMainSlot { page.model = model }
        case (.content, "role"): isMainSlot = string() == "main"
        case (.content, "content"): (place, isMainSlot) = (.revision, true)
        case (.contributor, "contributor"): place = .revision
        case (.revision, "revision"): place = .page
        case (.page, "page"): endPage()
        case (.site, "sitename"): site.name = string()
        case (.site, "dbname"): site.database = string()
        case (.site, "namespace"):
            let text = string()
            if let key { site.namespaces[key] = text }
        case (.site, "siteinfo"): place = .outside
        case (.outside, "mediawiki"): isRootOpen = false
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard collects else { return }
        if collected.count + bytes.count > largestText {
            isOversized = true
            return
        }
        unsafe collected.append(contentsOf: bytes)
    }

    private func endPage() {
        place = .outside
        guard !isOversized else {
            oversized += 1
            return
        }
        if !hasNamespace { page.namespace = site.namespace(of: page.title) }
        size += page.text.count
        pages.append(page)
        page = DumpPage()
    }

    private func collect() {
        collected.removeAll(keepingCapacity: true)
        collects = true
    }

    private func take() -> [UInt8] {
        collects = false
        defer { collected = [] }
        return collected
    }

    private func string() -> String {
        collects = false
        return String(decoding: collected, as: UTF8.self)
    }
}
