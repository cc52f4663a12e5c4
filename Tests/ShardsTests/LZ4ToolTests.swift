import Files
import Testing

@testable import Shards

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The path of the `lz4` command, which is not ours: an independent check of the frames.
private let tool = ["/usr/bin/lz4", "/usr/local/bin/lz4", "/opt/homebrew/bin/lz4"].first { Folder.exists($0) }

@Suite("Promise 10: lz4 -t accepts every shard") struct LZ4ToolTests {
    @Test(.enabled(if: tool != nil, "needs the command lz4 (apt install lz4)"), arguments: [1, 3000, 64 << 20])
    func acceptsEveryShard(shardBytes: Int) throws {
        let scratch = try Scratch("tool-\(shardBytes)")
        let rows = Samples.rows(Samples.schema, lengths: [5, 0, 3, 400, 1, 8, 0, 1700, 2, 9])
        try Samples.write(rows, scratch.path, shardBytes: shardBytes)
        for name in try Folder.names(scratch.path) where name.hasSuffix(".lz4") {
            #expect(try status("-t", "-q", scratch.path + "/" + name) == 0, "\(name)")
        }
        let path = scratch.path + "/shard-00000.lz4"
        let set = try ShardSet(folder: scratch.path)
        var bytes = try Folder.contents(path)
        let offset = try Int(set.pool.shard(0).record(wide: 0).offset)
        bytes[offset + 20] ^= 1
        try Samples.put(bytes, path)
        #expect(try status("-t", "-q", path) != 0)
    }

    private func status(_ arguments: String...) throws -> Int32 {
        let path = try #require(tool)
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for unsafe word in unsafe words { unsafe free(word) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var process: pid_t = 0
        try #require(unsafe posix_spawn(&process, path, &actions, nil, &words, nil) == 0)
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) == -1 && errno == EINTR {}
        return status
    }
}
