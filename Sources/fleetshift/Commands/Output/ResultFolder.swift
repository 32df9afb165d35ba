internal import Foundation
internal import RunStore

/// Where `--out` puts its files: all of them or none.
struct ResultFolder {
  private let path: String
  private let inputs: [String]

  /// Looks whether files could be put there, before anything is simulated for them. Makes nothing yet.
  ///
  /// - Parameter inputs: what the command reads, and is not to write over.
  init(_ path: String, reading inputs: [String] = []) throws {
    guard !path.isEmpty else {
      throw Streams.refusal("a folder for the output has an empty name", "name one, or leave the option out")
    }
    (self.path, self.inputs) = (path, inputs)
    for input in inputs where RunFolder.keeps(input, in: path) {
      throw Streams.refusal(
        "'\(input)' is read, and has the name of a file that the output replaces", "name another folder")
    }
    var place = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL.path
    while !FileManager.default.fileExists(atPath: place), place != "/" {
      place = URL(fileURLWithPath: place).deletingLastPathComponent().path
    }
    guard ResultFile.isFolder(place) else { throw failed("'\(place)' is no folder") }
    guard access(place, W_OK | X_OK) == 0 else { throw failed(String(cString: strerror(errno))) }
  }

  /// Looks, for a run or a sweep, which takes away what an older one has left there: of the same names it has to be.
  ///
  /// A folder that has a manifest of ours is a run's as a whole.
  static func check(forRun path: String, reading inputs: [String]) throws {
    _ = try ResultFolder(path, reading: inputs)
    for (name, content) in OutputContent.ofRuns {
      let file = (path as NSString).appendingPathComponent(name)
      guard content.mayReplace(file) else {
        throw Streams.refusal("'\(file)' exists and is no \(content.words)", "name another folder")
      }
      if name == RunFolder.manifestName, RunFolder.holdsRun(path) { return }
    }
  }

  /// Writes the files beside their places, and puts them there when all are whole.
  func publish(_ files: [(name: String, text: String)]) throws {
    do { try Folders.make(path) } catch { throw failed(DurableFile.words(error)) }
    let places = try files.map {
      try OutputPlace((path as NSString).appendingPathComponent($0.name), nil, reading: inputs)
    }
    let outputs = try zip(places, files).map { place, file in
      let output = try OutputFile(place)
      try output.put(file.text)
      return output
    }
    for output in outputs { try output.publish() }
  }

  private func failed(_ why: String) -> any Error {
    Streams.say("fleetshift: cannot write into '\(path)': \(why)")
    return ExitStatus.io.exit
  }
}
