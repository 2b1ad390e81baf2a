package dev.slipway.strategies.fleet;

/** How people are told which instance is meant: by its host, and by its role where several are. */
public enum Naming {
  /** {@code web1}: the application has one role. */
  BY_HOST,
  /** {@code worker on job1}: it has several. */
  BY_ROLE;

  /** Returns the naming that an application with so many roles needs. */
  public static Naming ofRoles(int roles) {
    return roles > 1 ? BY_ROLE : BY_HOST;
  }

  /** Returns the name of an instance. */
  public String of(Instance instance) {
    return of(instance.role(), instance.toString());
  }

  /** Returns the name of a role's place on a host. */
  public String of(String role, String host) {
    return switch (this) {
      case BY_HOST -> host;
      case BY_ROLE -> "%s on %s".formatted(role, host);
    };
  }

  /** Returns where something is done: {@code on web1}, or {@code for worker on job1}. */
  public String at(Instance instance) {
    return switch (this) {
      case BY_HOST -> "on %s".formatted(instance);
      case BY_ROLE -> "for %s".formatted(of(instance));
    };
  }

  /** Returns whose something is: nothing, or {@code of worker} behind a blank. */
  public String whose(String role) {
    return switch (this) {
      case BY_HOST -> "";
      case BY_ROLE -> " of " + role;
    };
  }

  /** Returns a sentence or title that is about one role: {@code worker: batch 1 of 2}. */
  public String about(String role, String text) {
    return switch (this) {
      case BY_HOST -> text;
      case BY_ROLE -> role + ": " + text;
    };
  }
}
