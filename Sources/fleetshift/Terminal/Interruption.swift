internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import RunStore
internal import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a call, so that work ends at a place of its choosing and leaves nothing half-written.
final class Interruption {
  // A class because it ends with its owner.
  private let number: Int
  private let received: Received

  convenience init(_ action: @escaping @Sendable () -> Void) {
    self.init(numbered: { _ in action() })
  }

  /// - Parameter action: Is told the signal's number.
  convenience init(numbered action: @escaping @Sendable (Int32) -> Void) {
    self.init(rubbish: [], action)
  }

  /// Ends the program, after it has taken away what is half-written.
  ///
  /// - Parameter paths: files, and those beside them whose names go on with a hyphen.
  convenience init(removing paths: [String]) {
    self.init(rubbish: paths) { signal in
      for path in Interruption.watch.withLock({ $0.living.flatMap(\.rubbish) }) { Interruption.remove(path) }
      Streams.say("fleetshift: interrupted; nothing is written.")
      _exit(ExitStatus.ended(by: signal).rawValue)
    }
  }

  private init(rubbish: [String], _ action: @escaping @Sendable (Int32) -> Void) {
    let received = Received()
    self.received = received
    number = Interruption.watch.withLock { watch in
      if watch.sources.isEmpty {
        watch.sources = [SIGINT, SIGTERM, SIGHUP].filter(Interruption.isHeard).map(Interruption.source)
      }
      watch.count += 1
      watch.living.append(
        Watch.Watcher(number: watch.count, rubbish: rubbish) { signal in
          received.signal.withLock { $0 = $0 ?? signal }
          action(signal)
        })
      return watch.count
    }
  }

  deinit {
    Interruption.watch.withLock { [number] in $0.living.removeAll { $0.number == number } }
  }

  /// How the program ends because of it.
  var status: ExitStatus { received.signal.withLock { ExitStatus.ended(by: $0 ?? SIGINT) } }

  // MARK: - The process's

  /// Signals are the process's, and so is this: who listens, in the order in which they came. Only the latest hears one,
  /// for what it watches over lies within what the others watch over.
  private struct Watch {
    struct Watcher {
      let number: Int
      let rubbish: [String]
      let action: @Sendable (Int32) -> Void
    }

    var count = 0
    var living: [Watcher] = []
    /// One for each signal, made once: of two for the same signal, libdispatch may wake neither.
    var sources: [any DispatchSourceSignal] = []
  }

  private static let watch = Mutex(Watch())
  // A queue of its own has a thread of its own. The global queue has as many threads as there are cores, and while a
  // study runs it has none to spare: the signal would be heard when all is over.
  private static let queue = DispatchQueue(label: "fleetshift.interruption")

  /// Whether it ends the program: under `nohup` a terminal that goes away does not.
  private static func isHeard(_ number: Int32) -> Bool {
    var action = sigaction()
    guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return true }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 1
  }

  private static func source(_ number: Int32) -> any DispatchSourceSignal {
    // It is not ignored first, as on Darwin: libdispatch has a handler of its own here, and until that is there a signal
    // ends the program, which has nothing half-written yet.
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler {
      if let latest = watch.withLock({ $0.living.last }) { return latest.action(number) }
      // Nobody listens any more: as if nobody had.
      signal(number, SIG_DFL)
      kill(getpid(), number)
    }
    // From here on nothing is half-written without it.
    let listens = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { listens.signal() }
    source.resume()
    listens.wait()
    return source
  }

  private static func remove(_ path: String) {
    unlink(path)
    let name = (path as NSString).lastPathComponent
    let folder = Folders.above(path)
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    for other in all where other.hasPrefix(name + "-") {
      unlink((folder as NSString).appendingPathComponent(other))
    }
  }

  /// Which signal came first. A class, for the one who asks and the one who hears are on different threads.
  private final class Received: Sendable {
    let signal = Mutex<Int32?>(nil)
  }
}
