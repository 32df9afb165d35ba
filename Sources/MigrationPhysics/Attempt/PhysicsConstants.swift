internal import FleetModel
internal import Quantities

/// The part of `Mechanics` that is the same for every attempt.
package struct PhysicsConstants: Sendable {
  var pause: Duration
  var resume: Duration
  var deviceState: Bytes
  var deviceTime = Duration.zero
  var resize: Duration
  var verify: Duration
  var findChanges: Duration
  var mirrorLag: Duration
  var housekeeping: Duration
  var dirtyNoise: Double
  var stream = StreamConstants()
  /// Whether the rounds need to know the path.
  package private(set) var hasProfile = false

  package init(_ mechanics: Mechanics) {
    pause = mechanics.pause
    resume = mechanics.resume
    deviceState = mechanics.deviceState
    stream.zeroScan = mechanics.zeroPageScan.seconds / 0x1p30
    resize = mechanics.resize
    verify = mechanics.verify
    findChanges = mechanics.findChanges
    mirrorLag = mechanics.mirrorLag
    housekeeping = mechanics.housekeeping
    dirtyNoise = mechanics.dirtyNoise
    if let profile = mechanics.profile { take(from: profile) }
  }

  /// The rig's own figures, where it is known.
  private mutating func take(from profile: RigProfile) {
    stream = StreamConstants(profile)
    stream.estimateNoise = profile[.estimateNoise]
    deviceState = Bytes(rounding: profile[.deviceState])
    deviceTime = Duration(seconds: profile[.deviceTime])
    resume = Duration(seconds: profile[.resume])
    pause = .zero
    if dirtyNoise == 0 { dirtyNoise = profile[.dirtyNoise] }
    hasProfile = true
  }
}
