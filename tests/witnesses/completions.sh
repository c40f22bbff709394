#!/usr/bin/env bash
# bash itself completes by the script that `completions bash` prints.
set -euo pipefail
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
source <(systeme-hook completions bash)
compopt() { :; } # it works within a real completion only
function=$(complete -p systeme-hook | grep -o -- '-F [^ ]*' | cut -c4-)

# The last word is the one that is completed; what must be offered comes first.
offers() {
  local wanted=$1
  shift
  COMP_WORDS=(systeme-hook "$@") COMP_CWORD=$# COMPREPLY=()
  "$function" systeme-hook "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  [[ " ${COMPREPLY[*]} " == *" $wanted "* ]] || { echo "systeme-hook $* offers ${COMPREPLY[*]:-nothing}, and not $wanted" >&2; exit 1; }
}

offers listen ''
offers sale send sa
offers all send ''
offers customer.sale.completed send --count 3 optin cust
offers blog-optin events b
offers webinar validate --event w
offers --compact listen --co
offers pt_BR send sale --locale pt
offers fish completions f
echo "bash completes commands, options and events"
