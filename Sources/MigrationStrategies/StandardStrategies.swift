public import CutoverCore

extension StrategyCatalog {
  /// The four that ship, with their default settings.
  public static let standard = StrategyCatalog([Live(), Warm(), Reboot(), Cold()])
}
