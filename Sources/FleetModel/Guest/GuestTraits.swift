public import Quantities

/// What rules about eligibility may ask of a guest besides its size, CPU and kernel. Guests that are alike share one.
public struct GuestTraits: Hashable, Sendable {
  /// The name of its group in the scenario.
  public var group = ""
  public var tenant: String?
  /// Its operating system, such as `rhel-8`, by the names that the scenario's kernel rules use.
  public var os: String?
  /// A device that ties it to its host.
  public var device: GuestDevice?
  public var confidential: ConfidentialComputing?
  /// Whether somebody in the guest answers the hypervisor.
  public var hasAgent = true
  /// Whether it heeds the power button.
  public var hasACPI = true
  /// The length of its chain of images.
  public var chainLength = 1
  /// What it needs of its host or site, such as `vlan` or `hugepages-1g`.
  public var needs: [String] = []
  /// Whether it is to lie on storage that hosts share.
  public var sharesStorage = false

  public init() {}
}

/// Devices that do not simply travel.
public enum GuestDevice: String, Hashable, Sendable, CaseIterable {
  case passthrough, vgpu, sriov, usb, nvme
}

/// Ways to seal the memory of a guest.
public enum ConfidentialComputing: String, Hashable, Sendable, CaseIterable {
  case sev, tdx
  case sevES = "sev-es"
  case sevSNP = "sev-snp"
}

/// A backup that comes back: while it lasts, the guest is better left alone.
public struct BackupWindow: Hashable, Sendable {
  public var every: Duration
  public var lasts: Duration

  public init(every: Duration, lasts: Duration) {
    self.every = every
    self.lasts = lasts
  }
}
