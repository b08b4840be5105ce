#!/bin/bash
# Makes a machine of an auto scaling group ready for work at every boot, and gives its job time when it has to go.
# Answers: /var/lib/ultrastack/ready or failed, and the logs of the units ultrastack-node and ultrastack-watch.
#   ultrastack-node boot     checks, mounts, the user's script (once)
#   ultrastack-node watch    waits until this machine has to go, then runs the user's drain script
# Login shells, services started later and both scripts have the variables of /etc/ultrastack/environment; a container
# with --env-file.
set -u -o pipefail
ROOT=${ULTRASTACK_ROOT:-}  # tests run this file in a folder of their own
PAUSE=${ULTRASTACK_PAUSE:-10}  # seconds between two tries
PATH=/opt/aws/neuron/bin:/opt/amazon/efa/bin:$PATH
STATE=$ROOT/var/lib/ultrastack
ETC=$ROOT/etc/ultrastack
. "$ETC/node.conf"

# SHARED

# Its line in the table of machines: a group may launch several types.
know_machine() {
  read -r _ VENDOR ACCELERATORS EFA_DEVICES < <(grep "^$(again 30 metadata instance-type) " "$ETC/machines") &&
    NEURON_DEVICES=$ACCELERATORS
}

count_gpu() {
  devices=$(nvidia-smi -L 2>/dev/null | grep -c '^GPU ')
  [ "$devices" -eq "$ACCELERATORS" ]
}

check_gpu() {
  local devices
  if again "$DEVICE_TRIES" count_gpu; then
    report gpu ok "$devices devices"
  else
    report gpu failed "$devices devices instead of $ACCELERATORS"
  fi
}

check_devices() {
  local failed=0
  case $VENDOR in
  aws-neuron) check_neuron || failed=1 ;;
  nvidia) check_gpu || failed=1 ;;
  esac
  [ "$EFA_DEVICES" -eq 0 ] || check_efa || failed=1
  return $failed
}

# FSx for Lustre User Guide, configure-efa-clients. Without it a mount works too, but over TCP, and no error says so.
start_lustre_efa() {
  local address card one efas=() every=1
  lnetctl net show --net efa 2>/dev/null | grep -q @efa && return 0 # this boot has done it already
  address=$(again 30 metadata local-ipv4)
  card=$(ip -o -4 address show | awk -v a="$address/" 'index($4, a) == 1 {print $2; exit}')
  modprobe lnet && modprobe kefalnd "ipif_name=$card" && modprobe ksocklnd && lnetctl lnet configure || return 1
  lnetctl net del --net tcp >/dev/null 2>&1 # which may be there with any card
  lnetctl net add --net tcp --if "$card" || return 1
  mapfile -t efas < <(find "$ROOT/sys/class/infiniband" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V)
  # a file system takes 1024 EFA connections: every fourth of 32 devices, else the first and the last
  if [ ${#efas[@]} -ge 32 ]; then every=4; elif [ ${#efas[@]} -gt 2 ]; then every=$((${#efas[@]} - 1)); fi
  for ((one = 0; one < ${#efas[@]}; one += every)); do
    lnetctl net add --net efa --if "${efas[$one]}" --peer-credits 32 || return 1
  done
  lnetctl set discovery 1 && lnetctl udsp add --src efa --priority 0 && modprobe lustre
}

check_lustre_efa() {
  [ -e "$ETC/lustre-efa" ] || return 0
  again 6 install_lustre || return 0 # check_mounts says it
  if start_lustre_efa; then
    report lustre-efa ok "$(lnetctl net show --net efa | grep -c '@efa') interfaces"
  else
    report lustre-efa failed "the Lustre client has no EFA; choose an image whose client has it (kernel $(uname -r))"
  fi
}

write_environment() {
  local all=$ROOT/etc/environment
  cat >"$ROOT/etc/profile.d/ultrastack.sh" <<'END'
export PATH=/opt/aws/neuron/bin:/opt/amazon/efa/bin:$PATH
set -a
. /etc/ultrastack/environment
set +a
END
  touch "$all"
  { grep -Ev '^(FI_PROVIDER|NEURON_LOGICAL_NC_CONFIG|ULTRASTACK_[A-Z_]+)=' "$all"; cat "$ETC/environment"; } >"$all.new"
  cat "$all.new" >"$all" && rm "$all.new" # keeps its mode
  xargs -r systemctl set-environment <"$ETC/environment" || log "services do not see the variables"
}

# Prints why this machine has to go: its group ends it, or EC2 takes a spot machine back in two minutes.
why_it_goes() {
  [ "$(metadata autoscaling/target-lifecycle-state)" != Terminated ] || { echo terminated; return; }
  metadata spot/instance-action >/dev/null 2>&1 && echo interrupted
}

watch() {
  local reason group
  until reason=$(why_it_goes); do sleep "$WATCH_PAUSE"; done
  log "this machine is $reason"
  if [ -s "$ETC/drain" ]; then
    set -a
    . "$ETC/environment"
    set +a
    ULTRASTACK_REASON=$reason timeout "$DRAIN_SECONDS" "$ETC/drain" || log "the drain script ended with $?"
  fi
  until [ "$(metadata autoscaling/target-lifecycle-state)" = Terminated ]; do sleep "$WATCH_PAUSE"; done
  group=$(again 6 aws autoscaling describe-auto-scaling-instances --region "$REGION" --instance-ids "$INSTANCE" \
    --query 'AutoScalingInstances[0].AutoScalingGroupName' --output text)
  again 6 aws autoscaling complete-lifecycle-action --region "$REGION" --auto-scaling-group-name "$group" \
    --lifecycle-hook-name "$DRAIN_HOOK" --instance-id "$INSTANCE" --lifecycle-action-result CONTINUE
  log "its group may end it now"
}

boot() {
  local failed=0
  RESULTS=$STATE/results
  rm -f "$STATE"/{ready,failed,results}
  touch "$RESULTS"
  write_environment
  know_machine || report machine failed "it is of none of the types in $ETC/machines" || failed=1
  [ $failed -eq 1 ] || check_devices || failed=1
  check_lustre_efa || failed=1
  check_mounts || failed=1
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

main() {
  mkdir -p "$STATE" "$ROOT/etc/profile.d"
  INSTANCE=$(again 30 metadata instance-id)
  REGION=$(again 30 metadata placement/region)
  case ${1:-} in
  boot)
    ROLE=$(again 30 metadata iam/security-credentials/) # a new role takes a while to get here
    boot
    ;;
  watch) watch ;;
  *)
    log "say boot or watch"
    return 2
    ;;
  esac
}

main "$@"
