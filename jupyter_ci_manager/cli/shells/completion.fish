# Completion of `jupyter ci` and `jupyter-ci` for fish.
function __jupyter_ci_complete
    set -l words (commandline -opc) (commandline -ct)
    if test (count $words) -ge 2; and test $words[1] = jupyter
        set -e words[1]
    end
    set -e words[1]
    jupyter-ci --complete $words 2>/dev/null
end
complete -c jupyter-ci -f -a '(__jupyter_ci_complete)'
complete -c jupyter -n '__fish_seen_subcommand_from ci' -f -a '(__jupyter_ci_complete)'
complete -c jupyter -n 'not __fish_seen_subcommand_from ci' -a ci
