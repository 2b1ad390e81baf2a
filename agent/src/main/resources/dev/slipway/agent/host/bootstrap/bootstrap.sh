# Every line of the list below makes one thing true, and says so only if it was not true before.

PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
umask 022

changes=0 faults=0 check=''

# changing WHAT: says what is changed; fails if nothing is to be changed.
changing() {
  changes=$((changes + 1))
  if [ -n "$check" ]; then
    printf 'would change: %s\n' "$*"
    return 1
  fi
  printf 'changed: %s\n' "$*"
}

lacks() {
  faults=$((faults + 1))
  printf 'lacks: %s\n' "$*"
}

cannot() {
  printf 'cannot: %s\n' "$*"
  exit 1
}

is_root() {
  [ "$(id -u)" = 0 ]
}

known() {
  id -u -- "$1" >/dev/null 2>&1
}

# login NAME: an account that logs in with keys only.
login() {
  known "$1" && return
  changing "the user $1, who logs in with keys only" || return 0
  if command -v useradd >/dev/null 2>&1; then
    useradd --create-home --shell /bin/sh --password '*' -- "$1" || cannot "add the user $1"
  else
    { adduser -D -s /bin/sh "$1" && printf '%s:*\n' "$1" | chpasswd -e; } >/dev/null ||
      cannot "add the user $1"
  fi
}

# service_account NAME GROUP: an account that programs run as, and nobody logs in to.
service_account() {
  if ! grep -q "^$2:" /etc/group && ! getent group "$2" >/dev/null 2>&1 && changing "the group $2"; then
    groupadd --system -- "$2" 2>/dev/null || addgroup -S "$2" || cannot "add the group $2"
  fi
  known "$1" && return
  changing "the user $1, whom programs run as" || return 0
  if command -v useradd >/dev/null 2>&1; then
    useradd --system --no-create-home --home-dir / --shell /usr/sbin/nologin --gid "$2" -- "$1" ||
      cannot "add the user $1"
  else
    adduser -S -D -H -h / -s /sbin/nologin -G "$2" "$1" || cannot "add the user $1"
  fi
}

# member USER GROUP
member() {
  case " $(id -Gn -- "$1" 2>/dev/null) " in *" $2 "*) return ;; esac
  changing "$1 is a member of the group $2" || return 0
  usermod -a -G "$2" -- "$1" 2>/dev/null || addgroup "$1" "$2" || cannot "add $1 to the group $2"
}

# group_of USER: prints the user's own group.
group_of() {
  id -gn -- "$1" 2>/dev/null || printf '%s\n' "$1"
}

# directory USER GROUP MODE PATH
directory() {
  is_straight "$4" || return 0
  is_as "$4" "$1" "$2" "$3" && [ -d "$4" ] && return
  changing "the directory $4 of $1:$2 with mode $3" || return 0
  { mkdir -p -- "$4" && owned "$1" "$2" "$3" "$4"; } || cannot "make the directory $4"
}

# file USER GROUP MODE PATH: an empty file where there is none.
file() {
  is_straight "$4" || return 0
  [ -f "$4" ] && is_as "$4" "$1" "$2" "$3" && return
  changing "the file $4 of $1:$2 with mode $3" || return 0
  { touch -- "$4" && owned "$1" "$2" "$3" "$4"; } || cannot "make the file $4"
}

# Only root may say that a path leads elsewhere, for root is who follows it here.
is_straight() {
  on=$1
  until [ "$on" = / ]; do
    if [ -L "$on" ] && { [ "$on" = "$1" ] || [ "$(stat -c %U -- "$on")" != root ]; }; then
      lacks "$on is a link; make what it leads to by hand"
      return 1
    fi
    on=$(dirname -- "$on")
  done
}

is_as() {
  [ "$(stat -c '%U %G %a' -- "$1" 2>/dev/null)" = "$2 $3 $4" ]
}

owned() {
  chown -h -- "$1:$2" "$4" && chmod "$3" -- "$4" || return 1
  ! command -v restorecon >/dev/null 2>&1 || restorecon -- "$4" || :
}

# authorized USER LINE KEY: the line stands in the user's authorized_keys, and no other with its key.
authorized() {
  home=$(getent passwd "$1" 2>/dev/null | cut -d : -f 6)
  [ -n "$home" ] || home=/home/$1
  keys=$home/.ssh/authorized_keys
  grep -qxF -e "$2" "$keys" 2>/dev/null &&
    [ "$(grep -cF -e "$3" "$keys")" = 1 ] && return
  changing "$1 is let in with one key by $keys" || return 0
  { [ ! -L "$home/.ssh" ] && [ ! -L "$keys" ]; } || cannot "write $keys: it is a link"
  directory "$1" "$(group_of "$1")" 700 "$home/.ssh"
  rm -f -- "$keys.new"
  # A new file or none: the user could have put a link there.
  (
    set -C
    umask 077
    { grep -vF -e "$3" "$keys" 2>/dev/null; printf '%s\n' "$2"; } >"$keys.new"
  ) || cannot "write $keys"
  { chown -h -- "$1:$(group_of "$1")" "$keys.new" && mv -f -- "$keys.new" "$keys"; } ||
    cannot "write $keys"
}

# sudoers NAME: standard input is what /etc/sudoers.d/NAME says.
sudoers() {
  at=/etc/sudoers.d/$1
  text=$(cat)
  command -v visudo >/dev/null 2>&1 || { lacks "sudo; install it, and run this again" && return; }
  # Older systems keep the service manager in /bin.
  for program in systemctl journalctl rm; do
    [ -x "/usr/bin/$program" ] || [ ! -x "/bin/$program" ] ||
      text=$(printf '%s\n' "$text" | sed "s|/usr/bin/$program|/bin/$program|")
  done
  if ! is_root; then
    sudoers_seen
    return
  fi
  [ "$(cat "$at" 2>/dev/null)" = "$text" ] && is_as "$at" root root 440 && return
  changing "$at, $(printf '%s\n' "$text" | grep -c NOPASSWD) lines for sudo" || return 0
  # A name with a dot is not read by sudo.
  (umask 077 && printf '%s\n' "$text" >"$at.new") || cannot "write $at"
  if ! why=$(visudo -c -f "$at.new" 2>&1); then
    rm -f "$at.new"
    cannot "use these lines for sudo: $why"
  fi
  { chown root:root "$at.new" && chmod 440 "$at.new" && mv -f -- "$at.new" "$at"; } ||
    cannot "write $at"
}

# What a user who may not read the file can tell of it.
sudoers_seen() {
  while IFS= read -r line; do
    case $line in *' NOPASSWD: '*) ;; *) continue ;; esac
    as=${line#*\(} as=${as%%\)*} command=${line#* NOPASSWD: }
    [ "$command" != ALL ] || command=/bin/sh
    # shellcheck disable=SC2046 # the words of the line are those of the command
    set -- $(printf '%s\n' "$command" | sed 's/\\\(.\)/\1/g')
    sudo -n -l -u "${as%:*}" -- "$@" >/dev/null 2>&1 </dev/null || changing "sudoers: $line" || :
  done <<END
$text
END
}

# tool NAME PACKAGE
tool() {
  command -v "$1" >/dev/null 2>&1 || lacks "$1; install $2"
}

# socket_user USER PATH: the user may use a socket that belongs to a group.
socket_user() {
  if [ ! -S "$2" ]; then
    lacks "the socket $2; start what listens there, and run this again"
  elif group=$(stat -c %G -- "$2") && [ "$group" != root ]; then
    member "$1" "$group"
  else
    lacks "a group for the socket $2; give it one with 'group' and mode 660 in its configuration"
  fi
}

# unit NAME: the service manager knows it.
unit() {
  command -v systemctl >/dev/null 2>&1 || return 0
  systemctl cat -- "$1" >/dev/null 2>&1 || lacks "the unit $1; install it"
}

finish() {
  if [ -n "$check" ]; then
    printf '%s to change, %s lacking\n' "$changes" "$faults"
  else
    printf '%s changed, %s lacking\n' "$changes" "$faults"
  fi
  [ "$faults" = 0 ]
}
