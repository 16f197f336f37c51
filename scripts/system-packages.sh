#!/usr/bin/env bash
# Provides what the tests need from the system and pip cannot give: PostgreSQL and Chromium.
# As root on a Debian-like machine it installs what is missing; otherwise it says what is
# missing and leaves the decision to the tests, which skip with that reason (or fail under CI=true).
set -euo pipefail

missing=()
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
    missing+=(postgresql)
fi
if [[ -z "${CHROMIUM:-}" ]] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null &&
    ! command -v google-chrome >/dev/null; then
    missing+=(chromium fonts-dejavu-core fonts-noto-color-emoji)
fi
if ((${#missing[@]} == 0)); then
    exit 0
fi

if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "Not found on this machine: ${missing[*]}." >&2
    echo "Tests that need them are skipped. To run them all, install them, for example:" >&2
    echo "    sudo apt-get install ${missing[*]}" >&2
    exit 0
fi

install() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

echo "installing ${missing[*]}"
apt-get -qq update
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    # The tests make clusters of their own; the package shall not make one and start it.
    install postgresql-common
    sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
fi
install "${missing[@]}"
