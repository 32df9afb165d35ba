internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

// Why a VM did not move.

extension ExplanationDocument {
  mutating func tell(_ whyNot: WhyNot) {
    let teller = WhyNotWords(words: words)
    document.add(.heading(teller.verdict(whyNot)))
    if let told = whyNot.move { document.add(.paragraph(teller.story(told, of: whyNot.moves))) }
    for drain in whyNot.drains where drain.isHeldUp {
      document.add(.paragraph(teller.heldUp(drain, by: whyNot.vm)))
    }
    guard whyNot.move != nil else { return tell(whyNot.prospects, teller) }
    document.add(.heading("The steps of its chain"))
    document.add(
      .list(whyNot.steps.map { (label: words.strategy($0.strategy), lines: teller.lines(of: $0)) }))
    for step in whyNot.steps { tellHosts(step) }
    let changes = whyNot.steps.compactMap { step in
      teller.change(for: step).map { (label: words.strategy(step.strategy), lines: [$0]) }
    }
    guard !changes.isEmpty else { return }
    document.add(.heading("What would have to change"))
    document.add(.list(changes))
  }

  private mutating func tellHosts(_ step: ChainStepLife) {
    guard let found = step.obstacles, let at = step.examined, !found.hosts.isEmpty else { return }
    document.add(.heading("Hosts for \(words.strategy(step.strategy)), as they were at \(Moment.text(at))"))
    document.add(.list(WhyNotWords(words: words).hosts(found)))
  }

  private mutating func tell(_ prospects: [WhyNot.Prospect], _ teller: WhyNotWords) {
    for prospect in prospects {
      document.add(.heading("Had \(words.campaign(prospect.campaign)) asked at the horizon"))
      document.add(
        .list(prospect.steps.map { (label: words.strategy($0.strategy), lines: teller.prospect($0)) }))
    }
  }
}
