# Replaces the launcher while its bot runs: forwards signals to the bot and exits as the bot did.
#
# Arguments: the bot's PID; the descriptor of the fork server's socket, on which `exit` and the
# bot's wait status arrive as the last line; and the launcher's command, for what a shell cannot do:
# find out how the bot ended after the fork server has ended, and request a fresh bot.
bot=$1 socket=$2
shift 2

# The bot holds that socket too, but whatever it writes there can end only the bot itself. This
# memory limit, in KB, stops an endless line.
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

case $status in '' | *[!0-9]*) exit 1 ;; esac # arithmetic would execute what it is given
[ "$((status >> 8))" -ne 75 ] || go_on "$@" # ExitCode.RENEWED
number=$((status & 127))
[ "$number" -eq 0 ] || kill "-$number" $$
exit "$((status >> 8))"
