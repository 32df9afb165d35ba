/// A scenario that gives every key another value than its default.
enum FullScenario {
  static let text = """
    scenario: full
    question: Does every key arrive?
    horizon: 90 d
    seed: 42
    replications: 3
    flavors:
      - { name: mine, vcpus: 3, memory: 6 GiB, disk: 120 GB }
    fleet:
      sites:
        - name: east
          wan: 100 Gbit/s
          features: [vlan, vpc]
          hosts:
            - count: 20
              cpu: { epyc-7713: 75 %, xeon-6238r: 25 % }
              memory: 256 GiB
              nic: 25 Gbit/s
              pool: { read: 2 GB/s, write: 1 GB/s, capacity: 10 TB }
              kernel: '5.15.0'
              microcode: 20191115
              level: x86-64-v3
              cluster: blue
              hypervisor: xen
              storage: san-1
              features: [hugepages-1g]
              cores: 64
              per-rack: 5
              rack-uplink: 200 Gbit/s
              spares: 2
            - { count: 3, memory: 64 GiB }
        - name: west
          hosts: { count: 10 }
      vms:
        - name: old
          count: 40
          site: east
          flavor: { mine: 0.5, linode-4gb: 50 % }
          age: { weibull: { scale: 2 y, shape: 0.9, max: 8 y } }
          kernels:
            - { up-to-age: 2 y, versions: { '6.1.0': 90 %, '5.10.0': 10 % } }
            - { versions: '4.18.0-466.el8' }
          disk:
            image: { thin: { initial: 2 GB, fill-time: 3 y } }
            writes: { lognormal: { median: 5 kB/s, sigma: 2 } }
            amplification: 1.5
            working-set: 30 %
            storage: shared
          memory: { used: 60 %, hot: 1 %, hot-time: 2 s, dirty-rate: 2 MB/s, working-set: 40 % }
          shutdown: { uniform: { from: 2 s, to: 20 s } }
          boot: { gamma: { mean: 30 s, cv: 0.5 } }
          ignores-shutdown: 2 %
          forbids-live: 3 %
          tenant: acme
          os: rhel-8
          cpu-level: nehalem
          sets: [{ of: 3, keep: apart, by: rack, strength: hard }, { keep: together, by: rack }]
        - { count: 8, flavor: linode-2gb }
      cpu-updates:
        - tsx-off-kernel
        - { name: own, cpus: haswell, kernel: '4.0', microcode: 20180807, removes: [rtm], adds: ssbd }
    mechanics:
      prepare: 5 s
      stream-rate: 500 MB/s
      reboot-overhead: { exponential: { mean: 10 s } }
      network-gap: { mix: [{ value: 1 s, share: 50 % }, { value: 2 s, share: 50 % }] }
      pause: 20 ms
      resume: 30 ms
      device-state: 2 MiB
      zero-page-scan: 100 ms
      resize: 6 s
      verify: 7 s
      find-changes: 8 s
      mirror-lag: 2 s
      dirty-noise: 0.3
    strategies:
      live: { downtime-limit: 500 ms, max-rounds: 20, timeout: 2 h, auto-converge: true, disk-rest: 32 MiB, post-copy-after-rounds: 3 }
      warm: { rest: 16 MiB, max-passes: 9, shutdown-patience: 90 s, if-shutdown-ignored: power-off, timeout: 3 h }
      reboot: { shutdown-patience: 91 s, if-shutdown-ignored: fail, timeout: 4 h, passes: 2 }
      cold: { shutdown-patience: 92 s, if-shutdown-ignored: fail, timeout: 5 h }
    policy:
      cpu: same-family
      respect-opt-out: false
      kernels:
        id: old-clock
        affected: [{ from: '4.0', to: '4.19' }, { to: '3.10' }]
        effect: hang
        probability: 10 %
        detected: afterwards
        detection-delay: 5 min
        guests: [rhel-8, rhel-9]
        hypervisors: xen
        source-kernel: { from: '4.0' }
        target-kernel: { to: '6.0' }
        modes: [live, suspend]
        remedy: upgrade it
    limits: { host-out: 3, host-in: 4, fleet: 50, per-move: 300 MB/s, patience: 2 h }
    placement: { order: pack, scores: { free-memory: 2, upgraded: -0.5 }, prefer-upgraded: true, headroom: 1 }
    demand:
      - drain:
          name: kernel-upgrade
          chain: [live, { warm: { tries: 3, backoff: 10 s } }, { reboot: { ticket: { notice: 3 d, started-by-customer: 20 %, moved: 10 %, moved-by-up-to: 2 d, window: 1 h } } }, cold]
          hosts: all
          site: east
          from: 1 d
          until: 60 d
          max-unavailable: 2
          work: 1 h
          kernel: '6.1.0'
          microcode: 20200101
          give-up-after: 7 d
          priority: 70
          stop-if: [failures > 20 %, downtime > 2 h, lost > 3]
          spares-first: true
          after: come-back
          cordon: true
          return-home: host-back
          deadline: 80 d
          at-deadline: stop
      - drain: { chain: [cold], hosts: 2 / d }
      - move: { name: exit, chain: [warm], from-site: east, to-site: west, vms: 10, from: 5 d, until: 50 d }
      - resize: { rate: 86400 / d, up: 70 %, chain: [cold] }
      - resize: { rate: 1 / d, chain: [warm] }
      - kernel-upgrade:
          chain: [live]
          kernel: '6.6'
          hosts: { listed: [east/4, 3, 2, 1, 0], rack: [0, 5], cpu: epyc-7713, kernel-below: '6.6' }
          waves: { size: fault-domain, racks: 2, canary: 2, canary-pause: 1 d, gap: 2 h }
      - security-reboot: { name: xsa, hosts: [4, east/5], embargo: 10 d, at-embargo: go-on, work: 5 min }
      - decommission: { chain: [cold], hosts: { rack: 0 }, cordon: false, waves: { size: [1, 2] } }
      - evacuation:
          chain: [live, cold]
          hosts: [west/1]
          from: 2 d
          dies-after: { uniform: { from: 10 min, to: 2 h } }
          rebuild: { after: 3 min, from: image, takes: 4 min }
          host-out: 9
          after: retire
      - resize-batch: { chain: [warm], vms: 6, up: 50 %, from: 3 d, until: 8 d, deadline: 9 d }
      - rebalance: { chain: [live], site: east, spread: 20 %, from: 1 d, every: 2 h, moves-at-once: 3, until: 60 d }
      - own-moves: { chain: [live], rate: 4 / d, from: 2 d }
    failures: { hosts: 0.1 / d, repair: 8 h, rebuild: { after: 1 min } }
    network:
      hours: { links: wan, site: east, from: 8 h, until: 20 h, share: 30 % }
      failures:
        - { links: rack-uplink, rate: 0.2 / y, repair: 45 min }
        - { links: nic, site: west, at: 3 d, repair: 2 h }
      patience: 7 min
    baseline: reboot
    classes: { by: flavor, age-bands: [1 y, 3 y] }
    variants:
      cold: { demand.*.chain: [cold] }
      busy: { demand.exit.vms: 20, limits.fleet: 10 }
    expect:
      - total(moves of exit) >= 0
      - 'p95(service-gap of "mine, up to 1 y") <= 30 min'
    """

  /// Every mapping is there, and nothing in it that may be left out.
  static let bare = """
    scenario: bare
    flavors: [{ name: mine, memory: 6 GiB, disk: 120 GB }]
    fleet:
      sites: [{ name: here, hosts: { count: 30, pool: {} } }]
      vms:
        count: 4
        flavor: { linode-2gb: 50 %, linode-4gb: 50 % }
        disk: { image: { thin: { fill-time: 3 y } } }
        memory: {}
        kernels: { versions: '5.10.0' }
        sets: { keep: apart }
    mechanics: {}
    strategies: { live: { transport: {} }, warm: { snapshots: {} }, reboot: {}, cold: {}, post-copy: {}, suspend: {}, in-place: {}, rebuild: {} }
    policy: { kernels: { id: some, affected: {}, source-kernel: {}, target-kernel: {} } }
    placement: {}
    limits: { host-share: {}, rules: { scope: fleet, capacity: 1, cost: {} } }
    windows: { name: always, weekly: daily 00:00-24:00 }
    notices: {}
    demand:
      - drain: { chain: [{ reboot: { ticket: {} } }], hosts: {}, waves: {}, deadlines: { owner: somebody, at: 9 d } }
      - move: { chain: [{ reboot: { ticket: {} } }], from-site: here, to-site: there, vms: 1, until: 5 d, deadlines: { owner: somebody, at: 9 d } }
      - resize: { chain: [{ reboot: { ticket: {} } }], rate: 1 / d, deadlines: { owner: somebody, at: 9 d } }
      - kernel-upgrade: { chain: [{ reboot: { ticket: {} } }], kernel: '6.6', hosts: {}, waves: {}, deadlines: { owner: somebody, at: 9 d } }
      - security-reboot: { chain: [{ reboot: { ticket: {} } }], embargo: 9 d, hosts: {}, waves: {}, deadlines: { owner: somebody, at: 9 d } }
      - decommission: { chain: [{ reboot: { ticket: {} } }], hosts: { listed: 0 }, waves: {}, deadlines: { owner: somebody, at: 9 d } }
      - site-exit: { chain: [{ reboot: { ticket: {} } }], from-site: there, to-site: here, waves: {}, deadlines: { owner: somebody, at: 9 d } }
      - evacuation: { chain: [{ reboot: { ticket: {} } }], hosts: {}, waves: {}, rebuild: {}, deadlines: { owner: somebody, at: 9 d } }
      - resize-batch: { chain: [{ reboot: { ticket: {} } }], vms: 1, until: 9 d, deadlines: { owner: somebody, at: 9 d } }
      - rebalance: { chain: [{ reboot: { ticket: {} } }], deadlines: { owner: somebody, at: 9 d } }
      - own-moves: { chain: [{ reboot: { ticket: {} } }], rate: 1 / d, deadlines: { owner: somebody, at: 9 d } }
    failures: { rebuild: {} }
    network: { hours: { links: nic, share: 50 % }, failures: { links: wan, at: 1 d } }
    classes: {}
    """
    .replacing(
      "hosts: { count: 30, pool: {} } }]",
      with: "hosts: { count: 30, pool: {} } }, { name: there, hosts: { count: 1 } }]")
}
