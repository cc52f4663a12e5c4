import Testing

@testable import Files

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of its own for a test.
private func scratch(_ name: String) throws -> String {
    let path = "/tmp/limbeck-files-\(getpid())-\(name)"
    try Folder.remove(path)
    try Folder.create(path)
    return path
}

@Suite struct FilesTests {
    @Test func writesWholeFilesAndReadsThemBack() throws {
        let folder = try scratch("atomic")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1, 2, 3], to: folder + "/a")
        try AtomicFile.write([4], to: folder + "/a")
        #expect(try Folder.contents(folder + "/a") == [4])
        #expect(try Folder.names(folder) == ["a"])
        let file = try OutputFile(appendingTo: folder + "/a")
        try file.append([5, 6] as [UInt8])
        #expect(file.position == 3)
        try file.close()
        #expect(try MappedFile(folder + "/a").count == 3)
    }

    @Test func aFailedWriteLeavesTheOldFile() throws {
        let folder = try scratch("failed")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1], to: folder + "/a")
        try Folder.create(folder + "/a.part")
        #expect(throws: FilesError.isFolder(path: folder + "/a.part")) { try AtomicFile.write([9, 9], to: folder + "/a") }
        #expect(try Folder.contents(folder + "/a") == [1])
        #expect(Folder.isFolder(folder + "/a.part"), "what is not ours stays")
        try Folder.create(folder + "/b")
        #expect(throws: FilesError.isFolder(path: folder + "/b")) { try AtomicFile.write([9], to: folder + "/b") }
        #expect(throws: FilesError.missing(path: folder + "/c")) { try AtomicFile.write([9], to: folder + "/c/d") }
    }

    @Test func aFileIsWrittenByOneAtATime() throws {
        let folder = try scratch("one-writer")
        defer { try? Folder.remove(folder) }
        let file = try OutputFile(creating: folder + "/a.part")
        try file.append([1] as [UInt8])
        #expect(throws: FilesError.locked(folder: folder + "/a.part")) { try AtomicFile.write([9], to: folder + "/a") }
        try file.close()
        #expect(try Folder.contents(folder + "/a.part") == [1])
    }

    @Test func linksToFilesAreWrittenThrough() throws {
        let folder = try scratch("through")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1], to: folder + "/target")
        try Folder.link(folder + "/link", to: "target")
        try AtomicFile.write([2], to: folder + "/link")
        #expect(try Folder.contents(folder + "/target") == [2] && Folder.names(folder) == ["link", "target"])
    }

    @Test func aWriterThatGivesUpLeavesTheOldFile() throws {
        struct GivesUp: Error {}
        let folder = try scratch("gives-up")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1], to: folder + "/a")
        #expect(throws: GivesUp.self) {
            try AtomicFile.write(to: folder + "/a", wrap: { $0 as any Error }) { file throws(any Error) in
                try file.append([2] as [UInt8])
                throw GivesUp()
            }
        }
        #expect(try Folder.names(folder) == ["a"] && Folder.contents(folder + "/a") == [1])
    }

    @Test func linksReplaceLinksAndNothingElse() throws {
        let folder = try scratch("links")
        defer { try? Folder.remove(folder) }
        for name in ["one", "two", "mine"] { try Folder.create(folder + "/" + name) }
        try AtomicFile.write([1], to: folder + "/mine/notes")
        try Folder.link(folder + "/link", to: "one")
        try Folder.link(folder + "/link", to: "one")
        // Of another depth than the link.
        try Folder.create(folder + "/two/deep/er")
        try Folder.link(folder + "/two/link", to: "deep/er")
        try Folder.link(folder + "/two/link", to: "../one")
        #expect(Folder.resolved(folder + "/two/link") == Folder.resolved(folder + "/one"))
        #expect(Folder.resolved(folder + "/link") == Folder.resolved(folder + "/one"))
        try Folder.link(folder + "/link", to: folder + "/two")
        #expect(Folder.resolved(folder + "/link") == Folder.resolved(folder + "/two"))
        #expect(throws: FilesError.inTheWay(path: folder + "/mine")) { try Folder.link(folder + "/mine", to: "one") }
        #expect(throws: FilesError.inTheWay(path: folder + "/mine")) { try Folder.removeLink(folder + "/mine") }
        try Folder.removeLink(folder + "/link")
        try Folder.removeLink(folder + "/link")
        #expect(try Folder.names(folder) == ["mine", "one", "two"] && Folder.contents(folder + "/mine/notes") == [1])
    }

    @Test(.enabled(if: Folder.exists("/dev/full"), "this system has no /dev/full"))
    func aFullDiskIsAnErrorWithAName() throws {
        let path = "/dev/full"
        let file = try OutputFile(appendingTo: path)
        #expect(throws: FilesError.full(path: path)) { try file.append([1] as [UInt8]) }
        // A device stays a device.
        #expect(throws: FilesError.full(path: path)) { try AtomicFile.write([1], to: path) }
        #expect(Folder.isSpecial(path))
    }

    /// As a shell's `>>` opens it: what stands there was written by others, and more of theirs may come.
    @Test func aFileThatIsOpenIsGoneOnWith() throws {
        let folder = try scratch("open")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1, 2], to: folder + "/a")
        let descriptor = unsafe open(folder + "/a", O_WRONLY | O_APPEND | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try AtomicFile.write([3, 4], to: "/dev/fd/\(descriptor)")
        #expect(try Folder.contents(folder + "/a") == [1, 2, 3, 4] && Folder.names(folder) == ["a"])
        // It is the same file, not one that has taken its place.
        let bytes: [UInt8] = [5]
        #expect(unsafe write(descriptor, bytes, 1) == 1)
        #expect(try Folder.contents(folder + "/a") == [1, 2, 3, 4, 5])
    }

    /// What another writes there next stands behind it.
    @Test func aFileThatIsOpenGoesOnForOthersToo() throws {
        let folder = try scratch("shared")
        defer { try? Folder.remove(folder) }
        let descriptor = unsafe open(folder + "/a", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes: [UInt8] = [1, 5]
        #expect(unsafe write(descriptor, bytes, 1) == 1)
        try AtomicFile.write([2, 3, 4], to: "/dev/fd/\(descriptor)")
        #expect(unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + 1, 1) } == 1)
        #expect(try Folder.contents(folder + "/a") == [1, 2, 3, 4, 5])
    }

    @Test func aTargetIsCheckedBeforeTheWork() throws {
        let folder = try scratch("check")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([1], to: folder + "/a")
        #expect(throws: FilesError.isFolder(path: folder)) { try AtomicFile.check(folder) }
        #expect(throws: FilesError.missing(path: folder + "/absent")) { try AtomicFile.check(folder + "/absent/b") }
        #expect(throws: FilesError.missing(path: folder + "/a")) { try AtomicFile.check(folder + "/a/b") }
        for path in ["limbeck-files-of-no-folder", folder + "/new", folder + "/a", "/limbeck-files-at-the-root", "/dev/null"] { try AtomicFile.check(path) }
        #expect(try Folder.names(folder) == ["a"], "nothing is made")
    }

    @Test func namesWhatIsMissing() throws {
        #expect(throws: FilesError.missing(path: "/nowhere/a")) { try MappedFile("/nowhere/a") }
        #expect(throws: FilesError.isFolder(path: "/tmp")) { try MappedFile("/tmp") }
        #expect(throws: FilesError.missing(path: "/nowhere")) { try Folder.names("/nowhere") }
    }

    @Test func anEmptyFileMapsToNoBytes() throws {
        let folder = try scratch("empty")
        defer { try? Folder.remove(folder) }
        try AtomicFile.write([], to: folder + "/a")
        #expect(try MappedFile(folder + "/a").count == 0)
        #expect(try Folder.contents(folder + "/a").isEmpty)
    }

    @Test func oneHolderOfALockAtATime() throws {
        let folder = try scratch("lock")
        defer { try? Folder.remove(folder) }
        do {
            let lock = try FolderLock(folder)
            #expect(throws: FilesError.locked(folder: folder)) { try FolderLock(folder) }
            withExtendedLifetime(lock) {}
        }
        _ = try FolderLock(folder)
    }

    /// A process that is being started has copies of all descriptors until it is another program.
    @Test func aLockGoesThoughACopyOfItsFileIsLeft() throws {
        let folder = try scratch("copied-lock")
        defer { try? Folder.remove(folder) }
        var copies: [Int32] = []
        defer { for copy in copies { close(copy) } }
        do {
            let lock = try FolderLock(folder)
            copies = try descriptors(of: folder).map { dup($0) }
            withExtendedLifetime(lock) {}
        }
        try #require(copies.count == 1 && copies[0] >= 0)
        _ = try FolderLock(folder)
    }

    /// Those of this process that a file or folder is open by.
    private func descriptors(of path: String) throws -> [Int32] {
        let wanted = try status(path)
        return (0..<1024).filter { descriptor in
            var found = stat()
            return unsafe fstat(descriptor, &found) == 0 && found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino
        }
    }

    @Test func removesFoldersAndLinksButNotWhatLinksPointTo() throws {
        let folder = try scratch("remove")
        defer { try? Folder.remove(folder) }
        try Folder.create(folder + "/a/b/c")
        try AtomicFile.write([1], to: folder + "/kept")
        try Folder.link(folder + "/a/link", to: folder + "/kept")
        try Folder.remove(folder + "/a")
        #expect(try Folder.names(folder) == ["kept"])
        try Folder.remove(folder + "/absent")
    }

    /// XXH3's values of the empty input, as its specification lists them.
    @Test func hashesAreXXH3() {
        #expect(ContentHash.hex128([UInt8]()) == "99aa06d3014798d86001c324468d497f")
        #expect(ContentHash.xxh3_64([UInt8]()) == 0x2D06_8005_38D3_94C2)
        let pieces = ContentHash()
        pieces.update([1, 2])
        pieces.update([3])
        #expect(pieces.hex128() == ContentHash.hex128([1, 2, 3]))
    }
}
