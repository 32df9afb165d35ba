import CutoverCore
import DiscreteEvent
import FleetModel
import FleetSimulation
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import ScenarioFormat

@Suite struct ScenarioTests {
  private func full() throws -> ScenarioFile {
    let file = ScenarioFile(text: FullScenario.text, name: "full.yaml")
    #expect(!file.hasProblems, "\(file.problems)")
    return file
  }

  private func base() throws -> Scenario { try #require(try full().scenario(variant: nil)) }

  @Test("the head arrives") func head() throws {
    let scenario = try base()
    #expect(scenario.name == "full")
    #expect(scenario.question == "Does every key arrive?")
    #expect(scenario.variant == nil)
    #expect(scenario.horizon == .days(90))
    #expect(scenario.seed == 42)
    #expect(scenario.replications == 3)
    #expect(scenario.baseline == "reboot")
    #expect(scenario.placement == .pack)
    #expect(scenario.placementRules.scores.map(\.score.name) == ["free-memory", "upgraded"])
    #expect(scenario.placementRules.scores.map(\.weight) == [2, -0.5])
    #expect(scenario.placementRules.prefersUpgraded && scenario.placementRules.headroom == 1)
    #expect(scenario.classes.ageBands == [.days(365), .days(3 * 365)])
    #expect(scenario.hostFailures.perSecond == 0.1 / 86_400)
    #expect(scenario.hostFailures.repair == .hours(8))
    #expect(scenario.hostFailures.rebuild?.after == .minutes(1))
    #expect(
      scenario.expectations == [
        "total(moves of exit) >= 0", "p95(service-gap of \"mine, up to 1 y\") <= 30 min",
      ])
  }

  @Test("what happens to links arrives") func links() throws {
    let network = try base().network
    #expect(network.patience == .minutes(7))
    let hours = try #require(network.hours.first)
    #expect(network.hours.count == 1 && hours.links.kind == .wan && hours.links.site == "east")
    #expect(hours.from == .hours(8) && hours.until == .hours(20) && hours.share == 0.3)
    #expect(network.failures.map(\.links.kind) == [.rackUplink, .nic])
    #expect(network.failures.map(\.links.site) == [nil, "west"])
    #expect(network.failures.map(\.at) == [nil, .days(3)])
    #expect(network.failures.map(\.repair) == [.minutes(45), .hours(2)])
    #expect(network.failures.map(\.perSecond) == [0.2 / (365 * 86_400), 0])
  }

  @Test("hosts arrive") func hosts() throws {
    let sites = try base().fleet.sites
    #expect(sites.map(\.name) == ["east", "west"])
    #expect(sites[0].wan == .bitsPerSecond(100e9))
    #expect(sites[1].wan == .unlimited)
    #expect(sites[0].hostGroups.map(\.count) == [20, 3])
    var wanted = HostGroup()
    wanted.count = 20
    wanted.cpus = Mix([("epyc-7713", 0.75), ("xeon-6238r", 0.25)])
    wanted.memory = .gibibytes(256)
    wanted.nic = .bitsPerSecond(25e9)
    wanted.pool.read = ByteRate(bytesPerSecond: 2e9)
    wanted.pool.write = ByteRate(bytesPerSecond: 1e9)
    wanted.pool.capacity = .gigabytes(10_000)
    wanted.kernel = KernelVersion("5.15.0")
    wanted.hostsPerRack = 5
    wanted.rackUplink = .bitsPerSecond(200e9)
    wanted.spares = 2
    wanted.microcode = 20_191_115
    wanted.level = .microarchitecture(3)
    wanted.cluster = "blue"
    wanted.hypervisor = "xen"
    wanted.storage = "san-1"
    wanted.features = ["hugepages-1g"]
    wanted.cores = 64
    #expect(sites.map(\.features) == [["vlan", "vpc"], []])
    let updates = try base().fleet.cpuUpdates
    #expect(updates.first == CPUUpdateCatalog.update(named: "tsx-off-kernel"))
    var own = CPUUpdate(name: "own")
    (own.families, own.kernel, own.microcode) = (["haswell"], KernelVersion("4.0"), 20_180_807)
    own.removes = try #require(CPUFeatureTable.set(["rtm"]))
    own.adds = try #require(CPUFeatureTable.set(["ssbd"]))
    #expect(updates.last == own && updates.count == 2)
    #expect(sites[0].hostGroups[0] == wanted)
  }

  @Test("guests arrive") func guests() throws {
    let groups = try base().fleet.guests
    #expect(groups.map(\.name) == ["old", "vms"])
    var wanted = GuestGroup()
    wanted.name = "old"
    wanted.count = 40
    wanted.site = "east"
    let mine = Flavor(name: "mine", vcpus: 3, memory: .gibibytes(6), disk: .gigabytes(120))
    wanted.flavors = Mix([(mine, 0.5), (try #require(FlavorCatalog.flavor(named: "linode-4gb")), 0.5)])
    wanted.age = try .weibull(scale: 2 * 365 * 86_400, shape: 0.9).clamped(max: 8 * 365 * 86_400)
    let versions = try ["6.1.0", "5.10.0", "4.18.0-466.el8"].map { try #require(KernelVersion($0)) }
    wanted.kernels = [
      KernelBand(upToAge: .days(730), kernels: Mix([(versions[0], 0.9), (versions[1], 0.1)])),
      KernelBand(upToAge: .max, kernels: Mix(all: versions[2])),
    ]
    wanted.disk.isThick = false
    wanted.disk.initial = .gigabytes(2)
    wanted.disk.fillTime = try .constant(3 * 365 * 86_400)
    wanted.disk.writes = try .lognormal(median: 5000, sigma: 2)
    wanted.disk.amplification = 1.5
    wanted.disk.workingSet = 0.3
    wanted.memory.used = 0.6
    wanted.memory.hot = 0.01
    wanted.memory.hotTime = .seconds(2)
    wanted.memory.dirtyRate = try .constant(2e6)
    wanted.memory.workingSet = 0.4
    wanted.shutdown = try .uniform(from: 2, to: 20)
    wanted.boot = try .gamma(mean: 30, cv: 0.5)
    wanted.ignoresShutdown = 0.02
    wanted.forbidsLive = 0.03
    (wanted.tenant, wanted.os, wanted.cpuLevel) = ("acme", "rhel-8", .family("nehalem"))
    var (apart, together) = (GuestSet(), GuestSet())
    (apart.size, apart.domain, apart.isHard) = (3, .rack, true)
    (together.relation, together.domain) = (.together, .rack)
    wanted.sets = [apart, together]
    wanted.disk.isShared = true
    #expect(groups[0] == wanted)
  }

  @Test("mechanics and limits arrive") func mechanics() throws {
    let scenario = try base()
    var wanted = Mechanics()
    wanted.prepare = try .constant(5)
    wanted.streamRate = try .constant(5e8)
    wanted.rebootOverhead = try .exponential(mean: 10)
    wanted.networkGap = try .discrete([(1, 0.5), (2, 0.5)])
    wanted.pause = .milliseconds(20)
    wanted.resume = .milliseconds(30)
    wanted.deviceState = .mebibytes(2)
    wanted.zeroPageScan = .milliseconds(100)
    wanted.resize = .seconds(6)
    wanted.verify = .seconds(7)
    wanted.findChanges = .seconds(8)
    wanted.mirrorLag = .seconds(2)
    wanted.dirtyNoise = 0.3
    #expect(scenario.mechanics == wanted)
    var limits = MigrationLimits()
    limits.hostOut = 3
    limits.hostIn = 4
    limits.fleet = 50
    limits.perMove = ByteRate(bytesPerSecond: 3e8)
    limits.patience = .hours(2)
    #expect(scenario.limits == limits)
  }

  @Test("settings of strategies and the policy arrive") func strategies() throws {
    let scenario = try base()
    #expect(
      scenario.strategies.strategies.prefix(4).map { "\($0)" } == [
        "Live(name: \"live\", downtimeLimit: 500 ms, maxRounds: 20, timeout: 2 h, autoConverge: true, diskRest: 32 MiB, postCopyAfterRounds: 3, steering: nil, transport: nil)",
        "Warm(name: \"warm\", rest: 16 MiB, maxPasses: 9, shutdownPatience: 1 min 30 s, ifShutdownIgnored: CutoverCore.IgnoredShutdown.powerOff, timeout: 3 h, snapshots: nil)",
        "Reboot(name: \"reboot\", shutdownPatience: 1 min 31 s, ifShutdownIgnored: CutoverCore.IgnoredShutdown.fail, timeout: 4 h, passes: 2)",
        "Cold(name: \"cold\", shutdownPatience: 1 min 32 s, ifShutdownIgnored: CutoverCore.IgnoredShutdown.fail, timeout: 5 h)",
      ])
    #expect(scenario.rules.cpu == .sameFamily)
    #expect(scenario.rules.rules.count == 1)
    var row = KernelPolicyRow()
    row.id = "old-clock"
    row.affected = [
      KernelRange(from: KernelVersion("4.0"), to: KernelVersion("4.19")),
      KernelRange(from: nil, to: KernelVersion("3.10")),
    ]
    row.effect = .hang
    row.probability = 0.1
    row.detected = .afterwards
    row.detectionDelay = .minutes(5)
    row.guests = ["rhel-8", "rhel-9"]
    row.hypervisors = ["xen"]
    row.sourceKernel = KernelRange(from: KernelVersion("4.0"), to: nil)
    row.targetKernel = KernelRange(from: nil, to: KernelVersion("6.0"))
    row.modes = [.live, .suspend]
    row.remedy = "upgrade it"
    #expect((scenario.rules.rules.first as? KernelPolicy) == KernelPolicy([row]))
  }

  @Test("demand arrives, and equal names are told apart") func demand() throws {
    let campaigns = try base().campaigns
    #expect(campaigns.prefix(5).map(\.name) == ["kernel-upgrade", "drain", "exit", "resize", "resize 2"])
    var warm = ChainStep(strategy: "warm")
    warm.tries = 3
    warm.backoff = .seconds(10)
    var reboot = ChainStep(strategy: "reboot")
    var ticket = TicketTerms()
    ticket.notice = .days(3)
    ticket.startedByCustomer = 0.2
    ticket.moved = 0.1
    ticket.movedByUpTo = .days(2)
    ticket.window = .hours(1)
    reboot.ticket = ticket
    #expect(
      campaigns[0].chain.steps == [ChainStep(strategy: "live"), warm, reboot, ChainStep(strategy: "cold")])
    var drains = HostDrains()
    drains.site = "east"
    drains.start = .days(1)
    drains.end = .days(60)
    drains.maxUnavailable = 2
    drains.work = .hours(1)
    drains.microcode = 20_200_101
    drains.kernel = KernelVersion("6.1.0")
    drains.giveUpAfter = .days(7)
    (drains.sparesFirst, drains.cordons, drains.returnHome) = (true, true, ReturnHome(.hostBack))
    #expect(campaigns[0].kind == .drains(drains))
    var random = HostDrains()
    random.order = .atRandom(perSecond: 2.0 / 86_400)
    #expect(campaigns[1].kind == .drains(random))
    var exit = Relocation()
    (exit.from, exit.to, exit.guests, exit.start, exit.end) = ("east", "west", 10, .days(5), .days(50))
    #expect(campaigns[2].kind == .relocation(exit))
    var resizes = Resizes()
    (resizes.perSecond, resizes.up) = (1, 0.7)
    #expect(campaigns[3].kind == .resizes(resizes))
  }

  @Test("variants change what they name, and nothing else") func variants() throws {
    let file = try full()
    #expect(file.variants == ["cold", "busy"])
    let cold = try #require(file.scenario(variant: "cold"))
    #expect(cold.variant == "cold")
    #expect(cold.campaigns.allSatisfy { $0.chain.steps == [ChainStep(strategy: "cold")] })
    #expect(cold.fleet == (try base().fleet))
    let busy = try #require(file.scenario(variant: "busy"))
    #expect(busy.limits.fleet == 10)
    guard case .relocation(let exit) = busy.campaigns[2].kind else {
      Issue.record("the third campaign moves guests")
      return
    }
    #expect(exit.guests == 20)
    #expect(try busy.campaigns[0] == base().campaigns[0])
  }

  @Test("a strategy from outside can be named in chains, and as the baseline") func outside() throws {
    struct Doze: MigrationStrategy {
      let name = "doze"
      func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
        CutoverPlan(strategy: name, media: [.disk, .memory], stop: .pause, start: .resume)
      }
    }
    let text =
      FullScenario.bare.replacing(
        "chain: [{ reboot: { ticket: {} } }]", with: "chain: [{ doze: { tries: 2 } }, cold]")
      + "\nbaseline: doze\nexpect: ['total(moves of doze) >= 0']\n"
    #expect(ScenarioFile(text: text, name: "s").hasErrors)
    let file = ScenarioFile(text: text, name: "s", plugIns: PlugIns(strategies: [Doze()]))
    #expect(!file.hasProblems, "\(file.problems)")
    let scenario = try #require(file.scenario(variant: nil))
    #expect(scenario.strategies.names == StrategyCatalog.shipped.names + ["doze"])
    #expect(scenario.campaigns[1].chain.steps.map(\.strategy) == ["doze", "cold"])
    #expect(scenario.baseline == "doze")
  }

  @Test("a byte-order mark and line ends of other systems change nothing") func lineEnds() throws {
    let plain = try base()
    let other = ScenarioFile(text: "\u{FEFF}" + FullScenario.text.replacing("\n", with: "\r\n"), name: "f")
    #expect(!other.hasProblems, "\(other.problems)")
    #expect(try "\(#require(other.scenario(variant: nil)))" == "\(plain)")
  }
}
