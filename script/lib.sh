# shellcheck shell=bash
# What script/demo, script/test and .ci/run share: finding Rust, installing packages by apt.
# Sourced, never run. Changes to the checkout, so that the scripts work from any directory.

called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Stops unless the Rust that Cargo.toml names as `rust-version`, or a newer one, is there.
need_rust() {
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    find_cargo
    if ! have cargo || ! found=$(rustc --version 2>/dev/null); then
        say "Rust is absent: Sutler needs Rust $wanted or newer, with cargo."
        die "Install it from https://rustup.rs, then run this again."
    fi
    found=$(printf '%s' "$found" | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$wanted" "${found%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
        say "Rust is too old: Sutler needs Rust $wanted or newer, $(command -v rustc) is $found."
        die "Update it (rustup update stable), then run this again."
    fi
}

# sudo has a PATH of its own, and a fresh rustup stands in no running shell's.
find_cargo() {
    local home
    have cargo && return
    for home in "${HOME:-}" "$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)"; do
        if [ -x "$home/.cargo/bin/cargo" ]; then
            export PATH="$home/.cargo/bin:$PATH"
            # The toolchain is the caller's; what cargo itself writes goes to our own home.
            export RUSTUP_HOME="${RUSTUP_HOME:-$home/.rustup}"
            return
        fi
    done
}

# The folder of initdb and postgres. Debian keeps them off the PATH, one folder a version.
postgres_bin() {
    local newest
    newest=$(command -v initdb || printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$newest" ] && dirname "$newest"
}

is_there() {
    case $1 in
        postgresql) postgres_bin >/dev/null ;;
        python3-venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
        nodejs) have node ;;
        *) have "$1" ;;
    esac
}

# Takes programs (cc chromium chromedriver redis-server postgresql) and installs what is missing.
# Elsewhere than on Debian 12 it names what is missing, and stops.
need_programs() {
    local program missing=() packages=()
    for program in "$@"; do
        is_there "$program" && continue
        missing+=("$program")
        case $program in
            chromium) packages+=(chromium chromium-sandbox) ;; # without it some kernels let only root start it
            chromedriver) packages+=(chromium-driver) ;;
            cc) packages+=(gcc libc6-dev) ;;
            *) packages+=("$program") ;;
        esac
    done
    [ ${#missing[@]} = 0 ] && return
    if ! grep -qs '^ID=debian$' /etc/os-release || ! grep -qs '^VERSION_ID="12"$' /etc/os-release; then
        say "Sutler needs on the PATH: $*"
        die "Missing: ${missing[*]}. Only on Debian 12 this script installs them; please install them and run it again."
    fi
    if [ "$(id -u)" != 0 ] && ! have sudo; then
        die "Missing: ${missing[*]}. Run this as root or with sudo, or install these packages: ${packages[*]}"
    fi
    install_packages "${packages[@]}"
    for program in "${missing[@]}"; do
        is_there "$program" || die "apt-get installed ${packages[*]}, but $program is still missing."
    done
}

install_packages() {
    local log package version others status=0
    say "Installing by apt: $*"
    log=$(mktemp)
    apt_install "$@" >"$log" 2>&1 || status=$?
    if [ $status != 0 ]; then cat "$log" >&2; fi
    others=$(grep -c '^Setting up ' "$log" || true)
    rm -f "$log"
    if [ $status != 0 ]; then die "apt-get could not install: $*"; fi
    for package in "$@"; do
        version=$(dpkg-query --show --showformat='${Version}' "$package")
        say "  $package $version"
    done
    say "  $others packages with those that they depend on"
}

# Debian starts and enables the services of the packages that it installs; nobody asked for those.
# A policy-rc.d that says 101 forbids the start, `systemctl disable` the start at the next boot.
apt_install() {
    local policy=/usr/sbin/policy-rc.d ours='' package status=0
    # An update that fails for one source may still be enough for these packages.
    as_root apt-get update || true
    if [ ! -e $policy ]; then
        ours=yes
        # shellcheck disable=SC2064 # $policy is local: it is gone when the trap runs.
        trap "as_root rm -f $policy" EXIT
        as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" || status=$?
    if [ "$ours" ]; then
        as_root rm -f $policy
        trap - EXIT
    fi
    if [ -d /run/systemd/system ]; then
        for package in "$@"; do
            case $package in
                postgresql | redis-server) as_root systemctl disable --now "$package" || true ;;
            esac
        done
    fi
    return $status
}

# Under sudo only the installing is done by root: what is built belongs to the owner of the checkout.
# Takes the script's own arguments.
leave_root() {
    if [ "$(id -u)" = 0 ] && [ "${SUDO_USER:-root}" != root ] && [ "$(stat -c %U .)" = "$SUDO_USER" ]; then
        cd "$called_from" || exit
        exec sudo -u "$SUDO_USER" -H -- "${BASH_SOURCE[1]}" "$@"
    fi
}
