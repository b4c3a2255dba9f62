#!/bin/bash
# A one-node Ceph RADOS Gateway on loopback, its data in memory: monitor, one OSD, gateway; no manager, no systemd.
# usage: ceph.sh start DIR GATEWAY_PORT MONITOR_PORT ACCESS_KEY SECRET_KEY
#        ceph.sh empty DIR: frees at once what deleted objects still hold, which the gateway keeps for two hours
#        ceph.sh stop DIR
# CEPH_MEMORY_BYTES: room for objects, 2 GiB if not given; a full one makes writers wait for ever
# Debian packages: radosgw ceph-mon ceph-osd
set -euo pipefail

stop() {
  local name file pid
  for name in client.rgw osd.0 mon.a; do
    file="$1/run/$name.pid"
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    if kill -0 "$pid" 2>/dev/null; then kill -9 "$pid"; fi
  done
}

write_conf() {
  cat > "$1/ceph.conf" <<CONF
[global]
fsid = $2
mon host = v2:127.0.0.1:$4/0
public addr = 127.0.0.1
public network = 127.0.0.0/8
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
run dir = $1/run
crash dir = $1/run
log file = $1/log/\$name.log
admin socket = $1/run/\$name.asok
pid file = $1/run/\$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon osd min in ratio = 0
[mon]
mon data = $1/mon
mon data avail crit = 1
mon data avail warn = 1
mon initial members = a
[osd]
osd data = $1/osd
osd objectstore = memstore
memstore device bytes = ${CEPH_MEMORY_BYTES:-2147483648}
osd max object name len = 256
osd max object namespace len = 64
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$3 tcp_nodelay=1
rgw enable usage log = false
rgw enable ops log = false
rgw enable apis = s3
CONF
}

# until_ok TRIES COMMAND...: repeats it until it succeeds
until_ok() {
  local tries=$1
  shift
  for _ in $(seq "$tries"); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  echo "did not come up: $*" >&2
  return 1
}

osd_is_up() { ceph -c "$1/ceph.conf" --connect-timeout 2 osd stat 2>/dev/null | grep -q '1 up'; }

empty() {
  radosgw-admin -c "$1/ceph.conf" --name client.rgw gc process --include-all
}

start() {
  local dir=$1 port=$2 monitor_port=$3 access_key=$4 secret_key=$5 fsid osd conf
  mkdir -p "$dir"/{mon,osd,run,log}
  fsid=$(cat /proc/sys/kernel/random/uuid)
  osd=$(cat /proc/sys/kernel/random/uuid)
  write_conf "$dir" "$fsid" "$port" "$monitor_port"
  conf=(-c "$dir/ceph.conf")
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor_port]" "$dir/monmap"
  ceph-mon "${conf[@]}" --mkfs -i a --monmap "$dir/monmap"
  ceph-mon "${conf[@]}" -i a
  until_ok 50 ceph "${conf[@]}" --connect-timeout 2 osd stat
  ceph "${conf[@]}" osd new "$osd"
  ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd"
  ceph-osd "${conf[@]}" -i 0
  until_ok 100 osd_is_up "$dir"
  radosgw-admin "${conf[@]}" --name client.rgw user create --uid=test --display-name=test \
    --access-key="$access_key" --secret-key="$secret_key"
  radosgw "${conf[@]}" --name client.rgw
  until_ok 150 curl -s -o /dev/null "http://127.0.0.1:$port/"
}

command=$1
shift
"$command" "$@"
