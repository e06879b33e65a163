//! The machine: disk, clock, limits of the process, buffers of the kernel.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use carillon_core::Timestamp;
use carillon_platform::clock;
use rustix::{
    fs::{Access, StatVfsMountFlags, access, statvfs},
    process::{Resource, geteuid, getrlimit},
};

use super::{
    Subject,
    finding::{Check, Finding},
};
use crate::data::Holder;

pub(super) const DATA: Check =
    Check { name: "data", why: "commands beside the server run as its user, and nobody else looks into its directory" };
pub(super) const DISK: Check =
    Check { name: "disk", why: "on a full disk nothing can be written: every act is refused until there is room" };
pub(super) const CLOCK: Check =
    Check { name: "clock", why: "sessions, links, certificates and the order of what happened go by the time of day" };
pub(super) const FILES: Check = Check { name: "open files", why: "each connection is one: beyond the limit nobody else comes in" };
pub(super) const UDP: Check =
    Check { name: "UDP buffers", why: "datagrams that come while the buffer is full are lost, and STUN is asked again later" };

const MIB: u64 = 1024 * 1024;
/// Below this much it will soon be over; below the second it is.
const SCARCE: u64 = 1024 * MIB;
const GONE: u64 = 128 * MIB;
/// This program is not older: 2025-11-01.
const BEGINNING: Timestamp = Timestamp(1_761_955_200_000);
/// A file's time and the clock of whoever made it may differ by a time zone.
const DAY: Duration = Duration::from_hours(24);
/// For how long the two clocks are compared, and by how much they may part.
const COMPARED: Duration = Duration::from_millis(300);
const PARTED: Duration = Duration::from_millis(100);
/// What a process has open besides its connections.
const OTHER_FILES: u64 = 256;
/// What Linux gives a socket unless told otherwise; our STUN needs no more.
const BUFFER: u64 = 212_992;

pub(super) fn data(subject: &Subject) -> Vec<Finding> {
    let path = Path::new(&subject.config.data);
    let there = match path.metadata() {
        Ok(there) => there,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let above = above(path);
            return vec![match access(&above, Access::WRITE_OK | Access::EXEC_OK) {
                Ok(()) => DATA.well(format!("{} is made at the first start", path.display())),
                Err(_) => DATA.error(
                    format!("{} is not there, and you may not make it in {}", path.display(), above.display()),
                    format!("install -d -m 700 -o carillon -g carillon {}", path.display()),
                ),
            }];
        }
        Err(why) => {
            return vec![
                DATA.error(format!("{}: {why}", path.display()), "run this as the server's user: sudo -u carillon carillon doctor"),
            ];
        }
    };
    let mut findings = Vec::new();
    if there.uid() != geteuid().as_raw() {
        findings.push(DATA.warning(
            format!("{} belongs to user {}, and you are user {}", path.display(), there.uid(), geteuid().as_raw()),
            format!("sudo -u '#{}' carillon doctor{}", there.uid(), subject.named),
        ));
    }
    if let Holder::Unknown(why) = &subject.holder {
        let cure = format!("sudo -u '#{}' carillon doctor{}", there.uid(), subject.named);
        findings.push(DATA.error(format!("whether a server runs cannot be seen: {why}"), cure));
    }
    if there.mode() & 0o077 != 0 {
        findings.push(DATA.warning(
            format!("others may look into {} (mode {:o})", path.display(), there.mode() & 0o777),
            format!("chmod 700 {}", path.display()),
        ));
    }
    if findings.is_empty() {
        findings.push(DATA.well(format!("{} is yours alone", path.display())));
    }
    findings
}

pub(super) fn disk(subject: &Subject) -> Vec<Finding> {
    let data = PathBuf::from(&subject.config.data);
    let database = subject.config.database_file().and_then(Path::parent).map(Path::to_path_buf);
    let mut places = vec![data];
    places.extend(database.filter(|place| !place.as_os_str().is_empty() && *place != places[0]));
    places.iter().map(|place| room(place)).collect()
}

fn room(place: &Path) -> Finding {
    let there = &above(place);
    let place = place.display();
    let stat = match statvfs(there) {
        Ok(stat) => stat,
        Err(why) => return DISK.error(format!("{place}: {why}"), format!("df -h {}", there.display())),
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let what = format!("{} free for {place}", size(free));
    let cure = format!("make room: du -xh --max-depth=2 {} | sort -h | tail", there.display());
    if stat.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return DISK.error(format!("{place} can only be read"), format!("mount -o remount,rw {}", there.display()));
    }
    match free {
        ..GONE => DISK.error(what, cure),
        GONE..SCARCE => DISK.warning(what, cure),
        _ => DISK.well(what),
    }
}

/// A directory that is not there yet will be made in one that is.
fn above(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.into());
    whole.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/")).into()
}

fn size(bytes: u64) -> String {
    let mib = bytes / MIB;
    if mib < 1024 { format!("{mib} MiB") } else { format!("{:.1} GiB", mib as f64 / 1024.0) }
}

pub(super) async fn clock() -> Vec<Finding> {
    const SET: &str = "timedatectl set-ntp true; timedatectl status";
    let (wall, steady) = (clock::now(), Instant::now());
    tokio::time::sleep(COMPARED).await;
    let (passed, measured) = (clock::now().since(wall), steady.elapsed());
    let now = clock::now();
    let built = std::env::current_exe().and_then(fs::metadata).map(|program| Timestamp(program.mtime().saturating_mul(1000)));
    if now < BEGINNING {
        return vec![CLOCK.error("it stands before this program was written", SET)];
    }
    if built.is_ok_and(|built| now.plus(DAY) < built) {
        return vec![CLOCK.error("it stands before this program was built", SET)];
    }
    if passed.abs_diff(measured) > PARTED {
        let what = format!("in {} ms by the steady clock the time of day moved by {} ms", measured.as_millis(), passed.as_millis());
        return vec![CLOCK.warning(what, SET)];
    }
    vec![CLOCK.well("it stands after this program was built, and goes evenly")]
}

pub(super) fn files(subject: &Subject) -> Vec<Finding> {
    let needed = u64::from(subject.config.gateway.max_connections) + OTHER_FILES;
    let running = if let Holder::Server(Some(process)) = subject.holder { limit_of(process) } else { None };
    // The server raises its own limit up to what it may have.
    let (most, whose) = match running {
        Some(limit) => (limit, "the server may open"),
        None => (getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX), "a server that you start may open"),
    };
    let most_shown = if most == u64::MAX { "any number of".into() } else { most.to_string() };
    let what = format!("{whose} {most_shown} files; gateway.max_connections and the rest need {needed}");
    if most >= needed {
        return vec![FILES.well(what)];
    }
    let cure = format!("LimitNOFILE={needed} by systemctl edit carillon, or ulimit -Hn {needed}; or fewer gateway.max_connections");
    vec![FILES.warning(what, cure)]
}

/// `Max open files            1024                 524288               files`
fn limit_of(process: u32) -> Option<u64> {
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?;
    if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
}

pub(super) fn udp(_: &Subject) -> Vec<Finding> {
    let read = |key: &str| fs::read_to_string(format!("/proc/sys/net/core/{key}")).ok()?.trim().parse::<u64>().ok();
    let (Some(given), Some(most)) = (read("rmem_default"), read("rmem_max")) else {
        return vec![UDP.well("net.core.rmem_max cannot be seen from in here: it is the machine's")];
    };
    let what = format!("net.core.rmem_default is {given}, net.core.rmem_max {most}");
    if given.min(most) >= BUFFER {
        return vec![UDP.well(what)];
    }
    vec![UDP.warning(
        what,
        format!("sysctl -w net.core.rmem_default={BUFFER} net.core.rmem_max={BUFFER}; for good in /etc/sysctl.d/carillon.conf"),
    )]
}
