internal import ArgumentParser
internal import ImageCutover
internal import Quantities

struct CutoverVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares DST with its source, byte for byte, or with the manifest that was kept.",
    discussion: "Both are read from their disks, each as its format says. Exit code 2: they differ.")

  @Argument(help: "The destination.", completion: .file())
  var destination: String

  @Option(help: "The image that it has to equal.", completion: .file())
  var source: String?

  @Option(help: "What 'run --manifest' wrote when the copy was proved.", completion: .file())
  var manifest: String?

  @Flag(help: "One may be larger, if all that it has more is zeros: after --resize-to.")
  var resized = false

  @Option(help: "raw, qcow2 or vhd; default: what the name says, if the contents agree.")
  var sourceFormat: DiskFormat?

  @Option(help: "raw, qcow2 or vhd; default: what the name says, if the contents agree.")
  var destinationFormat: DiskFormat?

  func run() throws {
    guard source != nil || manifest != nil else {
      throw Streams.refusal("there is nothing to compare with", "--source IMAGE, --manifest FILE, or both")
    }
    if let source { try compare(with: source) }
    if let manifest { try check(against: manifest) }
  }

  private func compare(with source: String) throws {
    var comparison = ImageComparison(source: source, destination: destination)
    comparison.sourceFormat = sourceFormat
    comparison.destinationFormat = destinationFormat
    comparison.mayBeResized = resized
    let difference = try CutoverSession.explaining { () throws(ImageCutoverError) in
      try comparison.difference()
    }
    if let difference {
      Streams.say(
        "fleetshift: \(difference)\n  help: the destination is not a copy of '\(source)' as it is now")
      throw ExitStatus.broken.exit
    }
    try Streams.show("\(destination) holds what \(source) holds.\n")
  }

  private func check(against manifest: String) throws {
    let finding = try CutoverSession.explaining { () throws(ImageCutoverError) in
      try ManifestComparison(image: destination, manifest: manifest, format: destinationFormat).find()
    }
    if finding.isEqual {
      try Streams.show("\(destination) is what \(manifest) says: \(finding.blocks) blocks, all of them.\n")
      return
    }
    var text = "fleetshift: \(finding.differing) of \(finding.blocks) blocks are not what they were\n"
    if let (was, now) = finding.size { text += "  the disk had \(was) bytes, and has \(now)\n" }
    for range in finding.ranges { text += "  bytes \(range.lowerBound) to \(range.upperBound)\n" }
    if finding.ranges.count == ManifestComparison.Finding.most { text += "  and perhaps more\n" }
    Streams.say(text + "  help: it was written to since, or its disk is failing")
    throw ExitStatus.broken.exit
  }
}
