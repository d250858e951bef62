#!/usr/bin/env bash
# Whether this computer can run the lab: what must be installed, then a lab on free ports with data of its own that books and releases a device.
# Leaves nothing behind. Exit code: 0 all is well, 1 something has to be mended (a sentence says what and how).
set -u
cd "$(dirname "$0")/.." || exit 1

# The lab of this check is its own, whatever the shell is set up for.
unset DATABASE_URL LAB_TOKEN LAB_HOST LAB_DATA_DIR LAB_DEMO LAB_DEVICE_PORT LAB_WORKFLOW_PORT LAB_UI_PORT LAB_PSQL_PORT LAB_ALLOWED_HOSTS LAB_CORS_ORIGINS
lab=''
folder=$(mktemp -d) || exit 1
trap 'tidy' EXIT
trap 'exit 1' INT TERM

main() {
  check_tools
  check_packages
  look_at_ports
  start_lab
  try_booking
  stop_lab
  echo 'All is well. Start the lab with "npm start".'
}

check_tools() {
  command -v curl >/dev/null || wrong 'curl is not installed.' 'Install it with your system'"'"'s packages (on Debian and Ubuntu: sudo apt install curl).'
  ok 'curl'
  command -v node >/dev/null || wrong 'Node.js is not installed.' 'Get version 22 from https://nodejs.org.'
  node -e '
    const [wanted, found] = [require("./package.json").engines.node, process.versions.node].map((text) => text.match(/\d+/g).map(Number))
    const [difference = 0] = found.map((number, index) => number - wanted[index]).filter((each) => each !== 0)
    process.exitCode = difference < 0 ? 1 : 0' ||
    wrong "Node.js $(node --version) is too old." "This program needs $(node -p 'require("./package.json").engines.node'): get version 22 from https://nodejs.org."
  ok "Node.js $(node --version)"
  command -v npm >/dev/null || wrong 'npm is not installed, though Node.js is.' 'Get Node.js from https://nodejs.org: npm comes with it.'
  ok "npm $(npm --version 2>/dev/null)"
}

# Says itself what is missing; builds what is stale.
check_packages() {
  [ -d node_modules ] || wrong 'The packages are not installed.' 'Run "npm ci" in this folder.'
  node scripts/prepare.mjs 2>"$folder/prepared" ||
    wrong "$(cat "$folder/prepared")" 'If "npm ci" does not mend it, delete the folders node_modules and out, and run "npm ci" again.'
  ok 'packages installed, program built'
}

# Only to be told: this check takes free ones.
look_at_ports() {
  local port
  for port in 5001 5002 5003; do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
    if ask "http://127.0.0.1:$port/health" >/dev/null 2>&1; then
      echo "note  a lab is running on port $port already"
    else
      echo "note  port $port is in use: stop that program, or give \"npm start\" another port (see --help)"
    fi
  done
}

start_lab() {
  local ready=''
  mkfifo "$folder/said"
  node out/main/headless.js --device-port 0 --workflow-port 0 --ui-port 0 --data-dir "$folder/data" --demo --demo-logs 100 \
    >"$folder/said" 2>"$folder/log" &
  lab=$!
  exec 3<"$folder/said"
  # It ends at once when it cannot start: then there is nothing to read.
  read -r -t 60 ready <&3
  case $ready in
    'ready device='*) ;;
    *) wrong 'The program does not start.' "It says: $(tail -n 3 "$folder/log")" ;;
  esac
  device_url=$(printf '%s' "$ready" | sed 's/.*device=\([^ ]*\).*/\1/')
  workflow_url=$(printf '%s' "$ready" | sed 's/.*workflow=\([^ ]*\).*/\1/')
  ok 'the program starts'

  for url in "$device_url" "$workflow_url"; do
    case $(ask "$url/health") in
      *'"status":"healthy"'*) ;;
      *) wrong "The service at $url is not well." "The program says: $(tail -n 3 "$folder/log")" ;;
    esac
  done
  ok 'both services are healthy'
}

try_booking() {
  local device
  device=$(ask "$device_url/devices" | tr '{' '\n' | grep '"bookable":true' | sed -n 's/.*"id":"\([a-z0-9-]*\)".*/\1/p' | head -n 1)
  [ -n "$device" ] || wrong 'The demo lab has no device that can be booked.' "$not_you"
  case $(send "$device_url/devices/$device/book") in
    *'"booking_id":'*) ;;
    *) wrong "$device could not be booked." "$not_you" ;;
  esac
  case $(send "$device_url/devices/$device/release") in
    *'"status":"available"'*) ;;
    *) wrong "$device could not be released." "$not_you" ;;
  esac
  ok "$device was booked and released"
}

not_you='That is a fault of the program, not of your computer: please report it with what this script printed.'

stop_lab() {
  local code
  kill "$lab"
  wait "$lab"
  code=$?
  lab=''
  # Windows knows no signals: there it is ended, not told.
  case $(uname -s) in MINGW* | MSYS* | CYGWIN*) return ;; esac
  [ "$code" -eq 0 ] || wrong "The program did not end in order (exit code $code)." "It says: $(tail -n 3 "$folder/log")"
  ok 'the program ends in order'
}

ask() {
  curl -q --silent --noproxy '*' --max-time 20 "$@"
}

send() {
  ask -X POST -H 'Content-Type: application/json' -d '{"workflow_id":"verify-setup"}' "$1"
}

ok() {
  echo "ok    $1"
}

wrong() {
  printf 'WRONG %s\n      %s\n' "$1" "$2" >&2
  exit 1
}

tidy() {
  if [ -n "$lab" ]; then
    kill "$lab" 2>/dev/null
    wait "$lab" 2>/dev/null
  fi
  rm -rf "$folder"
}

main
