import CLibXML2

/// What an XML parser tells of a document, piece by piece.
protocol XMLHandler: AnyObject {
    /// - Parameter attributes: local names and values.
    func begin(_ name: StaticName, attributes: () -> [(name: String, value: String)])
    func end(_ name: StaticName)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// Feeds bytes to libxml2's SAX2 parser. Names are local, namespaces are ignored; entities but the five of XML are unknown,
/// whatever a document declares, so that none expands.
@safe
final class XMLStream {
    /// Where and why the parser gave up.
    struct Failure {
        var line: Int
        var offset: Int
        var reason: String
    }

    private let context: xmlParserCtxtPtr
    private let relay: Relay
    /// Bytes that the parser took before the chunk it has now.
    private var offset = 0
    /// Faults that it went on after.
    var faults: Int { relay.faults }

    init(_ handler: any XMLHandler) {
        relay = Relay(handler)
        var callbacks = unsafe xmlSAXHandler()
        unsafe callbacks.initialized = XML_SAX2_MAGIC
        unsafe callbacks.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            let relay = unsafe Relay.of(context)
            relay.handler.begin(unsafe StaticName(name!)) { unsafe attributeList(attributes, Int(count)) }
        }
        unsafe callbacks.endElementNs = { context, name, _, _ in unsafe Relay.of(context).handler.end(StaticName(name!)) }
        unsafe callbacks.characters = { context, bytes, count in
            unsafe Relay.of(context).handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
        unsafe callbacks.serror = { context, error in
            let relay = unsafe Relay.of(context)
            relay.faults += 1
            if let message = unsafe error?.pointee.message { unsafe relay.reason = String(cString: message) }
        }
        // Safety: the relay lives as long as this object, and so longer than the context.
        let user = unsafe Unmanaged.passUnretained(relay).toOpaque()
        unsafe context = unsafe xmlCreatePushParserCtxt(&callbacks, user, nil, 0, nil)
        _ = unsafe xmlCtxtUseOptions(context, Int32(XML_PARSE_RECOVER.rawValue | XML_PARSE_HUGE.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue))
    }

    deinit { unsafe xmlFreeParserCtxt(context) }

    /// - Returns: why the parser takes no more, or nil.
    func feed(_ bytes: Span<UInt8>) -> Failure? {
        // In parts, as the parser moves what it has not used yet.
        var start = 0
        repeat {
            let end = min(start + 1 << 16, bytes.count)
            unsafe bytes.extracting(start..<end).withUnsafeBytes { part in
                _ = unsafe xmlParseChunk(context, part.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(part.count), 0)
            }
            if unsafe context.pointee.disableSAX != 0 {
                let line = unsafe context.pointee.input.map { unsafe Int($0.pointee.line) } ?? 0
                return Failure(line: line, offset: offset + start, reason: relay.reason.split(separator: "\n").first.map(String.init) ?? "it is no XML")
            }
            start = end
        } while start < bytes.count
        offset += bytes.count
        return nil
    }
}

/// What C hands back to us.
private final class Relay {
    let handler: any XMLHandler
    var faults = 0
    var reason = ""

    init(_ handler: any XMLHandler) { self.handler = handler }

    static func of(_ context: UnsafeMutableRawPointer?) -> Relay { unsafe Unmanaged<Relay>.fromOpaque(context!).takeUnretainedValue() }
}

/// Five pointers an attribute: local name, prefix, namespace, and both ends of the value.
private func attributeList(_ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, _ count: Int) -> [(name: String, value: String)] {
    guard let attributes = unsafe attributes else { return [] }
    return (0..<count).map { index in
        let name = unsafe String(cString: attributes[5 * index]!)
        let (start, end) = unsafe (attributes[5 * index + 3]!, attributes[5 * index + 4]!)
        return unsafe (name, String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self))
    }
}

/// The name of an element, to be compared with those that matter.
@safe
struct StaticName {
    private let start: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>) { unsafe self.start = start }

    /// Safety: the parser's names end with 0, and no comparison goes past the first difference.
    static func ~= (text: StaticString, name: StaticName) -> Bool {
        for index in 0..<text.utf8CodeUnitCount {
            guard unsafe name.start[index] == text.utf8Start[index] else { return false }
        }
        return unsafe name.start[text.utf8CodeUnitCount] == 0
    }
}
