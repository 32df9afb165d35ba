internal import FleetModel
internal import Quantities

/// Which class each guest is counted in: its flavor at the start or its group, and its age band if the scenario asks for
/// bands.
struct Grouping {
  var names: [String] = []
  var classOfGuest: ContiguousArray<Int32> = []

  init(_ classes: GuestClasses, of fleet: Fleet) {
    let keys = Keys(classes.by, of: fleet)
    let bands = classes.ageBands.isEmpty ? 1 : classes.ageBands.count + 1
    func slot(_ guest: Guest) -> Int {
      guard bands > 1 else { return keys.number(of: guest) }
      let age = Instant.zero - guest.born
      let band = classes.ageBands.firstIndex { age <= $0 } ?? classes.ageBands.count
      return keys.number(of: guest) * bands + band
    }
    var number: [Int32] = Array(repeating: -1, count: keys.names.count * bands)
    // Numbered by key and age, not by which guest comes first: the order of a table that people read.
    for guest in fleet.guests { number[slot(guest)] = 0 }
    for slot in number.indices where number[slot] == 0 {
      number[slot] = Int32(names.count)
      let name = keys.names[slot / bands]
      names.append(bands == 1 ? name : "\(name), \(Grouping.bandName(slot % bands, classes.ageBands))")
    }
    classOfGuest = ContiguousArray(fleet.guests.map { number[slot($0)] })
  }

  /// The flavors, or the names of the groups: groups of one name are one.
  private struct Keys {
    private(set) var names: [String]
    private var ofGroup: [Int] = []

    init(_ key: GuestClasses.Key, of fleet: Fleet) {
      guard key == .group else {
        names = fleet.flavors.map(\.name)
        return
      }
      names = []
      for group in fleet.groups {
        let known = names.firstIndex(of: group.name)
        ofGroup.append(known ?? names.count)
        if known == nil { names.append(group.name) }
      }
    }

    func number(of guest: Guest) -> Int { ofGroup.isEmpty ? Int(guest.flavor) : ofGroup[Int(guest.group)] }
  }

  private static func bandName(_ band: Int, _ ends: [Duration]) -> String {
    func years(_ duration: Duration) -> String {
      let years = duration.seconds / (365 * 86_400)
      return years == years.rounded() ? String(Int(years)) : String((years * 10).rounded() / 10)
    }
    if band == 0 { return "up to \(years(ends[0])) y" }
    if band == ends.count { return "over \(years(ends[band - 1])) y" }
    return "\(years(ends[band - 1])) to \(years(ends[band])) y"
  }
}
