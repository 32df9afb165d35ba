/// The stable number of a kind of mistake. Numbers are never used again for something else.
package enum DiagnosticCode: String, CaseIterable, Sendable {
  case unreadable = "E001"
  case tooLarge = "E002"
  case notUTF8 = "E003"
  case empty = "E004"
  case syntax = "E005"
  case tab = "E006"
  case severalDocuments = "E007"
  case tooDeep = "E008"
  case tooManyValues = "E009"
  case unknownKey = "E010"
  case duplicateKey = "E011"
  case missingKey = "E012"
  case wrongType = "E013"
  case nothingThere = "E014"
  case outOfRange = "E015"
  case unknownName = "E016"
  case badQuantity = "E017"
  case badText = "E018"
  case badCount = "E019"
  case ruleBroken = "E020"
  case overrideMisses = "E021"
  case badPath = "E022"
  case unusedFeature = "E023"
  case keyNotText = "E024"
  case deprecatedKey = "E025"
  case notOneChoice = "E026"
  case settingHidden = "E027"
  case idleGuests = "E028"
}

extension DiagnosticCode {
  /// Why this is refused and how to mend it, for whoever asks about the number.
  package var explanation: String {
    switch self {
    case .unreadable: "The file could not be opened or read. Check its name and its permissions."
    case .tooLarge: "The file is above the size limit, so it was not read. It is probably not a scenario."
    case .notUTF8: "Files are UTF-8 text. The place shown is the first that is not. Save the file as UTF-8."
    case .empty: "The file has no content besides comments. Start from one of the shipped scenarios."
    case .syntax:
      "The text is not well-formed YAML. Look for a missing quote, bracket or colon, or a wrong indent."
    case .tab: "YAML does not allow tabs for indentation. Use spaces, two for each level."
    case .severalDocuments:
      "A file holds one document. Remove the line '---' and put the rest in its own file."
    case .tooDeep: "Lists and mappings are nested deeper than any scenario needs."
    case .tooManyValues: "The file holds more values than allowed once every alias (*name) is written out."
    case .unknownKey:
      "The key is not part of the grammar at this place. Unknown keys are refused so that a slip of "
        + "the pen never changes a study silently."
    case .duplicateKey: "The same key occurs twice in one mapping; only one of them can be meant."
    case .missingKey: "A key without a default is missing."
    case .wrongType: "A value of another kind is wanted here. Quotes matter: 5 is a number, \"5\" is text."
    case .nothingThere: "The key has no value. Give it one, or leave the key out to have its default."
    case .outOfRange: "The number is outside the allowed range, or not finite."
    case .unknownName: "The name is none of those allowed here."
    case .badQuantity: "The quantity could not be understood. Write a number and a unit, such as '200 GiB'."
    case .badText: "The text does not have the form wanted here."
    case .badCount: "The list has too few or too many items."
    case .ruleBroken: "Each value is fine by itself, but a rule of the model forbids it here."
    case .overrideMisses:
      "The path of the override matches nothing in the scenario, so it would change nothing."
    case .badPath:
      "The path of the override is not well-formed. A path reads like fleet.sites.newark.hosts[0].count."
    case .unusedFeature:
      "A feature of YAML that scenarios do not use: merge keys, custom tags, keys that are lists."
    case .keyNotText: "Keys are text. Put a key that looks like a number, true, false or null in quotes."
    case .deprecatedKey: "The key has a new name. The old one still works, but will go."
    case .notOneChoice: "Exactly one of several forms is wanted: its name alone, or its name as the only key."
    case .settingHidden:
      "A value that was set on the command line is set by variants too. They change the scenario last."
    case .idleGuests:
      "What is left out of a group of VMs is nothing: they write no memory and no disk, and boot and shut down in no time."
    }
  }
}
