#!/usr/bin/env bash
# An agent at rest: 20 applications that are as they should be, watched for ten minutes (or $1 seconds).
# Prints heap after a collection, threads, descriptors and journal size at the start and at the end, and
# fails if any of them grew. Needs git and a JDK 25 (for jcmd).
set -euo pipefail

seconds=${1:-600}
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
agent=
finish() {
  [ -z "$agent" ] || kill "$agent" 2>/dev/null || :
  [ -z "$agent" ] || wait "$agent" 2>/dev/null || :
  rm -rf "$work"
}
trap finish EXIT

# shellcheck source=agent/src/main/dist/lib/find-java.sh
. "$top/agent/src/main/dist/lib/find-java.sh"
java_home=$(find_java javac)

config() {
  local repo=$work/config
  git init -q -b main "$repo"
  mkdir -p "$repo"/{environments,apps,releases/page}
  echo hello >"$repo/releases/page/index.html"
  cat >"$repo/slipway.yaml" <<'YAML'
apiVersion: slipway.dev/v1alpha1
kind: Project
metadata: {name: idle}
spec:
  branches: [{match: main, environment: rest}]
YAML
  {
    cat <<'YAML'
apiVersion: slipway.dev/v1alpha1
kind: Environment
metadata: {name: rest}
spec:
  hosts:
YAML
    # Each has an address of its own: rollouts on one host wait for each other.
    for i in $(seq -w 1 20); do echo "    - {name: here$i, address: 127.0.0.1$i, groups: [at$i], local: true}"; done
    echo "  applications:"
    for i in $(seq -w 1 20); do echo "    - {name: page$i, group: at$i}"; done
  } >"$repo/environments/rest.yaml"
  for i in $(seq -w 1 20); do
    cat >"$repo/apps/page$i.yaml" <<YAML
apiVersion: slipway.dev/v1alpha1
kind: Application
metadata: {name: page$i}
spec:
  release: {version: "1", source: {path: releases/page}}
  deployPath: $work/srv/page$i
  service: none
YAML
  done
  git -C "$repo" add . && git -C "$repo" -c user.name=bench -c user.email=bench@localhost commit -qm "Rest"
  git clone -q --bare "$repo" "$work/config.git"
  mkdir -p "$work/state"
  cat >"$work/agent.yaml" <<YAML
apiVersion: slipway.dev/v1alpha1
kind: Agent
spec:
  repositories: [{name: idle, url: "file://$work/config.git", trunk: main, interval: 10s}]
  environments: [{name: rest, repository: idle, refs: [main], hosts: ["127.0.0.*"], local: true, deployPaths: ["$work/srv"]}]
  stateDirectory: "$work/state"
  listen: "127.0.0.1:0"
YAML
}

# heap KiB, threads, descriptors, journal KiB
sample() {
  "$java_home/bin/jcmd" "$agent" GC.run >/dev/null
  local heap threads descriptors journal
  heap=$("$java_home/bin/jcmd" "$agent" GC.heap_info | sed -n 's/.* total .*used \([0-9]*\)K.*/\1/p' | awk '{ all += $1 } END { print all }')
  threads=$(sed -n 's/^Threads:\t//p' "/proc/$agent/status")
  descriptors=$(find "/proc/$agent/fd" | wc -l)
  journal=$(du -sk --apparent-size "$work/state" | cut -f1)
  echo "$heap $threads $descriptors $journal"
}

"$top/slipway" --version # builds what is not built yet
config
"$java_home/bin/java" -XX:+UseSerialGC -Xmx256m --enable-native-access=ALL-UNNAMED \
  -cp "$top/agent/target/slipway/lib/*" dev.slipway.agent.Main agent --config "$work/agent.yaml" \
  >"$work/log" 2>&1 &
agent=$!
for _ in $(seq 600); do
  [ "$(find "$work/srv" -maxdepth 2 -name current 2>/dev/null | wc -l)" -eq 20 ] && break
  sleep 1
done
[ "$(find "$work/srv" -maxdepth 2 -name current | wc -l)" -eq 20 ] || { tail "$work/log"; exit 1; }
sleep 60 # until the first status is published and caches are warm
read -r heap0 threads0 fds0 journal0 <<<"$(sample)"
sleep "$seconds"
read -r heap1 threads1 fds1 journal1 <<<"$(sample)"
printf '%-12s %10s %10s\n' '' start end
printf '%-12s %10s %10s\n' 'heap KiB' "$heap0" "$heap1" threads "$threads0" "$threads1" \
  descriptors "$fds0" "$fds1" 'state KiB' "$journal0" "$journal1"
# A tenth is noise: the collector's and the file system's own book-keeping.
grew() { [ "$2" -gt $(($1 + $1 / 10 + $3)) ]; }
if grew "$heap0" "$heap1" 1024 || grew "$threads0" "$threads1" 2 || grew "$fds0" "$fds1" 2 \
  || grew "$journal0" "$journal1" 64; then
  echo 'something grew' >&2
  exit 1
fi
