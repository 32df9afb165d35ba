internal import ArgumentParser
internal import ImageCutover
internal import ImageFiles

/// How what a running guest writes is found.
struct CutoverTracking: ParsableArguments {
  @Option(
    help: """
      How what a running guest writes is found. scan: read everything again. reflink: by shared blocks (XFS, btrfs). \
      log: by the log of writes at --write-log. nbd: from the server at --nbd, by its bitmap --nbd-bitmap.
      """)
  var track = "scan"

  @Option(help: "The log of writes that whoever writes to the image keeps.", completion: .file())
  var writeLog: String?

  @Option(help: "The NBD server that serves the image, such as 'nbd+unix:///disk?socket=/run/guest.sock'.")
  var nbd: String?

  @Option(help: "The name of the dirty bitmap that the NBD server shows.")
  var nbdBitmap: String?

  func chosen() throws -> ImageCutoverOptions.Tracking {
    switch (track, writeLog, nbd, nbdBitmap) {
    case ("scan", nil, nil, nil): return .scan
    case ("reflink", nil, nil, nil): return .reflink
    case ("log", let path?, nil, nil): return .log(absolutePath(path))
    case ("nbd", nil, let uri?, let bitmap?): return .nbd(uri: uri, bitmap: bitmap)
    case ("nbd", nil, _, _):
      throw Streams.refusal("--track nbd has not all that it needs", "--nbd URI and --nbd-bitmap NAME")
    case ("log", nil, nil, nil):
      throw Streams.refusal("--track log has not all that it needs", "--write-log FILE")
    case ("scan", _?, nil, nil): throw Streams.refusal("nobody asks for --write-log", "add --track log")
    case ("scan", nil, _, _): throw Streams.refusal("nobody asks for --nbd", "add --track nbd")
    default:
      throw Streams.refusal(
        "'--track \(track)' does not go with the other options",
        "--track scan | reflink | log --write-log FILE | nbd --nbd URI --nbd-bitmap NAME")
    }
  }
}
