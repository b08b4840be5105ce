#!/bin/bash
# Makes a Neuron node ready for work at every boot. Settings: /etc/ultrastack/node.conf
# Answers: /var/lib/ultrastack/ready or failed, and the log of the unit ultrastack-node.
#   ultrastack-node boot     mounts, checks, ranks, the user's script (once)
#   ultrastack-node ranks    reads the ranks again, after nodes came or went
# Login shells, ssh, mpirun and services started later have the variables of /etc/ultrastack/environment; so has a
# session of Systems Manager after `bash -l`, and a container with --env-file. One job over all nodes, then:
#   torchrun --nnodes $ULTRASTACK_NODES --node-rank $ULTRASTACK_NODE_RANK --master-addr $ULTRASTACK_COORDINATOR ...
#   mpirun --hostfile $ULTRASTACK_HOSTFILE --map-by ppr:1:node ...       (the hostfile has one address a line, by rank)
set -u -o pipefail
ROOT=${ULTRASTACK_ROOT:-}  # tests run this file in a folder of their own
PAUSE=${ULTRASTACK_PAUSE:-10}  # seconds between two tries
PATH=/opt/aws/neuron/bin:/opt/amazon/efa/bin:$PATH
STATE=$ROOT/var/lib/ultrastack
ETC=$ROOT/etc/ultrastack
. "$ETC/node.conf"

log() { echo "ultrastack: $*"; }

# report NAME ok|failed WORDS: one line of the answer
report() {
  echo "$1=$2 $3" >>"$RESULTS"
  log "$1: $2 $3"
  [ "$2" = ok ]
}

# again TRIES COMMAND...: until it succeeds
again() {
  local tries=$1 n
  shift
  for ((n = 1; n <= tries; n++)); do
    "$@" && return 0
    ((n < tries)) && sleep "$PAUSE"
  done
  return 1
}

metadata() {
  local token
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token) &&
    curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# FSx for Lustre User Guide, install-lustre-client
install_lustre() {
  command -v mount.lustre >/dev/null && modprobe -q lustre && return 0
  log "no Lustre client in this image for kernel $(uname -r), installing one"
  . "$ROOT/etc/os-release"
  case $ID in
  amzn) dnf install -y -q lustre-client ;;
  ubuntu)
    curl -sf https://fsx-lustre-client-repo-public-keys.s3.amazonaws.com/fsx-ubuntu-public-key.asc |
      gpg --batch --yes --dearmor -o "$ROOT/usr/share/keyrings/fsx-ubuntu-public-key.gpg" &&
      echo "deb [signed-by=/usr/share/keyrings/fsx-ubuntu-public-key.gpg] https://fsx-lustre-client-repo.s3.amazonaws.com/ubuntu $VERSION_CODENAME main" \
        >"$ROOT/etc/apt/sources.list.d/fsxlustreclientrepo.list" &&
      DEBIAN_FRONTEND=noninteractive apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q "lustre-client-modules-$(uname -r)"
    ;;
  *) false ;;
  esac && modprobe lustre
}

check_mounts() {
  local source path failed=0
  [ -s "$ETC/mounts" ] || return 0
  if ! again 6 install_lustre; then
    report lustre failed "no Lustre client for kernel $(uname -r); choose an image that has one"
    return 1
  fi
  while read -r source path; do
    mkdir -p "$ROOT$path"
    if mountpoint -q "$ROOT$path" || again 10 timeout 60 mount -t lustre -o relatime,flock "$source" "$ROOT$path"; then
      report "mount:$path" ok "$source"
    else
      report "mount:$path" failed "$source; look at TCP 988 and 1018-1023 between the security groups"
      failed=1
    fi
  done <"$ETC/mounts"
  return $failed
}

# Fewer devices than the machine has means a slow or hanging fabric, and no other error says so. Drivers may still be
# counting when the system has started.
count_efa() {
  devices=$(find "$ROOT/sys/class/infiniband" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)
  usable=$(fi_info -p efa -t FI_EP_RDM 2>/dev/null | awk '$1 == "domain:" {print $2}' | sort -u | wc -l)
  [ "$devices" -eq "$EFA_DEVICES" ] && [ "$usable" -eq "$EFA_DEVICES" ]
}

check_efa() {
  local devices usable
  if again "$DEVICE_TRIES" count_efa; then
    report efa ok "$usable devices"
  else
    report efa failed "$devices devices in the kernel and $usable in libfabric instead of $EFA_DEVICES"
  fi
}

count_neuron() {
  devices=$(neuron-ls --json-output 2>/dev/null | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))' 2>/dev/null)
  [ "${devices:-0}" -eq "$NEURON_DEVICES" ]
}

check_neuron() {
  local devices
  if again "$DEVICE_TRIES" count_neuron; then
    report neuron ok "$devices devices"
  else
    report neuron failed "${devices:-no} devices instead of $NEURON_DEVICES"
  fi
}

# write_environment LINES...: for every kind of shell, service and container
write_environment() {
  local all=$ROOT/etc/environment
  printf '%s\n' FI_PROVIDER=efa "NEURON_LOGICAL_NC_CONFIG=$LOGICAL_NEURON_CORES" "$@" >"$ETC/environment"
  cat >"$ROOT/etc/profile.d/ultrastack.sh" <<'END'
export PATH=/opt/aws/neuron/bin:/opt/amazon/efa/bin:$PATH
set -a
. /etc/ultrastack/environment
set +a
END
  touch "$all"
  { grep -Ev '^(FI_PROVIDER|NEURON_LOGICAL_NC_CONFIG|ULTRASTACK_[A-Z_]+)=' "$all"; cat "$ETC/environment"; } >"$all.new"
  cat "$all.new" >"$all" && rm "$all.new" # keeps its mode
  xargs systemctl set-environment <"$ETC/environment" || log "services do not see the variables"
}

# The parameter lists `instance-id address` by rank. It is written when all nodes are there, so wait for it.
read_ranks() {
  local found
  found=$(aws ssm get-parameter --region "$REGION" --name "/ultrastack/$ROLE/ranks" --query Parameter.Value --output text) &&
    grep -q "^$INSTANCE " <<<"$found" && echo "$found" >"$STATE/ranks.new"
}

write_ranks() {
  if ! again "$RANK_TRIES" read_ranks; then
    report ranks failed "/ultrastack/$ROLE/ranks does not name $INSTANCE"
    return 1
  fi
  mv "$STATE/ranks.new" "$ETC/ranks"
  cut -d' ' -f2 "$ETC/ranks" >"$ETC/hostfile"
  local rank nodes
  rank=$(($(grep -n "^$INSTANCE " "$ETC/ranks" | cut -d: -f1) - 1))
  nodes=$(wc -l <"$ETC/ranks")
  write_environment "ULTRASTACK_NODE_RANK=$rank" "ULTRASTACK_NODES=$nodes" \
    "ULTRASTACK_NODES_PER_ULTRASERVER=$NODES_PER_ULTRASERVER" "ULTRASTACK_ULTRASERVER=$((rank / NODES_PER_ULTRASERVER))" \
    "ULTRASTACK_COORDINATOR=$(head -n 1 "$ETC/hostfile")" ULTRASTACK_HOSTFILE=/etc/ultrastack/hostfile
  report ranks ok "rank $rank of $nodes"
}

run_bootstrap() {
  [ -s "$ETC/bootstrap" ] || return 0
  # an image that was made of a node brings its mark along, but no machine has the id of another one
  [ "$(cat "$STATE/bootstrapped" 2>/dev/null)" != "$INSTANCE" ] || return 0
  set -a
  . "$ETC/environment"
  set +a
  if "$ETC/bootstrap"; then
    echo "$INSTANCE" >"$STATE/bootstrapped"
    report bootstrap ok done
  else
    report bootstrap failed "ended with $?"
  fi
}

# What happened, for those who cannot reach the node; never a reason to fail.
send_log() {
  local stream
  stream=$INSTANCE/$(date +%s)
  python3 -c 'import json, sys, time
now = int(time.time() * 1000)
print(json.dumps([{"timestamp": now, "message": line.rstrip()} for line in open(sys.argv[1]) if line.strip()]))' \
    "$STATE/results" >"$STATE/events.json" &&
    aws logs create-log-stream --region "$REGION" --log-group-name "/ultrastack/$ROLE" --log-stream-name "$stream" &&
    aws logs put-log-events --region "$REGION" --log-group-name "/ultrastack/$ROLE" --log-stream-name "$stream" \
      --log-events "file://$STATE/events.json" >/dev/null || log "the log could not be sent"
}

main() {
  local failed=0
  mkdir -p "$STATE" "$ROOT/etc/profile.d"
  INSTANCE=$(again 30 metadata instance-id)
  REGION=$(again 30 metadata placement/region)
  ROLE=$(again 30 metadata iam/security-credentials/) # a new role takes a while to get here
  case ${1:-} in
  boot) RESULTS=$STATE/results ;;
  ranks)
    RESULTS=/dev/null
    write_ranks
    return
    ;;
  *)
    log "say boot or ranks"
    return 2
    ;;
  esac
  rm -f "$STATE"/{ready,failed,results}
  write_environment
  check_neuron || failed=1
  check_efa || failed=1
  check_mounts || failed=1
  write_ranks || failed=1
  # the user's script can rely on all of it
  [ $failed -eq 1 ] || run_bootstrap || failed=1
  send_log
  if [ $failed -eq 0 ]; then
    mv "$RESULTS" "$STATE/ready"
    log ready
  else
    mv "$RESULTS" "$STATE/failed"
    log "NOT READY: $(grep -c '=failed ' "$STATE/failed") of $(wc -l <"$STATE/failed") checks failed"
  fi
  return $failed
}

main "$@"
