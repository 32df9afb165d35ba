internal import ArgumentParser
internal import DiskImages
internal import ImageFiles
internal import SystemPackage

struct CutoverInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says what a disk image is, what it rests on, and whether its tables are sound.",
    discussion: """
      Reads raw images, qcow2 with backing files, and VHD: fixed, dynamic and differencing. Every table is looked at; \
      nothing is written. A damaged image ends with exit code 65, as does one whose parent is missing.
      """)

  @Argument(help: "The image.", completion: .file())
  var image: String

  @Option(help: "raw, qcow2 or vhd; default: what the name says, if the contents agree.")
  var format: ImageFormat?

  @Option(help: "Where parents may be: anywhere, beside (the image, or below it) or refused.")
  var parents = OpeningOptions.Parents.anywhere

  @Flag(help: "Guess the format of a parent that its child does not name. Only for images that you trust.")
  var guessParentFormat = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let options = OpeningOptions(format: format, parents: parents, guessesParentFormat: guessParentFormat)
    let report: InspectReport
    do {
      let disk = try VirtualDisk(opening: image, options: options)
      report = try InspectReport(disk, try disk.check())
    } catch let problem as ImageProblem {
      report = InspectReport(problem)
    } catch let fault as FileFault {
      Streams.say("\(fault)", remedy: "Check the path and the right to read it, and the disk.")
      throw Self.status(of: fault).exit
    }
    if json {
      try Streams.output(report.json(path: image))
    } else {
      try Streams.show(report.text(path: image))
    }
    if !report.problems.isEmpty { throw ExitStatus.badInput.exit }
  }

  private static func status(of fault: FileFault) -> ExitStatus {
    guard fault.doing == "open", case .errno(let errno) = fault.cause, errno != .ioError else { return .io }
    return .noInput
  }
}

extension ImageFormat: ExpressibleByArgument {}
extension OpeningOptions.Parents: ExpressibleByArgument {}
