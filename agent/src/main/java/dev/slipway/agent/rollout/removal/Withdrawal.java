package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Grounds;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Host;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes hosts that a deployment has no more off its balancers, and stops what runs there.
 *
 * <p>A host may only have got another name and address, so nothing is done about one that turns out
 * to be a host of the deployment.
 */
public final class Withdrawal {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Deployment present;
  private final Departed departed;
  private final Grounds grounds;
  private final Deliveries deliveries;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Signal end;

  /**
   * Makes a withdrawal.
   *
   * @param deliveries what the former deployment may have left there
   * @param end cuts it short; what is done stays done
   */
  public Withdrawal(
      Deployment present,
      Departed departed,
      Grounds grounds,
      Deliveries deliveries,
      Epoch epoch,
      Waiter waiter,
      Signal end) {
    this.present = present;
    this.departed = departed;
    this.grounds = grounds;
    this.deliveries = deliveries;
    this.epoch = epoch;
    this.waiter = waiter;
    this.end = end;
  }

  /** Does it; returns what could not be done and why, which is nothing when all is gone. */
  public List<String> run() {
    Deployment all = departed.besides(present);
    try (Ground ground = grounds.open(all, epoch)) {
      List<String> same = stillHere(ground);
      List<String> left = same.isEmpty() ? leaveBalancers(all, ground) : same;
      return left.isEmpty() ? stop() : left;
    }
  }

  private List<String> leaveBalancers(Deployment all, Ground ground) {
    return new BalancerExit(departed::has, epoch, waiter, end)
        .leave(all.fleet().application().roles(), ground);
  }

  private List<String> stop() {
    Deployment former = departed.unfronted();
    try (Ground ground = grounds.open(former, epoch)) {
      return new Removal(former, departed::has, ground, deliveries, epoch, waiter, end).run();
    }
  }

  /** Returns which of them are hosts of the deployment under another name, or may be. */
  private List<String> stillHere(Ground ground) {
    Map<String, String> gone = new HashMap<>();
    departed
        .all()
        .forEach(host ->
            whereabouts(ground, departed.former(), host)
                .ifPresent(at -> gone.put(at, host.name())));
    return gone.isEmpty()
        ? List.of()
        : hosts(present).flatMap(host -> obstacle(ground, host, gone).stream()).toList();
  }

  private Optional<String> obstacle(Ground ground, Host host, Map<String, String> gone) {
    Optional<String> at = whereabouts(ground, present, host);
    return at.isEmpty()
        ? Optional.of("%s cannot be asked whether it is the same machine".formatted(host))
        : Optional.ofNullable(gone.get(at.get()))
            .map(name -> "%s is %s under another name and address".formatted(name, host));
  }

  private static Stream<Host> hosts(Deployment deployment) {
    return deployment.fleet().hosts().values().stream().flatMap(List::stream).distinct();
  }

  /** Returns what tells the application's directory on a host from that on every other machine. */
  private static Optional<String> whereabouts(Ground ground, Deployment deployment, Host host) {
    var boot = Command.of("cat", "/proc/sys/kernel/random/boot_id");
    var directory = Command.of("stat", "-L", "-c", "%d:%i", deployment.deployPath(host));
    return output(ground, host, boot)
        .flatMap(life -> output(ground, host, directory).map(inode -> life + inode));
  }

  private static Optional<String> output(Ground ground, Host host, Command command) {
    return ground.machine(host).run(command, PATIENCE)
                instanceof Reply.Exited(var status, var output, var _, var _)
            && status == 0
            && !output.isBlank()
        ? Optional.of(output)
        : Optional.empty();
  }
}
