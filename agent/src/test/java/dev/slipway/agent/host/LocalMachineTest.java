package dev.slipway.agent.host;

/** Goal: the agent's own machine is one like any other. Method: the contract, on this machine. */
class LocalMachineTest extends MachineContract {
  @Override
  Machine machine() {
    return new LocalMachine("here");
  }
}
