// The random flow networks of the differential test, drawn alike here and in PeerNetworkTests.swift: links, flows over
// one to four of them with or without a cap of their own, and two changes of capacity once all have started. Never above
// the first capacity: SimGrid bounds a flow for life by the narrowest link it found when it started.
#pragma once
#include "fleet_workload.hpp"

struct RandomFlow {
  double start; // s
  double bytes;
  double cap; // bytes/s; 0: none
  std::vector<int> path;
};

struct RandomChange {
  double at; // s
  int link;
  double capacity;
};

struct RandomNetwork {
  std::vector<double> capacities; // bytes/s
  std::vector<RandomFlow> flows;
  std::vector<RandomChange> changes;
};

inline RandomNetwork draw_network(std::uint64_t seed)
{
  SplitMix64 rng{seed};
  auto below = [&](int n) { return static_cast<int>(rng.uniform() * n); };
  RandomNetwork network;
  const int links = 3 + below(12);
  for (int l = 0; l < links; ++l)
    network.capacities.push_back(1e6 + std::floor(9e6 * rng.uniform()));
  const int flows = 3 + below(20);
  for (int f = 0; f < flows; ++f) {
    RandomFlow flow;
    flow.start = below(5000) / 1000.0;
    flow.bytes = 1e5 + below(10000000);
    flow.cap   = rng.uniform() < 0.3 ? 1e5 + below(2000000) : 0;
    // One link out of each of `hops` equal parts of all links, so that none comes twice.
    const int hops = std::min(links, 1 + below(4));
    for (int h = 0; h < hops; ++h) {
      const int from = links * h / hops, to = links * (h + 1) / hops;
      flow.path.push_back(from + below(to - from));
    }
    network.flows.push_back(flow);
  }
  for (int c = 0; c < 2; ++c) {
    RandomChange change;
    change.at       = 5 + below(5000) / 1000.0;
    change.link     = below(links);
    change.capacity = std::floor(network.capacities[change.link] * (0.2 + 0.8 * rng.uniform()));
    network.changes.push_back(change);
  }
  return network;
}
