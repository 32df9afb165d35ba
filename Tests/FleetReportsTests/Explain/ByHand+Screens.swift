/// The screens about the fleet of `ByHand`, each line read against its timetable; change them only after reading them
/// again.
extension ByHand {
  static let live = """
    VM 0 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    small of plain, 0 s old, 2 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    Its move
    for           asked        took  came to        attempts     down  of that time
    patch  0 d 01:00:00  1 min 41 s  moved by live         1  40.5 ms  under way 1 min 41 s

    What happened
    0 d 01:00:00  patch asks for its move: host 0 is to be emptied
                  live: step 1 of 2 of its chain
                  attempt 1: live from host 0 to host 1
        01:01:20  disk copied: 8 GB in 1 min 20 s (100 MB/s), nothing written meanwhile
        01:01:40  RAM copied: 2 GB in 20 s (100 MB/s), nothing written meanwhile
                  paused
                  resumed there after 20 ms
        01:01:41  live completed: 1 min 41 s, 10 GB, down for 40.5 ms
                  moved: on host 1, down for 40.5 ms in all

    """

  static let waited = """
    VM 2 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    large of large, 0 s old, 8 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    Its move
    for           asked    took  came to        attempts   down  of that time
    patch  0 d 01:00:00  1.06 h  moved by cold         1  2 min  room 1 h, under way 2 min 1 s, turn 1 min 41 s

    for    setbacks
    patch  live: no fitting host with room
    Waited for: turn, others leave the host first; room, no host has room, or a rule has to change its mind.

    What happened
    0 d 01:00:00  patch asks for its move: host 0 is to be emptied
                  live: step 1 of 2 of its chain
                  waits for its turn: 1 in line before it on host 0
        01:01:41  waits for room: no host that is fit has 8 GB of RAM and 8 GB of disk free
        02:01:41  live refused: no fitting host with room (8 GB of RAM and 8 GB of disk are needed, and the most
                  that a fit host has is 4 GB of RAM, on host 1); remedy: room on another host, or more patience
                  (limits.patience)
                  cold: step 2 of 2 of its chain
                  attempt 1: cold from host 0 to host 3
        02:01:51  shut down in 10 s
        02:03:11  in the outage: 8 GB of disk in 1 min 20 s
        02:03:41  booted there in 30 s
        02:03:42  cold completed: 2 min 1 s, 8 GB, down for 2 min
                  moved: on host 3, down for 2 min in all

    """

  static let host = """
    Host 0 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    Rack 0 of here, cascadelake, 64 GB of RAM, at first with 4 VMs and 50 GB free.

    Emptied for patch from 0 d 01:00:00 on
    Given up after 1.06 h, every chain had come to its end: 1 of 4 VMs were left.
    Their time: room 82.4 %, turn 9.71 %, under way 7.85 %.
    Waited for: turn, others leave the host first; room, no host has room, or a rule has to change its mind.

    What it waits for
    VM         asked        took  came to   attempts  of that time
    3   0 d 01:00:00  3 min 42 s  given up         0  turn 3 min 42 s

    VM  setbacks
    3   live: device does not travel; cold: device does not travel
    For what is in the way of one of them: --why-not 3.

    Those that left, in their order
    VM         asked        took  came to        attempts     down  of that time
    0   0 d 01:00:00  1 min 41 s  moved by live         1  40.5 ms  under way 1 min 41 s
    1   0 d 01:00:00  3 min 42 s  moved by cold         1    2 min  under way 2 min 1 s, turn 1 min 41 s
    2   0 d 01:00:00      1.06 h  moved by cold         1    2 min  room 1 h, under way 2 min 1 s, turn 1 min 41 s

    VM  setbacks
    0
    1   live: kernel known not to survive
    2   live: no fitting host with room

    What happened to the host
    0 d 01:00:00  patch begins to empty it of 4 VMs
        02:03:42  given up, every chain has come to its end: 1 VM left
                  back in service

    """

  static let leads = """
    Whom to ask about in by-hand
    seed 1, replication 0, horizon 3 d
    Of this replication alone: what is not here may be in another, --replication 1.

    What went wrong, and what took longest
    what                                  how many  ask with
    hosts given up                               1  --host 0
    live: device does not travel                 1  --why-not 3
    live: kernel known not to survive            1  --why-not 1
    live: no fitting host with room              1  --why-not 2
    cold: device does not travel                 1  --why-not 3
    moves given up                               1  --why-not 3
    the longest from the wish to the end    1.06 h  --vm 2
    the longest downtime of a move           2 min  --vm 1
    One to whom it happened. Give the same command, and what stands in the last column.

    """

  static let kernel = """
    Why not VM 1 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    small of old, 0 s old, 2 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM, kernel
    2.6.32, booted on cascadelake, at first on host 0, rack 0, cascadelake.

    It moved by cold, and not by live
    patch asked for its move at 0 d 01:00:00, and it was over at 0 d 01:03:42; of that time: under way 2 min 1 s,
    turn 1 min 41 s.

    The steps of its chain
    live  refused at 0 d 01:01:41: kernel known not to survive
          rule kernels: row floor: guest kernel 2.6.32 is below 3.10
    cold  moved it at 0 d 01:03:42

    Hosts for live, as they were at 0 d 01:01:41
    host 1  would do
    host 2  rule cpu: booted with avx512f, avx512bw, avx512cd, avx512dq and 9 more features, which haswell lacks
    host 3  rule cpu: booted on cascadelake (intel), and epyc-milan is amd

    What would have to change
    live  a guest kernel of 3.10 or newer

    """

  static let room = """
    Why not VM 2 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    large of large, 0 s old, 8 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    It moved by cold, and not by live
    patch asked for its move at 0 d 01:00:00, and it was over at 0 d 02:03:42; of that time: room 1 h, under way 2
    min 1 s, turn 1 min 41 s.

    The steps of its chain
    live  refused at 0 d 02:01:41: no fitting host with room
          8 GB of RAM and 8 GB of disk are needed, and the most that a fit host has is 4 GB of RAM, on host 1
    cold  moved it at 0 d 02:03:42

    Hosts for live, as they were at 0 d 02:01:41
    host 1  no room: 8 GB of RAM are needed, 4 GB of RAM free
    host 2  rule cpu: booted with avx512f, avx512bw, avx512cd, avx512dq and 9 more features, which haswell lacks
    host 3  rule cpu: booted on cascadelake (intel), and epyc-milan is amd

    What would have to change
    live  4 GB more of free RAM on host 1

    """

  static let stays = """
    Why not VM 3 in by-hand
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    small of tied, 0 s old, 2 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    It did not move
    patch asked for its move at 0 d 01:00:00, and it was given up at 0 d 01:03:42; of that time: turn 3 min 42 s.
    patch could not empty host 0 and gave up at 0 d 02:03:42, when every chain had come to its end: VM 3 alone was
    left of 4.

    The steps of its chain
    live  refused at 0 d 01:01:41: device does not travel
          rule devices: has a device of the kind passthrough
    cold  refused at 0 d 01:03:42: device does not travel
          rule devices: has a device of the kind passthrough

    Hosts for live, as they were at 0 d 01:01:41
    host 1  would do
    host 2  rule cpu: booted with avx512f, avx512bw, avx512cd, avx512dq and 9 more features, which haswell lacks
    host 3  rule cpu: booted on cascadelake (intel), and epyc-milan is amd

    Hosts for cold, as they were at 0 d 01:03:42
    3 hosts (1 to 3)  would do

    What would have to change
    live  its device removed
    cold  its device removed

    """

  static let stuck = """
    Why not VM 2 in by-hand, variant stuck
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    large of large, 0 s old, 8 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    It has not moved by the horizon: waits for room
    patch asked for its move at 0 d 01:00:00; of that time: room 2.96 d, turn 1 min 41 s.
    patch could not empty host 0 by the horizon, for VM 2 is on it. See --host 0.

    The steps of its chain
    live  not over: since 0 d 01:00:00
          waits for room: no host that is fit has 8 GB of RAM and 8 GB of disk free

    Hosts for live, as they were at 2 d 23:56:41
    host 1  no room: 8 GB of RAM are needed, 4 GB of RAM free
    host 2  rule cpu: booted with avx512f, avx512bw, avx512cd, avx512dq and 9 more features, which haswell lacks
    host 3  rule cpu: booted on cascadelake (intel), and epyc-milan is amd

    What would have to change
    live  4 GB more of free RAM on host 1

    """

  static let idle = """
    Why not VM 2 in by-hand, variant idle
    seed 1, replication 0, horizon 3 d; 0 d 00:00:00 is the start
    large of large, 0 s old, 8 GB of RAM, 8 GB of 8 GB of disk in use, writes 0 B/s to disk and 0 B/s to RAM,
    booted on cascadelake, at first on host 0, rack 0, cascadelake.

    Nobody asked for its move within the horizon

    Had patch asked at the horizon
    live  host 1: no room: 8 GB of RAM are needed, 6 GB of RAM free
          host 2: rule cpu: booted with avx512f, avx512bw, avx512cd, avx512dq and 9 more features, which haswell
          lacks
          host 3: rule cpu: booted on cascadelake (intel), and epyc-milan is amd
          what would have to change: 2 GB more of free RAM on host 1
    cold  nothing in the way: 2 hosts (2, 3) would do

    """
}
