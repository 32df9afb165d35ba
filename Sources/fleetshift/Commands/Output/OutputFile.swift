internal import Foundation
internal import RunStore

/// A file that is written beside its place, piece by piece, and put there when it is whole.
///
/// Until then a signal that ends the program takes it away.
final class OutputFile {
  // A class because it owns the file, which is removed when it goes.
  private let place: OutputPlace
  private var file: DurableFile
  private let interruption: Interruption?
  /// Several may fail to write at once: it is said once.
  private var isTold = false

  init(_ place: OutputPlace, mode: UInt32 = 0o666) throws {
    self.place = place
    // Before the file is there, or a signal between the two would leave it.
    interruption = place.kind == .file ? Interruption(removing: [place.path + DurableFile.suffix]) : nil
    file = try place.open(mode: mode)
  }

  /// Where it is written; `nil` of a stream.
  var partial: String? { file.partial }

  func put(_ text: String) throws {
    do { try file.write(text) } catch { throw failed(error) }
  }

  func put(_ bytes: [UInt8]) throws {
    do { try file.write(bytes[...]) } catch { throw failed(error) }
  }

  /// Gives the file its name.
  func publish() throws {
    do { try file.publish() } catch { throw failed(error) }
  }

  func failed(_ error: any Error) -> any Error {
    if isTold { return ExitStatus.io.exit }
    isTold = true
    return place.failed(error)
  }
}
