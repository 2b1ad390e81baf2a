package dev.slipway.agent.manifest.ansible;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How Ansible reaches a host; of an environment's hosts all must be the same. */
record Connection(String user, String port, String proxyJump, String become) {
  private static final Pattern JUMP =
      Pattern.compile("(?:^|\\s)(?:-J\\s*|-o\\s*['\"]?ProxyJump[= ])([^\\s'\"]+)");

  static Connection of(InventoryHost host) {
    return new Connection(
        host.variable("ansible_user", "ansible_ssh_user").orElse(""),
        host.variable("ansible_port", "ansible_ssh_port").orElse("22"),
        jump(host).orElse(""),
        host.variable("ansible_become")
            .filter(said -> said.equalsIgnoreCase("true") || said.equalsIgnoreCase("yes"))
            .map(_ -> "sudo")
            .orElse("none"));
  }

  private static Optional<String> jump(InventoryHost host) {
    return host.variable("ansible_ssh_common_args", "ansible_ssh_extra_args")
        .map(JUMP::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1));
  }

  /** Returns the mapping as a manifest has it. */
  String text() {
    var text = new StringBuilder("{user: ").append(user.isEmpty() ? "deploy" : user);
    if (!port.equals("22")) {
      text.append(", port: ").append(port);
    }
    if (!proxyJump.isEmpty()) {
      text.append(", proxyJump: \"").append(proxyJump).append('"');
    }
    text.append(", secretRef: {name: deploy-key}");
    return text.append(become.equals("sudo") ? ", become: sudo}" : "}").toString();
  }
}
