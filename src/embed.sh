#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: embed.sh FILE: its bytes as C numbers on stdout (see meson.build).
set -eu
[ -s "$1" ] || { echo "embed.sh: $1: empty or not there" >&2 && exit 1; }
od -An -v -tu1 "$1" | sed 's/[0-9][0-9]*/&,/g'
