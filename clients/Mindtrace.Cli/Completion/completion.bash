# Completes mindtrace in bash: source <(mindtrace completion bash)
_mindtrace() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(mindtrace "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _mindtrace mindtrace
