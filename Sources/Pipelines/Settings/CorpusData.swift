/// The section `corpus`: examples to be read one by one, or texts to be packed.
struct CorpusData {
    var examples: CorpusSettings?
    var texts: [TextSource] = []

    /// - Parameter top: the pipeline's reader; `tokens.pack` decides what one described corpus is.
    init?(_ top: SettingReader) throws(PipelinesError) {
        let isPacked = try top.section("tokens")?.boolean("pack")
        switch top.tree("corpus") {
        case nil: return nil
        case .sequence?: texts = try TextSource.list("corpus", in: top)
        default:
            guard let section = try top.section("corpus") else { return nil }
            if section.has("wikipedia") || isPacked == true {
                texts = [try TextSource(section)]
            } else {
                examples = try CorpusSettings(section)
                try section.refuse(["split"], "has no effect where examples are read, whose splits have their uses; leave it out")
            }
        }
        guard texts.isEmpty || isPacked != false else {
            throw top.error("corpus", "holds texts without labels, which are packed; leave out `tokens.pack: false`")
        }
    }
}
