# Sourced by the launchers, for POSIX shells: looks for a JDK of the wanted release or a newer one where people keep them.

java_release_min=25

# A JDK says its release in a file, so that none has to be started to ask.
java_release() {
  sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

java_fits() {
  [ -x "$1/bin/java" ] || return 1
  release=$(java_release "$1")
  [ -n "$release" ] && [ "$release" -ge "$java_release_min" ]
}

# Prints the home of the first that fits and has the program that the argument names.
find_java() {
  on_path=$(command -v java || :)
  if [ -n "$on_path" ]; then
    on_path=$(readlink -f "$on_path" || :)
    on_path=${on_path%/bin/java}
  fi
  for java_home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* /opt/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if java_fits "$java_home" && [ -x "$java_home/bin/$1" ]; then
      printf '%s\n' "$java_home"
      return
    fi
  done
  cat >&2 <<MESSAGE
slipway: no JDK $java_release_min or newer found in JAVA_HOME, on PATH, or below /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt.
Install one and run this again, for example from https://adoptium.net/installation/, or with https://sdkman.io:
    sdk install java $java_release_min-tem
MESSAGE
  return 1
}
