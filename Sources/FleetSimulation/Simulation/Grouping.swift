internal import FleetModel
internal import Quantities

/// Which class each guest is counted in: its flavor at the start, and its age band if the scenario asks for bands.
struct Grouping {
  var names: [String] = []
  var classOfGuest: ContiguousArray<Int32> = []

  init(_ classes: GuestClasses, of fleet: Fleet) {
    let bands = classes.ageBands.count + (classes.ageBands.isEmpty ? 0 : 1)
    var number: [Int32] = Array(repeating: -1, count: fleet.flavors.count * max(1, bands))
    // Numbered by flavor and age, not by which guest comes first: the order of a table that people read.
    for guest in fleet.guests { number[Grouping.slot(guest, classes)] = 0 }
    for slot in number.indices where number[slot] == 0 {
      number[slot] = Int32(names.count)
      let flavor = fleet.flavors[slot / max(1, bands)].name
      names.append(bands == 0 ? flavor : "\(flavor), \(Grouping.bandName(slot % bands, classes.ageBands))")
    }
    classOfGuest = ContiguousArray(fleet.guests.map { number[Grouping.slot($0, classes)] })
  }

  private static func slot(_ guest: Guest, _ classes: GuestClasses) -> Int {
    guard !classes.ageBands.isEmpty else { return Int(guest.flavor) }
    let age = Instant.zero - guest.born
    let band = classes.ageBands.firstIndex { age <= $0 } ?? classes.ageBands.count
    return Int(guest.flavor) * (classes.ageBands.count + 1) + band
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
