internal import ArgumentParser
internal import Foundation
internal import RunStore

/// Where a command is to write a file: the one place for what may be written over and what may not.
///
/// It is made before any work is done. What it refuses:
/// - a file that the command reads, by whatever name, and all that lies in a folder that it reads;
/// - a file of a kept run or sweep, whoever reads it;
/// - a file that is not of the kind which the command writes, for that is somebody's;
/// - a folder, and a place below none or where nothing may be written.
///
/// What is there and is no file (a device, a pipe, a socket) is written as it is: to put a file in its place would
/// destroy it.
struct OutputPlace {
  enum Kind: Equatable {
    /// There is none yet, or it is replaced when the new one is whole.
    case file
    case stream
  }

  /// As the user wrote it.
  let name: String
  let kind: Kind
  /// Behind all links.
  let path: String
  private let identity: PathIdentity

  /// - Parameters:
  ///   - content: what it writes; only the like is written over. `nil`: the command has a rule of its own.
  ///   - inputs: files and folders that the command reads; `-` is standard input.
  ///   - others: what it writes besides.
  /// - Throws: `ExitStatus.usage` or `ExitStatus.io`, said to the user.
  init(
    _ name: String, _ content: OutputContent?, reading inputs: [String] = [],
    beside others: [OutputPlace] = []
  ) throws {
    guard !name.isEmpty else {
      throw Streams.refusal("an output has an empty name", "name a file, or leave the option out")
    }
    self.name = name
    path = PathIdentity.resolved(name)
    kind = try OutputPlace.kind(of: name)
    identity = PathIdentity(name)
    try refuseInputs(inputs)
    if others.contains(where: { $0.kind == .file && $0.identity == identity }) {
      throw Streams.refusal("'\(name)' would be written twice", "give each output a name of its own")
    }
    if let folder = RunFolder.owner(of: path) {
      throw Streams.refusal(
        "'\(name)' is a part of the run that is kept in '\(folder)'", "name another file")
    }
    guard kind == .file else { return }
    if let content, !content.mayReplace(path) {
      throw Streams.refusal("'\(name)' exists and is no \(content.words)", "name another file")
    }
    let folder = Folders.above(path)
    guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
      throw OutputPlace.failed(name, String(cString: strerror(errno)))
    }
  }

  private static func kind(of name: String) throws -> Kind {
    if descriptor(of: name) != nil { return .stream }
    var status = stat()
    guard stat(name, &status) == 0 else {
      if name.hasSuffix("/") { throw failed(name, "there is no such folder, and a file has another name") }
      return .file
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: throw failed(name, "it is a folder")
    default: return .stream
    }
  }

  private func refuseInputs(_ inputs: [String]) throws {
    for input in inputs {
      if input == "-" ? PathIdentity(descriptor: STDIN_FILENO) == identity : PathIdentity(input) == identity {
        throw Streams.refusal(
          "'\(name)' is what is read\(input == name ? "" : ", as '\(input)'"), and would be written over",
          "name another file for the output")
      }
      guard ResultFile.isFolder(input), (path + "/").hasPrefix(PathIdentity.resolved(input) + "/") else {
        continue
      }
      throw Streams.refusal(
        "'\(name)' lies in '\(input)', which is read", "name a file outside of that folder for the output")
    }
  }

  // MARK: - Writing

  /// Writes a whole file at once.
  ///
  /// - Parameter mode: who may do what with the file, as far as the umask lets him.
  func write(_ text: String, mode: UInt32 = 0o666) throws {
    let file = try OutputFile(self, mode: mode)
    try file.put(text)
    try file.publish()
  }

  /// Opens it for writing.
  func open(mode: UInt32 = 0o666) throws -> DurableFile {
    if kind == .file {
      do { return try DurableFile(path, mode: mode) } catch { throw failed(error) }
    }
    let own = OutputPlace.descriptor(of: name)
    let descriptor = own.map { dup($0) } ?? Foundation.open(name, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(String(cString: strerror(errno))) }
    return DurableFile(stream: descriptor, called: name)
  }

  /// The stream of this process that a name stands for. Opened by its name, the file behind it would be written over from
  /// its start, or replaced.
  private static func descriptor(of name: String) -> Int32? {
    switch name {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      let folders = ["/dev/fd/", "/proc/self/fd/"]
      return folders.first(where: name.hasPrefix).flatMap { Int32(name.dropFirst($0.count)) }
    }
  }

  func failed(_ error: any Error) -> any Error {
    // What was said already is not said again.
    error is ExitCode ? error : failed(DurableFile.words(error))
  }

  func failed(_ why: String) -> any Error { OutputPlace.failed(name, why) }

  private static func failed(_ name: String, _ why: String) -> any Error {
    Streams.say(
      "cannot write '\(name)': \(why)",
      remedy: "see that there is room and that it may be written, or name another place")
    return ExitStatus.io.exit
  }
}
