#!/bin/bash
# A one-node OpenStack Swift with its S3 interface on loopback: one replica on a plain folder, no systemd.
# usage: swift.sh start DIR PROXY_PORT OBJECT_PORT CONTAINER_PORT ACCOUNT_PORT MEMCACHED_PORT
#        swift.sh stop DIR
# The access key is test:tester, the secret testing.
# Debian packages: swift-proxy swift-account swift-container swift-object memcached
set -euo pipefail

stop() {
  local file pids=() pid
  for file in "$1"/run/*.pid; do
    if [ -f "$file" ]; then pids+=("$(cat "$file")"); fi
  done
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for _ in $(seq 50); do
    if ! any_alive "${pids[@]}"; then return 0; fi
    sleep 0.1
  done
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
}

# any_alive PID...: whether one of them still runs; a process that ended and waits to be reaped does not
any_alive() {
  local pid
  for pid in "$@"; do
    if grep -qs '^State:[[:space:]]*[^Z]' "/proc/$pid/status"; then return 0; fi
  done
  return 1
}

write_common_conf() {
  cat > "$1/etc/swift.conf" <<CONF
[swift-hash]
swift_hash_path_suffix = tests
swift_hash_path_prefix = tests
[storage-policy:0]
name = default
default = yes
[swift-constraints]
max_header_size = 16384
CONF
}

# write_storage DIR KIND PORT: the ring of one storage server and its settings
write_storage() {
  local dir=$1 kind=$2 port=$3
  cd "$dir/etc"
  swift-ring-builder "$kind.builder" create 6 1 0
  swift-ring-builder "$kind.builder" add "r1z1-127.0.0.1:$port/d1" 1
  swift-ring-builder "$kind.builder" rebalance || [ $? -eq 1 ]
  cat > "$kind-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
user = $(id -un)
swift_dir = $dir/etc
devices = $dir/srv
mount_check = false
workers = 1
fallocate_reserve = 0
disable_fallocate = true
log_level = WARNING
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
replication_server = false
CONF
}

# Symlinks belong into the pipeline for versioned buckets, which s3api insists on.
write_proxy_conf() {
  cat > "$1/etc/proxy-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $2
user = $(id -un)
swift_dir = $1/etc
workers = 1
log_level = WARNING
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$3
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = true
min_segment_size = 5242880
max_upload_part_num = 10000
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:dlo]
use = egg:swift#dlo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
CONF
}

# background DIR NAME COMMAND...: starts it and notes its process
background() {
  local dir=$1 name=$2
  shift 2
  "$@" >> "$dir/log/$name.log" 2>&1 < /dev/null &
  echo $! > "$dir/run/$name.pid"
}

# until_listening PORT: waits until somebody does
until_listening() {
  for _ in $(seq 600); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  echo "nobody listens on port $1" >&2
  return 1
}

start() {
  local dir=$1 proxy=$2 object=$3 container=$4 account=$5 cache=$6 kind port
  mkdir -p "$dir"/{etc,srv/d1,run,log}
  write_common_conf "$dir"
  write_storage "$dir" object "$object"
  write_storage "$dir" container "$container"
  write_storage "$dir" account "$account"
  write_proxy_conf "$dir" "$proxy" "$cache"
  background "$dir" memcached memcached -u "$(id -un)" -l 127.0.0.1 -p "$cache" -m 32
  for kind in account container object proxy; do
    background "$dir" "$kind" "swift-$kind-server" "$dir/etc/$kind-server.conf"
  done
  for port in "$account" "$container" "$object" "$proxy" "$cache"; do until_listening "$port"; done
}

command=$1
shift
"$command" "$@"
