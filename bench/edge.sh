#!/bin/sh
# The edge beside HAProxy: the same clients, the same members, in turns, in one run.
#
# Prints requests a second, CPU time per request and the ratios. Rates of a busy machine say
# little; the ratios and the CPU times are what to compare.
#
#   bench/edge.sh [ROUNDS] [SECONDS]
#
# Needs haproxy and wrk (apt-get install haproxy wrk). Listens on 127.0.0.1:21801 to 21804 only.
set -eu

rounds=${1:-5}
seconds=${2:-4}
cd "$(dirname "$0")/.."
for program in haproxy wrk sha256sum; do
  command -v "$program" >/dev/null || {
    echo "bench/edge.sh: $program is not installed; apt-get install haproxy wrk coreutils" >&2
    exit 2
  }
done

dir=$(mktemp -d)
pids=
clean_up() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap clean_up EXIT INT TERM

limits="maxconn 4000"
times="timeout client 60s
  timeout server 60s
  timeout connect 2s
  timeout http-keep-alive 60s"

cat >"$dir/members.cfg" <<END
global
  $limits
defaults
  mode http
  $times
frontend blue
  bind 127.0.0.1:21801
  http-request return status 200 content-type text/plain string blue
frontend green
  bind 127.0.0.1:21802
  http-request return status 200 content-type text/plain string green
END

cat >"$dir/proxy.cfg" <<END
global
  $limits
defaults
  mode http
  option forwardfor
  $times
listen app
  bind 127.0.0.1:21803
  server blue 127.0.0.1:21801 weight 90
  server green 127.0.0.1:21802 weight 10
END

member() {
  printf '{"name":"%s","address":"127.0.0.1","port":%s,"weight":%s,"state":"SERVING"}' "$@"
}
# The edge takes its pool from its state file: a line of JSON and the digest of that line.
printf '{"epoch":null,"pools":[{"name":"app","listen":null,"members":[%s,%s],"park":null,"check":null}]}' \
  "$(member blue 21801 9000)" "$(member green 21802 1000)" >"$dir/line"
{
  cat "$dir/line"
  echo
  sha256sum <"$dir/line" | cut -d ' ' -f 1
} >"$dir/edge.json"

start() {
  name=$1
  shift
  "$@" >"$dir/$name.log" 2>&1 &
  started=$!
  pids="$pids $started"
}
start members haproxy -db -f "$dir/members.cfg"
start haproxy haproxy -db -f "$dir/proxy.cfg"
haproxy_pid=$started
# shellcheck disable=SC2086 # the command may have arguments
start edge ${SLIPWAY_EDGE:-./slipway edge} \
  --listen 127.0.0.1:21804 --control "$dir/edge.sock" --state "$dir/edge.json"
edge_pid=$started

run() {
  wrk -t1 -c64 -d"$2s" "http://127.0.0.1:$1/"
}

tries=0
until run 21804 1 >"$dir/warm" 2>&1 && grep -q '^Requests/sec: *[1-9]' "$dir/warm"; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || {
    echo "bench/edge.sh: the edge does not answer:" >&2
    cat "$dir/edge.log" >&2
    exit 1
  }
  sleep 1
done

# Clock ticks that a process has used, all of its threads together.
ticks() {
  sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# measure NAME PORT PID: a line "NAME requests errors ticks rate".
measure() {
  before=$(ticks "$3")
  run "$2" "$seconds" >"$dir/wrk"
  after=$(ticks "$3")
  awk -v name="$1" -v used=$((after - before)) '
    / requests in / { requests = $1 }
    /Non-2xx/ { errors += $NF }
    /Socket errors/ { gsub(",", ""); errors += $4 + $6 + $8 + $10 }
    /^Requests\/sec/ { rate = $2 }
    END { print name, requests, errors + 0, used, rate }' "$dir/wrk"
}

# The JVM compiles what is hot before it is measured.
run 21804 "${WARM_UP:-10}" >/dev/null
round=0
while [ "$round" -lt "$rounds" ]; do
  measure haproxy 21803 "$haproxy_pid" >>"$dir/results"
  measure edge 21804 "$edge_pid" >>"$dir/results"
  round=$((round + 1))
done

awk -v hz="$(getconf CLK_TCK)" '
  { requests[$1] += $2; errors[$1] += $3; ticks[$1] += $4; if ($5 > best[$1]) best[$1] = $5 }
  END {
    for (name in requests) cpu[name] = ticks[name] / hz / requests[name] * 1e6
    printf "%-8s %12s %12s %10s %8s\n", "", "best req/s", "requests", "CPU us/req", "errors"
    for (i = split("haproxy edge", names, " "); i > 0; i--) {
      n = names[i]
      printf "%-8s %12.0f %12d %10.1f %8d\n", n, best[n], requests[n], cpu[n], errors[n]
    }
    printf "edge / haproxy: %.2f of the rate, %.2f times the CPU per request\n", \
      best["edge"] / best["haproxy"], cpu["edge"] / cpu["haproxy"]
    exit errors["edge"] > 0
  }' "$dir/results"
