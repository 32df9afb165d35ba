import Foundation

/// Waits until something is so, for as long as a busy machine may need for it: tests run side by side, and a thread or a
/// program of theirs may have no core for seconds.
///
/// - Returns: whether it was so within `seconds`.
@discardableResult
public func eventually(within seconds: Double = 60, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = Date().addingTimeInterval(seconds)
  while Date() < end {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.005)
  }
  return try condition()
}
