#!/usr/bin/env bash
# Starts N workflows for one device at the same moment in a running lab: exactly one may win.
#   scripts/test-race-condition.sh [N]        N from 2 to 300, 50 unless told
# Addresses from DEVICE_URL and WORKFLOW_URL, else the usual ports; LAB_TOKEN where the lab wants one. Needs bash and curl, nothing else.
# Exit code: 0 one won, 1 the race or the lab went wrong, 2 wrong usage.
set -u

count=${1:-50}
device_url=${DEVICE_URL:-http://127.0.0.1:5001}
workflow_url=${WORKFLOW_URL:-http://127.0.0.1:5002}

main() {
  case $count in '' | *[!0-9]* | ?????*) usage ;; esac
  count=$((10#$count))
  # curl runs at most 300 requests at once.
  [ $# -le 1 ] && [ "$count" -ge 2 ] && [ "$count" -le 300 ] || usage
  command -v curl >/dev/null || fail 'curl is not installed.'

  folder=$(mktemp -d) || fail 'No temporary folder can be made.'
  trap 'clean_up; rm -rf "$folder"' EXIT
  trap 'exit 1' INT TERM
  mkdir "$folder/answers"
  : >"$folder/workflows"
  write_settings

  ask "$device_url/health" >/dev/null || fail "No lab answers at $device_url. Start it with \"npm start\", or set DEVICE_URL."
  ask "$workflow_url/health" >/dev/null || fail "No lab answers at $workflow_url. Start it with \"npm start\", or set WORKFLOW_URL."
  device=$(free_device)
  [ -n "$device" ] || fail 'No device is free and in service, so there is nothing to race for. Release one and try again.'

  echo "Creating $count workflows for $device …"
  create_workflows
  echo "Starting all of them at once …"
  start_all
  judge
}

# Not on curl's command line, where anybody on this computer could read the token.
write_settings() {
  {
    # A proxy is for the world outside.
    printf 'silent\nnoproxy = "*"\nmax-time = 60\nheader = "Content-Type: application/json"\nheader = "X-Operator: race test"\n'
    [ -z "${LAB_TOKEN:-}" ] || printf 'header = "Authorization: Bearer %s"\n' "$LAB_TOKEN"
  } >"$folder/settings"
}

# curl with the lab's settings and none of the user's; fails with the lab's own sentence.
ask() {
  local answer status
  answer=$(curl -q -K "$folder/settings" -w '\n%{http_code}' "$@") || return 1
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  case $status in
    2*) printf '%s\n' "$answer" ;;
    *)
      echo "$answer" | sed -n 's/.*"error":"\([^"]*\)".*/The lab says: \1/p' >&2
      return 1
      ;;
  esac
}

# One device a line; the first that can be booked.
free_device() {
  ask "$device_url/devices" | tr '{' '\n' | grep '"bookable":true' | sed -n 's/.*"id":"\([a-z0-9-]*\)".*/\1/p' | head -n 1
}

create_workflows() {
  local number
  for ((number = 1; number <= count; number++)); do echo "$workflow_url/workflows $number"; done |
    ask_all created -d "{\"name\":\"Race of $count\",\"device_id\":\"$device\",\"steps\":[\"dispense_reagent\"]}"
  note_created
  [ "$(wc -l <"$folder/workflows")" -eq "$count" ] || fail "Not all of the workflows could be created: $(head -n 1 "$folder/created")"
}

note_created() {
  # The answers end without a new line; grep ends each with one.
  sed -n 's/^{"id":"\([0-9a-f-]*\)".*/\1/p' "$folder"/answers/* 2>/dev/null | grep . >"$folder/workflows"
}

# Each on a connection of its own, all of them opened before the first answer.
start_all() {
  sed "s|.*|$workflow_url/workflows/&/start &|" "$folder/workflows" |
    ask_all results -d '{}' --parallel --parallel-immediate --parallel-max "$count"
}

# Lines of `address name` become requests of one curl; the answers go to files of those names, `status address` lines to the file named first.
ask_all() {
  local results=$1 address name
  shift
  while read -r address name; do printf 'url = "%s"\noutput = "%s/answers/%s"\n' "$address" "$folder" "$name"; done >"$folder/requests"
  curl -q -K "$folder/settings" -K "$folder/requests" -w '%{http_code} %{url_effective}\n' "$@" >"$folder/$results" 2>"$folder/complaints"
}

judge() {
  local won refused others winner holder
  won=$(grep -c '^200 ' "$folder/results")
  refused=$(grep -c '^409 ' "$folder/results")
  others=$((count - won - refused))
  echo "Won: $won. Refused because the device was taken (409): $refused. Anything else: $others."
  if [ "$others" -ne 0 ]; then
    grep -v -e '^200 ' -e '^409 ' "$folder/results" | sort | uniq -c | head -n 5 >&2
    head -n 3 "$folder/complaints" >&2
  fi

  holder=$(ask "$device_url/devices/$device" | sed -n 's/.*"workflow_id":"\([^"]*\)","booked_at":"\([^"]*\)".*/\1 \2/p')
  if [ -n "$holder" ]; then
    echo "Active booking: $device is held by workflow ${holder% *} since ${holder##* }."
  else
    echo "Active booking: none, $device is free."
  fi

  [ "$won" -le 1 ] || fail "WRONG: $won workflows hold $device at the same time."
  [ "$others" -eq 0 ] || fail 'WRONG: a start was answered with something else than yes or no.'
  [ "$won" -eq 1 ] || fail "Nobody won: somebody else took $device just before. Try again."
  winner=$(sed -n 's|^200 .*/workflows/\([0-9a-f-]*\)/start$|\1|p' "$folder/results")
  [ "${holder% *}" = "$winner" ] || fail "WRONG: $winner won, but it does not hold $device."
  echo "Right: exactly one of $count won."
}

# Only what this script made; whoever waits for the device gets it.
clean_up() {
  local made left
  # Interrupted while it was creating them.
  [ -s "$folder/workflows" ] || note_created
  made=$(($(wc -l <"$folder/workflows")))
  [ "$made" -gt 0 ] || return
  # Those that were refused never started.
  grep -v '^409 ' "$folder/results" 2>/dev/null | sed -n 's|.*/workflows/\([0-9a-f-]*\)/start$|\1|p' |
    sed "s|.*|$workflow_url/workflows/&/cancel cancelled|" | ask_all cancelled -d '{"reason":"the race is over"}'
  sed "s|.*|$workflow_url/workflows/& deleted|" "$folder/workflows" | ask_all deleted -X DELETE
  left=$((made - $(grep -c '^204 ' "$folder/deleted")))
  if [ "$left" -eq 0 ]; then
    echo "Cleaned up: the $made workflows are deleted."
  else
    echo "$left workflows named \"Race of $count\" could not be deleted." >&2
  fi
}

usage() {
  echo 'Usage: scripts/test-race-condition.sh [N], N from 2 to 300.' >&2
  exit 2
}

fail() {
  echo "$1" >&2
  exit 1
}

main "$@"
