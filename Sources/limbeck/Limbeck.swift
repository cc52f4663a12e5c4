import ArgumentParser
@main struct Limbeck: ParsableCommand {}
