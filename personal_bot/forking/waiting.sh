# What a launcher becomes while its bot runs: it passes signals on to the bot and ends as the bot
# ended.
#
# Arguments: the bot's PID; the descriptor of the fork server's socket, where `exit` and the bot's
# wait status arrive as the last line; and the launcher's command for what a shell cannot do: find
# out how the bot ended when the fork server is gone, and ask for a fresh one.
bot=$1 socket=$2
shift 2

# The bot holds that socket too. Whatever it writes there, it ends nobody but itself: a line without
# end meets this limit, in KB.
ulimit -S -v 65536
go_on() {
    ulimit -S -v "$(ulimit -H -v)"
    exec "$@"
}

forward() {
    kill -s "$1" "$bot" 2>/dev/null
    forwarded=yes
}
for name in TERM INT HUP QUIT USR1 USR2; do
    trap "forward $name" "$name"
done

forwarded=
until read -r _ status <&"$socket"; do
    [ "$forwarded" ] || go_on "$@" # end of file
    forwarded=
done
trap - TERM INT HUP QUIT USR1 USR2

case $status in '' | *[!0-9]*) exit 1 ;; esac # arithmetic would run what it is given
[ "$((status >> 8))" -ne 75 ] || go_on "$@" # ExitCode.RENEWED
number=$((status & 127))
[ "$number" -eq 0 ] || kill "-$number" $$
exit "$((status >> 8))"
