# shellcheck shell=sh
# Prints what sudoers allow this login, on one line behind "sudo", or that sudo is not installed. It changes nothing, but
# sudo logs that it was tried.

if ! command -v sudo >/dev/null; then echo sudo missing
else printf 'sudo %s\n' "$(LC_ALL=C sudo -n -l 2>&1 | tr '\n\t' '  ')"; fi
