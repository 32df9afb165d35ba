"""SimPy: raw event throughput, and a simple migration fleet.

    simpy_bench.py simpy-events   --processes P --events E
    simpy_bench.py simpy-fleet    --hosts H --count N --slots k

The fleet has no bandwidth sharing: a migration takes a slot of its source host and holds it for bytes / 25 Gbit/s.
Its makespan, mean finish and mean transfer therefore do not match simgrid_flows; its events per migration are
process start, slot grant, timeout, slot release.
"""

import argparse
import resource
import time

from fleet_workload import SplitMix64, draw_fleet

NIC = 3.125e9


def exponential(rng):
    import math

    return -math.log(1 - rng.uniform())


def report(name, run_s, cpu_s, units, unit, **facts):
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = " ".join(f"{k}={v:.3f}" if isinstance(v, float) else f"{k}={v}" for k, v in facts.items())
    print(f"{name} {text} run_s={run_s:.3f} cpu_s={cpu_s:.3f} {unit}_per_cpu_s={units / cpu_s:.0f} rss_mib={rss:.1f}")


def clocked(run):
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def simpy_events(args):
    import simpy

    env = simpy.Environment()
    draws = [exponential(SplitMix64(i)) for i in range(1024)]
    per = args.events // args.processes

    def ticker(env, first):
        for i in range(per):
            yield env.timeout(draws[(first + i) & 1023])

    for p in range(args.processes):
        env.process(ticker(env, p * 7))
    run_s, cpu_s = clocked(env.run)
    report("simpy_events", run_s, cpu_s, per * args.processes, "events", processes=args.processes,
           events=per * args.processes, end_s=float(env.now))


def simpy_fleet(args):
    import simpy

    fleet = draw_fleet(args.count, args.hosts, 200e9, 1.0, args.seed)
    env = simpy.Environment()
    slots = [simpy.Resource(env, capacity=args.slots) for _ in range(args.hosts)]
    total = {"finish": 0.0, "done": 0}

    def migrate(env, m):
        with slots[m.source].request() as grant:
            yield grant
            yield env.timeout(m.bytes / NIC)
        total["finish"] += env.now
        total["done"] += 1

    for m in fleet:
        env.process(migrate(env, m))
    run_s, cpu_s = clocked(env.run)
    report("simpy_fleet", run_s, cpu_s, total["done"], "migrations", hosts=args.hosts, slots=args.slots,
           count=args.count, completed=total["done"], makespan_s=float(env.now),
           mean_finish_s=total["finish"] / total["done"])


def main():
    parser = argparse.ArgumentParser()
    kinds = {"simpy-events": simpy_events, "simpy-fleet": simpy_fleet}
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    kinds[args.kind](args)


if __name__ == "__main__":
    main()
