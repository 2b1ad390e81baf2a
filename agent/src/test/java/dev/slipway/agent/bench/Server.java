package dev.slipway.agent.bench;

import java.nio.file.Path;

/** A program that the bench runs for real, and the Debian package that brings it. */
public enum Server {
  SSHD("sshd", "openssh-server"),
  SSH("ssh", "openssh-client"),
  SSH_KEYGEN("ssh-keygen", "openssh-client"),
  HAPROXY("haproxy", "haproxy"),
  NGINX("nginx", "nginx"),
  PROMETHEUS("prometheus", "prometheus"),
  GIT("git", "git"),
  STRACE("strace", "strace"),
  DASH("dash", "dash"),
  BASH("bash", "bash"),
  BUSYBOX("busybox", "busybox"),
  PERL("perl", "perl-base"),
  SHELLCHECK("shellcheck", "shellcheck"),
  CAPISTRANO("cap", "capistrano ruby-ed25519 ruby-bcrypt-pbkdf"),
  DOCKER("docker", "docker.io");

  private final String program;
  private final String debianPackage;

  Server(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** Returns where the program is; without it the test is skipped, or fails where CI says so. */
  public Path require() {
    return Requirements.ofThisMachine().require(this);
  }

  String program() {
    return program;
  }

  String howToInstall() {
    return "apt-get install " + debianPackage;
  }
}
