"""The measurements of .ci/bench-images: pairs in turn, medians, ratios to the fastest plain copier."""
import json, os, random, statistics, subprocess, sys, time

binary, work, report_path = sys.argv[1:4]
rounds = int(os.environ.get("ROUNDS", "5"))
small = os.environ.get("SMALL") == "1"
peers = os.environ.get("PEERS", "all")
if peers not in ("all", "few", "fewest"):
    sys.exit(f"bench-images: PEERS is all, few or fewest, not '{peers}'")
wanted = os.environ.get("TABLES", "sparse dense pages shared changed hash").split()
MiB, GiB = 1 << 20, 1 << 30


def make(path, virtual, total, extents):
    """An image of `virtual` bytes with `total` of random data in so many extents of exponential length."""
    draw = random.Random(1)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.ftruncate(file, virtual)
    noise = draw.randbytes(64 << 20)
    slot, mean = virtual // extents // 4096, total // extents // 4096
    for index in range(extents):
        pages = 1 if mean == 1 else slot if mean == slot else max(1, min(slot - 2, int(draw.expovariate(1 / mean))))
        start = (index * slot + (draw.randrange(max(1, slot - pages - 1)) if pages < slot else 0)) * 4096
        left = pages * 4096
        while left:
            part = min(left, 32 << 20)
            at = draw.randrange((64 << 20) - part + 1)
            os.pwrite(file, noise[at:at + part], start)
            start, left = start + part, left - part
    os.fsync(file)
    os.close(file)


def cold():
    subprocess.run("sync; echo 3 > /proc/sys/vm/drop_caches", shell=True, check=True)


def run(words, output, prepare=None):
    """Wall seconds, CPU seconds, peak MiB, allocated bytes of the output."""
    plan = None
    if isinstance(words, tuple):
        # What an operator does before, and is not the copy.
        plan, words = words
        subprocess.run(plan, shell=True, check=True, stdout=subprocess.DEVNULL)
    if os.path.exists(output) and prepare is None:
        os.unlink(output)
    if prepare == "truncate":
        if os.path.exists(output):
            os.unlink(output)
        open(output, "wb").truncate(os.path.getsize(source))
    cold()
    began = time.monotonic()
    # Not by our own rusage: a child of Python counts Python's memory as its own.
    measure = ["nice", "-n", "-10", "/usr/bin/time", "-o", f"{work}/time", "-f", "%U %S %M"]
    result = subprocess.run(
        measure + (["sh", "-c", words] if isinstance(words, str) else words), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)
    wall = time.monotonic() - began
    if result.returncode:
        sys.exit(f"bench-images: {words}: {result.stderr.decode()}")
    user, system, peak = open(f"{work}/time").read().split()
    return wall, float(user) + float(system), float(peak) / 1024, os.stat(output).st_blocks * 512


def flush(path):
    return f"sync {path}"


lines = []
# What is not measured this time stays as it was.
if "TABLES" in os.environ and os.path.exists(report_path):
    for part in open(report_path).read().split("\n## ")[1:]:
        lines.extend(["", *("## " + part).rstrip("\n").split("\n")])
header = ["# Copies of disk images", "",
          "Made by `make bench-images`: wall time of the whole command to the end of the destination's flush, cold page",
          "cache, contenders in turn, all at the same raised priority. \"To the limit\" is the ratio of the medians to the",
          "fastest of the programs that do nothing but copy (`Tests/Peers/copy_limit.c`). Ours is `cutover apply` of a plan made",
          "before, with the journal and the flushes of file and directory; *planned in the same breath* is `cutover run`, which",
          "probes both ends first. *Read back* and *compared* check the destination; of the others only those that say so do.",
          "The *least with all read back* is such a program, too: it reads each piece back as soon as it is written.",
          "Their memory is in huge pages, as ours; with pages of 4 KiB what is asked of the disk comes in smaller pieces.", "",
          f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} CPUs, shared with other work: the load average of each",
          "table stands with it, to which contenders that wait for the disk with many threads add their own. Where not all contenders",
          "are there, the limit is that of the programs which are."]
target = f"{work}/out.raw"


def begin(title):
    """Starts a section anew."""
    if f"## {title}" in lines:
        start = lines.index(f"## {title}")
        end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("## ")), len(lines) + 1)
        del lines[start - 1:end - 1]
    lines.extend(["", f"## {title}", ""])


def publish():
    """Writes what there is, in the order of the tables below, whichever of them were made this time."""
    order = ["16 GiB virtual", "2 GiB, dense", "64 GiB virtual", "Shared blocks: the first", "Shared blocks: 64 GiB", "A second pass", "Digests"]
    sections = "\n".join(lines).strip("\n").removeprefix("## ").split("\n\n## ")
    sections.sort(key=lambda text: next(i for i, begins in enumerate(order) if text.startswith(begins)))
    with open(report_path, "w") as out:
        out.write("\n".join(header) + "".join(f"\n\n## {text}" for text in sections) + "\n")


def table(title, contenders):
    samples = {name: [] for name in contenders}
    load = os.getloadavg()[0]
    for _ in range(rounds):
        for name, (words, prepare) in contenders.items():
            samples[name].append(run(words, target, prepare))
            if prepare != "keep" and os.path.exists(target):
                os.unlink(target)
    middle = {n: [statistics.median(s[i] for s in v) for i in range(4)] for n, v in samples.items()}
    limit = min(v[0] for n, v in middle.items() if n.startswith("limit"))
    held = os.stat(source).st_blocks * 512
    begin(title)
    left_out = "" if peers == "all" or "Shared" in title else f" Not all contenders (`PEERS={peers}`)."
    lines.extend([f"Medians of {rounds}; load average {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end.{left_out}", "",
                  "| | seconds | to the limit | CPU s | peak MiB | allocated to the source's |",
                  "|---|--:|--:|--:|--:|--:|"])
    for name, (wall, cpu, peak, allocated) in sorted(middle.items(), key=lambda item: item[1][0]):
        lines.append(f"| {name} | {wall:.2f} | {wall / limit:.2f} | {cpu:.2f} | {peak:.0f} | {allocated / held:.4f} |")
    print("\n".join(lines[-len(contenders) - 7:]), flush=True)
    publish()


def contenders():
    def ours(verify):
        plan = f"rm -f {work}/plan; {binary} cutover plan {source} {target} --strategy cold --no-reflink --verify {verify}"
        return (f"{plan} -o {work}/plan", f"{binary} cutover apply {work}/plan"), None
    aio = (f"qemu-img convert -n -t none -T none --image-opts "
           f"driver=raw,file.driver=file,file.filename={source},file.aio=native,file.cache.direct=on "
           f"--target-image-opts driver=raw,file.driver=file,file.filename={target},file.aio=native,"
           f"file.cache.direct=on")
    slow = ("limit: O_DIRECT, 8", "qemu-img -m16", "cp ", "nbdcopy") if peers != "all" else ()
    slow += ("that, with", "qemu-img so", "**ours, nothing read back, planned") if peers == "fewest" else ()
    return {name: how for name, how in {
        "**ours, nothing read back**": ours("none"),
        "**ours, all that is written read back**": ours("written"),
        "**ours, both sides compared afterwards**": ours("whole"),
        "**ours, nothing read back, planned in the same breath**": (
            f"{binary} cutover run {source} {target} --yes --strategy cold --no-reflink --verify none", None),
        "limit: O_DIRECT, 8 threads": ([f"{work}/copy_limit", "threads", "8", source, target], None),
        "limit: io_uring, O_DIRECT, depth 128": ([f"{work}/copy_limit", "ring", "128", source, target], None),
        "that, with pages of 4 KiB": (["env", "SMALLPAGES=1", f"{work}/copy_limit", "ring", "128", source, target], None),
        "limit: io_uring, O_DIRECT, depth 20": ([f"{work}/copy_limit", "ring", "20", source, target], None),
        "least with all read back: io_uring, O_DIRECT, depth 20": (
            [f"{work}/copy_limit", "back", "20", source, target], None),
        "qemu-img, native aio + O_DIRECT": (aio, "truncate"),
        "qemu-img so, then qemu-img compare": (
            f"{aio} && qemu-img compare -T none -f raw -F raw {source} {target}", "truncate"),
        "qemu-img -m16 -W": (f"qemu-img convert -m16 -W -n -t none -T none -f raw -O raw {source} {target}", "truncate"),
        "cp --sparse=always, fsync": (f"cp --sparse=always {source} {target} && {flush(target)}", None),
        "nbdcopy --flush": (
            f"nbdcopy --flush -- [ nbdkit --exit-with-parent file {source} ] [ nbdkit --exit-with-parent file {target} ]",
            "truncate"),
    }.items() if not name.startswith(slow)}


def sharing():
    plan = f"rm -f {work}/plan; {binary} cutover plan {source} {target} --strategy cold --verify none -o {work}/plan"
    return {
        "**ours, shared blocks**": ((plan, f"{binary} cutover apply {work}/plan"), None),
        "limit: cp --reflink=always": (f"cp --reflink=always {source} {target} && {flush(target)}", None),
    }


def mounted(kind, size, *options):
    """A file system of its own on a loop device that goes past the cache."""
    disk, mount = f"{work}/{kind}.img", f"{work}/mount"
    open(disk, "wb").truncate(size)
    subprocess.run([f"mkfs.{kind}", "-q", *options, disk], check=True)
    os.makedirs(mount, exist_ok=True)
    device = subprocess.run(["losetup", "--direct-io=on", "-f", "--show", disk], check=True, capture_output=True,
                            text=True).stdout.strip()
    subprocess.run(["mount", device, mount], check=True)
    # The device goes when the mount does.
    subprocess.run(["losetup", "-d", device], check=True)
    return mount, disk


def unmounted(mount, disk):
    subprocess.run(["umount", mount], check=True)
    os.unlink(disk)


source = f"{work}/in.raw"
for key, title, virtual, total, extents in [
    ("sparse", "16 GiB virtual, 2 GiB in 2,862 extents", 16 * GiB, 2 * GiB, 2862),
    ("dense", "2 GiB, dense", 2 * GiB, 2 * GiB, 1),
]:
    if key not in wanted:
        continue
    make(source, virtual, total, extents)
    table(title, contenders())
    os.unlink(source)

# On a file system of its own: deleting so many extents takes minutes where what is freed is discarded at once.
if "pages" in wanted:
    mount, disk = mounted("ext4", 8 * GiB)
    source, target = f"{mount}/in.raw", f"{mount}/out.raw"
    total, extents = (GiB // 4, 65536) if small else (GiB, 262144)
    make(source, 64 * GiB, total, extents)
    table(f"64 GiB virtual, {total >> 20} MiB in {extents:,} extents of 4 KiB (ext4 on a loop device)", contenders())
    unmounted(mount, disk)

# The same file system, with shared blocks, and a second pass of 1 % changed beside rsync.
if "shared" in wanted or "changed" in wanted:
    mount, disk = mounted("xfs", 10 * GiB)
    source, target = f"{mount}/in.raw", f"{mount}/out.raw"
    make(source, 16 * GiB, 2 * GiB, 2862)
if "shared" in wanted:
    table("Shared blocks: the first image on XFS (on a loop device), copied within it", sharing())
    first, source = source, f"{mount}/pages.raw"
    make(source, 64 * GiB, GiB, 262144)
    table("Shared blocks: 64 GiB virtual, 1 GiB in 262,144 extents of 4 KiB, on the same XFS", sharing())
    os.unlink(source)
    source = first

change = f"{work}/change.py"
WRITER = f"""import os, random, sys
draw, file = random.Random(sys.argv[1]), os.open("{source}", os.O_RDWR)
held, place = [], 0
while True:
    try:
        start = os.lseek(file, place, os.SEEK_DATA)
    except OSError:
        break
    place = os.lseek(file, start, os.SEEK_HOLE)
    held += range(start // 4096, place // 4096)
for page in draw.sample(held, len(held) // 100):
    os.pwrite(file, draw.randbytes(4096), page * 4096)
os.fsync(file)
"""
ours, theirs, written, examined = [], [], [], []
if "changed" in wanted:
    open(change, "w").write(WRITER)
    for number in range(rounds):
        if os.path.exists(target):
            os.unlink(target)
        cold()
        report = json.loads(subprocess.run(
            [binary, "cutover", "run", source, target, "--yes", "--json", "--strategy", "warm", "--no-reflink", "--verify",
             "none", "--source-in-use", "--track", "reflink", "--on-pause", f"{sys.executable} {change} {number}"],
            check=True, capture_output=True).stdout)
        ours.append(report["passes"][-1]["seconds"])
        written.append(report["passes"][-1]["bytes"])
        examined.append(report["passes"][-1]["examined"])
        subprocess.run([sys.executable, change, f"again {number}"], check=True)
        cold()
        began = time.monotonic()
        subprocess.run(f"rsync --inplace --no-whole-file {source} {target} && {flush(target)}", shell=True, check=True)
        theirs.append(time.monotonic() - began)
    a, b = statistics.median(ours), statistics.median(theirs)
    begin("A second pass: 1 % of 2 GiB changed in single pages, on the same XFS")
    lines.extend([f"Medians of {rounds}. Ours: the pass in the outage of `cutover run --track reflink`, with its flushes.", "",
                  "| | seconds | times as long |", "|---|--:|--:|",
                  f"| **ours, --track reflink** ({statistics.median(examined) / 1e6:.1f} MB of the source read, {statistics.median(written) / 1e6:.1f} MB written) | {a:.3f} | 1 |",
                  f"| rsync --inplace, fsync | {b:.2f} | {b / a:.0f} |"])
    print("\n".join(lines[-8:]), flush=True)
    publish()
if "shared" in wanted or "changed" in wanted:
    unmounted(mount, disk)

# The two libraries whose digests are used, called as they are called by the engine.
if "hash" in wanted:
    import ctypes, ctypes.util
    xxhash, crypto = (ctypes.CDLL(ctypes.util.find_library(name)) for name in ("xxhash", "crypto"))

    class Digest(ctypes.Structure):
        _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]

    xxhash.XXH3_128bits.restype, xxhash.XXH3_128bits.argtypes = Digest, [ctypes.c_char_p, ctypes.c_size_t]
    block, out = os.urandom(MiB), ctypes.create_string_buffer(32)
    kinds = {
        "XXH3-128 (libxxhash), of what was copied": lambda: xxhash.XXH3_128bits(block, MiB),
        "SHA-256 (libcrypto), of a manifest": lambda: crypto.SHA256(block, MiB, out),
    }
    rates = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, digest in kinds.items():
            began = time.monotonic()
            for _ in range(512):
                digest()
            rates[name].append(512 * MiB / (time.monotonic() - began) / 1e9)
    begin("Digests")
    lines.extend([f"Medians of {rounds}, of 512 MiB in blocks of 1 MiB that the cache holds, on one CPU.", "",
                  "| | GB/s |", "|---|--:|"] + [f"| {name} | {statistics.median(v):.2f} |" for name, v in rates.items()])
    print("\n".join(lines[-6:]), flush=True)
    publish()
