/// What helps against failures and refusals, where no rule of the scenario knows better.
package enum FailureRemedy {
  private static let all: [String: String] = [
    "cpu": "a reboot, or hosts whose CPUs have all that it booted with",
    "kernel": "a newer guest kernel, or a way to move that boots it",
    "opted_out": "its owner's leave",
    "size": "a smaller flavor, or a way to move without this limit",
    "device": "the device unplugged, or a way to move that shuts it down",
    "confidential": "a way to move that shuts it down",
    "guest": "the agent or ACPI that it lacks",
    "version": "hosts that have been upgraded, or a way to move that boots it",
    "features": "hosts that offer what it needs",
    "storage": "hosts that share storage with its own",
    "busy": "another time: a backup ends by itself",
    "affinity": "more hosts or racks with room, or a soft rule",
    "headroom": "more free RAM in the site, or less headroom",
    "target_full": "room on another host, or more patience (limits.patience)",
    "not_possible": "another strategy",
    "over_limit": "a larger limit, or one that queues instead of rejecting",
    "too_many_tries": "more tries (most-tries), once what failed has been mended",
    "overdue": "a later deadline",
    "timed_out": "a longer time-out, a faster link, or a VM that writes less",
    "not_converging": "a faster link, auto-converge or post-copy, or a VM that writes less",
    "crashed": "a newer guest kernel, or a way to move that boots it",
    "shutdown_ignored":
      "more `shutdown-patience`, a guest that heeds the power button, or a strategy that switches it off",
    "window_missed": "a longer window, or a copy that begins earlier",
    "failed_link": "another try when the link is back",
    "failed_source": "another try when the host is back",
    "failed_destination": "another try, to another host",
    "failed_destination_full": "a target with more room",
  ]

  /// `nil` where nothing general can be said.
  package static func words(for code: String) -> String? { all[code] }
}
