/// Why attempts end badly or never begin: the codes of the result files and what people call them.
package enum FailureReason {
  package static let all: [(code: String, words: String)] = [
    // Refused before anything was done.
    ("cpu", "CPU not compatible"),
    ("kernel", "kernel known not to survive"),
    ("opted_out", "customer forbids it"),
    ("size", "larger than may be moved"),
    ("device", "device does not travel"),
    ("confidential", "memory sealed by the CPU"),
    ("guest", "VM lacks agent or ACPI"),
    ("version", "hypervisor there is older"),
    ("features", "nobody offers what it needs"),
    ("storage", "disk may not travel"),
    ("busy", "backup or the like under way"),
    ("affinity", "would break an affinity rule"),
    ("headroom", "would eat the headroom"),
    ("target_full", "no fitting host with room"),
    ("host_died", "its host has died"),
    ("not_possible", "strategy cannot do it"),
    ("over_limit", "a limit was full"),
    ("too_many_tries", "the chain ran out of tries"),
    ("overdue", "somebody's patience ended"),
    // Ended under way.
    ("timed_out", "took too long"),
    ("not_converging", "writes outran the copy"),
    ("crashed", "VM hung or crashed"),
    ("shutdown_ignored", "VM not down in time"),
    ("verify_failed", "copy not the same"),
    ("window_missed", "no window, or no leave to stop it"),
    ("cancelled", "cancelled"),
    ("failed_source", "source host failed"),
    ("failed_destination", "destination host failed"),
    ("failed_link", "link failed"),
    ("failed_destination_full", "destination ran full"),
    ("failed_verification", "copy not the same"),
    ("failed_guest", "VM did not come up"),
    // The guest runs nowhere.
    ("lost_source_died", "VM lost: its host died"),
    ("lost_torn", "VM lost: half on either side"),
    ("lost_source_would_not_start", "VM lost: would not start again"),
    ("lost_destination_unknown", "VM lost: nobody knows where it runs"),
  ]

  /// People's words for a code; one that nobody has words for stands as it is.
  package static func words(for code: String) -> String { all.first { $0.code == code }?.words ?? code }
}
