"""The measurements of .ci/bench-images: pairs in turn, medians, ratios to the fastest plain copier."""
import json, os, random, statistics, subprocess, sys, time

binary, work, report = sys.argv[1:4]
rounds = int(os.environ.get("ROUNDS", "5"))
small = os.environ.get("SMALL") == "1"
GiB = 1 << 30


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
    if os.path.exists(output) and prepare is None:
        os.unlink(output)
    if prepare == "truncate":
        if os.path.exists(output):
            os.unlink(output)
        open(output, "wb").truncate(os.path.getsize(source))
    cold()
    began = time.monotonic()
    # Not by our own rusage: a child of Python counts Python's memory as its own.
    measure = ["/usr/bin/time", "-o", f"{work}/time", "-f", "%U %S %M"]
    result = subprocess.run(
        measure + (["sh", "-c", words] if isinstance(words, str) else words), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)
    wall = time.monotonic() - began
    if result.returncode:
        sys.exit(f"bench-images: {words}: {result.stderr.decode()}")
    user, system, peak = open(f"{work}/time").read().split()
    return wall, float(user) + float(system), float(peak) / 1024, os.stat(output).st_blocks * 512


def flush(path):
    return f"python3 -c \"import os;f=os.open('{path}',os.O_RDWR);os.fsync(f)\""


lines = []
header = ["# Copies of disk images", "",
          "Made by `make bench-images`: wall time of the whole command to the end of the destination's flush, cold page",
          f"cache, contenders in turn, medians of {rounds}. \"To the limit\" is the ratio to the faster of two programs that do",
          "nothing but copy (`Tests/Peers/copy_limit.c`). Ours includes the look at both ends, the journal, and the flushes",
          "of file and directory.", "",
          f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} CPUs, shared with other work."]
target = f"{work}/out.raw"


def table(title, contenders):
    samples = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (words, prepare) in contenders.items():
            samples[name].append(run(words, target, prepare))
            if prepare != "keep" and os.path.exists(target):
                os.unlink(target)
    middle = {n: [statistics.median(s[i] for s in v) for i in range(4)] for n, v in samples.items()}
    limit = min(v[0] for n, v in middle.items() if n.startswith("limit"))
    held = os.stat(source).st_blocks * 512
    lines.extend(["", f"## {title}", "", "| | seconds | to the limit | CPU s | peak MiB | allocated to the source's |",
                  "|---|--:|--:|--:|--:|--:|"])
    for name, (wall, cpu, peak, allocated) in sorted(middle.items(), key=lambda item: item[1][0]):
        lines.append(f"| {name} | {wall:.2f} | {wall / limit:.2f} | {cpu:.2f} | {peak:.0f} | {allocated / held:.4f} |")
    print("\n".join(lines[-len(contenders) - 5:]), flush=True)
    open(report, "w").write("\n".join(header + lines) + "\n")


def contenders():
    ours = f"{binary} cutover run {source} {target} --yes --strategy cold --no-reflink"
    return {
        "**ours, nothing read back**": (f"{ours} --verify none", None),
        "**ours, all that is written read back**": (f"{ours} --verify written", None),
        "**ours, both sides compared afterwards**": (f"{ours} --verify whole", None),
        "limit: O_DIRECT, 8 threads": ([f"{work}/copy_limit", "threads", "8", source, target], None),
        "limit: io_uring, O_DIRECT, depth 128": ([f"{work}/copy_limit", "ring", "128", source, target], None),
        "qemu-img, native aio + O_DIRECT": (
            f"qemu-img convert -n -t none -T none --image-opts "
            f"driver=raw,file.driver=file,file.filename={source},file.aio=native,file.cache.direct=on "
            f"--target-image-opts driver=raw,file.driver=file,file.filename={target},file.aio=native,"
            f"file.cache.direct=on", "truncate"),
        "qemu-img -m16 -W": (f"qemu-img convert -m16 -W -n -t none -T none -f raw -O raw {source} {target}", "truncate"),
        "cp --sparse=always, fsync": (f"cp --sparse=always {source} {target} && {flush(target)}", None),
        "nbdcopy --flush": (
            f"nbdcopy --flush -- [ nbdkit --exit-with-parent file {source} ] [ nbdkit --exit-with-parent file {target} ]",
            "truncate"),
    }


source = f"{work}/in.raw"
shapes = [
    ("16 GiB virtual, 2 GiB in 2,862 extents", 16 * GiB, 2 * GiB, 2862),
    ("16 GiB virtual, 256 MiB in 65,536 extents of 4 KiB", 16 * GiB, GiB // 4, 65536) if small else
    ("64 GiB virtual, 1 GiB in 262,144 extents of 4 KiB", 64 * GiB, GiB, 262144),
    ("2 GiB, dense", 2 * GiB, 2 * GiB, 1),
]
for title, virtual, total, extents in shapes:
    make(source, virtual, total, extents)
    table(title, contenders())
    os.unlink(source)

# The same file system, with shared blocks, and a second pass of 1 % changed beside rsync.
disk, mount = f"{work}/xfs.img", f"{work}/mount"
open(disk, "wb").truncate(8 * GiB)
subprocess.run(["mkfs.xfs", "-q", disk], check=True)
os.mkdir(mount)
subprocess.run(["mount", "-o", "loop", disk, mount], check=True)
source, target = f"{mount}/in.raw", f"{mount}/out.raw"
make(source, 16 * GiB, 2 * GiB, 2862)
table("Shared blocks: the first image on XFS (in a loop device), copied within it", {
    "**ours, shared blocks**": (f"{binary} cutover run {source} {target} --yes --strategy cold --verify none", None),
    "limit: cp --reflink=always": (f"cp --reflink=always {source} {target} && {flush(target)}", None),
})
