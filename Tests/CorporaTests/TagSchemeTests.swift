import Corpora
import Testing

/// Tags of IOB, IOBES and BILOU are said as those of one scheme.
@Suite struct TagSchemeTests {
    @Test(arguments: [
        ("O", "O"), ("B-road", "B-road"), ("S-road", "B-road"), ("U-road", "B-road"), ("I-road", "I-road"), ("E-road", "I-road"), ("L-road", "I-road"),
        ("M-road", "I-road"),
    ]) func eachSchemeSaysWhereAnEntityBegins(_ tag: String, _ normalised: String) {
        #expect(TagScheme.normalised(tag) == normalised)
    }

    @Test(arguments: [
        ("B-creative-work", "B-creative-work"), ("E-creative-work", "I-creative-work"), ("U-O", "B-O"), ("I--", "I--"), ("S-B-road", "B-B-road"),
    ]) func theFirstHyphenPartsTheType(_ tag: String, _ normalised: String) {
        #expect(TagScheme.normalised(tag) == normalised)
    }

    @Test(arguments: ["LABEL_0", "PER", "B-", "I-", "", "X-y", "o", "b-road", "-road", "-", "B", "BI-road", "O-road"])
    func whatIsOfNoSchemeIsNone(_ tag: String) {
        #expect(TagScheme.normalised(tag) == nil)
    }
}
