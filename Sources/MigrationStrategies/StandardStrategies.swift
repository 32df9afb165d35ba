public import CutoverCore

extension StrategyCatalog {
  /// The four that fleets live by, with their default settings.
  public static let standard = StrategyCatalog([Live(), Warm(), Reboot(), Cold()])

  /// All that ship, with their default settings.
  public static let shipped = StrategyCatalog(
    standard.strategies + [PostCopyLive(), Suspend(), InPlace(), Rebuild()])
}
