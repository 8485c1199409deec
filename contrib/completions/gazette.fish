# Completion of gazette(1) for fish. gazette itself knows what may come.

function __gazette_complete
    # As they stand on the line, quoted: what they mean is asked for.
    set -l words (commandline -opc | string unescape)
    set -l current (commandline -ct)
    if test -n "$current"
        set -a words (string unescape -- "$current")
    else
        set -a words ""
    end
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        if string match -q ":files*" -- $line
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c gazette -f -a '(__gazette_complete)'
