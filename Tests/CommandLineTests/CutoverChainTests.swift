import Foundation
import TestTools
import Testing

@Suite(.enabled(if: CutoverFormatTests.hasQEMU, "qemu-img is not there")) struct CutoverChainTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// `old/top.qcow2` on `old/middle.qcow2` on `old/golden.raw`, and an empty `new`.
  private static let make = """
    set -e
    mkdir old new
    head -c 3M /dev/urandom > old/golden.raw
    truncate -s 16M old/golden.raw
    cd old
    qemu-img create -q -f qcow2 -b golden.raw -F raw middle.qcow2
    qemu-io -f qcow2 -c 'write -P 7 1M 300k' middle.qcow2 > /dev/null
    qemu-img create -q -f qcow2 -b middle.qcow2 -F qcow2 top.qcow2
    qemu-io -f qcow2 -c 'write -P 9 2M 100k' top.qcow2 > /dev/null
    cd ..

    """

  private func shell(_ script: String) async throws -> Program.Outcome {
    try await Program.shell("cd '\(bench.path)'\n" + script)
  }

  @Test("a chain is planned, shown, moved and verified; the next guest rests on the base that is there")
  func kept() async throws {
    let result = try await shell(
      Self.make + """
        "$FLEETSHIFT" cutover plan old/top.qcow2 new/top.qcow2 --keep-chain -o plan.json --strategy cold \\
          --on-start "sh -c 'echo \\$FLEETSHIFT_DISKS \\$FLEETSHIFT_SOURCE_FORMAT \\$FLEETSHIFT_DESTINATION > hook'" > shown
        grep -q 'qcow2, as it is, with what it rests on' shown
        grep -q 'rests on .*old/middle.qcow2, qcow2 -> .*new/middle.qcow2' shown
        grep -q 'rests on .*old/golden.raw, raw -> .*new/golden.raw' shown
        "$FLEETSHIFT" cutover apply plan.json --json > outcome.json
        for name in top.qcow2 middle.qcow2 golden.raw; do cmp old/$name new/$name; done
        qemu-img check -q new/top.qcow2
        qemu-img compare -q -f qcow2 -F qcow2 old/top.qcow2 new/top.qcow2
        test "$(qemu-img info --backing-chain new/top.qcow2 | grep -c '^image: new/')" = 3
        grep -q '^1 qcow2 .*new/top.qcow2' hook
        "$FLEETSHIFT" cutover verify new/top.qcow2 --source old/top.qcow2
        qemu-img create -q -f qcow2 -b golden.raw -F raw old/second.qcow2
        qemu-io -f qcow2 -c 'write -P 5 4M 64k' old/second.qcow2 > /dev/null
        "$FLEETSHIFT" cutover run old/second.qcow2 new/second.qcow2 --keep-chain --yes --manifest list > shown
        grep -q 'which is there as .*new/golden.raw, and compared first' shown
        grep -q 'rests on .*new/golden.raw, which was there and is the same' shown
        "$FLEETSHIFT" cutover verify new/second.qcow2 --manifest list
        qemu-img compare -q -f qcow2 -F qcow2 old/second.qcow2 new/second.qcow2
        """)
    #expect(result.status == 0, "\(result)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(bench.text("outcome.json").utf8)) as? [String: Any])
    let disks = try #require(document["disks"] as? [[String: Any]])
    let parents = try #require(disks.first?["parents"] as? [[String: Any]])
    #expect(disks.count == 1 && disks[0]["source_format"] as? String == "qcow2")
    #expect(parents.map { $0["format"] as? String } == ["qcow2", "raw"])
    #expect(parents.map { $0["was_there"] as? Bool } == [false, false])
  }

  @Test(
    "what cannot be kept is refused with a remedy, and nothing is made",
    arguments: [
      ("truncate -s 16M new/golden.raw", "", 65, "differs from the source at byte 0"),
      ("truncate -s 15M new/golden.raw", "", 65, "is there already with"),
      (
        "cd old; qemu-img rebase -u -b $PWD/middle.qcow2 -F qcow2 top.qcow2; cd ..", "", 65,
        "qemu-img rebase -u"
      ),
      (
        "cd old; qemu-img rebase -u -b ../old/middle.qcow2 -F qcow2 top.qcow2; cd ..", "", 65,
        "qemu-img rebase -u"
      ),
      ("true", "--destination-format raw", 64, "stays what it is"),
      ("true", "--resize-to 20MiB", 64, "keeps the size"),
      ("true", "--track nbd --nbd nbd://localhost --nbd-bitmap b", 64, "moved as files"),
    ] as [(String, String, Int32, String)])
  func refused(before: String, options: String, status: Int32, says: String) async throws {
    let result = try await shell(
      Self.make + """
        \(before)
        ls -R new > before
        set +e
        "$FLEETSHIFT" cutover run old/top.qcow2 new/top.qcow2 --keep-chain --yes \(options)
        status=$?
        ls -R new | diff before - || exit 1
        exit $status
        """)
    #expect(result.status == status, "\(result)")
    #expect(result.errors.contains(says) && result.errors.contains("help:"), "\(result)")
  }
}
