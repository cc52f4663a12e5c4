extension GLUETask {
    /// What a task asks, where its data come from, and on which terms.
    var about: (description: String, source: String, licence: String) {
        switch self {
        case .cola:
            (
                "Corpus of Linguistic Acceptability: is the sentence grammatical?",
                "https://nyu-mll.github.io/CoLA/", "not stated; sentences quoted from linguistics literature"
            )
        case .sst2:
            (
                "Stanford Sentiment Treebank, two classes: does the phrase of a film review praise?",
                "https://nlp.stanford.edu/sentiment/", "not stated; see the source"
            )
        case .mrpc:
            (
                "Microsoft Research Paraphrase Corpus: do two sentences of the news say the same?",
                "https://www.microsoft.com/en-us/download/details.aspx?id=52398", "Microsoft's terms, see the source"
            )
        case .stsb:
            (
                "Semantic Textual Similarity Benchmark: how alike are two sentences, from 0 to 5?",
                "https://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark", "mixed, see the source"
            )
        case .qqp:
            (
                "Quora Question Pairs: do two questions ask the same?",
                "https://gluebenchmark.com/tasks", "Quora's terms, see the source"
            )
        case .mnli:
            (
                "Multi-Genre Natural Language Inference: does the premise entail, contradict or leave open the hypothesis?",
                "https://cims.nyu.edu/~sbowman/multinli/", "OANC and others by genre, see the source"
            )
        case .qnli:
            (
                "Questions of SQuAD, version 2 of the task: does the sentence hold the answer?",
                "https://rajpurkar.github.io/SQuAD-explorer/", "CC BY-SA 4.0"
            )
        case .rte:
            (
                "Recognizing Textual Entailment, challenges 1, 2, 3 and 5: does the first sentence entail the second?",
                "https://gluebenchmark.com/tasks", "not stated; see the source"
            )
        case .wnli:
            (
                "Winograd schemas as inference: does the sentence with its pronoun replaced follow?",
                "https://cs.nyu.edu/~davise/papers/WinogradSchemas/WS.html", "CC BY 4.0"
            )
        case .ax:
            (
                "GLUE's diagnostic set, answered by a model of MNLI.",
                "https://gluebenchmark.com/diagnostics", "not stated; see the source"
            )
        }
    }
}
