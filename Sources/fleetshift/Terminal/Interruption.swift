internal import Dispatch
internal import Foundation

/// Turns SIGINT and SIGTERM into a call, so that work ends at a place of its choosing.
final class Interruption {
  // A class because it owns the signal sources, which stop when it goes.
  private let sources: [any DispatchSourceSignal]
  // A queue of its own has a thread of its own. The global queue has as many threads as there are cores, and while a
  // study runs it has none to spare: the signal would be heard when all is over.
  private let queue = DispatchQueue(label: "fleetshift.interruption")

  convenience init(_ action: @escaping @Sendable () -> Void) {
    self.init(numbered: { _ in action() })
  }

  /// - Parameter action: Is told the signal's number.
  init(numbered action: @escaping @Sendable (Int32) -> Void) {
    sources = [SIGINT, SIGTERM].map { [queue] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { action(number) }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
