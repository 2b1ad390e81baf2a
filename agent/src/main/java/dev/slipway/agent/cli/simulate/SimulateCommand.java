package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.simulation.Fault;
import dev.slipway.strategies.simulation.Scenario;
import dev.slipway.strategies.simulation.Simulation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway simulate}: what a rollout would look like. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Carries a rollout out on a fleet that exists in memory only, and draws it.",
      "With APP, the fleet and the strategy are those of a config repository."
    },
    footer = {
      "",
      "slipway simulate --strategy=rolling --hosts=10 --kill=web03@2m",
      "slipway simulate --strategy=canary --slots=2 --error-rate=5%%@2m",
      "",
      "Exit code: 0 it was simulated, 3 there are problems or no plan."
    })
public final class SimulateCommand implements Runnable {
  private final Staging staging;
  private final Function<String, RuntimeException> misuse;
  private final Function<String, RuntimeException> invalid;

  @Mixin private FleetOptions fleet = new FleetOptions();
  @Mixin private PaceOptions pace = new PaceOptions();
  @Mixin private DemandOptions demand = new DemandOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", arity = "0..1", paramLabel = "APP", description = "The application.")
  private Optional<String> application = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "The directory that holds slipway.yaml. Default: this one.")
  private Path directory = Path.of(".");

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      defaultValue = "production",
      description = "The environment of APP. Default: ${DEFAULT-VALUE}.")
  private String environment = "";

  @Option(
      names = "--strategy",
      paramLabel = "FILE|NAME",
      description = "The file of a strategy, or the name of one that is built in.")
  private Optional<String> strategy = Optional.empty();

  @Option(
      names = "--kill",
      paramLabel = "HOST@TIME",
      converter = FaultWord.class,
      description = "A host dies so long after the start; may be repeated.")
  private List<Fault.Dies> deaths = new ArrayList<>();

  @Option(
      names = "--sick",
      paramLabel = "HOST",
      description = "The new release never becomes healthy there; may be repeated.")
  private List<String> sick = new ArrayList<>();

  @Option(
      names = {"-o", "--format"},
      paramLabel = "FORMAT",
      description = "text (default), json or svg.")
  private Output output = Output.text;

  @Option(names = "--steps", description = "Tells every step, not only phases.")
  private boolean steps;

  /**
   * Makes the command.
   *
   * @param misuse what is thrown at people whose options make no sense
   * @param invalid what is thrown where a file is wrong or there is no plan
   */
  public SimulateCommand(
      Function<String, RuntimeException> misuse, Function<String, RuntimeException> invalid) {
    this.misuse = misuse;
    this.invalid = invalid;
    this.staging = new Staging(invalid);
  }

  /** How it is printed; the names are what people type. */
  @SuppressWarnings("MemberName") // picocli shows and reads the names of the constants
  enum Output {
    text,
    json,
    svg
  }

  @Override
  public void run() {
    Scenario scenario = scenario();
    switch (Simulation.run(scenario)) {
      case Simulation.Outcome.Refused(var reasons) ->
          throw invalid.apply("there is no plan: " + String.join("; ", reasons));
      case Simulation.Outcome.Told(var account) -> {
        spec.commandLine().getOut().print(printed(new Picture(scenario, account)));
        spec.commandLine().getOut().flush();
      }
    }
  }

  private String printed(Picture picture) {
    return switch (output) {
      case text -> SimulationText.of(picture, steps);
      case json -> SimulationForm.json(picture);
      case svg -> SimulationSvg.of(picture);
    };
  }

  private Scenario scenario() {
    Optional<Deployment> deployment =
        application.map(name -> staging.deployment(directory, environment, name));
    List<Situation> situations =
        deployment
            .map(of -> Staging.situations(of, fleet.running()))
            .orElseGet(() -> List.of(sketched()));
    var scenario =
        new Scenario(
            strategy
                .map(staging::strategy)
                .or(() -> deployment.map(Deployment::strategy))
                .orElseGet(() -> staging.strategy("rolling")),
            situations,
            deployment.map(of -> of.release().procedures()).orElse(Procedures.NONE),
            pace.pace(),
            faults(),
            possible(demand::demand));
    scenario.faults().forEach(fault -> requireHost(scenario, fault.host()));
    return scenario;
  }

  private Situation sketched() {
    return possible(() -> fleet.sketch().situation());
  }

  private <T> T possible(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw misuse.apply(String.valueOf(e.getMessage()));
    }
  }

  private List<Fault> faults() {
    var faults = new ArrayList<Fault>(deaths);
    sick.forEach(host -> faults.add(new Fault.Sickens(host)));
    return faults;
  }

  private void requireHost(Scenario scenario, String host) {
    List<String> names =
        scenario.fleet().hosts().values().stream()
            .flatMap(List::stream)
            .map(String::valueOf)
            .distinct()
            .toList();
    if (!names.contains(host)) {
      throw misuse.apply(
          "there is no host '%s'; the hosts are %s to %s"
              .formatted(host, names.getFirst(), names.getLast()));
    }
  }
}
