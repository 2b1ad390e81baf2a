#!/bin/sh
# Slipway's hand on an nginx: shows its processes and the file that Slipway owns there, and changes
# that file. Nothing is believed for its exit status: new workers are, which are looked for here,
# and what they tell, which the agent asks them.
#
#   sh nginx.sh look FILE PID                              PID: a worker, or 0
#   sh nginx.sh await FILE MASTER TICK                     until workers have begun after that
#   sh nginx.sh owner FILE BECOME [-c CONFIG]              lines of all files that may be about it
#   sh nginx.sh change FILE MASTER BECOME [-c CONFIG]      standard input: the whole new file
#
# Needs a POSIX shell, coreutils (or busybox), grep and sed.

set -u
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
umask 022

PATIENCE=1000 # for new workers, in ticks: ten seconds

say() {
  printf 'slipway %s\n' "$*"
}

# started PID: when a process began, in ticks of the machine's clock.
started() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name in parentheses may hold blanks and parentheses.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s\n' "${20}"
}

title() {
  tr '\0' ' ' <"/proc/$1/cmdline"
}

# master PID: the master of a worker, which is not there if somebody killed it alone.
master() {
  parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
  case $(title "${parent:-0}" 2>/dev/null) in
    'nginx: master process'*) printf '%s\n' "$parent" ;;
    *) return 1 ;;
  esac
}

# workers MASTER: a line for each, with when it began and whether it takes new requests.
workers() {
  grep -lsE "^PPid:[[:space:]]+$1\$" /proc/[0-9]*/status | while read -r status; do
    pid=${status#/proc/}
    pid=${pid%/status}
    case $(title "$pid" 2>/dev/null) in
      'nginx: worker process is shutting down'*) state=leaving ;;
      'nginx: worker process'*) state=working ;;
      *) continue ;;
    esac
    begun=$(started "$pid") || continue
    say worker "$pid" "$begun" "$state"
  done
}

verb_look() {
  if [ "$2" != 0 ] && found=$(master "$2"); then
    say master "$found" "$(started "$found")" "$(started self)"
    workers "$found"
  fi
  [ -e "$1" ] || return 0
  say file
  cat -- "$1"
}

# renewed MASTER TICK: whether whoever takes new requests has begun after that.
renewed() {
  all=$(workers "$1")
  fresh=no
  while read -r _ _ _ begun state; do
    [ "$state" = working ] || continue
    [ "$begun" -gt "$2" ] || return 1
    fresh=yes
  done <<END
$all
END
  [ "$fresh" = yes ]
}

# ask ARGUMENT ...: lets nginx do something, and shows all that it says.
ask() {
  if [ "$become" = sudo ] && [ "$(id -u)" != 0 ]; then
    sudo -n -- nginx "$@" 2>&1
  else
    nginx "$@" 2>&1
  fi
}

end() {
  rm -f -- "$beside/former-$$" "$beside/mine-$$" "$beside/new-$$"
  say end "$*" | tr '\n' ' '
  echo
  exit 0
}

# Puts the former file back, unless another agent has written since.
restore() {
  [ "$(stat -c %i "$file")" != "$(stat -c %i "$beside/mine-$$")" ] ||
    mv -f -- "$beside/former-$$" "$file"
}

place() {
  find "$beside" -maxdepth 1 -type f \( -name 'former-*' -o -name 'mine-*' -o -name 'new-*' \) \
    -mmin +60 -exec rm -f -- {} + 2>/dev/null
  [ -e "$file" ] || : >"$file"
  { cp -p -- "$file" "$beside/former-$$" && cp -p -- "$file" "$beside/new-$$" &&
    cat >"$beside/new-$$" && sync "$beside/new-$$" "$beside/former-$$" &&
    ln -f -- "$beside/new-$$" "$beside/mine-$$" && mv -f -- "$beside/new-$$" "$file" &&
    sync "$(dirname -- "$file")"; } 2>&1
}

# wait_for MASTER TICK: whether they came in time.
wait_for() {
  since=$(started self)
  until renewed "$1" "$2"; do
    [ "$(started self)" -lt "$((since + PATIENCE))" ] || return 1
    sleep 0.05
  done
}

verb_await() {
  beside=$1.slipway
  wait_for "$2" "$3" || end refused "no new workers came"
  end 'done'
}

verb_owner() {
  become=$2 beside=$1.slipway
  shift 2
  said=$(ask -T -q "$@") || end refused "nginx -T fails: $said"
  printf '%s\n' "$said" | grep -E '^# configuration file |slipway|mirror'
  end 'done'
}

verb_change() {
  file=$1 master=$2 become=$3 beside=$1.slipway
  shift 3
  # A change that was begun is ended also when the connection is lost meanwhile.
  trap '' HUP PIPE
  said=$(place) || end refused "$file cannot be written: $said"
  said=$(ask -t -q "$@") || {
    restore
    again=$(ask -t -q "$@") ||
      end refused "nginx -t fails, and does so without the change too: $again"
    end refused "nginx -t fails with the change: $said"
  }
  began=$(started self)
  # A worker that begins after this has another tick.
  sleep 0.02
  said=$(ask "$@" -s reload) || {
    restore
    end refused "nginx -s reload fails: $said"
  }
  wait_for "$master" "$began" || {
    restore
    ask "$@" -s reload >/dev/null
    end refused "nginx -t and -s reload say that all is well, but no new workers came:" \
      "it keeps its former configuration, and its error log says why"
  }
  end 'done'
}

verb=$1
shift
"verb_$verb" "$@"
