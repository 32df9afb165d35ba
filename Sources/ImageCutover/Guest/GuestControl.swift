public import CutoverCore
public import Quantities

/// The guest on the image, as far as a cutover has to command it.
///
/// A call returns when the thing is done, or throws what a person has to know. It may take long: the driver calls from
/// a thread of its own and goes on without it when the machine's deadline has passed, so a later call can come while
/// an earlier one still hangs. Every command may come a second time: a driver that died and came back does not know
/// what became of it.
public protocol GuestControl: AnyObject, Sendable {
  /// Called once, before anything is made; the guest runs at the source.
  func attach() throws
  /// Called instead, when a driver takes up what another has left: the guest is where that one left it, or where its
  /// host has put it since.
  func reattach() throws
  /// Called once, when all is over; not when the cutover is suspended.
  func detach()

  /// Freezes it; when this returns, it writes no more.
  func pause() throws
  /// Asks it to power down; when this returns, it is down.
  func shutDown() throws
  func powerOff() throws
  /// The image has another size than the source and is proved; whatever is in it may be fitted to that now.
  func resized(to size: Bytes, at image: String) throws
  /// Starts it on the published image.
  func start(_ method: StartMethod, at image: String) throws
  /// Makes certain that it does not run on the destination and will not; `false` if it does run there after all.
  func fence() throws -> Bool
  /// Makes certain that it runs at the source.
  func restore(_ method: StartMethod) throws

  /// Denies it this share of its time, 0 to 1.
  func slow(by throttle: Double)
  /// Whether it has come to grief on its own where it should be running.
  var hasCrashed: Bool { get }
  /// Looks at the published image with the guest's eyes, once it is all over; `nil` if it has nothing to say.
  func examine(_ image: String) throws -> RehearsalEvidence?
  /// What was run to command it.
  var hookRuns: [HookRun] { get }
}

extension GuestControl {
  public func attach() throws {}
  public func reattach() throws {}
  public func resized(to size: Bytes, at image: String) throws {}
  public func detach() {}
  public func slow(by throttle: Double) {}
  public var hasCrashed: Bool { false }
  public func examine(_ image: String) throws -> RehearsalEvidence? { nil }
  public var hookRuns: [HookRun] { [] }
}

/// Nobody uses the image: it stops at once, and there is nothing to start.
public final class GuestAtRest: GuestControl {
  public init() {}

  public func pause() {}
  public func shutDown() {}
  public func powerOff() {}
  public func start(_ method: StartMethod, at image: String) {}
  public func fence() -> Bool { true }
  public func restore(_ method: StartMethod) {}
}
