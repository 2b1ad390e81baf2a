package dev.slipway.agent.journal;

import static java.util.Map.entry;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Sticky;
import java.util.List;
import java.util.Map;

/**
 * The names under which kinds of data lie in journals.
 *
 * <p>A name is never used for anything else again. When the components of a record change so that
 * old data cannot be read as the new record, it gets the next version, and the old name a reader.
 */
final class WireNames {
  /** Every choice that an event can hold, at any depth. */
  static final List<Class<?>> CHOICES =
      List.of(
          Event.class,
          Outcome.class,
          Step.class,
          Strategy.class,
          Amount.class,
          Canary.Stage.class,
          Goal.Numbers.class,
          Health.class,
          Service.class,
          Nobody.class,
          Rule.Match.class,
          Sticky.Key.class,
          ArtifactSource.class,
          ArtifactSource.Stored.class,
          BalancerSpec.class);

  /** The name of each record that is one of several choices. */
  static final Map<Class<?>, String> NAMES =
      Map.ofEntries(
          entry(Event.RolloutStarted.class, "rollout-started/2"),
          entry(Event.StepStarted.class, "step-started/1"),
          entry(Event.TrafficWanted.class, "traffic-wanted/1"),
          entry(Event.StepEnded.class, "step-ended/1"),
          entry(Event.AbortAsked.class, "abort-asked/1"),
          entry(Event.Approved.class, "approved/1"),
          entry(Event.FormerMeasured.class, "former-measured/1"),
          entry(Event.Turned.class, "turned/2"),
          entry(Event.RolloutEnded.class, "rollout-ended/1"),
          entry(Event.NoticeTried.class, "notice-tried/1"),
          entry(Event.NoticeAnswered.class, "notice-answered/1"),
          entry(Event.RolloutSummarised.class, "rollout-summarised/2"),
          entry(Event.StableDeclared.class, "stable-declared/2"),
          entry(Event.Quarantined.class, "quarantined/1"),
          entry(Event.QuarantineLifted.class, "quarantine-lifted/1"),
          entry(Event.Pinned.class, "pinned/1"),
          entry(Event.Unpinned.class, "unpinned/1"),
          entry(Event.BalancersSettled.class, "balancers-settled/1"),
          entry(Event.SecretsSettled.class, "secrets-settled/1"),
          entry(Event.BalancersSplit.class, "balancers-split/1"),
          entry(Event.BalancersUnited.class, "balancers-united/1"),
          entry(Event.Forgotten.class, "forgotten/1"),
          entry(Event.PreviewAllotted.class, "preview-allotted/1"),
          entry(Event.PortForeign.class, "port-foreign/1"),
          entry(Event.RemovalStarted.class, "removal-started/1"),
          entry(Event.PreviewRemoved.class, "preview-removed/1"),
          entry(Event.HostsLeft.class, "hosts-left/1"),
          entry(Event.HostsCleared.class, "hosts-cleared/1"),
          entry(Event.HostsReturned.class, "hosts-returned/1"),
          entry(Event.TipAccepted.class, "tip-accepted/1"),
          entry(Event.JournalLost.class, "journal-lost/1"),
          entry(Event.StatusPublished.class, "status-published/1"),
          entry(Outcome.Done.class, "done/1"),
          entry(Outcome.Held.class, "held/1"),
          entry(Outcome.PassedOver.class, "passed-over/1"),
          entry(Outcome.Bad.class, "bad/1"),
          entry(Outcome.Errored.class, "errored/1"),
          entry(Outcome.Cut.class, "cut/1"),
          entry(InstanceStep.Stage.class, "stage/1"),
          entry(InstanceStep.Activate.class, "activate/1"),
          entry(InstanceStep.Relink.class, "relink/1"),
          entry(InstanceStep.Clear.class, "clear/1"),
          entry(InstanceStep.Start.class, "start/1"),
          entry(InstanceStep.Stop.class, "stop/1"),
          entry(InstanceStep.Prove.class, "prove/1"),
          entry(InstanceStep.Run.class, "run/1"),
          entry(InstanceStep.Hook.class, "hook/1"),
          entry(TrafficStep.Drain.class, "drain/1"),
          entry(TrafficStep.Admit.class, "admit/1"),
          entry(TrafficStep.Retire.class, "retire/1"),
          entry(TrafficStep.Switch.class, "switch/1"),
          entry(TrafficStep.Shift.class, "shift/2"),
          entry(TrafficStep.WhenNobody.class, "when-nobody/2"),
          entry(WaitStep.AwaitIdle.class, "await-idle/1"),
          entry(WaitStep.Pause.class, "pause/1"),
          entry(WaitStep.AwaitApproval.class, "approval/1"),
          entry(WaitStep.AwaitWebhook.class, "await-webhook/1"),
          entry(WaitStep.Join.class, "join/1"),
          entry(WaitStep.WarmUp.class, "warm-up/1"),
          entry(JudgeStep.Capacity.class, "capacity/2"),
          entry(JudgeStep.Smoke.class, "smoke/1"),
          entry(JudgeStep.Analysis.class, "analysis/1"),
          entry(JudgeStep.Former.class, "former/1"),
          entry(JudgeStep.Call.class, "call-webhook/1"),
          entry(JudgeStep.Watch.class, "watch-webhook/1"),
          entry(JudgeStep.Contested.class, "contested/1"),
          entry(Goal.Numbers.Failures.class, "failures/1"),
          entry(Goal.Numbers.Queries.class, "counting-queries/1"),
          entry(Goal.Numbers.Document.class, "counting-document/1"),
          entry(Goal.Numbers.Values.class, "values-document/1"),
          entry(AbTest.class, "ab-test/1"),
          entry(Rolling.class, "rolling/1"),
          entry(Recreate.class, "recreate/1"),
          entry(BlueGreen.class, "blue-green/3"),
          entry(Canary.class, "canary/1"),
          entry(Canary.Stage.SetWeight.class, "set-weight/1"),
          entry(Canary.Stage.SetCanaryScale.class, "set-canary-scale/1"),
          entry(Canary.Stage.SetHeaderRoute.class, "set-header-route/1"),
          entry(Canary.Stage.SetMirrorRoute.class, "set-mirror-route/1"),
          entry(Canary.Stage.Pause.class, "canary-pause/1"),
          entry(Canary.Stage.AwaitApproval.class, "canary-approval/1"),
          entry(Canary.Stage.Judge.class, "canary-analysis/1"),
          entry(Strategy.Attended.class, "attended/1"),
          entry(Ramped.class, "ramped/1"),
          entry(Shadow.class, "shadow/1"),
          entry(Amount.Count.class, "count/1"),
          entry(Amount.Percent.class, "percent/1"),
          entry(Health.Http.class, "http-health/1"),
          entry(Health.Tcp.class, "tcp-health/1"),
          entry(Health.Exec.class, "exec-health/1"),
          entry(Health.Running.class, "running-health/1"),
          entry(Service.Systemd.class, "systemd/1"),
          entry(Service.Commands.class, "commands/1"),
          entry(Service.Detached.class, "process/1"),
          entry(Service.None.class, "no-service/1"),
          entry(Nobody.Refuse.class, "refuse/1"),
          entry(Nobody.Park.class, "park/1"),
          entry(Rule.Match.Header.class, "header/1"),
          entry(Rule.Match.Cookie.class, "cookie/1"),
          entry(Sticky.Key.Header.class, "by-header/1"),
          entry(Sticky.Key.Cookie.class, "by-cookie/1"),
          entry(Sticky.Key.Issued.class, "by-issued-cookie/1"),
          entry(Sticky.Key.Cleared.class, "cookie-cleared/1"),
          entry(ArtifactSource.Url.class, "url/2"),
          entry(ArtifactSource.Tree.class, "tree/1"),
          entry(ArtifactSource.File.class, "file/1"),
          entry(ArtifactSource.OnHosts.class, "on-hosts/1"),
          entry(ArtifactSource.Configured.class, "configured/1"),
          entry(BalancerSpec.Haproxy.class, "haproxy/2"),
          entry(BalancerSpec.Nginx.class, "nginx/1"),
          entry(BalancerSpec.Edge.class, "edge/1"),
          entry(BalancerSpec.Symlink.class, "symlink/1"),
          entry(BalancerSpec.Istio.class, "istio/1"));

  private WireNames() {}
}
