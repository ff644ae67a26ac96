#compdef jupyter-ci jupyter
# Completion of `jupyter ci` and `jupyter-ci` for zsh.
_jupyter_ci() {
  local first=2
  if [[ ${words[1]} == jupyter ]]; then
    if [[ ${words[2]} != ci || $CURRENT == 2 ]]; then
      compadd ci
      _default
      return
    fi
    first=3
  fi
  local -a found
  found=("${(@f)$(jupyter-ci --complete "${(@)words[first,CURRENT]}" 2>/dev/null)}")
  compadd -a found
  (( ${#found} )) || _files
}
(( $+functions[compdef] )) && compdef _jupyter_ci jupyter-ci jupyter
