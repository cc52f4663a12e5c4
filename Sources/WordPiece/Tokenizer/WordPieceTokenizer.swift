/// A BERT tokenizer: normalises and splits text, and cuts words greedily into the longest pieces of a vocabulary.
///
/// Ids, types and truncation are those of the Hugging Face `tokenizers` library with a `BertNormalizer`,
/// a `BertPreTokenizer`, a `WordPiece` model and the template `[CLS] A [SEP] B [SEP]`.
public struct WordPieceTokenizer: Sendable {
    public let vocabulary: WordPieceVocabulary
    public let settings: WordPieceSettings

    public let unknownID: Int32
    public let separatorID: Int32
    public let classID: Int32
    public let padID: Int32
    public let maskID: Int32

    let actions: CharacterActions
    let specials: SpecialTokens
    /// The node of the trie that follows the continuing prefix.
    let continuingNode: Int?

    /// - Throws: `missingSpecialTokens`.
    public init(vocabulary: WordPieceVocabulary, settings: WordPieceSettings = .init()) throws(WordPieceError) {
        let missing = settings.specialTokens.filter { vocabulary[$0] == nil }
        guard missing.isEmpty else { throw .missingSpecialTokens(file: vocabulary.file, tokens: missing) }
        self.vocabulary = vocabulary
        self.settings = settings
        unknownID = vocabulary[settings.unknownToken]!
        separatorID = vocabulary[settings.separatorToken]!
        classID = vocabulary[settings.classToken]!
        padID = vocabulary[settings.padToken]!
        maskID = vocabulary[settings.maskToken]!
        actions = CharacterActions(settings)
        specials = SpecialTokens(settings.specialTokens, in: vocabulary)
        continuingNode = vocabulary.trie.node(of: settings.continuingPrefix.utf8)
    }

    /// The ids of a text, without special tokens around it.
    ///
    /// A special token that stands in the text (`[MASK]`, in exactly these letters) is one id.
    public func tokenize(_ text: String) -> [Int32] {
        tokenize(text.utf8Span)
    }

    /// The ids of a text, without special tokens around it.
    public func tokenize(_ text: UTF8Span) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(text.count / 4 + 8)
        append(text.span, to: &ids)
        return ids
    }

    /// The ids of a text in UTF-8, without special tokens around it.
    /// - Throws: `invalidUTF8`.
    public func tokenize(utf8: Span<UInt8>) throws(WordPieceError) -> [Int32] {
        do {
            return tokenize(try UTF8Span(validating: utf8))
        } catch {
            throw .invalidUTF8(offset: error.byteOffsets.lowerBound)
        }
    }
}
