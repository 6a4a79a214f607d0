# Completes mindtrace in zsh: source <(mindtrace completion zsh), after compinit
_mindtrace() {
  local -a names
  names=("${(@f)$(mindtrace "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
  compadd -- $names
}
compdef _mindtrace mindtrace
