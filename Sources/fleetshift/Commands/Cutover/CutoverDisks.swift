public import ArgumentParser
public import ImageCutover

/// Which images are moved where: what `plan` and `run` take alike.
struct CutoverDisks: ParsableArguments {
  @Argument(help: "The image to move: raw, qcow2 or VHD, with its parents.", completion: .file())
  var source: String?

  @Argument(help: "Where it is to go; must not exist.", completion: .file())
  var destination: String?

  @Option(
    help: ArgumentHelp(
      """
      One of several disks of one guest; once for each, instead of SOURCE and DESTINATION. They are stopped together, \
      copied side by side where they are on different devices (--disks-at-once), \
      and the guest is started when all are proved, or not at all. The journal is beside the first, and found by each.
      """, valueName: "src=dst"))
  var disk: [String] = []

  @Option(
    help: """
      raw, qcow2 or vhd; default: what the source's name says, if its contents agree. What can be taken for two things has \
      to be told, for a guest can write any header into its raw disk.
      """)
  var sourceFormat: DiskFormat?

  @Option(help: "raw, qcow2 or vhd (dynamic); default: what the destination's name says, or as the source.")
  var destinationFormat: DiskFormat?

  @Flag(
    help: """
      Move a qcow2 or VHD as it is, with all that it rests on, file by file, instead of making one image of its chain. A \
      parent that is at the destination already is used if it holds the same, to the byte.
      """)
  var keepChain = false

  func moves() throws -> [ImageMove] {
    try pairs().map {
      var move = ImageMove(
        source: $0, destination: $1, sourceFormat: sourceFormat, destinationFormat: destinationFormat)
      move.keepsChain = keepChain
      return move
    }
  }

  func validate() throws { _ = try pairs() }

  private func pairs() throws -> [(String, String)] {
    switch (source, destination, disk.isEmpty) {
    case (let source?, let destination?, true): return [(source, destination)]
    case (nil, nil, false):
      return try disk.map { text in
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
          throw ValidationError(
            "--disk takes SRC=DST, two paths with one '=' between them; '\(text)' is none.")
        }
        return (parts[0], parts[1])
      }
    case (_, _, false):
      throw ValidationError("--disk stands instead of SOURCE and DESTINATION: name every disk by it.")
    case (_, _, true):
      throw ValidationError("Name SOURCE and DESTINATION, or --disk SRC=DST once for each disk.")
    }
  }
}

extension DiskFormat: ExpressibleByArgument {}
extension ImageCutoverOptions.Parents: ExpressibleByArgument {}
