package dev.slipway.agent.cli.simulate;

import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.simulation.Account.Stretch;
import dev.slipway.strategies.simulation.Moment;
import dev.slipway.strategies.simulation.Toll;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A simulation as JSON has it. Times are milliseconds since the start, shares are basis points.
 *
 * @param roles by name
 */
record SimulationForm(
    String title,
    String strategy,
    String running,
    String wanted,
    String ending,
    String reason,
    List<String> incomplete,
    long end,
    Map<String, RoleForm> roles,
    List<PartForm> phases) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What became of a role. */
  record RoleForm(
      int hosts,
      int promised,
      int lowest,
      long downtime,
      long mixed,
      Optional<TollForm> toll,
      List<MomentForm> moments) {}

  /** What the new release cost the users; both are left out where that is not so. */
  record TollForm(
      long requests,
      long failed,
      Optional<String> takenBackBy,
      Optional<Long> takenBackAt,
      Optional<Long> backAt) {}

  /** What was so from a moment on. */
  record MomentForm(long at, int serving, Map<String, Integer> shares, Map<String, String> hosts) {}

  /** A phase of the way there, or of a way back. */
  record PartForm(int leg, String phase, long from, long until, String took, String failure) {}

  static String json(Picture picture) {
    var account = picture.account();
    var roles = new LinkedHashMap<String, RoleForm>();
    account.roles().keySet().forEach(role -> roles.put(role, role(picture, role)));
    var form =
        new SimulationForm(
            picture.title(),
            picture.scenario().strategy().name(),
            picture.former().version(),
            picture.target().version(),
            account.ending().text(),
            account.reason(),
            account.incomplete(),
            picture.end().toMillis(),
            roles,
            picture.parts().stream().map(SimulationForm::part).toList());
    return MAPPER.writeValueAsString(form) + "\n";
  }

  private static RoleForm role(Picture picture, String role) {
    var account = picture.account();
    return new RoleForm(
        picture.hosts(role),
        picture.promised(role),
        account.lowest(role).serving(),
        account.downtime(role).toMillis(),
        account.mixed(role).toMillis(),
        picture.toll(role).map(SimulationForm::toll),
        picture.moments(role).stream().map(SimulationForm::moment).toList());
  }

  private static TollForm toll(Toll toll) {
    return new TollForm(
        toll.requests(),
        toll.failed(),
        toll.noticed().map(Stretch::phase),
        toll.noticed().map(at -> at.until().toMillis()),
        toll.back().map(Duration::toMillis));
  }

  private static MomentForm moment(Moment moment) {
    var shares = new LinkedHashMap<String, Integer>();
    moment.shares().forEach((release, share) -> shares.put(release.version(), share.basisPoints()));
    var hosts = new LinkedHashMap<String, String>();
    moment.hosts().forEach((host, look) -> hosts.put(host, word(look)));
    return new MomentForm(moment.at().toMillis(), moment.serving(), shares, hosts);
  }

  private static String word(Moment.Look look) {
    return switch (look) {
      case FORMER -> "former";
      case TARGET -> "target";
      case DRAINING -> "draining";
      case AWAY -> "away";
      case DEAD -> "dead";
    };
  }

  private static PartForm part(Picture.Part part) {
    Duration took = part.until().minus(part.from());
    return new PartForm(
        part.leg(),
        part.name(),
        part.from().toMillis(),
        part.until().toMillis(),
        Durations.text(took),
        part.failure());
  }
}
