import CutoverCore
import Quantities

// How events and actions are told in transcripts and breaches: as short as they can be said.

extension Bytes {
  var told: String {
    count != 0 && count.isMultiple(of: 1_000_000) ? "\(count / 1_000_000) MB" : "\(count)"
  }
}

extension Instant {
  var told: String { Duration(nanoseconds: nanoseconds).told }
}

extension Duration {
  var told: String {
    nanoseconds.isMultiple(of: 1_000_000_000) ? "\(nanoseconds / 1_000_000_000) s" : "\(seconds) s"
  }
}

extension CutoverEvent {
  var told: String {
    switch self {
    case .copied(let report): "copied(\(report.transferred.told), \(report.remaining.told) remain)"
    case .moved(let amount): "moved(\(amount.told))"
    case .failed(let fault): "failed(\(fault))"
    default: "\(self)"
    }
  }
}

extension CutoverAction {
  var told: String {
    switch self {
    case .copy(let medium, let pass, let throttle):
      throttle == 0 ? "copy(\(medium), pass \(pass))" : "copy(\(medium), pass \(pass), throttle \(throttle))"
    case .waitUntil(let time): "waitUntil(\(time.told))"
    case .moveRemaining(let medium): "moveRemaining(\(medium))"
    case .resizeDestination(let size): "resizeDestination(\(size.told))"
    case .startDestination(let method): "startDestination(\(method))"
    case .pullRemaining(let medium): "pullRemaining(\(medium))"
    case .restoreSource(let method): "restoreSource(\(method))"
    case .finish(let outcome): "finish(\(outcome.code))"
    default: "\(self)"
    }
  }
}
