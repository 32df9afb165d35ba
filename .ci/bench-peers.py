"""Runs ours and the peers pair by pair and prints one Markdown table: see .ci/bench."""

import importlib.util
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys

ours, peers = sys.argv[1], pathlib.Path(sys.argv[2])
pairs = int(os.environ.get("PAIRS", "3"))
quick = bool(os.environ.get("QUICK"))
has_simpy = importlib.util.find_spec("simpy") is not None


def run(command):
    """The figures that a program prints as key=value on its first line; None if it is not there."""
    if not pathlib.Path(command[0]).exists() and command[0] != sys.executable:
        return None
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True)
    return dict(re.findall(r"(\w+)=(\S+)", done.stdout.splitlines()[0]))


def measure(commands, rounds):
    """Medians of CPU seconds and the last figures, the programs taking turns."""
    times, last = {name: [] for name in commands}, {}
    for _ in range(rounds):
        for name, command in commands.items():
            figures = run(command)
            if figures is not None:
                times[name].append(float(figures["cpu_s"]))
                last[name] = figures
    return {name: (statistics.median(t), last[name]) for name, t in times.items() if t}


def seconds(result, name):
    return f"{result[name][0]:.3g}" if name in result else "-"


def ratio(result, name):
    return f"{result[name][0] / result['ours'][0]:.3g}" if name in result else "-"


def memory(result, name):
    return f"{float(result[name][1]['rss_mib']):.0f}" if name in result else "-"


lines = []


def out(text=""):
    print(text, flush=True)
    lines.append(text)


def model():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    names = re.findall(r"model name\s*:\s*(.*)", text)
    return f"{len(names)} cores of {names[0]}" if names else "an unknown machine"


out("# Event queue and flow network beside their peers")
out()
out(f"`make bench`, median of {pairs} rounds in which the programs take turns; CPU seconds of the simulation alone, one")
out(f"core; on {model()}, shared with other work: read the ratios. Ratios are peer / ours.")
out()
out("## Transfers under max-min sharing")
out()
out("The fleet of `Tests/Peers/fleet_workload.hpp`; *same digits*: makespan, mean finish and mean transfer agree to the")
out("printed millisecond, or the largest relative difference: beyond some 1e4 chained completions on one link rounding")
out("parts all programs, SimGrid's own two algorithms included. The million is run once.")
out()
out("| topology | hosts | slots | transfers | ours s | floor s | SimGrid s | floor / ours | SimGrid / ours "
    "| MiB ours / floor / SimGrid | answers |")
out("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|")
fleets = [("racks", 100, 2, n) for n in (1000, 10_000, 100_000, 1_000_000)]
fleets += [("nic", 100, 2, 100_000), ("backbone", 100, 2, 100_000), ("racks", 100, 8, 10_000),
           ("racks", 100, 32, 10_000), ("racks", 400, 2, 10_000), ("racks", 1000, 2, 10_000),
           ("racks", 4000, 2, 8000)]
growth = []
for topology, hosts, slots, count in fleets:
    big = count >= 1_000_000
    if big and quick:
        continue
    options = ["--topology", topology, "--hosts", hosts, "--slots", slots, "--count", count]
    result = measure({"ours": [ours, "flows", *options], "floor": [peers / "floor_flows", *options],
                      "simgrid": [peers / "simgrid_flows", *options]}, 1 if big else pairs)
    keys = ("makespan_s", "mean_finish_s", "mean_transfer_s")
    mine = [float(result["ours"][1][k]) for k in keys]
    worst = max((abs(float(result[p][1][k]) - m) / m for p in result for k, m in zip(keys, mine)), default=0)
    same = all(result[p][1][k] == result["ours"][1][k] for p in result for k in keys)
    answer = "alone" if len(result) == 1 else "same digits" if same else f"within {worst:.1e}"
    out(f"| {topology} | {hosts} | {slots} | {count} | {seconds(result, 'ours')} | {seconds(result, 'floor')} "
        f"| {seconds(result, 'simgrid')} | {ratio(result, 'floor')} | {ratio(result, 'simgrid')} "
        f"| {memory(result, 'ours')} / {memory(result, 'floor')} / {memory(result, 'simgrid')} | {answer} |")
    if (topology, hosts, slots) == ("racks", 100, 2):
        growth.append((count, {name: r[0] for name, r in result.items()}))
out()
(first, a), (last, b) = growth[-2], growth[-1]
for name in a:
    if name in b:
        exponent = math.log(b[name] / a[name]) / math.log(last / first)
        out(f"Growth exponent from {first} to {last} transfers, {name}: {exponent:.2f}.")
out()
out("## Single changes in a fleet that stays full")
out()
out("One flow cancelled or started, then the next completion asked for; 2 flows a host.")
out()
out("| topology | hosts | us per change |")
out("|---|--:|--:|")
for topology, hosts in (("nic", 1000), ("nic", 10_000), ("nic", 100_000), ("racks", 1000), ("racks", 10_000)):
    command = [ours, "changes", "--topology", topology, "--hosts", hosts]
    if topology == "racks":
        command += ["--changes", 2000]
    costs = [float(run(command)["us_per_change"]) for _ in range(pairs)]
    out(f"| {topology} | {hosts} | {statistics.median(costs):.2f} |")
out()
out("## Live migrations of guests that dirty their memory")
out()
out("3,000 on 100 hosts, two at a time out of each, 16 GiB on average, dirtying 10 % of what a migration can send; against")
out("SimGrid's live-migration plugin. At 50 % the plugin never ends; ours ends those that do not converge by name.")
out()
out("| migrations | dirty | ours s | SimGrid s | SimGrid / ours | MiB ours / SimGrid | answers |")
out("|--:|--:|--:|--:|--:|--:|---|")
for count in (300, 1000, 3000):
    options = ["--hosts", 100, "--slots", 2, "--count", count, "--dirty", 10]
    commands = {"ours": [ours, "live", *options], "simgrid": [peers / "simgrid_livemig", *options]}
    result = measure(commands, 1 if count > 1000 else pairs)
    keys = ("makespan_s", "mean_duration_s", "mean_downtime_ms", "max_downtime_ms")
    same = all(result[p][1][k] == result["ours"][1][k] for p in result for k in keys)
    answer = "alone" if len(result) == 1 else "same digits" if same else "differ"
    out(f"| {count} | 10 % | {result['ours'][0]:.4f} | {seconds(result, 'simgrid')} | {ratio(result, 'simgrid')} "
        f"| {memory(result, 'ours')} / {memory(result, 'simgrid')} | {answer} |")
figures = run([ours, "live", "--count", 3000, "--dirty", 50])
out(f"| 3000 | 50 % | {float(figures['cpu_s']):.4f} | never ends | - | - | {figures['completed']} completed, "
    f"{figures['not_converging']} not_converging |")
out()
out("## Raw events")
out()
out("Pop the least, push one an exponential gap later. The C++ floor is `std::priority_queue`; SimGrid's are sleeping")
out("actors, SimPy's processes with timeouts.")
out()
out("| pending | ours ns | floor ns | SimGrid ns | SimPy ns | ours / floor | SimGrid / ours | SimPy / ours |")
out("|--:|--:|--:|--:|--:|--:|--:|--:|")
for pending, events in ((1000, 2_000_000), (100_000, 2_000_000), (1_000_000, 4_000_000)):
    commands = {"ours": [ours, "events", "--pending", pending, "--events", events],
                "floor": [peers / "floor_events", "--pending", pending, "--events", events]}
    fewer = 500_000 if pending <= 100_000 else 2_000_000
    if pending <= 1000:
        # More actors than about 30,000 stacks do not fit in SimGrid.
        commands["simgrid"] = [peers / "simgrid_events", "--actors", pending, "--sleeps", fewer // pending]
    if has_simpy and pending <= 100_000:
        commands["simpy"] = [sys.executable, "Tests/Peers/simpy_bench.py", "simpy-events", "--processes", pending,
                             "--events", fewer]
    result = measure(commands, pairs)
    count = {"ours": events, "floor": events, "simgrid": fewer, "simpy": fewer}
    cost = {name: r[0] / count[name] * 1e9 for name, r in result.items()}
    text = {name: f"{cost[name]:.0f}" if name in cost else "-" for name in count}
    over = {name: f"{cost[name] / cost['ours']:.1f}" if name in cost else "-" for name in count}
    floor = f"{cost['ours'] / cost['floor']:.2f}" if "floor" in cost else "-"
    out(f"| {pending} | {text['ours']} | {text['floor']} | {text['simgrid']} | {text['simpy']} | {floor} "
        f"| {over['simgrid']} | {over['simpy']} |")
if not quick:
    report = pathlib.Path("Reports/benchmarks/network.md")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines) + "\n")
