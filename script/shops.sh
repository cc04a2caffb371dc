# shellcheck shell=bash
# The real shops against which the recipes are tested, from their own packages, in target/tools. Sourced by
# script/test after lib.sh, never run. What is installed and filled once is kept; the stamp says what it was
# made of.

oscar_packages=('django-oscar[sorl-thumbnail]==4.2.1' 'Django==5.2.*' easy-thumbnails Pillow pycountry)
evershop_packages=('@evershop/evershop@2.2.1' concat-stream@2)
shop_files=scrapers/tests/shops
shop_limit=900 # seconds for one step of an installation

# True when the shop in the folder was made of the same packages and files.
is_made_of() { [ -e "$1/stamp" ] && [ "$(cat "$1/stamp")" = "$2" ]; }

made_of() {
    printf '%s\n' "$@" | sha256sum | cut -d' ' -f1
}

# Runs an installation quietly; its output is shown when it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! timeout "$shop_limit" "$@" >"$log" 2>&1; then
        cat "$log" >&2
        die "Failed: $*"
    fi
    rm -f "$log"
}

# A client program of PostgreSQL; the packages put them beside the server's.
postgres_client() {
    local newest
    newest=$(command -v "$1" || printf '%s\n' /usr/lib/postgresql/*/bin/"$1" | sort -V | tail -n 1)
    [ -x "$newest" ] && printf '%s\n' "$newest"
}

# Django-Oscar: a virtual environment, and a database that each test copies.
need_oscar() {
    local folder stamp
    folder=$(readlink -m "${CARGO_TARGET_DIR:-target}/tools/oscar")
    stamp=$(made_of "${oscar_packages[@]}" "$(cat $shop_files/oscar/{settings,urls,seed}.py)")
    export SUTLER_TEST_OSCAR=$folder
    is_made_of "$folder" "$stamp" && return
    need_programs python3 python3-venv
    say "Installing Django-Oscar into $folder"
    rm -rf "$folder"
    mkdir -p "$folder/seed"
    quietly python3 -m venv "$folder/venv"
    quietly "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "${oscar_packages[@]}"
    (
        export SHOP_FOLDER=$folder/seed DJANGO_SETTINGS_MODULE=settings PYTHONDONTWRITEBYTECODE=1
        PYTHONPATH=$(readlink -f $shop_files/oscar)
        export PYTHONPATH
        quietly "$folder/venv/bin/python" -m django migrate --verbosity 0
        quietly "$folder/venv/bin/python" -m django oscar_populate_countries --initial-only
        quietly "$folder/venv/bin/python" -W ignore $shop_files/oscar/seed.py
    )
    printf '%s\n' "$stamp" >"$folder/stamp"
}

# EverShop's own settings, with the database of that name on the tests' PostgreSQL.
evershop_environment() {
    local name
    # shellcheck disable=SC2154 # script/test sets it.
    export DB_HOST=127.0.0.1 DB_PORT=$postgres_port DB_NAME=$1 DB_USER=postgres DB_PASSWORD=none DB_SSLMODE=disable
    export NODE_ENV=production SUPPRESS_NO_CONFIG_WARNING=1
    for name in JWT_ADMIN_SECRET JWT_ADMIN_REFRESH_SECRET JWT_CUSTOMER_SECRET JWT_CUSTOMER_REFRESH_SECRET \
        ORDER_TRACKING_TOKEN_SECRET; do
        export "$name=$name only for tests on loopback $name"
    done
}

# Node.js 20 or newer, from the machine or as a package in the folder.
evershop_node() {
    local major=0
    if have node; then major=$(node --version | sed 's/^v\([0-9]*\).*/\1/'); fi
    if [ "$major" -ge 20 ]; then command -v node; else printf '%s\n' "$1/node_modules/node/bin/node"; fi
}

# EverShop: packages, its built pages, and a database that each test copies. Needs PostgreSQL running.
need_evershop() {
    local folder stamp psql dump packages=("${evershop_packages[@]}")
    folder=$(readlink -m "${CARGO_TARGET_DIR:-target}/tools/evershop")
    psql=$(postgres_client psql)
    dump=$(postgres_client pg_dump)
    stamp=$(made_of "${packages[@]}" "$(cat $shop_files/evershop/{seed.mjs,loopback.cjs})")
    export SUTLER_TEST_EVERSHOP=$folder SUTLER_TEST_PSQL=$psql
    local postgres=postgres://postgres@127.0.0.1:$postgres_port
    quietly "$psql" -X -q -c 'create database evershop_seed' "$postgres/postgres"
    if ! is_made_of "$folder" "$stamp"; then
        if ! have node || ! have npm; then need_programs nodejs npm; fi
        say "Installing EverShop into $folder; this takes some minutes"
        rm -rf "$folder"
        mkdir -p "$folder"
        printf '{ "private": true }\n' >"$folder/package.json"
        [ "$(evershop_node "$folder")" = "$(command -v node)" ] || packages+=(node@20)
        quietly npm install --prefix "$folder" --no-audit --no-fund --loglevel error "${packages[@]}"
        SUTLER_TEST_NODE=$(evershop_node "$folder")
        (fill_evershop "$folder")
        quietly "$dump" --no-owner --file "$folder/seed.sql" "$postgres/evershop_seed"
        printf '%s\n' "$stamp" >"$folder/stamp"
    else
        quietly "$psql" -X -q -v ON_ERROR_STOP=1 -f "$folder/seed.sql" "$postgres/evershop_seed"
    fi
    SUTLER_TEST_NODE=$(evershop_node "$folder")
    export SUTLER_TEST_NODE
}

# Builds the pages and fills the database by the shop's own means. Only for a subshell.
fill_evershop() {
    local folder=$1 preload server port waiting email=admin@example.test password=right-Pass-1
    preload=$(readlink -f $shop_files/evershop/loopback.cjs)
    local seed
    seed=$(readlink -f $shop_files/evershop/seed.mjs)
    cd "$folder" || exit
    evershop_environment evershop_seed
    quietly "$SUTLER_TEST_NODE" node_modules/.bin/evershop build
    port=$(free_port)
    export PORT=$port EVERSHOP_HOME_URL=http://127.0.0.1:$port
    # In a group of its own, since it starts helpers that outlive it.
    setsid "$SUTLER_TEST_NODE" --require "$preload" node_modules/.bin/evershop start </dev/null >start.log 2>&1 &
    server=$!
    # shellcheck disable=SC2064 # The group of now.
    trap "kill -KILL -- -$server 2>/dev/null || true" EXIT
    for _ in $(seq 120); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        sleep 0.5
    done
    quietly "$SUTLER_TEST_NODE" node_modules/.bin/evershop user:create --email $email --password $password --name Admin
    quietly "$SUTLER_TEST_NODE" node_modules/.bin/evershop seed --all
    quietly "$SUTLER_TEST_NODE" "$seed" "http://127.0.0.1:$port" $email $password
    # Products get their addresses behind the back of whoever stores them.
    for _ in $(seq 240); do
        waiting=$("$SUTLER_TEST_PSQL" -X -A -t -h "$DB_HOST" -p "$DB_PORT" -U postgres -c 'select count(*) from event' evershop_seed)
        [ "$waiting" = 0 ] && return
        sleep 0.5
    done
    die "EverShop does not come to an end with what was stored: $waiting events."
}
