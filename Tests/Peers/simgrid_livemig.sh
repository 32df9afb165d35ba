#!/usr/bin/env bash
# Writes the expected values of PeerLiveTests: SimGrid's live-migration plugin on single migrations and small fleets.
#   Tests/Peers/simgrid_livemig.sh DRIVER > Tests/Peers/simgrid_livemig.txt
# DRIVER is simgrid_livemig.cpp, built with g++ -O2 -std=c++17 -lsimgrid.
set -euo pipefail
echo "# hosts slots count dirty sigma: makespan mean duration (s), mean and longest downtime (ms)"
run() {
  "$1" --hosts "$2" --slots "$3" --count "$4" --dirty "$5" --sigma "$6" 2> /dev/null |
    sed -E 's/.* makespan_s=(\S+) mean_duration_s=(\S+) mean_downtime_ms=(\S+) max_downtime_ms=(\S+) .*/\1 \2 \3 \4/' |
    sed "s/^/$2 $3 $4 $5 $6 /"
}
for dirty in 0 10 20 30 40 50 60 70 80 90; do run "$1" 2 1 1 $dirty 0; done
run "$1" 100 2 100 10 0.7
run "$1" 100 2 1000 10 0.7
run "$1" 20 4 100 5 0.7
