# Completion of `jupyter ci` and `jupyter-ci` for bash.
_jupyter_ci() {
  local first=1
  [[ ${COMP_WORDS[0]} == jupyter ]] && first=2
  if [[ ${COMP_WORDS[0]} == jupyter && ${COMP_WORDS[1]} != ci ]]; then
    [[ $COMP_CWORD == 1 ]] && mapfile -t COMPREPLY < <(compgen -W ci -- "${COMP_WORDS[1]}")
    return
  fi
  mapfile -t COMPREPLY < <(
    jupyter-ci --complete "${COMP_WORDS[@]:first:COMP_CWORD-first+1}" 2>/dev/null
  )
}
complete -o default -F _jupyter_ci jupyter-ci jupyter
