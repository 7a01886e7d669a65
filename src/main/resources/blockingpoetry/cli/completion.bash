# Completes the command line of blockingpoetry, in bash and in zsh. Source it, or put it where bash-completion looks:
# /usr/share/bash-completion/completions/blockingpoetry. It was made by "blockingpoetry generate-completion".

if [ -n "${ZSH_VERSION-}" ]; then
    type compdef >/dev/null || { autoload -U +X compinit && compinit; }
    autoload -U +X bashcompinit && bashcompinit
fi

_blockingpoetry() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    # To bash, --option=value is three words.
    if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
    case $before in
    @NAME@) COMPREPLY=($(compgen -W "@DESIGNS@" -- "$word")) ;;
    --log-format) COMPREPLY=($(compgen -W "text json" -- "$word")) ;;
    @FILE@) _blockingpoetry_files -f ;;
    @DIR@) _blockingpoetry_files -d ;;
    @OTHER@) COMPREPLY=() ;;
    *)
        if [ "$COMP_CWORD" -gt 1 ] && [ "${COMP_WORDS[1]}" = get ]; then
            COMPREPLY=($(compgen -W "@GET@" -- "$word"))
        elif [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W "@SERVE@" -- "$word"))
        elif [ "$COMP_CWORD" = 1 ]; then
            _blockingpoetry_files -f -W get
        else
            _blockingpoetry_files -f
        fi
        ;;
    esac
}

_blockingpoetry_files() {
    local file
    COMPREPLY=()
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen "$@" -- "$word")
}

complete -o filenames -F _blockingpoetry blockingpoetry
