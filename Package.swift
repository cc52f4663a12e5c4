// swift-tools-version: 6.2
import PackageDescription

/// A module of this package: what it may import of ours, and of others.
func module(_ name: String, _ ours: [String] = [], _ others: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ours.map { .byName(name: $0) } + others)
}

/// The tests of a module; they may import it and the modules named.
func tests(_ name: String, _ ours: [String], resources: Bool = false) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ours.map { .byName(name: $0) },
        resources: resources ? [.copy("Fixtures")] : [])
}

/// A library of the system, behind a module map and a shim.
func system(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "limbeck",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "limbeck", targets: ["limbeck"]),
        .library(name: "WordPiece", targets: ["WordPiece"]),
        .library(name: "Shards", targets: ["Shards"]),
        .library(name: "Wikitext", targets: ["Wikitext"]),
        .library(name: "Corpora", targets: ["Corpora"]),
        .library(name: "BERT", targets: ["BERT"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System libraries and processor-specific kernels.
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev", brew: "lz4"),
        system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev", brew: "xxhash"),
        system("CBZip2", pkgConfig: nil, apt: "libbz2-dev", brew: "bzip2"),
        system("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev", brew: "libxml2"),
        system("CUTF8Proc", pkgConfig: "libutf8proc", apt: "libutf8proc-dev", brew: "utf8proc"),
        system("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev", brew: "openblas"),
        system("CZip", pkgConfig: "libzip", apt: "libzip-dev", brew: "libzip"),
        .target(name: "CVectorMath"),
        .target(name: "CTextScan"),

        // Leaves.
        module("Files", ["CXXHash"], [systemPackage]),
        module("Archives", ["CZip"]),
        module("Randomness"),
        module("Tasks"),
        module("WordPiece", ["CTextScan"]),
        module("Wikitext", ["CUTF8Proc"]),
        module("Sentences"),
        module("Records"),

        // Data.
        module("Corpora", ["Files"]),
        module("MediaWiki", ["CBZip2", "CLibXML2", "Files", "Tasks"]),
        module("Shards", ["CLZ4", "Files"]),
        module("Documents", ["Shards"]),
        module("Tokens", ["Shards"]),
        module("Sampling", ["Randomness"]),

        // Computation.
        module("Kernels", ["COpenBLAS", "CVectorMath"]),
        module("BERT", ["Files", "Kernels", "Randomness"]),
        module("Distillation", ["BERT", "Kernels"]),
        module("Features", ["BERT", "Files", "Kernels", "Randomness", "Shards", "Tokens"]),
        module(
            "Training",
            ["BERT", "Distillation", "Features", "Files", "Kernels", "Randomness", "Records", "Sampling", "Tasks", "Tokens"]),

        // What puts them together, and what shows them.
        module(
            "Pipelines",
            [
                "BERT", "Corpora", "Distillation", "Documents", "Features", "Files", "Kernels", "MediaWiki", "Randomness", "Records", "Sampling",
                "Sentences", "Shards", "Tasks", "Tokens", "Training", "Wikitext", "WordPiece",
            ], [yams]),
        module(
            "Commands",
            [
                "Archives", "BERT", "Corpora", "Distillation", "Documents", "Features", "Files", "Kernels", "MediaWiki", "Pipelines", "Randomness",
                "Records", "Shards", "Tokens", "Training", "WordPiece",
            ]),
        module(
            "Comparisons",
            ["BERT", "Distillation", "Features", "Files", "Kernels", "Pipelines", "Records", "Tokens", "Training"]),
        module(
            "Benchmarking",
            [
                "BERT", "Distillation", "Features", "Files", "Kernels", "Pipelines", "Randomness", "Records", "Shards", "Tokens", "Training", "WordPiece",
            ]),
        module("Inspection", ["BERT", "Corpora", "Documents", "Features", "Files", "Randomness", "Records", "Sampling", "Shards", "Tokens", "WordPiece"]),
        .executableTarget(
            name: "limbeck",
            dependencies: ["Benchmarking", "Commands", "Comparisons", "Files", "Inspection", "Pipelines", "Wikitext", "WordPiece", argumentParser]),

        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        tests("Files", ["Files"]),
        tests("Archives", ["Archives"]),
        tests("Randomness", ["Randomness"]),
        tests("WordPiece", ["TestSupport", "WordPiece"], resources: true),
        tests("Tasks", ["Tasks"]),
        tests("Wikitext", ["TestSupport", "Wikitext"]),
        tests("Sentences", ["Sentences"]),
        tests("Corpora", ["Corpora", "TestSupport"]),
        tests("MediaWiki", ["CBZip2", "MediaWiki", "Tasks", "TestSupport"]),
        tests("Shards", ["Files", "Shards"]),
        tests("Documents", ["Documents", "Shards", "TestSupport"]),
        tests("Tokens", ["Shards", "Tokens"]),
        tests("Sampling", ["Randomness", "Sampling"]),
        tests("Kernels", ["CVectorMath", "Kernels", "Randomness"]),
        tests("BERT", ["BERT", "Files", "Kernels", "Randomness", "TestSupport"], resources: true),
        tests("Distillation", ["BERT", "Distillation", "Kernels", "Randomness", "TestSupport"], resources: true),
        tests("Features", ["BERT", "Features", "Kernels", "Shards", "TestSupport", "Tokens"], resources: true),
        tests(
            "Training",
            ["BERT", "Distillation", "Features", "Kernels", "Randomness", "Records", "Sampling", "TestSupport", "Tokens", "Training"],
            resources: true),
        tests(
            "Pipelines",
            [
                "BERT", "Comparisons", "Corpora", "Distillation", "Documents", "Features", "Pipelines", "Records", "Sampling", "Sentences",
                "TestSupport", "Tokens", "Training", "WordPiece",
            ]),
        tests("Comparisons", ["Comparisons", "TestSupport", "Training"]),
        .testTarget(name: "CommandTests", dependencies: ["TestSupport", "limbeck"]),
    ],
    swiftLanguageModes: [.v6]
)

// One place for the settings of every Swift target, each with its reason.
for target in package.targets where ![.system, .plugin, .binary].contains(target.type) && !["CVectorMath", "CTextScan"].contains(target.name) {
    target.swiftSettings = [
        // Every unsafe operation carries the word.
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        // `any` is a cost, so it is written out.
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        // An import is an implementation detail unless `public import` says otherwise.
        .enableUpcomingFeature("InternalImportsByDefault"),
        // A member is visible only where its module is imported.
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        // Spans as properties of our own types.
        .enableExperimentalFeature("Lifetimes"),
    ]
}
