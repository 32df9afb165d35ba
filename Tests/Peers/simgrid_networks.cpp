// Prints when each flow of a random network completes in SimGrid: one line, the seed and the instants in seconds.
//   simgrid_networks SEED
#include "random_networks.hpp"

#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>
#include <string>

namespace sg4 = simgrid::s4u;

int main(int argc, char** argv)
{
  sg4::Engine engine(&argc, argv);
  if (argc != 2) return 2;
  const auto seed    = std::strtoull(argv[1], nullptr, 10);
  const auto network = draw_network(seed);
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/TCP-gamma:0");
  sg4::Engine::set_config("network/crosstraffic:0");
  sg4::Engine::set_config("surf/precision:1e-9");
  sg4::Engine::set_config("maxmin/precision:1e-9");

  auto* zone = sg4::create_full_zone("zone");
  std::vector<sg4::Link*> links;
  for (std::size_t l = 0; l < network.capacities.size(); ++l)
    links.push_back(zone->create_link("l" + std::to_string(l), network.capacities[l])->seal());
  std::vector<std::pair<sg4::Host*, sg4::Host*>> ends;
  for (std::size_t f = 0; f < network.flows.size(); ++f) {
    auto* from = zone->create_host("from" + std::to_string(f), 1e9)->seal();
    auto* to   = zone->create_host("to" + std::to_string(f), 1e9)->seal();
    std::vector<sg4::LinkInRoute> route;
    for (int l : network.flows[f].path) route.emplace_back(links[l]);
    // A flow's cap as a link of its own: what Comm::set_rate does not do for a sendto.
    if (network.flows[f].cap > 0)
      route.emplace_back(zone->create_link("cap" + std::to_string(f), network.flows[f].cap)->seal());
    zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, route, false);
    ends.emplace_back(from, to);
  }
  zone->seal();

  std::vector<double> completions(network.flows.size());
  for (std::size_t f = 0; f < network.flows.size(); ++f)
    sg4::Actor::create("flow", ends[f].first, [&, f] {
      const auto& flow = network.flows[f];
      sg4::this_actor::sleep_for(flow.start);
      sg4::Comm::sendto(ends[f].first, ends[f].second, static_cast<std::uint64_t>(flow.bytes));
      completions[f] = sg4::Engine::get_clock();
    });
  for (const auto& change : network.changes)
    sg4::Actor::create("change", ends[0].first, [&] {
      sg4::this_actor::sleep_for(change.at);
      links[change.link]->set_bandwidth(change.capacity);
    });
  engine.run();
  std::printf("%llu", static_cast<unsigned long long>(seed));
  for (double completion : completions) std::printf(" %.9f", completion);
  std::printf("\n");
}
