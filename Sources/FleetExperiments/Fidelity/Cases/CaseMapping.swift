internal import MigrationPhysics

/// From what a published case knows to a case of the model: one for each form that cases have.
///
/// A mapping recognises a case by what its inputs hold, never by its name: a case that nobody has seen is predicted like
/// any other of its form. What is fitted is fitted per rig, in a profile.
struct CaseMapping: Sendable {
  /// What can be said of a case: nil where it has another form.
  typealias Reading = @Sendable (PublishedCase, ProfileCatalog) throws -> CaseVerdict.Coverage?

  let read: Reading

  init(_ read: @escaping Reading) { self.read = read }

  /// In this order; the first that takes a case has it.
  static let all: [CaseMapping] =
    xenCases + qemuCases + [fleetDiskCopy, openStack]
}

/// Published cases held against the model.
public struct CaseValidation: Sendable {
  private let profiles: ProfileCatalog

  public init(_ profiles: ProfileCatalog) { self.profiles = profiles }

  public func verdict(on published: PublishedCase) -> CaseVerdict {
    do {
      for mapping in CaseMapping.all {
        if let coverage = try mapping.read(published, profiles) { return CaseVerdict(published, coverage) }
      }
    } catch {
      return CaseVerdict(published, .notCovered(why: "the model refuses its inputs: \(error)"))
    }
    return CaseVerdict(published, .notCovered(why: CaseGaps.why(published)))
  }
}
