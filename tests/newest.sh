#!/usr/bin/env bash
# The inner loop under a CPython that is newer than those of this machine: the one that Debian's unstable has, with
# its compiler, make and rpmbuild, in a folder of their own, which is made once.
#
#     tests/newest.sh 3.14 [arguments of tests/run.py]        (`make test-newest`)
#
# Run it as the superuser, with debootstrap installed. It takes packages from the mirror that apt is configured with;
# OXIDIST_MIRROR names another. Everything that it mounts is unmounted when it ends.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$1
shift
folder=${OXIDIST_NEWEST:-/var/tmp/oxidist-python-$version}

# The address of the archive that apt installs Debian's own packages from. Security updates have an archive of their own.
apt_mirror() {
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
        awk '$1 == "Debian" { print $2; exit }'
}
mirror=${OXIDIST_MIRROR:-$(apt_mirror)}

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "tests/newest.sh: needs the superuser, and debootstrap (apt-get install debootstrap)" >&2
    exit 1
fi

if [ -z "$mirror" ]; then
    echo "tests/newest.sh: apt has no archive of Debian's: run 'apt-get update', or set OXIDIST_MIRROR to its address" >&2
    exit 1
fi

packages=(
    "python$version" "python$version-venv" "python$version-dev" python3-packaging
    gcc g++ gobjc libc6-dev make patch git binutils elfutils debugedit file procps
    rpm rpm2cpio cpio swig ccache distcc gpg gpg-agent xz-utils bzip2 ca-certificates
    # What the machine's own CPythons, which come along to compare with, are linked with.
    libssl3t64 libffi8 libreadline8t64 libncursesw6 libsqlite3-0 libnsl2
)
if [ ! -e "$folder/complete" ]; then
    rm -rf "$folder"
    debootstrap --variant=minbase unstable "$folder" "$mirror" >/dev/null
    DEBIAN_FRONTEND=noninteractive chroot "$folder" \
        apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
    touch "$folder/complete"
fi

# Within a namespace of its own: no other process sees the mounts.
export folder version
exec unshare --mount bash -euo pipefail -c '
    come_along() {
        mkdir -p "$folder$1"
        mount --rbind "$1" "$folder$1"
    }
    for each in /dev /proc /sys /etc/ssl/certs "$HOME" "$PWD"; do
        come_along "$each"
    done
    cp /etc/resolv.conf "$folder/etc/resolv.conf"
    # What is linked there needs a newer C library than the one here.
    export CARGO_TARGET_DIR="$PWD/target/newest"
    exec chroot "$folder" "$PWD/.venv/bin/python" "$PWD/tests/run.py" --python "$version" "$@"
' newest "${@:---only=python}"
