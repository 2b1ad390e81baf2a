#!/bin/sh
# Slipway's hand on the link that a static site is served from: shows where it points, and points it
# elsewhere by renaming a new link over it, so that nobody ever finds none.
#
#   sh symlink.sh look LINK
#   sh symlink.sh point LINK FROM TO NONCE     FROM: where it points before; empty if there is none
#   sh symlink.sh remove LINK FROM
#
# Needs a POSIX shell and coreutils (or busybox).

set -u
LC_ALL=C
export LC_ALL
umask 022

verb=$1 link=$2
directory=$(dirname -- "$link")

say() {
  printf 'slipway %s\n' "$*"
}

refuse() {
  say refused "$*"
  exit 0
}

look() {
  if [ -L "$link" ]; then
    say link "$(readlink -- "$link")"
  elif [ -d "$link" ]; then
    say foreign a directory
  elif [ -e "$link" ]; then
    say foreign a file
  else
    say none
  fi
}

# Somebody may have been here since the agent looked.
unchanged() {
  [ -L "$link" ] || [ ! -e "$link" ] || refuse "$link is not a link any more"
  [ "$(readlink -- "$link" 2>/dev/null)" = "$1" ] || refuse "$link was changed by somebody else"
}

# The command fails with the reason on its error output.
must() {
  reason=$("$@" 2>&1) || refuse "cannot change $link: ${reason:-$1 failed}"
}

case $verb in
  look) ;;
  point)
    unchanged "$3"
    [ -d "$4" ] || refuse "there is no directory at $4"
    new=$link.slipway-$5
    must ln -s -- "$4" "$new"
    reason=$(mv -fT -- "$new" "$link" 2>&1) || {
      rm -f -- "$new"
      refuse "cannot change $link: $reason"
    }
    must sync "$directory"
    ;;
  remove)
    unchanged "$3"
    must rm -f -- "$link"
    must sync "$directory"
    ;;
  *) refuse "unknown verb $verb" ;;
esac
look
