import CutoverCore
import MigrationPolicy
import Quantities

/// Refuses to move a running guest whose memory and disk cannot cross the link even once in the time there is.
public struct WithinReach: EligibilityRule {
  public let name = "within-reach"
  public var rate: ByteRate
  public var within: Duration

  public init(rate: ByteRate, within: Duration) { (self.rate, self.within) = (rate, within) }

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    PlanMode.running.covers(candidate.plan) && time(of: candidate) > within ? .refused(.tooFar) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? {
    "takes \(time(of: candidate)) to cross once, which is more than \(within)"
  }

  public func remedy(for candidate: Candidate) -> String? { "a faster link, or a way that may take longer" }

  private func time(of candidate: Candidate) -> Duration {
    let disk = candidate.plan.media.contains(.disk) ? candidate.disk : .zero
    return rate.time(for: candidate.memory + disk)
  }
}

extension RefusalReason {
  static let tooFar = RefusalReason(rawValue: "too_far")
}
