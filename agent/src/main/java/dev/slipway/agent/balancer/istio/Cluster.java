package dev.slipway.agent.balancer.istio;

/** The API server of one cluster, as far as Istio's objects in one namespace are concerned. */
interface Cluster extends AutoCloseable {

  /** Reads an object. */
  Reply read(Kind kind, String name);

  /** Writes an object, if nobody has written it since it was read; returns it as it is then. */
  Reply write(Kind kind, String name, Kept changed);

  @Override
  void close();

  /** Objects of Istio's group {@code networking.istio.io}. */
  enum Kind {
    VIRTUAL_SERVICE("VirtualService", "virtualservices"),
    DESTINATION_RULE("DestinationRule", "destinationrules");

    private final String singular;
    private final String plural;

    Kind(String singular, String plural) {
      this.singular = singular;
      this.plural = plural;
    }

    String singular() {
      return singular;
    }

    String plural() {
      return plural;
    }
  }

  /** What the API server answers. */
  sealed interface Reply {
    /** This is the object now. */
    record Found(Kept kept) implements Reply {}

    /** Somebody else has written the object since it was read. */
    record Conflict() implements Reply {}

    /** It says no, and asking again is no use. */
    record Refused(String reason) implements Reply {}

    /** It does not answer, or not now. */
    record Unreachable(String reason) implements Reply {}
  }
}
