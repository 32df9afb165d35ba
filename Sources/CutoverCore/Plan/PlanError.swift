internal import Quantities

/// Why a plan contradicts itself. A strategy that makes such a plan has a bug; the text says which.
public struct PlanError: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension CutoverPlan {
  /// Refuses a plan that could not be carried out, or would not end.
  public func validate() throws(PlanError) {
    if Set(media).count != media.count { throw PlanError("a medium is named twice") }
    for (index, stage) in replication.enumerated() {
      guard media.contains(stage.medium) else {
        throw PlanError("\(stage.medium) is replicated but is not among the media that move")
      }
      if replication[..<index].contains(where: { $0.medium == stage.medium }) {
        throw PlanError("\(stage.medium) is replicated by two stages")
      }
      try stage.convergence.validate()
      if let snapshots = stage.snapshots {
        if snapshots.interval <= .zero { throw PlanError("snapshots need some time between them") }
        if snapshots.most < 1 { throw PlanError("at least one snapshot has to be made") }
      }
    }
    if staysOnHost && !media.isEmpty { throw PlanError("nothing travels of a guest that stays on its host") }
    if start == .resume && !media.contains(.memory) && !staysOnHost {
      throw PlanError("a guest cannot resume where its memory does not go")
    }
    if case .shutDown = stop, start == .resume {
      throw PlanError("a guest that was shut down has nothing to resume: it boots")
    }
    if case .pause = stop, start == .boot {
      throw PlanError("a paused guest that boots elsewhere loses what it had not written: shut it down")
    }
    if resizeTo != nil && start == .resume {
      throw PlanError("a disk is resized while the guest is down, so the guest has to boot")
    }
    if let size = resizeTo, size <= .zero {
      throw PlanError("a disk cannot be resized to \(size.count) bytes")
    }
    if postCopy != .never && start != .resume { throw PlanError("post-copy needs a guest that resumes") }
    try windows?.validate()
    if let gate {
      if gate.within <= .zero || gate.within > CutoverPlan.longestWait {
        throw PlanError("a gate must be waited for longer than nothing, and less than a hundred years")
      }
      if gate.kind == .onCustomerReboot && start == .resume {
        throw PlanError("a guest that resumes elsewhere does not wait for a reboot")
      }
    }
    if let hold, hold < .zero || hold >= deadlines.outage {
      throw PlanError("the work on the host must be shorter than the outage may be")
    }
    if let transport, transport.streams < 1 || !(transport.compression >= 1 && transport.compression.isFinite)
    {
      throw PlanError("data travels over at least one stream, and compression makes it no larger")
    }
    if let consolidation, consolidation.rate <= .zero { throw PlanError("snapshots merge at some rate") }
    for duration in [deadlines.attempt, deadlines.outage, deadlines.start, deadlines.step] {
      if duration <= .zero { throw PlanError("every deadline must be longer than nothing") }
      if duration > CutoverPlan.longestWait { throw PlanError("a deadline after a hundred years is none") }
    }
    if case .shutDown(let patience, _) = stop {
      if patience <= .zero { throw PlanError("the patience with a shutdown must be longer than nothing") }
      if patience > CutoverPlan.longestWait { throw PlanError("a hundred years are too much patience") }
    }
    if let agreed = notBefore, agreed > .zero + CutoverPlan.longestWait {
      throw PlanError("the agreed time is more than a hundred years away")
    }
  }

  /// Beyond this a deadline could become `distantFuture`, and the machine would wait for ever.
  private static let longestWait = Duration.days(36_500)
}
