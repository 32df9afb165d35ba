import Foundation
import TestTools
import Testing

/// Images, plans and names that somebody else made: refused before anything is done, and shown without harm.
@Suite struct HostileCutoverTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Makes an image of three clusters of data, the second of which is put where the first is.
  private func makeOverlapping(_ name: String) async throws {
    let made = try await Program.shell(
      "qemu-img create -q -f qcow2 \(name) 8M && qemu-io -f qcow2 -c 'write -P 7 0 192k' \(name)",
      in: bench.path)
    try #require(made.status == 0, "\(made)")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench(name))))
    func number(at place: Int) -> Int {
      bytes[place..<place + 8].reduce(0) { $0 << 8 | Int($1) } & 0xFF_FFFF_FFFF_FE00
    }
    let table = number(at: number(at: 40))
    bytes.replaceSubrange(table + 8..<table + 16, with: bytes[table..<table + 8])
    try Data(bytes).write(to: URL(fileURLWithPath: bench(name)))
  }

  @Test(
    "an image that uses a cluster twice is moved by none of the commands, neither alone nor below another",
    .enabled(if: CutoverFormatTests.hasQEMU, "qemu-img is not there"))
  func overlap() async throws {
    try await makeOverlapping("image.qcow2")
    let top = try await Program.shell(
      "qemu-img create -q -f qcow2 -b image.qcow2 -F qcow2 top.qcow2", in: bench.path)
    try #require(top.status == 0, "\(top)")
    try FileManager.default.createDirectory(atPath: bench("new"), withIntermediateDirectories: true)
    let words = "lies where something else is"
    let inspect = try await Program.run("cutover", "inspect", "image.qcow2", in: bench.path)
    #expect(inspect.status == 65 && inspect.output.contains(words), "\(inspect)")
    for line in [
      ["plan", "image.qcow2", "new/out.raw"], ["run", "image.qcow2", "new/out.raw", "--yes"],
      ["run", "image.qcow2", "new/new.qcow2", "--yes", "--strategy", "cold"],
      ["run", "top.qcow2", "new/new.qcow2", "--yes", "--strategy", "cold"],
      // A guest that runs changes the tables of the image itself, and never those of its parents.
      [
        "run", "top.qcow2", "new/new.qcow2", "--yes", "--strategy", "cold", "--on-pause", "true",
        "--on-start",
        "true",
      ],
      ["run", "image.qcow2", "new/image.qcow2", "--keep-chain", "--yes", "--strategy", "cold"],
    ] {
      let result = try await Program.run(Program.path, ["cutover"] + line, in: bench.path)
      #expect(result.status == 65 && result.errors.contains(words), "\(line): \(result)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench("new")) == [])
    }
  }

  @Test("what is no plan is refused without reading it to its end") func endless() async throws {
    let result = try await Program.run("cutover", "apply", "/dev/zero", seconds: 60)
    #expect(result.status == 65 && result.errors.contains("'/dev/zero'"), "\(result)")
  }

  @Test("no file is as large as that: told before the guest is stopped") func tooLarge() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    // Above what any file of Linux has on a file system in blocks of 4 KiB with 32-bit numbers, as ext4's.
    let result = try await Program.run(
      "cutover", "run", "one.raw", "two.raw", "--strategy", "cold", "--resize-to", "1000000 TiB", "--yes",
      "--on-pause", "touch stopped", "--on-start", "true", in: bench.path)
    #expect(
      result.status == 65 && result.errors.contains("its file system has smaller ones only"), "\(result)")
    #expect(!FileManager.default.fileExists(atPath: bench("stopped")))
  }

  @Test(
    "a parent's name commands no terminal",
    .enabled(if: CutoverFormatTests.hasQEMU, "qemu-img is not there"))
  func escapes() async throws {
    let made = try await Program.shell(
      """
      set -e
      qemu-img create -q -f qcow2 base.qcow2 1M
      qemu-img create -q -f qcow2 -u -b $'\\e[31mred\\a' -F qcow2 top.qcow2 1M
      """, in: bench.path)
    try #require(made.status == 0, "\(made)")
    for line in [["inspect", "top.qcow2"], ["plan", "top.qcow2", "new.qcow2"]] {
      let result = try await Program.run(Program.path, ["cutover"] + line, in: bench.path)
      let text = result.output + result.errors
      #expect(!text.contains("\u{1b}") && !text.contains("\u{7}"), "\(line): \(result)")
      #expect(text.contains("\\u{1b}[31mred\\u{7}"), "\(line): \(result)")
    }
  }

  @Test("nor does a destination's, suspended, asked about and undone") func escapedDestination() async throws
  {
    let result = try await Program.shell(
      """
      head -c 6000000 /dev/urandom > one.raw
      name=$'\\e[31mnew.raw'
      "$FLEETSHIFT" cutover run one.raw "$name" --yes --rate-limit '1 MB/s' --no-reflink &
      until test -e "$name.fleetshift-partial" || ! kill -0 $!; do sleep 0.05; done
      kill -TERM $!
      wait $!
      test $? = 143 || exit 9
      "$FLEETSHIFT" cutover status "$name"
      "$FLEETSHIFT" cutover rollback "$name"
      """, in: bench.path)
    let text = result.output + result.errors
    #expect(result.status == 0 && !text.contains("\u{1b}"), "\(result)")
    #expect(text.components(separatedBy: "\\u{1b}[31mnew.raw").count > 3, "\(result)")
  }

  @Test("a name that is no UTF-8 is refused, and not taken for one like it") func names() async throws {
    try bench.file("one.raw", "0123456789abcdef")
    let result = try await Program.shell(
      "\"$FLEETSHIFT\" cutover run one.raw $'x\\xff.raw' --strategy cold --yes", in: bench.path)
    #expect(result.status == 64 && result.errors.contains("argument 4 is no text in UTF-8"), "\(result)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path) == ["one.raw"])
  }

  @Test("a destination whose journal could have no name is refused before anything is measured")
  func longName() async throws {
    try bench.file("one.raw", "0123456789abcdef")
    let name = String(repeating: "n", count: 240)
    for command in [["plan"], ["run", "--yes"]] {
      let result = try await Program.run(
        Program.path, ["cutover", command[0], "one.raw", name] + command.dropFirst(), in: bench.path)
      #expect(result.status == 64 && result.errors.contains("name has 240 bytes"), "\(result)")
    }
  }

  @Test("a file that the kernel makes up is no image") func madeUp() async throws {
    let result = try await Program.run(
      "cutover", "run", "/proc/version", bench("two.raw"), "--strategy", "cold", "--yes")
    #expect(result.status == 65 && result.errors.contains("is not a regular file"), "\(result)")
    try bench.file("empty.raw", "")
    let empty = try await Program.run(
      "cutover", "run", bench("empty.raw"), bench("two.raw"), "--strategy", "cold", "--yes")
    #expect(empty.status == 0, "\(empty)")
  }

  @Test("where the outcome cannot be written, it is said where it can") func fullOutput() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    let result = try await Program.shell(
      "\"$FLEETSHIFT\" cutover run one.raw two.raw --strategy cold --yes --json > /dev/full", in: bench.path)
    #expect(result.status == 74, "\(result)")
    #expect(result.errors.hasSuffix("two.raw' came to: completed\n"), "\(result)")
  }

  @Test("a plan is bound to what only the kernel can set") func touched() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    let result = try await Program.shell(
      """
      "$FLEETSHIFT" cutover plan one.raw two.raw --strategy cold -o plan.json > log || exit 1
      touch -r one.raw then
      printf y | dd of=one.raw bs=1 conv=notrunc status=none
      touch -r then one.raw
      "$FLEETSHIFT" cutover apply plan.json
      """, in: bench.path)
    #expect(result.status == 65 && result.errors.contains("the source was written to since"), "\(result)")
  }

  @Test(
    "a place that is full while it is measured may have room later",
    .enabled(if: Program.mayMount, "no file system may be mounted here"))
  func noRoom() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    let result = try await Program.shell(
      """
      mkdir full
      unshare --mount /bin/bash -c '
        mount -t tmpfs -o size=16k none full
        cat /dev/zero > full/ballast 2> log
        "$FLEETSHIFT" cutover plan one.raw full/two.raw --strategy cold'
      """, in: bench.path)
    #expect(result.status == 75, "\(result)")
    #expect(
      result.errors.contains("the image takes 8 KiB, and '\(bench("full"))' has room for 0 B")
        && result.errors.contains("help: free some space"),
      "\(result)")
  }

  @Test(
    "where nothing can be renamed without replacing, that is told before the guest is stopped",
    .enabled(if: hasCompiler, "there is no C compiler"))
  func noRenaming() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    // As exfat-fuse answers.
    try bench.file(
      "shim.c",
      """
      #include <errno.h>
      int renameat2(int a, const char *b, int c, const char *d, unsigned e) { errno = EINVAL; return -1; }
      int linkat(int a, const char *b, int c, const char *d, int e) { errno = EPERM; return -1; }
      """)
    let made = try await Program.shell("cc -shared -fPIC -o shim.so shim.c && mkdir new", in: bench.path)
    try #require(made.status == 0, "\(made)")
    for command in ["plan one.raw new/two.raw", "run one.raw new/two.raw --yes"] {
      let result = try await Program.shell(
        "LD_PRELOAD=$PWD/shim.so \"$FLEETSHIFT\" cutover \(command) --strategy cold --on-pause 'touch stopped' "
          + "--on-start true", in: bench.path)
      #expect(result.status == 65 && result.errors.contains("without replacing another"), "\(result)")
      #expect(!FileManager.default.fileExists(atPath: bench("stopped")))
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench("new")) == [])
    }
  }

  private static let hasCompiler = ["/usr/bin/cc", "/usr/local/bin/cc"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("a working directory whose name is no UTF-8 is refused, and not taken for one like it") func folder()
    async throws
  {
    try bench.file("one.raw", "0123456789abcdef")
    let result = try await Program.shell(
      """
      mkdir $'x\\xff' $'x\\xef\\xbf\\xbd' && cd $'x\\xff' || exit 1
      "$FLEETSHIFT" cutover run ../one.raw two.raw --strategy cold --yes
      """, in: bench.path)
    #expect(
      result.status == 64 && result.errors.contains("working directory is no text in UTF-8"), "\(result)")
    let found = try await Program.shell("find . -name 'two*'", in: bench.path)
    #expect(found.output.isEmpty, "\(found)")
  }

  @Test("a limit on the size of files is told, and kills nobody") func fileLimit() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    for command in ["plan one.raw two.raw", "run one.raw two.raw --yes"] {
      let result = try await Program.shell(
        "ulimit -f 4; \"$FLEETSHIFT\" cutover \(command) --strategy cold", in: bench.path)
      #expect(result.status == 65 && result.errors.contains("ulimit -f"), "\(result)")
    }
  }

  @Test("too few descriptors are told before anything is begun") func descriptors() async throws {
    try bench.file("one.raw", String(repeating: "x", count: 1 << 13))
    for few in [6, 12, 63] {
      let result = try await Program.shell(
        "ulimit -n \(few); \"$FLEETSHIFT\" cutover run one.raw two.raw --strategy cold --yes", in: bench.path)
      #expect(result.status == 75 && result.errors.contains("only \(few) files may be open"), "\(result)")
    }
    // A soft limit is the user's to raise.
    let soft = try await Program.shell(
      "ulimit -S -n 12; \"$FLEETSHIFT\" cutover run one.raw two.raw --strategy cold --yes", in: bench.path)
    #expect(soft.status == 0, "\(soft)")
  }
}
