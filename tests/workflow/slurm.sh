#!/bin/bash
# A miniature experiment through a Slurm of one machine, started in a scratch
# directory and stopped at the end: its cells are jobs, one of them is cancelled
# and one loses its node's program, and what they end with are the bytes of a run
# without Slurm.
#
#   tests/workflow/slurm.sh PROGRAMS     the build directory
set -u
programs=$(realpath "$1")
source=$(realpath "$(dirname "$0")")
place=$(mktemp -d "${TMPDIR:-/tmp}/tunescope-slurm-XXXXXX")
unset MAKEFLAGS MAKELEVEL RERUN DATA MODELS LAUNCH
export SLURM_CONF=$place/slurm.conf PATH=$PATH:/usr/sbin:/sbin
passed=0

stop() {
	for daemon in slurmd slurmctld munged; do
		[ -e "$place/$daemon.pid" ] && kill "$(cat "$place/$daemon.pid")" 2> /dev/null
	done
	sleep 1
	rm -rf "$place"
}
trap stop EXIT
trap 'exit 143' INT TERM

fail() {
	echo "check-slurm: $1" >&2
	tail -n 20 "$place"/out "$place"/slurmctld.log "$place"/slurmd.log >&2 2> /dev/null
	echo "$passed passed, 1 failed"
	exit 1
}

ok() {
	passed=$((passed + 1))
	echo "ok $passed - $1"
}

for tool in munged slurmctld slurmd srun; do
	command -v $tool > /dev/null || { echo "check-slurm: skipped, no $tool here (munge, slurmctld, slurmd, slurm-client)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo 'check-slurm: skipped, slurmd must be started by root'; exit 0; }

port=$((20000 + $$ % 20000))
cat > "$SLURM_CONF" << EOF
ClusterName=scratch
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$place/munge.socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1
ReturnToService=2
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
SlurmctldLogFile=$place/slurmctld.log
SlurmdLogFile=$place/slurmd.log
SlurmdSpoolDir=$place/spool
StateSaveLocation=$place/state
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
mkdir "$place/state" "$place/spool"
dd if=/dev/urandom of="$place/key" bs=128 count=1 2> /dev/null
chmod 400 "$place/key"
munged --force --socket="$place/munge.socket" --key-file="$place/key" --pid-file="$place/munged.pid" \
	--log-file="$place/munged.log" --seed-file="$place/seed" || fail 'munged does not start'
slurmctld > "$place/out" 2>&1 && slurmd >> "$place/out" 2>&1 || fail 'slurmctld or slurmd does not start'
for _ in $(seq 30); do
	sinfo -h -o %T 2> /dev/null | grep -q idle && break
	sleep 1
done
srun -N1 -n1 true > "$place/out" 2>&1 || fail 'a job does not run'
ok 'a Slurm of one machine runs a job'

cd "$place" || exit 1
cp "$source/mini.ini" .
export CACHE=cache
tunescope() { "$programs/bin/tunescope" "$@"; }
cells() { make -s -k -f plan.mk TUNESCOPE="$programs/bin/tunescope" FILE=mini.ini JOBS=1 QUIET=--quiet "$@"; }
digests() { (cd cache/mini && find . -name manifest.json | sort | xargs sha256sum); }

tunescope plan --experiment mini.ini > plan.mk || fail 'no plan'
cells cells > out 2>&1 || fail 'the run without Slurm fails'
digests > expected
rm -rf cache

# The fine-tuning of pos waits in its job until that is killed.
cat > job.sh << 'EOF'
case "$*" in *finetune/small/pos-s1*) [ ! -e hold ] || { touch held; sleep 100; } ;; esac
exec "$@"
EOF
touch hold
launch='srun -N1 -n1 -c1 --exclusive sh job.sh'
(
	for _ in $(seq 1000); do
		[ ! -e held ] || break
		sleep 0.1
	done
	scancel --signal=KILL "$(squeue -h -t R -o '%i' | head -n 1)"
	rm hold
) &
cells -j4 LAUNCH="$launch" cells > out 2>&1
status=$?
wait $!
[ $status != 0 ] || fail 'a job was killed, and make says all is well'
tunescope status --failed --experiment mini.ini > failed
[ -s failed ] || fail 'no cell is marked as failed'
grep -q '^failed      finetune/small/pos-s1: ' failed || fail "another cell failed: $(head -n 1 failed)"
log=$(sed -n '1s/.*; log: //p' failed)
[ -s "$log" ] || fail "the failed cell has no log: $(head -n 1 failed)"
ok "a killed job is a failed cell with a log: $(head -n 1 failed)"

cells -j4 LAUNCH="$launch" cells > out 2>&1 || fail 'the run does not go on'
digests | cmp -s - expected || fail 'the run through Slurm ends with other bytes'
ok 'the next make goes on, to the bytes of a run without Slurm'

[ "$(grep -h '"threads"' cache/mini/finetune/small/pos-s1/run.json | tr -dc 0-9)" = 1 ] || fail 'threads are not those of -c'
rm -rf cache/mini/extract/small/original/pos
cells LAUNCH="srun -N1 -n1 -c$(nproc)" extract/small/original/pos > out 2>&1 || fail 'a cell fails'
[ "$(grep -h '"threads"' cache/mini/extract/small/original/pos/run.json | tr -dc 0-9)" = "$(nproc)" ] || fail 'threads are not those of -c'
digests | cmp -s - expected || fail 'other threads, other bytes'
ok 'a cell has the threads of -c'

rm -rf cache/mini/extract/small/original/pos
cells LAUNCH="srun -N1 -n1 --partition=none" extract/small/original/pos > out 2>&1 && fail 'no such partition, and all is well'
grep -q 'srun: error' cache/mini/extract/small/original/pos/log || fail "srun's words are not in the log"
ok "what srun says is in the cell's log"
echo "$passed passed, 0 failed"
