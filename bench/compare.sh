#!/bin/sh
# Every strategy behind every balancer that can carry it: one deployment and one way back each, on
# local hosts with real requests. Prints the table, and writes it into docs/comparison.md.
#
#   bench/compare.sh [STRATEGY|BALANCER]...
#
# Words choose a part, as in `bench/compare.sh canary edge`; a part is printed and not written.
# Needs haproxy, nginx and git (apt-get install haproxy nginx git). The whole has about two
# dozen races of half a minute each, after the build. Listens on loopback addresses only.
set -eu

cd "$(dirname "$0")/.."
for program in haproxy nginx git; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || {
    echo "bench/compare.sh: $program is not installed; apt-get install haproxy nginx git" >&2
    exit 2
  }
done

# An agent that has run for days compiles nothing any more; one that has just begun would do so on
# the processors that are measured.
SLIPWAY_COMPARE=$* SLIPWAY_REQUIRE_SERVERS=true exec ./mvnw -q -B -ntp -pl agent -am test \
  "-Dtest.jvm=-XX:+UseSerialGC -XX:TieredStopAtLevel=1" \
  -Dtest=ComparisonBenchmark -Dsurefire.failIfNoSpecifiedTests=false
