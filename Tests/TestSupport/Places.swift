import Foundation

/// The package's own folder.
public let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

/// Where data stand that are too large, or not ours, to be in the package: LIMBECK_SHARED, or ../shared. It may not be there.
public let realData = (ProcessInfo.processInfo.environment["LIMBECK_SHARED"] ?? package + "/../shared") + "/data"
