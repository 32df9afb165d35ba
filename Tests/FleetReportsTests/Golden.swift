/// The screens of the sample results, read line by line; change them only after reading them again.
enum Golden {
  static let text = #"""
    akamai-warm-year, variant live-first
    seed 2025, 2 replications, 600 hosts, 24,000 VMs, horizon 365 d
    Counts and totals are of one replication on average, in brackets the 95 % interval of that mean; quantiles are
    over all replications together.

    Moves
    asked for                      57,012  (56,980 to 57,044)
    completed                      56,900  (56,860 to 56,940)  99.8 %
    given up                          112  (each time)          0.2 %
    unfinished at the horizon         109  (98 to 120)         0.19 %
    not begun: VM was being moved     7.0  (5.0 to 9.0)

    Data
    moved                            11.600 PB  (11.577 to 11.623)
      disk                           11.136 PB  (11.113 to 11.159)   96 %
      RAM                            116.00 TB  (115.88 to 116.12)    1 %
      repeated: written meanwhile     232.0 TB  (230.8 to 233.2)      2 %
      in the outage                   116.0 TB  (114.8 to 117.2)      1 %
    of all that, wasted on failures    58.0 TB  (56.8 to 59.2)      0.5 %

    Downtime that clients saw
    paid                        1,200 h  (1,189 to 1,211)    16.4 %
    had all been cold           7,312 h  (7,303 to 7,321)
    saved                       6,112 h  (6,098 to 6,126)    83.6 %
    slowed by copying, but up  20,000 h  (19,850 to 20,150)
    Had all been cold: the same completed moves, each by that strategy. Paid also holds failed attempts.

    By strategy
                                                  ────────── total time ──────────
    strategy   moves  attempts  refused  success         p50    p95     p99    max
    live         900     1,000       62     90 %  12 min 5 s  3.2 h  11.1 h  5.1 d
    warm      56,000    56,010           99.98 %  12 min 5 s  3.2 h  11.1 h  5.1 d
    Moves: carried to their end by it. Success: of the attempts made; refused ones were never begun.

    Downtimes by strategy
                                ───────────── each ─────────────
    strategy  downtime                p50     p95     p99    max     total  attempts
    live      hypervisor pause     120 ms  350 ms  900 ms  1.4 s     108 s       900
    live      network gap           1.7 s   3.1 s   4.2 s  7.5 s  25.5 min       900
    warm      service gap       1 min 4 s   2 min  10 min  1.5 h     996 h    56,010
    The network gap is the pause as clients saw it, so it holds the pause: do not add the two. The service gap is
    of VMs that went down and booted. Failed attempts count.

    Failures and refusals
                            ─ strategy ──
    reason                     live  warm  all   share
    writes outran the copy      100        100  58.1 %
    CPU not compatible           60         60  34.9 %
    took too long                      10   10  5.81 %
    solar_flare                   2          2  1.16 %

    What would help
    writes outran the copy  a faster link, auto-converge or post-copy, or a VM that writes less
    CPU not compatible      a reboot, or hosts whose CPUs have all that it booted with
    took too long           a longer time-out, a faster link, or a VM that writes less
    One by one, with the values that were compared: fleetshift explain …, which names whom to ask about.

    By campaign
                                            ── total time ───  ──── downtime ─────
    campaign       asked  success     data         p50    p95      p50         p95    saved
    host-upgrade  57,012   99.8 %  11.6 PB  12 min 5 s  3.2 h   46.2 s  12 min 5 s  6,112 h
    Asked: moves asked for. Total time: of the attempt that succeeded. Downtime: of all attempts.

    By VM class
                                                                   ── total time ───  ──── downtime ─────
    class                                 asked  success     data         p50    p95      p50         p95    saved
    standard-4gb, over 6 y               41,000  99.98 %  11.0 PB  12 min 5 s  3.2 h   46.2 s  12 min 5 s  6,000 h
    an-extraordinaril…e-16gb, up to 1 y       4   87.5 %   0.6 PB  12 min 5 s  3.2 h   46.2 s  12 min 5 s     36 s
    Asked: moves asked for. Total time: of the attempt that succeeded. Downtime: of all attempts.

    Downtimes by VM class
                            ───── service gap ─────
    class                         p50    p95    max
    standard-4gb, over 6 y  1 min 4 s  2 min  1.5 h

    Failures and refusals by VM class
                            ─────── failed ───────
    class                    share  cpu  timed out
    standard-4gb, over 6 y  0.12 %   40         10
    Share: of all attempts, made or refused. cpu: CPU not compatible. timed out: took too long.

    Host drains
    started                     400  (397 to 403)
    finished                    396  (394 to 398)    99 %
    given up                    3.0  (2.0 to 4.0)  0.75 %
    under way at the horizon      1                0.25 %
    VMs left on hosts given up   12  (8 to 16)
    Time to empty a host, of those finished: p50 3.2 h, p95 24 h, p99 5.1 d, max 6.94 d

    Tickets
    opened                                100  (90 to 110)
    started by the customer                20  (16 to 24)     20 %
    moved to a later date                10.0  (8.0 to 12.0)  10 %
    begun on time                          90  (82 to 98)     90 %
    begun late                            4.0  (3.0 to 5.0)    4 %
    not begun: date to come, or refused     6                  6 %

    Faults
    host failures                        3.0  (2.0 to 4.0)
    VMs found hanging after their move  0.50  (0.30 to 0.70)

    Expectations: 1 held, 1 broken
    held    total(transferred) is 11.6 PB within 1 %: 11.6 PB
    BROKEN  p95(service-gap of warm) < 2 min: 2 min

    """#

  static let markdown = #"""
    # akamai-warm-year, variant live-first

    seed 2025, 2 replications, 600 hosts, 24,000 VMs, horizon 365 d

    Counts and totals are of one replication on average, in brackets the 95 % interval of that mean; quantiles are over all replications together.

    ## Moves

    |  | mean | 95 % interval | share |
    | :-- | --: | :-- | --: |
    | asked for | 57,012 | (56,980 to 57,044) |  |
    | completed | 56,900 | (56,860 to 56,940) | 99.8 % |
    | given up | 112 | (each time) | 0.2 % |
    | unfinished at the horizon | 109 | (98 to 120) | 0.19 % |
    | not begun: VM was being moved | 7.0 | (5.0 to 9.0) |  |

    ## Data

    |  | mean | 95 % interval | share |
    | :-- | --: | :-- | --: |
    | moved | 11.600 PB | (11.577 to 11.623) |  |
    |   disk | 11.136 PB | (11.113 to 11.159) | 96 % |
    |   RAM | 116.00 TB | (115.88 to 116.12) | 1 % |
    |   repeated: written meanwhile | 232.0 TB | (230.8 to 233.2) | 2 % |
    |   in the outage | 116.0 TB | (114.8 to 117.2) | 1 % |
    | of all that, wasted on failures | 58.0 TB | (56.8 to 59.2) | 0.5 % |

    ## Downtime that clients saw

    |  | mean | 95 % interval | share |
    | :-- | --: | :-- | --: |
    | paid | 1,200 h | (1,189 to 1,211) | 16.4 % |
    | had all been cold | 7,312 h | (7,303 to 7,321) |  |
    | saved | 6,112 h | (6,098 to 6,126) | 83.6 % |
    | slowed by copying, but up | 20,000 h | (19,850 to 20,150) |  |

    Had all been cold: the same completed moves, each by that strategy. Paid also holds failed attempts.

    ## By strategy

    | strategy | moves | attempts | refused | success | total time p50 | total time p95 | total time p99 | total time max |
    | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
    | live | 900 | 1,000 | 62 | 90 % | 12 min 5 s | 3.2 h | 11.1 h | 5.1 d |
    | warm | 56,000 | 56,010 |  | 99.98 % | 12 min 5 s | 3.2 h | 11.1 h | 5.1 d |

    Moves: carried to their end by it. Success: of the attempts made; refused ones were never begun.

    ## Downtimes by strategy

    | strategy | downtime | each p50 | each p95 | each p99 | each max | total | attempts |
    | :-- | :-- | --: | --: | --: | --: | --: | --: |
    | live | hypervisor pause | 120 ms | 350 ms | 900 ms | 1.4 s | 108 s | 900 |
    | live | network gap | 1.7 s | 3.1 s | 4.2 s | 7.5 s | 25.5 min | 900 |
    | warm | service gap | 1 min 4 s | 2 min | 10 min | 1.5 h | 996 h | 56,010 |

    The network gap is the pause as clients saw it, so it holds the pause: do not add the two. The service gap is of VMs that went down and booted. Failed attempts count.

    ## Failures and refusals

    | reason | strategy live | strategy warm | all | share |
    | :-- | --: | --: | --: | --: |
    | writes outran the copy | 100 |  | 100 | 58.1 % |
    | CPU not compatible | 60 |  | 60 | 34.9 % |
    | took too long |  | 10 | 10 | 5.81 % |
    | solar\_flare | 2 |  | 2 | 1.16 % |

    ## What would help

    - writes outran the copy: a faster link, auto-converge or post-copy, or a VM that writes less
    - CPU not compatible: a reboot, or hosts whose CPUs have all that it booted with
    - took too long: a longer time-out, a faster link, or a VM that writes less

    One by one, with the values that were compared: fleetshift explain …, which names whom to ask about.

    ## By campaign

    | campaign | asked | success | data | total time p50 | total time p95 | downtime p50 | downtime p95 | saved |
    | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
    | host-upgrade | 57,012 | 99.8 % | 11.6 PB | 12 min 5 s | 3.2 h | 46.2 s | 12 min 5 s | 6,112 h |

    Asked: moves asked for. Total time: of the attempt that succeeded. Downtime: of all attempts.

    ## By VM class

    | class | asked | success | data | total time p50 | total time p95 | downtime p50 | downtime p95 | saved |
    | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
    | standard-4gb, over 6 y | 41,000 | 99.98 % | 11.0 PB | 12 min 5 s | 3.2 h | 46.2 s | 12 min 5 s | 6,000 h |
    | an-extraordinarily-long-flavor-name-16gb, up to 1 y | 4 | 87.5 % | 0.6 PB | 12 min 5 s | 3.2 h | 46.2 s | 12 min 5 s | 36 s |

    Asked: moves asked for. Total time: of the attempt that succeeded. Downtime: of all attempts.

    ## Downtimes by VM class

    | class | service gap p50 | service gap p95 | service gap max |
    | :-- | --: | --: | --: |
    | standard-4gb, over 6 y | 1 min 4 s | 2 min | 1.5 h |

    ## Failures and refusals by VM class

    | class | failed share | failed cpu | failed timed out |
    | :-- | --: | --: | --: |
    | standard-4gb, over 6 y | 0.12 % | 40 | 10 |

    Share: of all attempts, made or refused. cpu: CPU not compatible. timed out: took too long.

    ## Host drains

    |  | mean | 95 % interval | share |
    | :-- | --: | :-- | --: |
    | started | 400 | (397 to 403) |  |
    | finished | 396 | (394 to 398) | 99 % |
    | given up | 3.0 | (2.0 to 4.0) | 0.75 % |
    | under way at the horizon | 1 |  | 0.25 % |
    | VMs left on hosts given up | 12 | (8 to 16) |  |

    Time to empty a host, of those finished: p50 3.2 h, p95 24 h, p99 5.1 d, max 6.94 d

    ## Tickets

    |  | mean | 95 % interval | share |
    | :-- | --: | :-- | --: |
    | opened | 100 | (90 to 110) |  |
    | started by the customer | 20 | (16 to 24) | 20 % |
    | moved to a later date | 10.0 | (8.0 to 12.0) | 10 % |
    | begun on time | 90 | (82 to 98) | 90 % |
    | begun late | 4.0 | (3.0 to 5.0) | 4 % |
    | not begun: date to come, or refused | 6 |  | 6 % |

    ## Faults

    |  | mean | 95 % interval |
    | :-- | --: | :-- |
    | host failures | 3.0 | (2.0 to 4.0) |
    | VMs found hanging after their move | 0.50 | (0.30 to 0.70) |

    ## Expectations: 1 held, 1 broken

    - held: `total(transferred) is 11.6 PB within 1 %`: 11.6 PB
    - **broken**: `p95(service-gap of warm) < 2 min`: 2 min

    ## How to reproduce

    The same build gives the same figures to the last digit, with any number of threads:

    ```sh
    fleetshift run akamai-warm-year.yaml --variant live-first --seed 2025 --replications 2
    ```

    """#

  static let single = #"""
    tiny
    seed 1, 1 replication, 4 hosts, 8 VMs, horizon 2 h
    One replication has no confidence interval: run more of them to see how far chance goes.

    Moves
    asked for                  3
    completed                  3  100 %
    given up                   0
    unfinished at the horizon  0

    Data
    moved                              60 GB
      disk                           57.6 GB   96 %
      RAM                             600 MB    1 %
      repeated: written meanwhile     1.2 GB    2 %
      in the outage                   600 MB    1 %
    of all that, wasted on failures   300 MB  0.5 %

    Downtime that clients saw
    paid                        1,200 h     100 %
    had all been cold           1,200 h
    saved                       -30 min  -0.042 %
    slowed by copying, but up  20,000 h
    Had all been cold: the same completed moves, each by that strategy. Paid also holds failed attempts.

    """#
}
