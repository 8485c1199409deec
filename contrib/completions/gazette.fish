# Completion of gazette(1) for fish. gazette itself knows what may come.

function __gazette_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        if string match -q ":files*" -- $line
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c gazette -f -a '(__gazette_complete)'
