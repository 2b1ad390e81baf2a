package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.Request;
import dev.slipway.agent.balancer.edge.Response;
import dev.slipway.agent.balancer.edge.Response.Code;
import dev.slipway.agent.balancer.edge.proxy.requests.Frontend;
import dev.slipway.agent.balancer.edge.proxy.requests.Pool;
import dev.slipway.agent.balancer.edge.proxy.requests.Surroundings;
import dev.slipway.agent.host.Epoch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All pools, and who may change them.
 *
 * <p>Changes are made one after the other, and each is on the disk before it is acknowledged.
 */
final class Registry {
  private final String generation;
  private final StateFile file;
  private final Listeners listeners;
  private final Surroundings surroundings;
  private final Set<InetSocketAddress> own;
  private Optional<Epoch> epoch = Optional.empty();
  // Read by the threads that serve, so it is swapped and never changed.
  private volatile Map<String, Pool> pools = Map.of();
  private volatile Map<InetSocketAddress, List<Pool>> byAddress = Map.of();

  Registry(
      String generation,
      StateFile file,
      Listeners listeners,
      Surroundings surroundings,
      List<InetSocketAddress> own) {
    this.generation = generation;
    this.file = file;
    this.listeners = listeners;
    this.surroundings = surroundings;
    this.own = Set.copyOf(own);
  }

  /** Takes up where the last process ended. */
  synchronized void restore(StateFile.Kept kept) throws IOException {
    epoch = kept.epoch();
    var restored = new LinkedHashMap<String, Pool>();
    for (var spec : kept.pools()) {
      restored.put(spec.name(), new Pool(spec, surroundings::nanos));
    }
    pools = restored;
    routeAnew();
    for (var address : own) {
      listen(address);
    }
    for (var spec : kept.pools()) {
      var address = spec.listen().flatMap(ListenAddress::parse);
      if (address.isPresent() && !listeners.has(address.get())) {
        listen(address.get());
      }
    }
  }

  Response answer(Request request) {
    return switch (request) {
      case Request.Status() -> now(List.copyOf(pools.values()));
      case Request.Observe(var name) -> observe(name);
      case Request.Make(var by, var spec) -> make(by, spec);
      case Request.TakeOver(var by) -> takeOver(by);
      case Request.Forget(var by, var name) -> forget(by, name);
    };
  }

  private Response observe(String name) {
    return Optional.ofNullable(pools.get(name))
        .<Response>map(pool -> now(List.of(pool)))
        .orElseGet(() -> unknown(name));
  }

  private synchronized Response make(Epoch by, PoolSpec spec) {
    var refusal = refusal(by);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var address = spec.listen().flatMap(ListenAddress::parse);
    if (spec.listen().isPresent() && address.isEmpty()) {
      return new Response.Refused(
          Code.BAD_REQUEST,
          "'%s' is no address to listen on; write it like 0.0.0.0:8080"
              .formatted(spec.listen().get()));
    }
    boolean opened = false;
    try {
      if (address.isPresent() && !listeners.has(address.get())) {
        listen(address.get());
        opened = true;
      }
      file.save(new StateFile.Kept(Optional.of(by), specsWith(spec)));
    } catch (IOException e) {
      if (opened) {
        listeners.close(address.get());
      }
      return failed(spec, e);
    }
    epoch = Optional.of(by);
    var pool = apply(spec);
    serve();
    return now(List.of(pool));
  }

  private static Response failed(PoolSpec spec, IOException e) {
    return new Response.Refused(
        Code.FAILED,
        "pool '%s' was not changed: %s"
            .formatted(spec.name(), e.getMessage() == null ? e.toString() : e.getMessage()));
  }

  private List<PoolSpec> specsWith(PoolSpec spec) {
    var specs = new LinkedHashMap<String, PoolSpec>();
    pools.forEach((name, pool) -> specs.put(name, pool.spec()));
    specs.put(spec.name(), spec);
    return List.copyOf(specs.values());
  }

  private Pool apply(PoolSpec spec) {
    var known = pools.get(spec.name());
    if (known != null) {
      known.apply(spec);
      return known;
    }
    var made = new Pool(spec, surroundings::nanos);
    var more = new LinkedHashMap<>(pools);
    more.put(spec.name(), made);
    pools = more;
    return made;
  }

  private synchronized Response takeOver(Epoch by) {
    boolean older = epoch.filter(known -> isNewer(known, by)).isPresent();
    return older ? stale(by) : keep(by, pools);
  }

  private synchronized Response forget(Epoch by, String name) {
    var refusal = refusal(by);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var pool = pools.get(name);
    if (pool == null) {
      return unknown(name);
    }
    if (pool.serves()) {
      return new Response.Refused(
          Code.FAILED, "pool '%s' still has members that serve; drain them first".formatted(name));
    }
    var fewer = new LinkedHashMap<>(pools);
    fewer.remove(name);
    return keep(by, fewer);
  }

  private Response keep(Epoch by, Map<String, Pool> wanted) {
    try {
      var specs = wanted.values().stream().map(Pool::spec).toList();
      file.save(new StateFile.Kept(Optional.of(by), specs));
    } catch (IOException e) {
      return new Response.Refused(Code.FAILED, "nothing was changed: " + e);
    }
    epoch = Optional.of(by);
    pools = wanted;
    serve();
    return now(List.copyOf(wanted.values()));
  }

  /** Serves what is wanted now, and closes addresses that nobody uses any more. */
  private void serve() {
    routeAnew();
    var used = new HashSet<>(own);
    used.addAll(byAddress.keySet());
    listeners.keep(used);
  }

  private Optional<Response> refusal(Epoch by) {
    if (epoch.isEmpty()) {
      return Optional.empty();
    }
    var known = epoch.get();
    if (!known.store().equals(by.store())) {
      return Optional.of(
          new Response.Refused(
              Code.FOREIGN_STORE,
              "the edge obeys the agent with store '%s', not '%s'; if that one is gone, run"
                      .formatted(known.store(), by.store())
                  + " `slipway takeover`"));
    }
    return isNewer(known, by) ? Optional.of(stale(by)) : Optional.empty();
  }

  private static boolean isNewer(Epoch known, Epoch by) {
    return known.store().equals(by.store()) && known.counter() > by.counter();
  }

  private Response stale(Epoch by) {
    return new Response.Refused(
        Code.STALE_EPOCH,
        "epoch %d is over, %d has been here; another agent has taken the work up"
            .formatted(by.counter(), epoch.orElseThrow().counter()));
  }

  private Response unknown(String name) {
    return new Response.Refused(
        Code.UNKNOWN_POOL, "pool '%s' is not there; known are %s".formatted(name, pools.keySet()));
  }

  private Response now(List<Pool> shown) {
    return new Response.Now(generation, epoch(), shown.stream().map(Pool::view).toList());
  }

  private synchronized Optional<Epoch> epoch() {
    return epoch;
  }

  private void listen(InetSocketAddress address) throws IOException {
    try {
      listeners.open(address, new Frontend(surroundings, host -> route(address, host)));
    } catch (IOException e) {
      throw new IOException("cannot listen on %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  /**
   * The pool called like the host, else the oldest one: so a single pool gets everything, and a
   * second one takes nothing away from the first but its own name.
   */
  private Optional<Pool> route(InetSocketAddress address, String host) {
    var here = byAddress.getOrDefault(address, List.of());
    for (var pool : here) {
      if (here.size() > 1 && pool.name().equalsIgnoreCase(host)) {
        return Optional.of(pool);
      }
    }
    return here.isEmpty() ? Optional.empty() : Optional.of(here.getFirst());
  }

  /** Works out once for every change what each request would have to. */
  private void routeAnew() {
    var routes = new HashMap<InetSocketAddress, List<Pool>>();
    for (var pool : pools.values()) {
      var address = pool.spec().listen().flatMap(ListenAddress::parse);
      var addresses = pool.spec().listen().isEmpty() ? own : Set.copyOf(address.stream().toList());
      addresses.forEach(at -> routes.computeIfAbsent(at, _ -> new ArrayList<>()).add(pool));
    }
    byAddress = routes;
  }

  List<Pool> all() {
    return List.copyOf(pools.values());
  }

  long nanos() {
    return surroundings.nanos();
  }
}
